"""The recipe ``dcgan``: a deep convolutional GAN (Radford et al. 2015, arXiv 1511.06434) on palette indices.

It is for some hundred sprites or screens of any size up to 256x256; sides that are multiples of 16 need no padding. A step sees
fewer large pictures than small ones: each has more patches to score, and a full batch would take gigabytes and a quarter of a
minute a step. The generator is the paper's: latents through fractionally-strided convolutions. Later findings about small data sets
are one setting each:

    spectral_norm, r1   keep the discriminator from becoming steep (Miyato et al. 2018, Mescheder et al. 2018; R1 by a random step)
    periodicity_weight  removes patterns of 2x2 and 4x4 that transposed convolutions repeat (Durall et al. 2020)
    repetition_weight   removes their grids of 8x8, from the image ``repetition_start`` on
    translation         moves sprites and dreams before the discriminator sees them (DiffAugment, Zhao et al. 2020)
    average_decay       averages the weights that are shown and exported (EMA)
    patches             the weight of the scores of 4x4 and 10x10 patches; the score of the whole picture has the rest
    anchoring           also trains the generator to reconstruct sprites from the latents that the encoder finds for them
    color=rgba          draws colours as in the paper, instead of palette indices

As in ``vaegan``, fakes are hard one-hot pixels with the gradient of the softmax, and norms are over the groups of one picture:
batch norm couples the dreams of a batch. A GAN has no encoder, but the four files contain one. Here it is a latent regressor that
is trained beside the two, on dreams whose latents are known (like Q of InfoGAN, Chen et al. 2016) and, through the generator, on
sprites. So reconstructions have a meaning: they show how much of the sprites the generator can draw at all.

What was tried on 540 sprites of 60 tokens in one palette, 32x32, with "known" as in ``vaegan``. Numbers in brackets are steps. No
dream was a copy in any of these.

- Spectral norm on all layers of the discriminator: it learns nothing, known .02 (180). On all but the last: .43 (180), .57 (370).
- No spectral norm: known .26 (590), .34 (790), and the generator forgets the sprites.
- Anchoring .1: diversity .29 (180). Anchoring 1: .66 (180).
- Learning rates of 1e-3: known .15 (180). 4e-3, and 2e-3 for the discriminator: .43 (180).
- A weight of .6 for patches: known .57 (370), .53 (760). .85: .59 (370), .49 (970).

On 480 screens of 64x64 (``tests/screens.py``), each after 150 seconds on one core:

- 24 a step: known .39 (340). 8 a step: .62 (900). 4 a step: .68 (1,700). But with 24, 6 and 4 the encoder learned nothing for
  hundreds of steps: its latents moved far off in the first steps, and its log-variances stayed at their bound. With the scaled head
  it learns from the start (with 6 a step, 36 % of the screens' pixels were right at step 640 before, and 54 % now), and known is
  .74 (2,000) and .76 (2,729).
- A third head for patches of 22x22, 4 a step: worse reconstructions at every step.

On 790 monsters of 32x48, whose patterns of 2x2 pixels hold .028 of the energy (``mint evaluate``):

- Without a loss for periodic patterns: .047 (550). Nearest upsampling before a convolution: .034, in blobs (600). Bilinear
  upsampling and a texture learned at full resolution: .035 (600).
- A loss for patterns of 2x2 with a weight of 1: .016, but grids of 4x4 (310). Of 2x2, 4x4 and 8x8 with a weight of 1: stripes
  (320). Of 2x2 and 4x4 with a weight of .3: .019 (1,217), but 64 % of 64 dreams have a grid of 8x8 (1,185): a notch of their
  variogram (``periodicity``) above .02, on the average of rows and columns, as .6 % of the monsters have. From step 384 on
  it is 47 to 73 %.
- A loss for these notches from the first step on: stripes, with a weight of 3 (300), of 1 (150), and with one that rises to 2 over
  6,000 images (150). If distances end at the sides, dots along them fill the notches.
- With a weight of 3 from step 1,217 on, after 50, 100, 150 and 200 more steps, of 256 dreams: 34, 18, 6 and .8 % with a grid;
  without the loss, 56 % after 100 and 42 % after 200. After 200, with and without it: patterns of 2x2 are .89 and .75 of those of
  the monsters, known is .237 and .236, diversity 1.01 and 1.00, and a dream has 29.5 and 31.4 colours (a monster has 15.2).
- The present settings from the first step on: of 256 dreams .4 % with a grid, patterns of 2x2 .98 of those of the monsters (1,500).

On 540 other sprites of 60 tokens in one palette, of which 32 % have a grid (``mint evaluate``), 486 of them learned, of 256 dreams:

- Without the loss for grids: 72 % with a grid (1,500). With it: 3 % (1,500).
"""

from typing import TYPE_CHECKING

from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.dcgan.config import DcGanConfig
from mint.recipes.requirements import Requirements

if TYPE_CHECKING:
    import torch

    from mint.recipes.dcgan.learner import DcGanLearner
    from mint.recipes.recipe import Canvas

__all__ = ["DcGan", "DcGanConfig"]


class DcGan:
    """The recipe, with its configuration."""

    name = "dcgan"
    version = 4
    requirements = Requirements()
    config_type = DcGanConfig

    def __init__(self, config: DcGanConfig | None = None) -> None:
        self._config = config or DcGanConfig()
        # Version 2 had no loss for periodic patterns and version 3 none for grids, so their trainings go on.
        self.version = 4 if self._config.repetition_weight else 3 if self._config.periodicity_weight else 2

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator") -> "DcGanLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from mint.recipes.dcgan.learner import DcGanLearner

        return DcGanLearner(canvas, num_sprites, self._config, device, random)
