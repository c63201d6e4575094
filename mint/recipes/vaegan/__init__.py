"""The recipe ``vaegan``: a VAE-GAN (Larsen et al. 2015, arXiv 1512.09300) on palette indices.

Sprites are read as one-hot indices and drawn as one logit per colour and pixel. Three networks are trained together:

    encoder        KL divergence and reconstruction
    generator      reconstruction (cross-entropy of indices, and features of the discriminator) and the adversarial loss
    discriminator  real patches against those of reconstructions and dreams

As in the paper, adversarial gradients do not reach the encoder, and both reconstructions and dreams are fakes. The recipe differs
in five things, which keep dreams crisp, diverse and new however long one trains:

- Fakes are hard one-hot pixels with the gradient of the softmax (straight through): a discriminator that sees soft pixels learns
  to tell soft from hard, and nothing about what they show.
- The discriminator scores only 4x4 patches, and the adversarial loss acts only on dreams.
- The autoencoder also reconstructs collages of its sprites. So the latents between sprites mean something, and training never
  reaches the point where the nine sprites are memorised and nothing is left to learn.
- The generator that is shown and exported encodes its dreams and decodes them again (``DreamGenerator``).
- That generator draws a dream in two layers, which move against each other (``LayeredDreamGenerator``, ``composition``). Networks
  learn single layers and the silhouettes of their sprites; a latent holds those of both layers and the arrangement of the layers.

What was tried, each on two tokens or more. "Known" is the share of 3x3 patches in dreams that occur in the sprites. Numbers in
brackets are steps. Reconstruction reached 99 % after 80 to 120 steps unless something else is said.

- Soft fakes: dreams collapse into one tiling, diversity .43, copies .46 (900). Straight through: diversity .85, copies .2 (900).
- A global discriminator beside the patches: known .44; without it .47, at half the cost (400). A second scale of 10x10: no gain.
- No collages: known .36 (600), and .42 with ten times the adversarial weight. 5 a step: .52 (800). 9 or 12: .58 to .60 (800).
- 9 collages without an adversarial loss: known .37; with it .46 (600).
- Collages of large parts only: 95 % of dreams are unlike every sprite. With small parts: 83 %, and the same known (800).
- Learning rate 2e-3: known .54. 4e-3: .58. 6e-3: .60 (800). With 4e-3 for the discriminator and five times the adversarial weight,
  some sprites are lost: coverage .89 (800).
- Nearest upsampling and 3x3 convolutions: known .37. Transposed convolutions: .59 (600).
- Latents of 16, 32, 64 or 128 numbers: the same within .02. Latents laid out over a 4x4 grid: collapse, coverage .11 (400).
- A softmax memory of 32 slots in the generator: reconstruction .3 to .8 (400).
- Generator widths 128, 96, 64: a quarter slower, and no better at the same step.
- Rounds of encoding and decoding a dream again (``num_looks``): none, known .53. One with ``insight`` 1: known .71, copies .38. Two
  with ``insight`` .75: known .78 and copies .24 at beta 10, .76 and .15 at beta 3, .74 and .09 at beta 1. Without such rounds beta
  32 was best (700).

Version 3 draws in two layers. "In place" is the share of pixels whose 5x5 neighbourhood is that of one sprite at the same place,
"known 5" is known for 5x5 patches. Figures are those of two tokens after 1,100 steps; version 2 had in place .74 and .77, known .78
and .88, known 5 .59 and .63, copies .08 and .11 (1,200).

- One layer that learns collages with a moved sprite (900 to 1,200): in place .37 to .45 and known .75 to .78, but known 5 .39 to
  .46, and large plain shapes in place of letters and windows: .63 of the edges of the sprites.
- Two layers on version 2's settings: in place .21, known .68 and .70, known 5 .44 and .48, with all the edges (1.07). Each layer
  may now be nearer to a sprite, since composition makes a dream new: 8 collages, beta 5 and three whole rounds give known .76 and
  .78, known 5 .57 and .58, copies .06 and .08. 6 collages and two rounds: known .75 and .75, known 5 .54 and .55. Without collages
  every layer is a copy.
- The adversarial loss on composed dreams in place of single layers: known .72 and .73, known 5 .51 and .53.
- All foregrounds cut out along their silhouettes: known .04 lower than with a share of .45. None: .03 higher, but then no moon
  stands over a tiling without a frame around it.

What happens after the first thousand steps was tried on one token, whose figures were known .775 and copies .05 by then:

- Collages of constant weight, and an adversary that falls as 1 / images seen: layers become fragments, known .71 and .70, 98 % of
  dreams unlike every sprite (2,000 and 3,200). An adversary that falls as the root: known .01 lower than with 1 / images seen.
- Collages that fall, too, as the square: known .73, .78 and .89, but then copies .21, diversity .66 and a lost sprite (2,000, 3,200
  and 4,800). As the cube down to .15: the adversary wins, diversity .7 from step 5,000 on.
- Both as the cube, collages down to .15: known .78, .82 and .84, copies .05, .08 and .12 (2,000, 3,200 and 4,800). Down to .25:
  known .76, .83, .84 and .85, copies .04, .07, .09 and .12, diversity .90 to .95 (1,781, 4,230, 7,701 and 10,684).
- Four rounds in place of three: known .015 higher and copies .004 (1,000), at three quarters of the speed.
"""

from typing import TYPE_CHECKING

from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.requirements import Requirements
from mint.recipes.vaegan.config import VaeGanConfig

if TYPE_CHECKING:
    import torch

    from mint.recipes.recipe import Canvas
    from mint.recipes.vaegan.learner import VaeGanLearner

__all__ = ["VaeGan", "VaeGanConfig"]


class VaeGan:
    """The recipe, with its configuration."""

    name = "vaegan"
    version = 3
    requirements = Requirements()
    config_type = VaeGanConfig

    def __init__(self, config: VaeGanConfig | None = None) -> None:
        self._config = config or VaeGanConfig()
        # Version 2 drew a single layer, so its trainings go on.
        self.version = 3 if self._config.imagination else 2

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator") -> "VaeGanLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from mint.recipes.vaegan.learner import VaeGanLearner

        return VaeGanLearner(canvas, num_sprites, self._config, device, random)
