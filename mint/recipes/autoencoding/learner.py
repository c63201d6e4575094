"""The learner of all autoencoders: one autoencoder at work on one set of sprites, with its optimiser and averaged weights."""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from mint.recipes.adam import Adam
from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.autoencoding.latent_codes import LatentCode, PlainCode
from mint.recipes.autoencoding.networks import Autoencoder, CodeEncoder, CodeGenerator, ReconstructionScore
from mint.recipes.autoencoding.pixel_formats import ColorFormat, IndexFormat
from mint.recipes.convolution import set_arithmetic
from mint.recipes.labels import disagreement, partly_hidden, signs
from mint.recipes.learner_state import adjusted, copied, named_tensors, take_over
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, Evidence, Networks


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What a recipe minimises besides the reconstruction, and how that changes with the images seen."""

    # Weighs the KL divergence against the evidence lower bound's 1 (beta-VAE, Higgins et al. 2017), fully there after kl_warm_up.
    beta: float = 0.0
    kl_warm_up: int = 1
    # Of Gumbel-softmax: falls geometrically from the first to the last over so many images.
    first_temperature: float = 1.0
    last_temperature: float = 1.0
    cooling: int = 1
    # The share of sprites of which some labels are hidden from a step, how many dreams are read, and what that weighs.
    hidden_labels: float = 0.0
    num_dreams: int = 0
    label_weight: float = 0.0

    def beta_at(self, images_seen: int) -> float:
        """Return the weight of the KL divergence after so many images."""
        return self.beta * min(1.0, (images_seen + 1) / self.kl_warm_up)

    def temperature_at(self, images_seen: int) -> float:
        """Return the temperature after so many images."""
        fallen = math.log(self.last_temperature / self.first_temperature)
        return self.first_temperature * math.exp(fallen * min(1.0, images_seen / self.cooling))


class AutoencodingLearner:
    """An autoencoder at work on one set of sprites."""

    def __init__(
        self,
        canvas: Canvas,
        num_sprites: int,
        config: AutoencoderConfig,
        code: LatentCode,
        objective: Objective,
        device: torch.device,
        random: torch.Generator,
        *,
        num_labels: int = 0,
    ) -> None:
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self._objective = objective
        self._area = canvas.height * canvas.width
        self.latent_dim = code.latent_dim
        self.num_labels = num_labels
        self.images_per_step = min(config.batch_size, num_sprites)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
            self.trained = Autoencoder(canvas, config, num_labels, code).to(device)
        self._average = copy.deepcopy(self.trained).requires_grad_(False).eval()
        self._painter = CodeGenerator(self._average, config.num_looks)
        self._networks = Networks(CodeEncoder(self._average), self._painter, ReconstructionScore(self._average))
        self._optimizer = Adam(list(self.trained.parameters()), config.betas)

    def adjust(self, adjustment: Adjustment) -> None:
        """Train with another learning rate and another number of pictures from the next step on."""
        self._config = adjusted(self._unadjusted, adjustment, rates=("learning_rate",), numbers=("batch_size",))
        self.images_per_step = min(self._config.batch_size, self._num_sprites)

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 once and return the losses."""
        config, objective, model = self._config, self._objective, self.trained
        batch = torch.randperm(len(sprites), generator=random, device=sprites.device)[: self.images_per_step]
        pixels = sprites[batch]
        known = None
        if self.num_labels:
            assert labels is not None, "this recipe learns labels"
            known = signs(partly_hidden(labels[batch], objective.hidden_labels, random))
        features = model.features(pixels, known)
        code, kl = model.coding.draw(features, model.coding.noise(len(pixels), random), objective.temperature_at(images_seen))
        reconstruction = model.drawing.loss(model.decode(code, known), pixels)
        loss, shown = reconstruction, {"recon": reconstruction}
        if kl is not None:
            shown["kl"] = kl.mean()
            loss = loss + objective.beta_at(images_seen) * shown["kl"] / self._area
        if known is not None and labels is not None and model.label_reader is not None:
            shown["labels"] = self._disobedience(labels, random)
            loss = loss + disagreement(model.label_reader(model.drawing.picture(pixels)), known).mean()
            loss = loss + objective.label_weight * shown["labels"]
        gradients = torch.autograd.grad(loss, self._optimizer.parameters)
        slowdown = math.sqrt(min(1.0, config.decay_start / max(images_seen, 1)))
        self._optimizer.step(gradients, config.learning_rate * slowdown)
        # Early averages forget faster: fresh weights are far from where they will be.
        step = images_seen // self.images_per_step
        decay = min(config.average_decay, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(self._average.parameters()), list(model.parameters()), 1 - decay)
        if isinstance(self._average.coding, PlainCode):
            self._average.coding.observe(features.detach(), decay)
        return {name: value.detach() for name, value in shown.items()}

    def _disobedience(self, labels: Tensor, random: torch.Generator) -> Tensor:
        """Dream with the labels of some sprites, and return how far what is read in the dreams is from those."""
        model, objective = self.trained, self._objective
        assert model.label_reader is not None
        chosen = torch.randint(len(labels), (objective.num_dreams,), generator=random, device=labels.device)
        asked = signs(partly_hidden(labels[chosen], objective.hidden_labels, random))
        z = torch.randn((objective.num_dreams, self.latent_dim), generator=random, device=labels.device)
        dreams = model.drawing.shown(model.decode(model.coding.from_normal(z), asked))
        return disagreement(model.label_reader.of_pictures(dreams), asked).mean()

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        set_arithmetic(self.trained, arithmetic)

    def evidence(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> Evidence | None:
        """Return the averaged weights' logits for pixels (n, H, W) uint8, decoded from codes of the posterior, and its KL."""
        model = self._average
        if not isinstance(model.drawing, IndexFormat):
            return None
        known = None if labels is None else signs(labels)
        code, kl = model.coding.draw(
            model.features(pixels, known), model.coding.noise(len(pixels), random), self._objective.last_temperature
        )
        return Evidence(model.decode(code, known), kl)

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return the colours that the generator draws, (n, H, W, 4) uint8; None where it draws palette indices."""
        drawing = self._average.drawing
        return drawing.rgba(self._painter.draw(z, labels)) if isinstance(drawing, ColorFormat) else None

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        if isinstance(self._average.coding, PlainCode):
            self._average.coding.fit()
        return self._networks

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights and the optimiser's moments, by name."""
        return copied(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises ValueError where names or shapes differ."""
        take_over(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        return named_tensors({"model": self.trained}, {"model": self._average}, {"model": self._optimizer})
