"""Encoder and generator in the form in which they are shown and exported."""

import torch
from torch import Tensor, nn

from mint.recipes.recipe import Networks
from mint.recipes.vaegan.composition import NUM_ARRANGEMENT_LATENTS, compose
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.networks import Encoder, Generator, VaeGanNetworks

# Of the posterior of a sprite's arrangement, which is known: the smallest one that the encoder knows.
_LOG_VARIANCE = -8.0


def num_latents(config: VaeGanConfig) -> int:
    """Return the number of components of a latent of the exported networks."""
    return 2 * config.latent_dim + NUM_ARRANGEMENT_LATENTS if config.imagination else config.latent_dim


def exported_networks(networks: VaeGanNetworks, config: VaeGanConfig) -> Networks:
    """Return the networks as they are exported, sharing memory with the given ones."""
    encoder, generator, discriminator = networks
    if config.imagination:
        return Networks(SpriteEncoder(encoder), LayeredDreamGenerator(encoder, generator, config), discriminator)
    return Networks(encoder, DreamGenerator(encoder, generator, config), discriminator)


class DreamGenerator(nn.Module):
    """The generator of single layers, which encodes its own dream and decodes it again.

    Dreams from between the sprites are frayed at first. Encoding and decoding them again pulls them towards what the autoencoder
    knows (sampling by walking back, Bengio et al. 2013, "Generalized Denoising Auto-Encoders as Generative Models", section 4). In
    each of ``num_looks`` rounds a latent moves the share ``insight`` of the way to the new one; that of a sprite stays where it is.
    """

    def __init__(self, encoder: Encoder, generator: Generator, config: VaeGanConfig) -> None:
        super().__init__()
        self.encoder = encoder
        self.generator = generator
        self.num_looks = config.num_looks
        self.insight = config.insight

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map latents (n, L) to pixels (n, H, W) uint8."""
        pixels: Tensor = self.generator(self.encode_again(z, labels), labels)
        return pixels

    def encode_again(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Return the latents (n, L) after all rounds."""
        for _ in range(self.num_looks):
            mu, _ = self.encoder(self.generator(z, labels), labels)
            z = z + self.insight * (mu - z)
        return z


class LayeredDreamGenerator(DreamGenerator):
    """The generator of dreams in two layers; its latents are those of the background, the foreground and the arrangement."""

    def __init__(self, encoder: Encoder, generator: Generator, config: VaeGanConfig) -> None:
        super().__init__(encoder, generator, config)
        self.layer_dim = config.latent_dim
        self.imagination = config.imagination

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map latents (n, 2 L + NUM_ARRANGEMENT_LATENTS) to pixels (n, H, W) uint8."""
        layers, arrangement = z[:, : 2 * self.layer_dim], z[:, 2 * self.layer_dim :]
        z = layers.reshape(-1, self.layer_dim)  # the backgrounds at even places, the foregrounds at odd ones
        if labels is not None:
            labels = torch.stack([labels, labels], 1).flatten(0, 1)
        logits, opacity = self.generator.layers(self.encode_again(z, labels), labels)
        pixels, opaque = logits.argmax(1).float(), (opacity > 0).float()
        return compose(pixels[::2], pixels[1::2], opaque[1::2], arrangement, self.imagination).to(torch.uint8)


class SpriteEncoder(nn.Module):
    """The encoder for ``LayeredDreamGenerator``: a sprite is a background that is not moved, without a foreground."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pixels: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and logvar, each (n, 2 L + NUM_ARRANGEMENT_LATENTS)."""
        mu, logvar = self.encoder(pixels, labels)
        # There is no foreground to see, so its posterior is the prior. A product keeps the number of pictures open in the export.
        prior = 0 * mu
        arrangement = prior[:, :1] * torch.zeros(NUM_ARRANGEMENT_LATENTS, device=mu.device)
        return torch.cat([mu, prior, arrangement], 1), torch.cat([logvar, prior, arrangement + _LOG_VARIANCE], 1)
