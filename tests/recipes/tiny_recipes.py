"""Every registered recipe, with small networks where it matters, and the sprites, labels and pictures of their tests.

A recipe that has no small configuration here is tested with its defaults.
"""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from mint.recipes import registry
from mint.recipes.autoencoder import Autoencoder, PlainAutoencoderConfig
from mint.recipes.autoencoding.config import Layers
from mint.recipes.building_blocks.configuration import Color
from mint.recipes.cvae import Cvae, CvaeConfig
from mint.recipes.cyclegan import CycleGan, CycleGanConfig
from mint.recipes.dcgan import DcGan, DcGanConfig
from mint.recipes.gumbel import Gumbel, GumbelConfig
from mint.recipes.recipe import Canvas, Learner, PictureRecipe, Recipe
from mint.recipes.vae import Vae, VaeConfig
from mint.recipes.vaegan import VaeGan, VaeGanConfig

TINY_VAEGAN = VaeGanConfig(
    latent_dim=6,
    num_collages=2,
    num_dreams=3,
    encoder_widths=(8, 8, 8),
    generator_widths=(16, 8, 8),
    discriminator_width=8,
    kl_warm_up=20,
    collage_start=12,
    adversary_start=12,
    adversary_warm_up=12,
)


def _plain(layers: Layers = "convolutional", color: Color = "palette") -> Autoencoder:
    return Autoencoder(
        PlainAutoencoderConfig(
            latent_dim=6, batch_size=9, layers=layers, color=color, width=8, hidden=24, embedding_dim=5, learning_rate=1e-2
        )
    )


def _vae(color: Color = "palette") -> Vae:
    return Vae(VaeConfig(latent_dim=6, batch_size=9, color=color, width=8, embedding_dim=5, learning_rate=1e-2, kl_warm_up=2000))


def _cvae(color: Color = "palette") -> Cvae:
    return Cvae(
        CvaeConfig(
            latent_dim=6, batch_size=9, color=color, width=8, embedding_dim=5, learning_rate=1e-2, kl_warm_up=2000, num_dreams=3
        )
    )


def _gumbel(color: Color = "palette") -> Gumbel:
    return Gumbel(
        GumbelConfig(
            num_groups=4, num_categories=3, batch_size=9, color=color, width=8, embedding_dim=5, learning_rate=1e-2, kl_warm_up=2000
        )
    )


def _dcgan(color: Color = "palette", spectral_norm: bool = True, r1: float = 0.0) -> DcGan:
    return DcGan(
        DcGanConfig(
            latent_dim=6, batch_size=9, width=8, max_width=16, color=color, spectral_norm=spectral_norm, r1=r1, anchoring=5.0
        )
    )


def photographs(num: int = 3, side: int = 64) -> NDArray[np.uint8]:
    """Return coarse photographs, (n, side, side, 3) uint8."""
    coarse = np.random.default_rng(5).integers(0, 256, (num, side // 8, side // 8, 3), np.uint8)
    return coarse.repeat(8, 1).repeat(8, 2)


def _cyclegan() -> CycleGan:
    config = CycleGanConfig(batch_size=9, crop=16, width=8, num_blocks=1, discriminator_width=8, pool_size=12)
    return CycleGan(config)


def with_pictures(recipe: Recipe) -> Recipe:
    """Return a recipe with photographs, if it learns from them."""
    return recipe.with_pictures(photographs()) if isinstance(recipe, PictureRecipe) else recipe


_SMALL: dict[str, Recipe] = {
    "vaegan": VaeGan(TINY_VAEGAN),
    "autoencoder": _plain(),
    "autoencoder-dense": _plain("dense"),
    "autoencoder-rgba": _plain(color="rgba"),
    "autoencoder-dense-rgba": _plain("dense", "rgba"),
    "vae": _vae(),
    "vae-rgba": _vae("rgba"),
    "cvae": _cvae(),
    "cvae-rgba": _cvae("rgba"),
    "cyclegan": _cyclegan(),
    "dcgan": _dcgan(),
    "dcgan-rgba": _dcgan("rgba"),
    "dcgan-r1": _dcgan(spectral_norm=False, r1=1.0),
    "gumbel": _gumbel(),
    "gumbel-rgba": _gumbel("rgba"),
}
_DEFAULT = {name: registry.recipe_from_text(name, {}) for name in registry.NAMES if name not in _SMALL}
RECIPES = {name: with_pictures(recipe) for name, recipe in (_SMALL | _DEFAULT).items()}
# Other layers, colours or losses of a recipe, named after a dash, are left to the integration tests.
EACH_NAME = [pytest.param(name, marks=pytest.mark.integration if "-" in name else ()) for name in RECIPES]


def _canvas(height: int, width: int, num_colors: int) -> Canvas:
    palette = tuple((index * 255 // (num_colors - 1), 90, 255 - index, 255) for index in range(num_colors))
    return Canvas(height, width, num_colors, num_labels=2, palette=palette)


CANVASES = (_canvas(16, 16, 4), _canvas(20, 13, 2), _canvas(8, 24, 16), _canvas(5, 3, 256))


def coarse_sprites(canvas: Canvas, num_sprites: int = 5) -> Tensor:
    """Return coarse sprites (n, H, W) uint8."""
    random = torch.Generator().manual_seed(9)
    coarse = torch.randint(canvas.num_colors, (num_sprites, 6, 6), generator=random).to(torch.uint8)
    fine = coarse.repeat_interleave(4, 1).repeat_interleave(4, 2)
    return fine[:, : canvas.height, : canvas.width]


def labels_of(num_sprites: int) -> Tensor:
    """Return two labels for each sprite, (n, 2) bool: every second has the first, every third the second."""
    numbers = torch.arange(num_sprites)
    return torch.stack([numbers % 2 == 0, numbers % 3 == 0], 1)


def take_steps(learner: Learner, sprites: Tensor, first: int, last: int) -> dict[str, Tensor]:
    """Take the steps from ``first`` to below ``last``, each with randomness of its own, and return the losses of the last."""
    losses: dict[str, Tensor] = {}
    labels = labels_of(len(sprites)) if learner.num_labels else None
    for step in range(first, last):
        losses = learner.step(sprites, step * learner.images_per_step, torch.Generator().manual_seed(step), labels)
    return losses
