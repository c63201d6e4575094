"""The learner: the three networks at work on one set of sprites, with their optimisers and averaged weights."""

import copy
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.recipes.adam import Adam
from mint.recipes.autoencoding.pixel_formats import ColorFormat
from mint.recipes.convolution import set_arithmetic
from mint.recipes.dcgan.config import DcGanConfig
from mint.recipes.dcgan.networks import Discriminator, Encoder, Generator
from mint.recipes.learner_state import adjusted, copied, named_tensors, take_over
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, Evidence, Networks

# batch_size counts pictures of so many pixels; of larger ones there are fewer a step, but so many at least.
_AREA = 32 * 32
_LEAST = 4
# How far the random step of R1 goes, a channel.
_STEP = 0.05


class Parts(NamedTuple):
    """The three networks, in training or averaged."""

    encoder: Encoder
    generator: Generator
    discriminator: Discriminator


class DcGanLearner:
    """The three networks at work on one set of sprites."""

    num_labels = 0

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: DcGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._config = self._unadjusted = replace(config, batch_size=_num_a_step(config.batch_size, canvas))
        self._num_sprites = num_sprites
        self.latent_dim = config.latent_dim
        self.images_per_step = min(self._config.batch_size, num_sprites)
        self._reach = [int(config.translation * side) for side in (canvas.height, canvas.width)]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
            self.trained = Parts(Encoder(canvas, config), Generator(canvas, config), Discriminator(canvas, config))
        for net in self.trained:
            net.to(device)
        self._average = copy.deepcopy(self.trained)
        for net in self._average:
            net.requires_grad_(False).eval()
        self._optimizers = {name: Adam(list(net.parameters()), config.betas) for name, net in self.trained._asdict().items()}

    def adjust(self, adjustment: Adjustment) -> None:
        """Train with other learning rates and another number of pictures from the next step on."""
        rates = "learning_rate", "discriminator_learning_rate"
        self._config = adjusted(self._unadjusted, adjustment, rates=rates, numbers=("batch_size",))
        self.images_per_step = min(self._config.batch_size, self._num_sprites)

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 once and return the losses."""
        config = self._config
        encoder, generator, discriminator = self.trained
        device, num = sprites.device, self.images_per_step
        pixels = sprites[torch.randperm(len(sprites), generator=random, device=device)[:num]]
        z = torch.randn((num, self.latent_dim), generator=random, device=device)
        shift = [torch.randint(2 * reach + 1, (1,), generator=random, device=device) for reach in self._reach]
        noise = torch.randn((num, self.latent_dim), generator=random, device=device)

        drawing = generator.drawing
        real = drawing.picture(pixels)
        mu, logvar = encoder.encode(real)
        drawn = generator.draw(torch.cat([z, mu + (0.5 * logvar).exp() * noise]) if config.anchoring else z)
        dreams = drawing.shown(drawn[:num])

        # The discriminator: sprites against dreams, all moved by the same way.
        verdicts = discriminator.judge(self._moved(torch.cat([real, dreams.detach()]), shift))
        d_loss = torch.stack(
            [weight * (F.softplus(-part[:num]).mean() + F.softplus(part[num:]).mean()) for weight, part in verdicts]
        ).sum()
        objective = d_loss
        if config.r1:
            nudged = self._moved(real + _STEP * torch.randn(real.shape, generator=random, device=device), shift)
            steep = [
                weight * ((after - before[:num]) / _STEP).square().mean()
                for (weight, before), (_, after) in zip(verdicts, discriminator.judge(nudged), strict=True)
            ]
            objective = objective + 0.5 * config.r1 * torch.stack(steep).sum()
        judging = torch.autograd.grad(objective, self._optimizers["discriminator"].parameters)

        # The generator: dreams that pass for sprites; and sprites, from the latents that the encoder finds for them.
        g_loss = torch.stack(
            [weight * F.softplus(-part).mean() for weight, part in discriminator.judge(self._moved(dreams, shift))]
        ).sum()
        recon = drawing.loss(drawn[num:] if config.anchoring else generator.draw(mu), pixels)
        drawing_gradients = torch.autograd.grad(
            g_loss + config.anchoring * recon, self._optimizers["generator"].parameters, retain_graph=True
        )

        # The encoder: which latents drew a dream, and which would draw a sprite.
        found, spread = encoder.encode(dreams.detach())
        regression = 0.5 * ((z - found).square() * (-spread).exp() + spread).mean()
        kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1).mean()
        finding = torch.autograd.grad(recon + regression + kl / pixels[0].numel(), self._optimizers["encoder"].parameters)

        slowdown = math.sqrt(min(1.0, config.decay_start / max(images_seen, 1)))
        rate, judging_rate = config.learning_rate * slowdown, config.discriminator_learning_rate * slowdown
        self._optimizers["discriminator"].step(judging, judging_rate)
        self._optimizers["generator"].step(drawing_gradients, rate)
        self._optimizers["encoder"].step(finding, rate)
        self._update_average(images_seen // num)
        shown = {"recon": recon, "z": regression, "g_loss": g_loss, "d_loss": d_loss}
        return {name: loss.detach() for name, loss in shown.items()}

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self.trained:
            set_arithmetic(net, arithmetic)

    def evidence(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> Evidence | None:
        """Return the averaged weights' logits for pixels (n, H, W) uint8, decoded from latents of the posterior, and its KL."""
        encoder, generator, _ = self._average
        if self._config.color == "rgba":
            return None
        mu, logvar = encoder(pixels)
        z = mu + (0.5 * logvar).exp() * torch.randn(mu.shape, generator=random, device=mu.device)
        return Evidence(generator.draw(z), 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1))

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return the colours that the generator draws, (n, H, W, 4) uint8; None where it draws palette indices."""
        drawing = self._average.generator.drawing
        return drawing.rgba(self._average.generator.draw(z)) if isinstance(drawing, ColorFormat) else None

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return Networks(*self._average)

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights and the optimisers' moments, by name."""
        return copied(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises ValueError where names or shapes differ."""
        take_over(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        return named_tensors(self.trained._asdict(), self._average._asdict(), self._optimizers)

    def _moved(self, pictures: Tensor, shift: list[Tensor]) -> Tensor:
        """Move pictures (n, K, H, W) down and right, from nothing to twice the reach less the reach; what comes in is nothing."""
        down, right = self._reach
        x = F.pad(pictures, (right, right, down, down))
        for axis, start in zip((2, 3), shift, strict=True):
            x = x.index_select(axis, start + torch.arange(pictures.shape[axis], device=x.device))
        return x

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        # Early averages forget faster: fresh weights are far from where they will be.
        forgetting = 1 - min(self._config.average_decay, (step + 1) / (step + 10))
        for net, average in zip(self.trained, self._average, strict=True):
            torch._foreach_lerp_(list(average.parameters()), list(net.parameters()), forgetting)
            for buffer, current in zip(average.buffers(), net.buffers(), strict=True):
                buffer.copy_(current)  # spectral norm's directions are of length 1, and means of them are not


def _num_a_step(batch_size: int, canvas: Canvas) -> int:
    """Return how many pictures are as many pixels as batch_size of 32x32; at least _LEAST, no more than asked for."""
    return min(batch_size, max(_LEAST, round(batch_size * _AREA / (canvas.height * canvas.width))))
