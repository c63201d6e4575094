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
    version = 2
    requirements = Requirements()
    config_type = VaeGanConfig

    def __init__(self, config: VaeGanConfig | None = None) -> None:
        self._config = config or VaeGanConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator") -> "VaeGanLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from mint.recipes.vaegan.learner import VaeGanLearner

        return VaeGanLearner(canvas, num_sprites, self._config, device, random)
