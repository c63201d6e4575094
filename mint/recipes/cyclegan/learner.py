"""The learner: two generators and two discriminators in training on photographs and sprites, with all that their state holds."""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mint.pixelate.manifest import SCALE
from mint.recipes.building_blocks.adam import Adam
from mint.recipes.building_blocks.convolution import set_arithmetic
from mint.recipes.building_blocks.learner_state import adjust_config, clone_tensors, load_tensors, named_tensors
from mint.recipes.building_blocks.schedules import ema_weight
from mint.recipes.building_blocks.step_graphs import Numbers, StepGraphs
from mint.recipes.building_blocks.weights import averaged_copy, update_average, weights_from
from mint.recipes.cyclegan.config import CycleGanConfig
from mint.recipes.cyclegan.image_latents import LATENT_DIM, ImageLatentEncoder, ImageLatentGenerator, ImageLatentScore
from mint.recipes.cyclegan.image_pool import ImagePool, PoolNoise
from mint.recipes.cyclegan.losses import Noise, Schedule, crop_batch, discriminator_loss, draw_noise, generator_losses
from mint.recipes.cyclegan.networks import CycleGanNetworks, PatchDiscriminator, PhotoGenerator, PixelArtGenerator, Pixelator
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, ElboTerms, Networks


class CycleGanLearner:
    """The four networks in training on one set of sprites and one of photographs."""

    num_labels = 0
    latent_dim = LATENT_DIM

    def __init__(
        self,
        canvas: Canvas,
        num_sprites: int,
        pictures: Tensor,
        config: CycleGanConfig,
        device: torch.device,
        random: torch.Generator,
    ) -> None:
        """Begin with photographs ``pictures`` (P, C, C, 3) uint8, whose sides are at least twice those of the sprites."""
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self._num_colors = canvas.num_colors
        self._pictures = pictures.to(device)
        self.images_per_step = min(config.batch_size, num_sprites)
        self._crop = min(config.crop, canvas.height), min(config.crop, canvas.width)
        with weights_from(random):
            self.trained = CycleGanNetworks(
                PixelArtGenerator(canvas, config),
                PhotoGenerator(canvas, config),
                PatchDiscriminator(3, _num_halvings(3, SCALE * min(self._crop)), config),
                PatchDiscriminator(canvas.num_colors, _num_halvings(2, min(self._crop)), config),
            )
        for net in self.trained:
            net.to(device)
        self._average = CycleGanNetworks._make(averaged_copy(net) for net in self.trained)
        generator_ab, generator_ba, _, discriminator_b = self._average
        self._image_latents = ImageLatentGenerator(generator_ab, generator_ba, self._pictures, canvas).to(device).eval()
        self._networks = Networks(
            ImageLatentEncoder(self._image_latents).eval(),
            self._image_latents,
            ImageLatentScore(discriminator_b, canvas).eval(),
            Pixelator(generator_ab, canvas).to(device).eval(),
        )
        generators = [*self.trained.painter.parameters(), *self.trained.photographer.parameters()]
        discriminators = [*self.trained.picture_critic.parameters(), *self.trained.sprite_critic.parameters()]
        self._optimizers = {"generators": Adam(generators, config.betas), "critics": Adam(discriminators, config.betas)}
        height, width = self._crop
        self._pools = {
            "pictures": ImagePool(config.pool_size, (3, SCALE * height, SCALE * width), device),
            "sprites": ImagePool(config.pool_size, (canvas.num_colors, height, width), device),
        }
        self.step_graphs = StepGraphs()

    def adjust(self, adjustment: Adjustment) -> None:
        """Use other learning rates and another number of pictures from the next step on."""
        self._config = adjust_config(self._unadjusted, adjustment, rates=("learning_rate",), numbers=("batch_size",))
        self.images_per_step = min(self._config.batch_size, self._num_sprites)
        self.step_graphs.forget()

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train one step on the sprites (N, H, W) uint8 and the photographs, and return the losses."""
        if len(self._image_latents.sprites) != len(sprites):
            self._image_latents.sprites = sprites
        noise = draw_noise(self._crop, sprites.shape, self._pictures.shape, self.images_per_step, random)
        num = len(noise.sprites)
        of_pools = [tensor for pool in self._pools.values() for tensor in pool.draw_noise(num, random)]
        schedule = Schedule(
            learning_rate=self._learning_rate(images_seen),
            ema_weight=ema_weight(self._config.average_decay, images_seen // self.images_per_step),
        )

        def learn(numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
            of_step, of_pools = Noise(*draws[:-4]), (PoolNoise(*draws[-4:-2]), PoolNoise(*draws[-2:]))
            return self._learn(Schedule(*numbers), of_step, of_pools, sprites)

        return self.step_graphs.run(
            learn,
            schedule,
            (*noise, *of_pools),
            kind=sprites.data_ptr(),
            device=sprites.device,
            state=lambda: self._named().values(),
        )

    def _learn(self, schedule: Schedule, noise: Noise, of_pools: tuple[PoolNoise, PoolNoise], sprites: Tensor) -> dict[str, Tensor]:
        generators, discriminators = self._optimizers["generators"], self._optimizers["critics"]
        batch = crop_batch(self._crop, self._num_colors, noise, sprites, self._pictures)
        losses = generator_losses(self.trained, self._config, batch)
        g_gradients = torch.autograd.grad(losses.total, generators.parameters)
        # Discriminators see fakes of this step and of earlier ones.
        fake_a = self._pools["pictures"].exchange(losses.fake_a, of_pools[0])
        fake_b = self._pools["sprites"].exchange(losses.fake_b, of_pools[1])
        d_loss = discriminator_loss(self.trained, batch, fake_a, fake_b)
        d_gradients = torch.autograd.grad(d_loss, discriminators.parameters)

        generators.step(g_gradients, schedule.learning_rate)
        discriminators.step(d_gradients, schedule.learning_rate)
        for net, average in zip(self.trained, self._average, strict=True):
            update_average(average, net, schedule.ema_weight)
        return {name: loss.detach() for name, loss in (losses.logged | {"d_loss": d_loss}).items()}

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self.trained:
            set_arithmetic(net, arithmetic)
        self.step_graphs.forget()

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms | None:
        """Return None: there is no posterior, because latents stand for photographs."""
        return None

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return None: palette indices are drawn from the start."""
        return None

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return self._networks

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights, the optimisers' moments and the pools, by name."""
        return clone_tensors(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Load what ``state`` returned. Raises ValueError if names or shapes differ."""
        load_tensors(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        named = named_tensors(self.trained._asdict(), self._average._asdict(), self._optimizers)
        for name, pool in self._pools.items():
            named |= {f"pool.{name}.pictures": pool.pictures, f"pool.{name}.count": pool.count}
        return named

    def _learning_rate(self, images_seen: int) -> float:
        config = self._config
        progress = (images_seen - config.decay_start) / (config.decay_end - config.decay_start)
        return config.learning_rate * (1 - 0.9 * min(1.0, max(0.0, progress)))


def _num_halvings(most: int, side: int) -> int:
    """Return how often a discriminator halves pictures of a side: at most ``most`` times, and so that patches are left to score."""
    return max(1, min(most, int(math.log2(side)) - 1))
