"""The report on a training: reconstructions of sprites it has not seen, likelihoods, dreams, and whether labels are obeyed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mint.evaluation.classifier import trained_classifier
from mint.evaluation.likelihood import Likelihood, likelihood
from mint.evaluation.measures import (
    COPY_SHARE,
    Pixels,
    colors_a_picture,
    exactly_right,
    nearest_distances,
    off_palette,
    pixel_accuracy,
    pixel_modes,
    rgba_words,
)
from mint.recipes.building_blocks.labels import UNKNOWN
from mint.recipes.recipe import Learner, Networks
from mint.training.session import Session
from mint.training.sprites import TrainingSprites
from viewer.latents.seeds import latents

NUM_SAMPLES = 256
NUM_SAMPLES_A_LABEL = 64
# The latents measured are the dreams of this seed: the same for every model with as many numbers.
SEED = 0
_BATCH = 64


@dataclass(frozen=True, kw_only=True)
class ReconstructionMeasures:
    """How sprites come back; shares from 0 to 1. ``floor`` is the accuracy of drawing each place's commonest colour."""

    pixels: float
    floor: float
    exactly_right: float


@dataclass(frozen=True, kw_only=True)
class SampleMeasures:
    """What dreams are like, beside the sprites. Colours are counted as they are drawn, before the palette replaces any.

    Distances are medians of the share of pixels in which the nearest learnt sprite differs.
    """

    count: int
    colors: float
    colors_of_sprites: float
    off_palette: float
    distance: float
    distance_of_sprites: float | None  # of those that were not learnt
    copies: float


@dataclass(frozen=True, kw_only=True)
class LabelObeyed:
    """How often a classifier finds a label, as shares from 0 to 1: in dreams with and without it, and in real sprites."""

    label: str
    asked: float
    switched_off: float
    real_with: float | None
    real_without: float | None


@dataclass(frozen=True, kw_only=True)
class EvaluationReport:
    """All that was measured, on ``count`` sprites; ``held_out`` tells whether the training has not seen them."""

    recipe: str
    step: int
    images: int
    held_out: bool
    count: int
    reconstruction: ReconstructionMeasures
    likelihood: Likelihood | None
    samples: SampleMeasures
    labels: tuple[LabelObeyed, ...]


def evaluate(session: Session, sprites: TrainingSprites, tell: Callable[[str], None]) -> EvaluationReport:
    """Measure the newest state of a training on its held-out sprites, or on all where none are held out.

    ``tell`` is told what is being measured. Deterministic on one machine.
    """
    device, learner, networks = session.device, session.learner, session.networks
    held_out = session.held_out
    measured = sprites.pixels[held_out] if held_out.any() else sprites.pixels
    learnt = sprites.pixels[~held_out]
    given = torch.from_numpy(measured).to(device)
    truths, known = None, None
    if session.labels:
        assert sprites.sprite_labels is not None
        truths = sprites.sprite_labels
        known = torch.from_numpy(truths[held_out] if held_out.any() else truths).to(device).float()

    tell("drawing sprites again")
    modes = pixel_modes(learnt, sprites.num_colors)
    again = _reconstructed(networks, given, known)
    reconstruction = ReconstructionMeasures(
        pixels=pixel_accuracy(again, measured),
        floor=pixel_accuracy(np.broadcast_to(modes, measured.shape), measured),
        exactly_right=exactly_right(again, measured),
    )
    tell("weighing what is likely")
    likely = likelihood(learner, given, known, SEED)
    tell("dreaming")
    samples = _samples(learner, networks, sprites, learnt, measured if held_out.any() else None, device)
    obeyed: tuple[LabelObeyed, ...] = ()
    if truths is not None:
        tell("teaching a classifier the labels")
        obeyed = _labels(networks, learner, session, sprites, truths)
    return EvaluationReport(
        recipe=session.recipe_name,
        step=session.position.step,
        images=session.position.images,
        held_out=bool(held_out.any()),
        count=len(measured),
        reconstruction=reconstruction,
        likelihood=likely,
        samples=samples,
        labels=obeyed,
    )


@torch.no_grad()
def _reconstructed(networks: Networks, pixels: Tensor, labels: Tensor | None) -> Pixels:
    parts = [
        networks.reconstruct(part, None if labels is None else labels[_BATCH * number : _BATCH * (number + 1)])
        for number, part in enumerate(torch.split(pixels, _BATCH))
    ]
    return torch.cat(parts).cpu().numpy()


@torch.no_grad()
def _dreams(networks: Networks, learner: Learner, count: int, asked: Tensor, device: torch.device) -> Pixels:
    """Return dreams (count, H, W), all with the same labels (num_labels,) asked for."""
    z = torch.from_numpy(latents(SEED, count, learner.latent_dim)).to(device)
    known = (asked.to(device).expand(_BATCH, -1),) if learner.num_labels else ()
    parts = [networks.generator(part, *(labels[: len(part)] for labels in known)) for part in torch.split(z, _BATCH)]
    return torch.cat(parts).cpu().numpy()


@torch.no_grad()
def _samples(
    learner: Learner, networks: Networks, sprites: TrainingSprites, learnt: Pixels, unseen: Pixels | None, device: torch.device
) -> SampleMeasures:
    open_labels = torch.full((learner.num_labels,), UNKNOWN)
    dreams = _dreams(networks, learner, NUM_SAMPLES, open_labels, device)
    palette = np.array(sprites.palette, np.uint8)
    # Indices are counted by the colours they stand for, as colours are.
    words: NDArray[np.uint32] = rgba_words(palette)[dreams]
    z = torch.from_numpy(latents(SEED, NUM_SAMPLES, learner.latent_dim)).to(device)
    raw = [
        learner.colors(part, open_labels.to(device).expand(len(part), -1) if learner.num_labels else None)
        for part in torch.split(z, _BATCH)
    ]
    if all(colors is not None for colors in raw):
        words = rgba_words(torch.cat([colors for colors in raw if colors is not None]).cpu().numpy())
    distances = nearest_distances(dreams, learnt)
    return SampleMeasures(
        count=len(dreams),
        colors=_colors(words),
        colors_of_sprites=colors_a_picture(sprites.pixels),
        off_palette=off_palette(words, palette),
        distance=float(np.median(distances)),
        distance_of_sprites=None if unseen is None else float(np.median(nearest_distances(unseen, learnt))),
        copies=float((distances < COPY_SHARE).mean()),
    )


def _colors(words: NDArray[np.uint32]) -> float:
    return float(np.mean([len(np.unique(picture)) for picture in words]))


def _labels(
    networks: Networks, learner: Learner, session: Session, sprites: TrainingSprites, truths: NDArray[np.bool_]
) -> tuple[LabelObeyed, ...]:
    device, held_out = session.device, session.held_out
    pixels, labels = torch.from_numpy(sprites.pixels).to(device), torch.from_numpy(truths).to(device)
    learnt = torch.from_numpy(~held_out).to(device)
    classifier = trained_classifier(pixels[learnt], labels[learnt], sprites.num_colors, SEED)
    unseen = ~learnt if held_out.any() else learnt
    found, true = classifier.finds(pixels[unseen]).cpu().numpy(), labels[unseen].cpu().numpy()
    obeyed = []
    for number, label in enumerate(session.labels):
        shares = []
        for value in (1.0, 0.0):
            asked = torch.full((learner.num_labels,), UNKNOWN)
            asked[number] = value
            dreams = torch.from_numpy(_dreams(networks, learner, NUM_SAMPLES_A_LABEL, asked, device)).to(device)
            shares.append(float(classifier.finds(dreams)[:, number].float().mean()))
        obeyed.append(
            LabelObeyed(
                label=label,
                asked=shares[0],
                switched_off=shares[1],
                real_with=_share(found[true[:, number], number]),
                real_without=_share(found[~true[:, number], number]),
            )
        )
    return tuple(obeyed)


def _share(found: NDArray[np.bool_]) -> float | None:
    return float(found.mean()) if len(found) else None
