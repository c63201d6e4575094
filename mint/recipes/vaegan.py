"""The recipe ``vaegan``: a VAE-GAN (Larsen et al. 2015, arXiv 1512.09300) on palette indices.

Sprites go in as one-hot indices and come out as one logit a colour and pixel. Three networks learn together:

    encoder        KL divergence and reconstruction
    generator      reconstruction (cross-entropy on indices, and features of the discriminator) and the adversarial loss
    discriminator  real patches against those of reconstructions and dreams

As in the paper, adversarial gradients do not reach the encoder, and both reconstructions and dreams are fakes. It differs in
four things, which keep dreams crisp and various for as long as one trains:

- Fakes are hard one-hot pixels with the softmax's gradient (straight through): a discriminator that sees soft ones learns to tell
  soft from hard, and nothing of what they show.
- The discriminator judges 4x4 patches alone, and the adversary acts on dreams alone.
- The autoencoder also reconstructs collages of its sprites. So the latents between sprites mean something, and learning has no
  end at which the nine are known by heart.
- What is shown and exported looks at its dreams and draws them again (``Dreamer``).

What was tried, two tokens or more each. "Known" is the share of 3x3 patches in hallucinations that the sprites have, in brackets
the steps; reconstruction reached 99 % after 80 to 120 steps wherever nothing else is said.

- soft fakes: dreams collapse into one tiling, diversity .43, copies .46 (900); straight through: diversity .85, copies .2 (900)
- a global critic beside the patches: known .44, without it .47, at half the cost (400); a second scale of 10x10: no gain
- no collages: known .36 (600), .42 with a tenfold adversary; 5 a step: .52 (800); 9 or 12 a step: .58 to .60 (800)
- 9 collages without an adversary: known .37, with it .46 (600)
- collages of large parts alone: 95 % of dreams are unlike every sprite; with small parts 83 %, and known the same (800)
- learning rate 2e-3: known .54; 4e-3: .58; 6e-3: .60 (800). With the discriminator at 4e-3 and a fivefold adversary sprites get
  lost, coverage .89 (800)
- nearest upsampling and 3x3 convolutions: known .37, transposed convolutions: .59 (600)
- latents of 16, 32, 64, 128 numbers: the same within .02; laid out over a 4x4 grid: collapse, coverage .11 (400)
- a softmax memory of 32 slots in the generator: reconstruction .3 to .8 (400)
- generator widths 128, 96, 64: a quarter slower, and no better at the same step
- no look: known .53; one whole look (insight 1): .71, copies .38; at beta 10 two looks with insight .75: known .78, copies .24, at
  beta 3: .76 and .15, at beta 1: .74 and .09; without a look beta 32 was best (700)
"""

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mint.recipes.collage import collage_masks
from mint.recipes.onehot import one_hot, straight_through
from mint.recipes.recipe import Canvas, Networks

_STRIDE = 8  # of the encoder: three convolutions that halve


@dataclass(frozen=True, kw_only=True)
class VaeGanConfig:
    """What can be chosen in the recipe; the defaults are what holds over tokens."""

    latent_dim: int = 32
    # Sprites a step; where there are no more than that, each step sees all of them once.
    batch_size: int = 9
    num_collages: int = 12
    num_dreams: int = 6
    encoder_widths: tuple[int, int, int] = (32, 64, 96)
    generator_widths: tuple[int, int, int] = (96, 72, 48)
    discriminator_width: int = 48

    learning_rate: float = 8e-3
    discriminator_learning_rate: float = 2e-3
    # Images seen after which learning rates fall with the inverse square root of time.
    decay_start: int = 5400
    # Adam's: a low first moment keeps a GAN from circling.
    betas: tuple[float, float] = (0.5, 0.9)

    # Weights of the losses. beta weighs KL against the evidence lower bound's 1 (beta-VAE, Higgins et al. 2017).
    beta: float = 3.0
    collage_weight: float = 1.0
    feature_weight: float = 0.1
    adversarial_weight: float = 3.0

    # Images seen until KL, collages and the adversary are fully there.
    kl_warm_up: int = 2700
    collage_start: int = 1350
    adversary_start: int = 1800
    adversary_warm_up: int = 1800

    # How often a dream is looked at and drawn again, and how far its latent then moves.
    num_looks: int = 2
    insight: float = 0.75

    # Images seen after which the adversary's weight falls as 1 / time and beta grows as its root: an adversary that goes on wins in
    # the end and frays the dreams, and an ever better autoencoder would leave more and more of the prior to nobody.
    settle_start: int = 9000

    # Averaged weights: how much of the average stays at each step.
    average_decay: float = 0.995

    def __post_init__(self) -> None:
        assert self.latent_dim >= 1
        assert self.batch_size >= 1
        assert self.num_dreams >= 1
        assert 0 <= self.average_decay < 1


class Encoder(nn.Module):
    """Pixels to the mean and log-variance of a normal distribution of latents."""

    def __init__(self, canvas: Canvas, config: VaeGanConfig) -> None:
        super().__init__()
        first, second, third = config.encoder_widths
        self.num_colors = canvas.num_colors
        self.padding = _padding(canvas)
        self.conv1 = nn.Conv2d(canvas.num_colors, first, 4, 2, 1)
        self.conv2 = nn.Conv2d(first, second, 4, 2, 1)
        self.norm2 = _norm(second)
        self.conv3 = nn.Conv2d(second, third, 4, 2, 1)
        self.norm3 = _norm(third)
        self.head = nn.Linear(third * math.prod(_coarse(canvas)), 2 * config.latent_dim)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and logvar, each (n, L)."""
        return self.encode(one_hot(pixels, self.num_colors))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map one-hot pixels (n, K, H, W) to mu and logvar, each (n, L)."""
        x = F.leaky_relu(self.conv1(F.pad(x, self.padding)), 0.2)  # (n, 32, H/2, W/2)
        x = F.leaky_relu(self.norm2(self.conv2(x)), 0.2)  # (n, 64, H/4, W/4)
        x = F.leaky_relu(self.norm3(self.conv3(x)), 0.2)  # (n, 96, H/8, W/8)
        mu, logvar = self.head(x.flatten(1)).chunk(2, 1)
        return mu, logvar.clamp(-8, 4)


class Generator(nn.Module):
    """Latents to pixels."""

    def __init__(self, canvas: Canvas, config: VaeGanConfig) -> None:
        super().__init__()
        first, second, third = config.generator_widths
        self.size = canvas.height, canvas.width
        self.coarse = (first, *_coarse(canvas))
        self.stem = nn.Linear(config.latent_dim, math.prod(self.coarse))
        self.norm1 = _norm(first)
        self.up1 = nn.ConvTranspose2d(first, second, 4, 2, 1)
        self.norm2 = _norm(second)
        self.up2 = nn.ConvTranspose2d(second, third, 4, 2, 1)
        self.norm3 = _norm(third)
        self.up3 = nn.ConvTranspose2d(third, canvas.num_colors, 4, 2, 1)

    def forward(self, z: Tensor) -> Tensor:
        """Map latents (n, L) to pixels (n, H, W) uint8."""
        return self.logits(z).argmax(1).to(torch.uint8)

    def logits(self, z: Tensor) -> Tensor:
        """Map latents (n, L) to logits (n, K, H, W)."""
        x = self.stem(z).unflatten(1, self.coarse)  # (n, 128, H/8, W/8)
        x = F.leaky_relu(self.norm1(x), 0.2)
        x = F.leaky_relu(self.norm2(self.up1(x)), 0.2)  # (n, 96, H/4, W/4)
        x = F.leaky_relu(self.norm3(self.up2(x)), 0.2)  # (n, 64, H/2, W/2)
        height, width = self.size
        logits: Tensor = self.up3(x)[:, :, :height, :width]
        return logits


class Dreamer(nn.Module):
    """The generator as it is shown and exported: it looks at its own dream and draws again what it understood.

    What lies between the sprites comes out frayed at first. Encoding it and decoding again pulls it towards what the autoencoder
    knows (sampling by walking back, Bengio et al. 2013, "Generalized Denoising Auto-Encoders as Generative Models", section 4). A
    latent moves the share ``insight`` of the way at each of ``num_looks`` looks; a sprite's own latent stays where it is.
    """

    def __init__(self, encoder: Encoder, generator: Generator, config: VaeGanConfig) -> None:
        super().__init__()
        self.encoder = encoder
        self.generator = generator
        self.num_looks = config.num_looks
        self.insight = config.insight

    def forward(self, z: Tensor) -> Tensor:
        """Map latents (n, L) to pixels (n, H, W) uint8."""
        for _ in range(self.num_looks):
            mu, _ = self.encoder(self.generator(z))
            z = z + self.insight * (mu - z)
        pixels: Tensor = self.generator(z)
        return pixels


class Discriminator(nn.Module):
    """Pixels to a score of how real their 4x4 patches look; it sees every second patch of each row and column."""

    def __init__(self, canvas: Canvas, config: VaeGanConfig) -> None:
        super().__init__()
        width = config.discriminator_width
        self.num_colors = canvas.num_colors
        self.conv1 = nn.Conv2d(canvas.num_colors, width, 4, 2, 1)
        self.conv2 = nn.Conv2d(width, width, 1)
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to the mean score of their patches, (n,); larger is more real."""
        scores, _ = self.judge(one_hot(pixels, self.num_colors))
        return scores.mean(1)

    def judge(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map one-hot pixels (n, K, H, W) to patch scores (n, patches) and features (n, width, H/2, W/2)."""
        features = self.conv1(x)
        scores = self.head(F.leaky_relu(self.conv2(F.leaky_relu(features, 0.2)), 0.2))
        return scores.flatten(1), features


class Parts(NamedTuple):
    """The three networks that learn."""

    encoder: Encoder
    generator: Generator
    discriminator: Discriminator


class Noise(NamedTuple):
    """All the chance of one step."""

    batch: Tensor  # (b,) which sprites
    pairs: Tensor  # (2, c) which sprites a collage is made of
    masks: Tensor  # (c, H, W) bool, where a collage shows the first of its pair
    posterior: Tensor  # (b + c, L) standard normal
    prior: Tensor  # (d, L) standard normal
    shift: tuple[int, int]  # rows and columns by which the discriminator's view is moved


class Losses(NamedTuple):
    """The losses of one step: what each side minimises, and what is shown."""

    autoencoder: Tensor
    discriminator: Tensor
    shown: dict[str, Tensor]


class VaeGan:
    """The recipe, with its configuration."""

    name = "vaegan"
    version = 1

    def __init__(self, config: VaeGanConfig | None = None) -> None:
        self._config = config or VaeGanConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self._config).items()}

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> "VaeGanLearner":
        """Build fresh networks for so many sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        return VaeGanLearner(canvas, num_sprites, self._config, device, random)


class VaeGanLearner:
    """The three networks at work on one set of sprites."""

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: VaeGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._canvas = canvas
        self._config = config
        self.latent_dim = config.latent_dim
        self.images_per_step = min(config.batch_size, num_sprites)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
            self.trained = Parts(
                Encoder(canvas, config).to(device), Generator(canvas, config).to(device), Discriminator(canvas, config).to(device)
            )
        self._average = copy.deepcopy(self.trained)
        for net in self._average:
            net.requires_grad_(False).eval()
        self._dreamer = Dreamer(self._average.encoder, self._average.generator, config)
        autoencoder = [*self.trained.encoder.parameters(), *self.trained.generator.parameters()]
        self._optimizers = {
            "autoencoder": _adam(autoencoder, config.learning_rate, config.betas),
            "discriminator": _adam(self.trained.discriminator.parameters(), config.discriminator_learning_rate, config.betas),
        }

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 once and return the losses."""
        config = self._config
        noise = self._draw_noise(len(sprites), images_seen, random)
        losses = self.losses(sprites, images_seen, noise)
        for optimizer, loss in zip(self._optimizers.values(), (losses.autoencoder, losses.discriminator), strict=True):
            parameters = optimizer.param_groups[0]["params"]
            # Each side gets the gradients of its own loss alone, from the one graph.
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters, retain_graph=True), strict=True):
                parameter.grad = gradient
        slowdown = math.sqrt(min(1.0, config.decay_start / max(images_seen, 1)))
        for optimizer, rate in zip(
            self._optimizers.values(), (config.learning_rate, config.discriminator_learning_rate), strict=True
        ):
            optimizer.param_groups[0]["lr"] = rate * slowdown
            optimizer.step()
        self._update_average(images_seen)
        return losses.shown

    def losses(self, sprites: Tensor, images_seen: int, noise: "Noise") -> "Losses":
        """Compute the losses of one step: a function of the weights, the sprites, the schedules' place and the noise alone."""
        config = self._config
        real = sprites[noise.batch].long()  # (b, H, W)
        first, second = sprites[noise.pairs].long()  # (c, H, W) each
        targets = torch.cat([real, torch.where(noise.masks, first, second)])  # (b + c, H, W)

        # Reconstruct sprites and collages; dream.
        mu, logvar = self.trained.encoder.encode(one_hot(targets, self._canvas.num_colors))
        z = mu + (0.5 * logvar).exp() * noise.posterior
        logits = self.trained.generator.logits(torch.cat([z, noise.prior]))
        num_real, num_targets = len(real), len(targets)
        reconstruction = F.cross_entropy(logits[:num_real], targets[:num_real])
        kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1).mean()

        # Judge sprites, their reconstructions and dreams in one pass.
        fakes = straight_through(torch.cat([logits[:num_real], logits[num_targets:]]))
        view = torch.roll(torch.cat([one_hot(real, self._canvas.num_colors), fakes]), noise.shift, (2, 3))
        scores, features = self.trained.discriminator.judge(view)
        on_real, on_reconstructions, on_dreams = torch.split(scores, [num_real, num_real, len(noise.prior)])
        feature_loss = F.mse_loss(features[num_real : 2 * num_real], features[:num_real].detach())
        fooling = F.softplus(-on_dreams).mean()
        spotting = F.softplus(-on_real).mean() + 0.5 * (F.softplus(on_reconstructions).mean() + F.softplus(on_dreams).mean())

        settled = min(1.0, config.settle_start / max(images_seen, 1))
        beta = config.beta / math.sqrt(settled) * min(1.0, (images_seen + 1) / config.kl_warm_up)
        adversarial_weight = (
            config.adversarial_weight * settled * _ramp(images_seen, config.adversary_start, config.adversary_warm_up)
        )
        autoencoder = (
            reconstruction + beta * kl / real[0].numel() + config.feature_weight * feature_loss + adversarial_weight * fooling
        )
        if num_targets > num_real:
            collages = F.cross_entropy(logits[num_real:num_targets], targets[num_real:])
            autoencoder = autoencoder + config.collage_weight * (num_targets - num_real) / num_real * collages
        shown = {"recon": reconstruction, "kl": kl, "g_loss": fooling, "d_loss": spotting}
        return Losses(autoencoder, spotting, {name: loss.detach() for name, loss in shown.items()})

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return Networks(self._average.encoder, self._dreamer, self._average.discriminator)

    def state(self) -> dict[str, Tensor]:
        """Return weights, averaged weights and the optimisers' moments, by name."""
        state: dict[str, Tensor] = {}
        for name, net, average in zip(Parts._fields, self.trained, self._average, strict=True):
            state |= {f"{name}.{key}": tensor for key, tensor in net.state_dict().items()}
            state |= {f"average.{name}.{key}": tensor for key, tensor in average.state_dict().items()}
        for name, optimizer in self._optimizers.items():
            for index, moments in optimizer.state_dict()["state"].items():
                state |= {f"optimizer.{name}.{index}.{key}": tensor for key, tensor in moments.items()}
        return state

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises ValueError where names or shapes differ."""
        own = {
            f"{name}.{key}": tensor
            for name, net in zip(Parts._fields, self.trained, strict=True)
            for key, tensor in net.state_dict().items()
        }
        for key, tensor in own.items():
            for name in (key, f"average.{key}"):
                if name not in state or state[name].shape != tensor.shape:
                    raise ValueError(f"{name} is missing or has another shape")
        for name, net, average in zip(Parts._fields, self.trained, self._average, strict=True):
            net.load_state_dict(_below(f"{name}.", state))
            average.load_state_dict(_below(f"average.{name}.", state))
        for name, optimizer in self._optimizers.items():
            moments: dict[int, dict[str, Tensor]] = {}
            for key, tensor in _below(f"optimizer.{name}.", state).items():
                index, moment = key.split(".")
                moments.setdefault(int(index), {})[moment] = tensor
            optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})

    def _draw_noise(self, num_sprites: int, images_seen: int, random: torch.Generator) -> "Noise":
        config, canvas, device = self._config, self._canvas, random.device
        num_collages = config.num_collages if images_seen >= config.collage_start else 0
        batch = torch.randperm(num_sprites, generator=random, device=device)[: self.images_per_step]
        latent = (len(batch) + num_collages, config.latent_dim)
        row, column = torch.randint(2, (2,), generator=random, device=device).tolist()
        return Noise(
            batch=batch,
            pairs=torch.randint(num_sprites, (2, num_collages), generator=random, device=device),
            masks=collage_masks(num_collages, canvas, random),
            posterior=torch.randn(latent, generator=random, device=device),
            prior=torch.randn((config.num_dreams, config.latent_dim), generator=random, device=device),
            shift=(row, column),
        )

    @torch.no_grad()
    def _update_average(self, images_seen: int) -> None:
        step = images_seen // self.images_per_step
        # Early averages forget faster: fresh weights are far from where they will be.
        decay = min(self._config.average_decay, (step + 1) / (step + 10))
        averages: list[Tensor] = [tensor for net in self._average for tensor in net.parameters()]
        current: list[Tensor] = [tensor for net in self.trained for tensor in net.parameters()]
        torch._foreach_lerp_(averages, current, 1 - decay)


def _ramp(images_seen: int, start: int, length: int) -> float:
    return min(1.0, max(0.0, (images_seen - start) / length))


def _norm(channels: int) -> nn.GroupNorm:
    # GroupNorm: BatchNorm over sprites, reconstructions and dreams together makes dreams collapse.
    return nn.GroupNorm(math.gcd(channels, 8), channels)


def _coarse(canvas: Canvas) -> tuple[int, int]:
    return math.ceil(canvas.height / _STRIDE), math.ceil(canvas.width / _STRIDE)


def _padding(canvas: Canvas) -> tuple[int, int, int, int]:
    height, width = _coarse(canvas)
    return 0, width * _STRIDE - canvas.width, 0, height * _STRIDE - canvas.height


def _adam(parameters: Iterable[nn.Parameter], learning_rate: float, betas: tuple[float, float]) -> torch.optim.Adam:
    return torch.optim.Adam(parameters, lr=learning_rate, betas=betas, fused=True)


def _below(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): tensor for key, tensor in state.items() if key.startswith(prefix)}
