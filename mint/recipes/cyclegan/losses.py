"""The losses of one step: functions of the networks, and the step's sprites and photographs.

A is the side of photographs, B that of pixel art. Generators and discriminators have one loss each, computed one after the other,
because discriminators see fakes of an image pool, which the learner keeps.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.pixelate.manifest import SCALE
from mint.recipes.building_blocks.one_hot import one_hot, straight_through
from mint.recipes.cyclegan.config import CycleGanConfig
from mint.recipes.cyclegan.networks import CycleGanNetworks


class Schedule(NamedTuple):
    """The numbers of a step that depend only on the images seen."""

    learning_rate: float | Tensor
    ema_weight: float | Tensor  # the share of the averaged weights that the step replaces


class Noise(NamedTuple):
    """All randomness of one step but that of the image pools."""

    sprites: Tensor  # (b,) which sprites
    sprite_crops: Tensor  # (2, b, 1) their first rows and columns
    pictures: Tensor  # (b,) which photographs
    picture_crops: Tensor  # (2, b, 1) their first rows and columns
    mirrored: Tensor  # (b, 1, 1, 1) bool, which photographs are flipped


class Batch(NamedTuple):
    """The crops of one step."""

    pixels: Tensor  # (b, h, w) int64, of sprites
    real_a: Tensor  # (b, 3, 2h, 2w) from 0 to 1, of photographs
    real_b: Tensor  # (b, K, h, w), the pixels as one-hot floats


class GeneratorLosses(NamedTuple):
    """What the generators minimise, what is logged, and the fakes that discriminators see."""

    total: Tensor
    logged: dict[str, Tensor]
    fake_a: Tensor  # (b, 3, 2h, 2w)
    fake_b: Tensor  # (b, K, h, w)


def draw_noise(
    crop: tuple[int, int], sprites_shape: torch.Size, pictures_shape: torch.Size, batch_size: int, random: torch.Generator
) -> Noise:
    """Draw the randomness of a step on sprites (N, H, W) and pictures (P, C, C, 3), for crops (h, w) of sprites."""
    device = random.device
    height, width = crop
    sprites = torch.randperm(sprites_shape[0], generator=random, device=device)[:batch_size]
    sprite_crops = _draw_crops(len(sprites), sprites_shape, (height, width), random)
    pictures = torch.randint(pictures_shape[0], (batch_size,), generator=random, device=device)
    picture_crops = _draw_crops(batch_size, pictures_shape, (SCALE * height, SCALE * width), random)
    mirrored = torch.rand((batch_size, 1, 1, 1), generator=random, device=device) < 0.5
    return Noise(sprites, sprite_crops, pictures, picture_crops, mirrored)


def crop_batch(crop: tuple[int, int], num_colors: int, noise: Noise, sprites: Tensor, pictures: Tensor) -> Batch:
    """Cut the crops of a step out of sprites (N, H, W) uint8 and pictures (P, C, C, 3) uint8."""
    height, width = crop
    pixels = _crop(sprites, noise.sprites, noise.sprite_crops, (height, width)).long()
    photos = _crop(pictures, noise.pictures, noise.picture_crops, (SCALE * height, SCALE * width))  # (b, 2h, 2w, 3)
    real_a = torch.where(noise.mirrored, photos.flip(2), photos).permute(0, 3, 1, 2).float() / 255
    return Batch(pixels, real_a, one_hot(pixels, num_colors))


def generator_losses(networks: CycleGanNetworks, config: CycleGanConfig, batch: Batch) -> GeneratorLosses:
    """Return the losses of both generators: adversarial (least squares, Mao et al. 2017), cycles and identities."""
    generator_ab, generator_ba, discriminator_a, discriminator_b = networks
    pixels, real_a, real_b = batch
    num, num_colors = real_b.shape[:2]
    nearest = generator_ab.palette.distances(F.avg_pool2d(real_a, SCALE)).argmin(1)
    to_a = generator_ba(torch.cat([real_b, one_hot(nearest, num_colors)]))
    fake_a = to_a[:num]
    to_b = generator_ab(torch.cat([real_a, fake_a, generator_ab.palette.enlarge(real_b)]))
    fake_b = straight_through(to_b[:num].softmax(1), 1)
    cycle_a = F.l1_loss(generator_ba(fake_b), real_a)
    cycle_b = F.cross_entropy(to_b[num : 2 * num], pixels)
    # Enlarged pixel art should become itself, and a photograph should be recovered from its nearest colours.
    identity = F.cross_entropy(to_b[2 * num :], pixels) + F.l1_loss(to_a[num:], real_a)
    g_loss = _squared_error(discriminator_a(fake_a), 1) + _squared_error(discriminator_b(fake_b), 1)
    total = g_loss + config.cycle_weight * (cycle_a + 0.1 * cycle_b) + config.identity_weight * 0.1 * identity
    return GeneratorLosses(total, {"recon": cycle_b, "cycle": cycle_a, "identity": identity, "g_loss": g_loss}, fake_a, fake_b)


def discriminator_loss(networks: CycleGanNetworks, batch: Batch, fake_a: Tensor, fake_b: Tensor) -> Tensor:
    """Return the loss of both discriminators on real pictures and fakes."""
    _, _, discriminator_a, discriminator_b = networks
    d_loss_a = _squared_error(discriminator_a(batch.real_a), 1) + _squared_error(discriminator_a(fake_a), 0)
    d_loss_b = _squared_error(discriminator_b(batch.real_b), 1) + _squared_error(discriminator_b(fake_b), 0)
    return d_loss_a + d_loss_b


def _draw_crops(num: int, shape: torch.Size, size: tuple[int, int], random: torch.Generator) -> Tensor:
    """Draw the first rows and columns (2, n, 1) of crops of a size, in pictures of a shape (N, H, W, ...)."""
    starts = [
        torch.randint(shape[axis] - side + 1, (num, 1), generator=random, device=random.device)
        for axis, side in zip((1, 2), size, strict=True)
    ]
    return torch.stack(starts)


def _crop(pictures: Tensor, chosen: Tensor, starts: Tensor, size: tuple[int, int]) -> Tensor:
    """Cut crops (n, h, w, ...) out of the chosen ones of pictures (N, H, W, ...)."""
    rows, columns = (start + torch.arange(side, device=start.device) for start, side in zip(starts, size, strict=True))
    return pictures[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]


def _squared_error(scores: Sequence[Tensor], target: float) -> Tensor:
    """Return the squared error of scores, the mean over patches and then over sizes of patches."""
    return torch.stack([(part - target).square().mean() for part in scores]).mean()
