"""The networks of autoencoders, for pictures of any size, and the forms in which they are exported."""

import math
from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn

from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.autoencoding.latent_codes import LatentCode
from mint.recipes.building_blocks.convolution import DownConv, PointwiseConv, UpConv, crop
from mint.recipes.building_blocks.labels import LabelClassifier, label_loss, signs
from mint.recipes.building_blocks.normalization import group_norm
from mint.recipes.building_blocks.pixel_formats import ColorFormat, IndexFormat, OneHotInput, PaletteInput, PixelFormat
from mint.recipes.recipe import Canvas

# Convolutions halve a picture until its shorter side would fall below this many pixels.
_MIN_COARSE = 4
_MAX_HALVINGS = 4


class Encoder(nn.Module):
    """Maps pictures (n, num_in, H, W) and the signs of their labels to features (n, num_features)."""

    def __init__(self, canvas: Canvas, config: AutoencoderConfig, num_in: int, num_labels: int, num_features: int) -> None:
        super().__init__()
        self.padding = (0, 0, 0, 0)
        if config.layers == "dense":
            area = canvas.height * canvas.width
            self.body = nn.Sequential(
                nn.Flatten(),
                nn.Linear(num_in * area, config.hidden),
                group_norm(config.hidden),
                nn.LeakyReLU(0.2),
                nn.Linear(config.hidden, config.hidden),
                group_norm(config.hidden),
                nn.LeakyReLU(0.2),
            )
            size = config.hidden
        else:
            coarse, widths = _plan(canvas, config)
            stride = 2 ** (len(widths) - 1)
            self.padding = (0, coarse[1] * stride - canvas.width, 0, coarse[0] * stride - canvas.height)
            layers: list[nn.Module] = [PointwiseConv(num_in, widths[0])]
            for fine, rough in pairwise(widths):
                layers += [DownConv(fine, rough), group_norm(rough), nn.LeakyReLU(0.2)]
            self.body = nn.Sequential(*layers, nn.Flatten())
            size = widths[-1] * math.prod(coarse)
        self.head = nn.Linear(size, num_features)
        self.labels = nn.Linear(num_labels, num_features, bias=False) if num_labels else None

    def forward(self, pictures: Tensor, labels: Tensor | None) -> Tensor:
        """Return the features; ``labels`` (n, num_labels) are signs."""
        features: Tensor = self.head(self.body(F.pad(pictures, self.padding)))
        if self.labels is not None and labels is not None:
            features = features + self.labels(labels)
        return features


class Decoder(nn.Module):
    """Maps codes (n, code_dim) and the signs of labels to logits or colours (n, num_out, H, W)."""

    def __init__(self, canvas: Canvas, config: AutoencoderConfig, code_dim: int, num_labels: int, num_out: int) -> None:
        super().__init__()
        self.size = canvas.height, canvas.width
        if config.layers == "dense":
            # A few numbers per pixel, so that many colours do not need millions of weights.
            self.coarse = (config.embedding_dim, *self.size)
            stem = config.hidden
            self.body = nn.Sequential(
                group_norm(stem),
                nn.LeakyReLU(0.2),
                nn.Linear(stem, config.hidden),
                group_norm(config.hidden),
                nn.LeakyReLU(0.2),
                nn.Linear(config.hidden, math.prod(self.coarse)),
                nn.Unflatten(1, self.coarse),
                nn.LeakyReLU(0.2),
                PointwiseConv(config.embedding_dim, num_out),
            )
        else:
            coarse, widths = _plan(canvas, config)
            self.coarse = (widths[-1], *coarse)
            stem = math.prod(self.coarse)
            layers: list[nn.Module] = [nn.Unflatten(1, self.coarse), group_norm(widths[-1]), nn.LeakyReLU(0.2)]
            for rough, fine in pairwise(reversed(widths)):
                layers += [UpConv(rough, fine), group_norm(fine), nn.LeakyReLU(0.2)]
            self.body = nn.Sequential(*layers, PointwiseConv(widths[0], num_out))
        self.stem = nn.Linear(code_dim, stem)
        self.labels = nn.Linear(num_labels, stem, bias=False) if num_labels else None

    def forward(self, code: Tensor, labels: Tensor | None) -> Tensor:
        """Return logits or colours, (n, num_out, H, W); ``labels`` (n, num_labels) are signs."""
        x = self.stem(code)
        if self.labels is not None and labels is not None:
            x = x + self.labels(labels)
        height, width = self.size
        drawn: Tensor = crop(self.body(x), height, width)
        return drawn


class AutoencoderNetwork(nn.Module):
    """Everything that is trained: the input format, encoder, code and decoder, the output format, and the label classifier."""

    def __init__(self, canvas: Canvas, config: AutoencoderConfig, num_labels: int, code: LatentCode) -> None:
        super().__init__()
        self.reader: OneHotInput | PaletteInput
        self.drawing: PixelFormat
        if config.color == "palette":
            self.reader, self.drawing = OneHotInput(canvas, config.embedding_dim), IndexFormat(canvas)
        else:
            self.reader = PaletteInput(canvas)
            self.drawing = ColorFormat(self.reader)
        self.encoder = Encoder(canvas, config, self.reader.num_channels, num_labels, code.num_features)
        self.coding = code
        self.decoder = Decoder(canvas, config, code.code_dim, num_labels, self.drawing.num_channels)
        self.label_reader = LabelClassifier(canvas, self.drawing.num_channels) if num_labels else None

    def features(self, pixels: Tensor, labels: Tensor | None) -> Tensor:
        """Return the encoder's features of pixels (n, H, W); ``labels`` are signs."""
        features: Tensor = self.encoder(self.reader(pixels), labels)
        return features

    def decode(self, code: Tensor, labels: Tensor | None) -> Tensor:
        """Return logits or colours of codes (n, code_dim); ``labels`` are signs."""
        drawn: Tensor = self.decoder(code, labels)
        return drawn


class CodeEncoder(nn.Module):
    """The encoder in its exported form."""

    def __init__(self, autoencoder: AutoencoderNetwork) -> None:
        super().__init__()
        self.reader, self.encoder, self.coding = autoencoder.reader, autoencoder.encoder, autoencoder.coding

    def forward(self, pixels: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and logvar, each (n, L)."""
        return self.coding.mu_and_logvar(self.encoder(self.reader(pixels), _signs(labels)))


class CodeGenerator(nn.Module):
    """The generator in its exported form.

    It can encode its own dream and decode it again ``num_looks`` times, as the recipe ``vaegan`` does: that pulls a dream towards
    the pictures that the autoencoder knows (walking back, Bengio et al. 2013, "Generalized Denoising Auto-Encoders as Generative
    Models", section 4).
    """

    def __init__(self, autoencoder: AutoencoderNetwork, num_looks: int) -> None:
        super().__init__()
        self.coding, self.decoder, self.drawing = autoencoder.coding, autoencoder.decoder, autoencoder.drawing
        self.num_looks = num_looks
        # Without encoding again, no encoder is needed.
        self.reader = autoencoder.reader if num_looks else None
        self.encoder = autoencoder.encoder if num_looks else None

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map z (n, L) to pixels (n, H, W) uint8."""
        return self.drawing.indices(self.draw(z, labels))

    def draw(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map z (n, L) to logits or colours, (n, channels, H, W)."""
        known = _signs(labels)
        drawn: Tensor = self.decoder(self.coding.from_normal(z), known)
        if self.reader is not None and self.encoder is not None:
            for _ in range(self.num_looks):
                mu, _ = self.coding.mu_and_logvar(self.encoder(self.reader(self.drawing.indices(drawn)), known))
                drawn = self.decoder(self.coding.from_normal(mu), known)
        return drawn


class ReconstructionScore(nn.Module):
    """The exported discriminator: how well the autoencoder reconstructs a picture.

    The score is the mean log-likelihood of the pixels in the reconstruction: pictures like those of the training score higher. With
    labels, the loss of the label classifier is subtracted.
    """

    def __init__(self, autoencoder: AutoencoderNetwork) -> None:
        super().__init__()
        self.autoencoder = autoencoder

    def forward(self, pixels: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map pixels (n, H, W) uint8 to scores (n,)."""
        known, model = _signs(labels), self.autoencoder
        mu, _ = model.coding.mu_and_logvar(model.features(pixels, known))
        score = model.drawing.score(model.decode(model.coding.from_normal(mu), known), pixels)
        if model.label_reader is None or known is None:
            return score
        return score - label_loss(model.label_reader(model.drawing.picture(pixels)), known)


def _signs(labels: Tensor | None) -> Tensor | None:
    return None if labels is None else signs(labels)


def _plan(canvas: Canvas, config: AutoencoderConfig) -> tuple[tuple[int, int], tuple[int, ...]]:
    """Return the coarsest size, and the channels from the finest layer to the coarsest."""
    halvings = max(0, min(_MAX_HALVINGS, int(math.log2(max(1, min(canvas.height, canvas.width) / _MIN_COARSE)))))
    coarse = math.ceil(canvas.height / 2**halvings), math.ceil(canvas.width / 2**halvings)
    return coarse, tuple(config.width + level * config.width // 2 for level in range(halvings + 1))
