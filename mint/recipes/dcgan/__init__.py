"""The recipe ``dcgan``: a deep convolutional GAN (Radford et al. 2015, arXiv 1511.06434) on palette indices.

For some hundred sprites or screens of any size up to 256x256; sides that are multiples of 16 need no padding. Of large ones a step
sees fewer: each has more patches to judge, and would else take gigabytes and a quarter of a minute a step. The generator is the
paper's: latents through fractionally-strided convolutions. What a decade has taught about small sets is a setting each:

    spectral_norm, r1   keep the discriminator from becoming steep (Miyato et al. 2018, Mescheder et al. 2018; R1 by a random step)
    translation         moves sprites and dreams before they are judged (DiffAugment, Zhao et al. 2020)
    average_decay       averages the weights that are shown and exported (EMA)
    patches             how much of the verdict is on 4x4 and 10x10 patches, the rest is on the whole picture
    anchoring           lets the generator also learn to draw the sprites themselves, as far as the encoder finds latents for them
    color=rgba          draws colours as in the paper, in the place of palette indices

As in ``vaegan``, fakes are hard one-hot pixels with the gradient of the softmax, and norms are over the groups of one picture:
batch norm couples the dreams of a batch. A GAN has no encoder, and the four files have one. Here it is a latent regressor that
learns beside the two, from dreams whose latents are known (as Q of InfoGAN, Chen et al. 2016) and, through the generator, from
sprites. So it means something to reconstruct a sprite: it shows how much of the sprites the generator can draw at all.

What was tried on 540 sprites of 60 tokens in one palette, 32x32, with what "known" means in ``vaegan``, in brackets the steps. No
dream was a copy in any of these.

- spectral norm on all layers of the discriminator: it says nothing, known .02 (180); on all but the last: .43 (180), .57 (370)
- no spectral norm: known .26 (590), .34 (790), and the generator forgets the sprites
- anchoring .1: diversity .29 (180), anchoring 1: .66 (180)
- learning rates of 1e-3: known .15 (180); 4e-3 and 2e-3 for the discriminator: .43 (180)
- .6 of the verdict on patches: known .57 (370), .53 (760); .85: .59 (370), .49 (970)

On 480 screens of 64x64 (``tests/screens.py``), each after 150 seconds of one core:

- 24 a step: known .39 (340), 8 a step: .62 (900), 4 a step: .68 (1,700). But with 24, 6 and 4 the encoder found nothing for
  hundreds of steps: what it answers leapt far off in the first ones, and its log-variances stayed at their bound. Since its head is
  calmer it learns from the start on (with 6 a step, 36 % of the screens' pixels were right at step 640, and now 54 %), and known is
  .74 (2,000) and .76 (2,729).
- a third head for patches of 22x22, 4 a step: reconstructs worse at all steps
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
    version = 2
    requirements = Requirements()
    config_type = DcGanConfig

    def __init__(self, config: DcGanConfig | None = None) -> None:
        self._config = config or DcGanConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator") -> "DcGanLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from mint.recipes.dcgan.learner import DcGanLearner

        return DcGanLearner(canvas, num_sprites, self._config, device, random)
