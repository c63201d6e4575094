"""The learner: two generators and two critics at work on pictures and sprites, with optimisers, pools and averaged weights."""

import copy
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.recipes.adam import Adam
from mint.recipes.convolution import set_arithmetic
from mint.recipes.cyclegan.config import CycleGanConfig
from mint.recipes.cyclegan.image_latents import LATENT_DIM, ImageLatentEncoder, ImageLatentGenerator, ImageLatentScore
from mint.recipes.cyclegan.image_pool import ImagePool
from mint.recipes.cyclegan.networks import SCALE, PatchDiscriminator, PhotoGenerator, PixelArtGenerator, Pixelator
from mint.recipes.learner_state import adjusted, copied, named_tensors, take_over
from mint.recipes.one_hot import one_hot
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, Evidence, Networks


class Parts(NamedTuple):
    """The four networks."""

    painter: PixelArtGenerator  # A to B
    photographer: PhotoGenerator  # B to A
    picture_critic: PatchDiscriminator  # of A
    sprite_critic: PatchDiscriminator  # of B


class CycleGanLearner:
    """The four networks at work on one set of sprites and one of pictures."""

    num_labels = 0
    latent_dim = LATENT_DIM

    def __init__(
        self,
        canvas: Canvas,
        num_sprites: int,
        views: Tensor,
        config: CycleGanConfig,
        device: torch.device,
        random: torch.Generator,
    ) -> None:
        """Begin with pictures ``views`` (P, C, C, 3) uint8, whose sides are at least twice those of the sprites."""
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self._canvas = canvas
        self._views = views.to(device)
        self.images_per_step = min(config.batch_size, num_sprites)
        self._crop = min(config.crop, canvas.height), min(config.crop, canvas.width)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
            self.trained = Parts(
                PixelArtGenerator(canvas, config),
                PhotoGenerator(canvas, config),
                PatchDiscriminator(3, _halvings(3, SCALE * min(self._crop)), config),
                PatchDiscriminator(canvas.num_colors, _halvings(2, min(self._crop)), config),
            )
        for net in self.trained:
            net.to(device)
        self._average = copy.deepcopy(self.trained)
        for net in self._average:
            net.requires_grad_(False).eval()
        gallery = ImageLatentGenerator(self._average.painter, self._average.photographer, self._views, canvas).to(device)
        self._networks = Networks(
            ImageLatentEncoder(gallery).eval(),
            gallery.eval(),
            ImageLatentScore(self._average.sprite_critic, canvas).eval(),
            Pixelator(self._average.painter, canvas).to(device).eval(),
        )
        self._gallery = gallery
        generators = [*self.trained.painter.parameters(), *self.trained.photographer.parameters()]
        critics = [*self.trained.picture_critic.parameters(), *self.trained.sprite_critic.parameters()]
        self._optimizers = {"generators": Adam(generators, config.betas), "critics": Adam(critics, config.betas)}
        height, width = self._crop
        self._pools = {
            "pictures": ImagePool(config.pool_size, (3, SCALE * height, SCALE * width), device),
            "sprites": ImagePool(config.pool_size, (canvas.num_colors, height, width), device),
        }

    def adjust(self, adjustment: Adjustment) -> None:
        """Train with other learning rates and another number of pictures from the next step on."""
        self._config = adjusted(self._unadjusted, adjustment, rates=("learning_rate",), numbers=("batch_size",))
        self.images_per_step = min(self._config.batch_size, self._num_sprites)

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 and the pictures once and return the losses."""
        config = self._config
        painter, photographer, picture_critic, sprite_critic = self.trained
        if len(self._gallery.sprites) != len(sprites):
            self._gallery.sprites = sprites
        pixels = self._some_sprites(sprites, random)  # (n, h, w)
        real_b = one_hot(pixels, self._canvas.num_colors)
        real_a = self._some_pictures(random)

        # There and back again.
        num = len(pixels)
        plain = painter.palette.farness(F.avg_pool2d(real_a, SCALE)).argmin(1)
        depicted = photographer(torch.cat([real_b, one_hot(plain, self._canvas.num_colors)]))
        fake_a = depicted[:num]
        painted = painter(torch.cat([real_a, fake_a, painter.palette.shown(real_b)]))
        fake_b = _drawn(painted[:num])
        cycle_a = F.l1_loss(photographer(fake_b), real_a)
        cycle_b = F.cross_entropy(painted[num : 2 * num], pixels)
        # What is pixel art already stays as it is, and a picture is found again in its nearest colours.
        identity = F.cross_entropy(painted[2 * num :], pixels) + F.l1_loss(depicted[num:], real_a)

        # The generators, against critics that score 1 what is real (least squares, Mao et al. 2017).
        adversarial = _off(picture_critic(fake_a), 1) + _off(sprite_critic(fake_b), 1)
        loss = adversarial + config.cycle_weight * (cycle_a + 0.1 * cycle_b) + config.identity_weight * 0.1 * identity
        drawing = torch.autograd.grad(loss, self._optimizers["generators"].parameters)

        # The critics, with fakes of now and of before.
        old_a = self._pools["pictures"].exchange(fake_a, random)
        old_b = self._pools["sprites"].exchange(fake_b, random)
        spotting_a = _off(picture_critic(real_a), 1) + _off(picture_critic(old_a), 0)
        spotting_b = _off(sprite_critic(real_b), 1) + _off(sprite_critic(old_b), 0)
        judging = torch.autograd.grad(spotting_a + spotting_b, self._optimizers["critics"].parameters)

        rate = self._learning_rate(images_seen)
        self._optimizers["generators"].step(drawing, rate)
        self._optimizers["critics"].step(judging, rate)
        self._update_average(images_seen // self.images_per_step)
        shown = {
            "recon": cycle_b,
            "cycle": cycle_a,
            "identity": identity,
            "g_loss": adversarial,
            "d_loss": spotting_a + spotting_b,
        }
        return {name: value.detach() for name, value in shown.items()}

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self.trained:
            set_arithmetic(net, arithmetic)

    def evidence(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> Evidence | None:
        """Return None: a picture has no latent of its own here."""
        return None

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return None: palette indices are drawn from the start."""
        return None

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return self._networks

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights, the optimisers' moments and the pools, by name."""
        return copied(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises ValueError where names or shapes differ."""
        take_over(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        named = named_tensors(self.trained._asdict(), self._average._asdict(), self._optimizers)
        for name, pool in self._pools.items():
            named |= {f"pool.{name}.pictures": pool.pictures, f"pool.{name}.count": pool.count}
        return named

    def _learning_rate(self, images_seen: int) -> float:
        config = self._config
        gone = (images_seen - config.decay_start) / (config.decay_end - config.decay_start)
        return config.learning_rate * (1 - 0.9 * min(1.0, max(0.0, gone)))

    def _some_sprites(self, sprites: Tensor, random: torch.Generator) -> Tensor:
        """Return random crops of random sprites, (n, h, w) int64."""
        chosen = torch.randperm(len(sprites), generator=random, device=sprites.device)[: self.images_per_step]
        return _cropped(sprites[chosen][..., None], self._crop, random)[..., 0].long()

    def _some_pictures(self, random: torch.Generator) -> Tensor:
        """Return random crops of random pictures, half of them mirrored, (n, 3, 2h, 2w) from 0 to 1."""
        num, device = self.images_per_step, self._views.device
        chosen = torch.randint(len(self._views), (num,), generator=random, device=device)
        height, width = self._crop
        crops = _cropped(self._views[chosen], (SCALE * height, SCALE * width), random)
        mirrored = torch.rand((num, 1, 1, 1), generator=random, device=device) < 0.5
        return torch.where(mirrored, crops.flip(2), crops).permute(0, 3, 1, 2).float() / 255

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        # Early averages forget faster: fresh weights are far from where they will be.
        forgetting = 1 - min(self._config.average_decay, (step + 1) / (step + 10))
        for net, average in zip(self.trained, self._average, strict=True):
            torch._foreach_lerp_(list(average.parameters()), list(net.parameters()), forgetting)


def _halvings(wished: int, side: int) -> int:
    """Return how often a critic halves pictures of a side, so that something is left to judge."""
    return max(1, min(wished, int(math.log2(side)) - 1))


def _cropped(pictures: Tensor, size: tuple[int, int], random: torch.Generator) -> Tensor:
    """Cut a random part of ``size`` out of each of pictures (n, H, W, C)."""
    num, device = len(pictures), pictures.device
    places = []
    for axis, side in zip((1, 2), size, strict=True):
        start = torch.randint(pictures.shape[axis] - side + 1, (num, 1), generator=random, device=device)
        places.append(start + torch.arange(side, device=device))
    rows, columns = places
    return pictures[torch.arange(num, device=device)[:, None, None], rows[:, :, None], columns[:, None, :]]


def _drawn(logits: Tensor) -> Tensor:
    """Return the drawn colours one-hot, with the gradient of the softmax (straight through, Bengio et al. 2013)."""
    soft = logits.softmax(1)
    return (soft == soft.amax(1, keepdim=True)).float() + soft - soft.detach()


def _off(scores: Sequence[Tensor], wanted: float) -> Tensor:
    """Return how far scores are from what is wanted, the mean square over patches and then over sizes of patches."""
    return torch.stack([(part - wanted).square().mean() for part in scores]).mean()
