"""The report on a training: reconstructions of sprites it has not seen, likelihoods, dreams and labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mint.evaluation.checkerboard import WINDOW, checkerboard_share
from mint.evaluation.classifier import train_classifier
from mint.evaluation.grid import MIN_SIDE, grid_share
from mint.evaluation.likelihood import Likelihood, likelihood
from mint.evaluation.measures import (
    COPY_SHARE,
    Pixels,
    exactly_right,
    mean_num_colors,
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
NUM_SAMPLES_PER_LABEL = 64
# The dreams of this seed are measured: the same latents for every model of the same latent dimension.
SEED = 0
_BATCH = 64


@dataclass(frozen=True, kw_only=True)
class ReconstructionMeasures:
    """Measures of reconstructed sprites, from 0 to 1. ``floor`` is the accuracy of each place's most common colour."""

    pixels: float
    floor: float
    exactly_right: float


@dataclass(frozen=True, kw_only=True)
class SampleMeasures:
    """Measures of dreams, and of the sprites for comparison. Colours are counted before they are replaced by the palette's.

    Distances are medians of the share of pixels that differ from the nearest learned sprite. ``checkerboard`` is the share of
    energy in patterns of 2x2 pixels, and ``grids`` the share of pictures with a grid of 8x8 pixels; None where pictures are too
    small for it.
    """

    count: int
    colors: float
    colors_of_sprites: float
    off_palette: float
    distance: float
    distance_of_sprites: float | None  # of the held-out sprites
    copies: float
    checkerboard: float | None
    checkerboard_of_sprites: float | None
    grids: float | None
    grids_of_sprites: float | None


@dataclass(frozen=True, kw_only=True)
class LabelMeasures:
    """How often a classifier finds a label: the share, 0 to 1, of dreams with and without it, and of real sprites."""

    label: str
    asked: float
    switched_off: float
    real_with: float | None
    real_without: float | None


@dataclass(frozen=True, kw_only=True)
class EvaluationReport:
    """The measures of a training on ``count`` sprites; ``held_out`` is whether it has not seen them."""

    recipe: str
    step: int
    images: int
    held_out: bool
    count: int
    reconstruction: ReconstructionMeasures
    likelihood: Likelihood | None
    samples: SampleMeasures
    labels: tuple[LabelMeasures, ...]


def evaluate(session: Session, sprites: TrainingSprites, on_phase: Callable[[str], None]) -> EvaluationReport:
    """Measure the newest state of a training on its held-out sprites, or on all sprites if none are held out.

    ``on_phase`` is called with a text as each phase begins. Deterministic on one machine.
    """
    device, learner, networks = session.device, session.learner, session.networks
    held_out = session.held_out
    measured = sprites.pixels[held_out] if held_out.any() else sprites.pixels
    learned = sprites.pixels[~held_out]
    pixels = torch.from_numpy(measured).to(device)
    truths, measured_labels = None, None
    if session.labels:
        assert sprites.sprite_labels is not None
        truths = sprites.sprite_labels
        measured_labels = torch.from_numpy(truths[held_out] if held_out.any() else truths).to(device).float()

    on_phase("reconstructing sprites")
    modes = pixel_modes(learned, sprites.num_colors)
    reconstructed = _reconstruct(networks, pixels, measured_labels)
    reconstruction = ReconstructionMeasures(
        pixels=pixel_accuracy(reconstructed, measured),
        floor=pixel_accuracy(np.broadcast_to(modes, measured.shape), measured),
        exactly_right=exactly_right(reconstructed, measured),
    )
    on_phase("computing likelihoods")
    measured_likelihood = likelihood(learner, pixels, measured_labels, SEED)
    on_phase("dreaming")
    samples = _measure_samples(learner, networks, sprites, learned, measured if held_out.any() else None, device)
    labels: tuple[LabelMeasures, ...] = ()
    if truths is not None:
        on_phase("training a classifier of labels")
        labels = _measure_labels(networks, learner, session, sprites, truths)
    return EvaluationReport(
        recipe=session.recipe_name,
        step=session.progress.step,
        images=session.progress.images,
        held_out=bool(held_out.any()),
        count=len(measured),
        reconstruction=reconstruction,
        likelihood=measured_likelihood,
        samples=samples,
        labels=labels,
    )


@torch.no_grad()
def _reconstruct(networks: Networks, pixels: Tensor, labels: Tensor | None) -> Pixels:
    parts = [
        networks.reconstruct(part, None if labels is None else labels[_BATCH * number : _BATCH * (number + 1)])
        for number, part in enumerate(torch.split(pixels, _BATCH))
    ]
    return torch.cat(parts).cpu().numpy()


@torch.no_grad()
def _dream(networks: Networks, learner: Learner, count: int, device: torch.device, asked: Sequence[float] | None = None) -> Pixels:
    """Return dreams (count, H, W), all with the labels ``asked`` (num_labels,); None leaves every label open."""
    z = torch.from_numpy(latents(SEED, count, learner.latent_dim)).to(device)
    parts = [networks.dream(part, learner.num_labels, asked) for part in torch.split(z, _BATCH)]
    return torch.cat(parts).cpu().numpy()


@torch.no_grad()
def _measure_samples(
    learner: Learner, networks: Networks, sprites: TrainingSprites, learned: Pixels, unseen: Pixels | None, device: torch.device
) -> SampleMeasures:
    dreams = _dream(networks, learner, NUM_SAMPLES, device)
    palette = np.array(sprites.palette, np.uint8)
    # Indices are counted as the colours they stand for, to compare them with models of colours.
    words: NDArray[np.uint32] = rgba_words(palette)[dreams]
    z = torch.from_numpy(latents(SEED, NUM_SAMPLES, learner.latent_dim)).to(device)
    open_labels = torch.full((_BATCH, learner.num_labels), UNKNOWN, device=device) if learner.num_labels else None
    raw = [learner.colors(part, None if open_labels is None else open_labels[: len(part)]) for part in torch.split(z, _BATCH)]
    if all(colors is not None for colors in raw):
        words = rgba_words(torch.cat([colors for colors in raw if colors is not None]).cpu().numpy())
    distances = nearest_distances(dreams, learned)
    return SampleMeasures(
        count=len(dreams),
        colors=mean_num_colors(words),
        colors_of_sprites=mean_num_colors(sprites.pixels),
        off_palette=off_palette(words, palette),
        distance=float(np.median(distances)),
        distance_of_sprites=None if unseen is None else float(np.median(nearest_distances(unseen, learned))),
        copies=float((distances < COPY_SHARE).mean()),
        checkerboard=_checkerboard(dreams, palette),
        checkerboard_of_sprites=_checkerboard(sprites.pixels, palette),
        grids=_grids(dreams, palette),
        grids_of_sprites=_grids(sprites.pixels, palette),
    )


def _checkerboard(pixels: Pixels, palette: NDArray[np.uint8]) -> float | None:
    return checkerboard_share(pixels, palette) if min(pixels.shape[1:]) >= WINDOW else None


def _grids(pixels: Pixels, palette: NDArray[np.uint8]) -> float | None:
    return grid_share(pixels, palette) if min(pixels.shape[1:]) >= MIN_SIDE else None


def _measure_labels(
    networks: Networks, learner: Learner, session: Session, sprites: TrainingSprites, truths: NDArray[np.bool_]
) -> tuple[LabelMeasures, ...]:
    device, held_out = session.device, session.held_out
    pixels, labels = torch.from_numpy(sprites.pixels).to(device), torch.from_numpy(truths).to(device)
    learned = torch.from_numpy(~held_out).to(device)
    classifier = train_classifier(pixels[learned], labels[learned], sprites.num_colors, SEED)
    unseen = ~learned if held_out.any() else learned
    found, actual = classifier.predict(pixels[unseen]).cpu().numpy(), labels[unseen].cpu().numpy()
    measures = []
    for number, label in enumerate(session.labels):
        shares = []
        for value in (1.0, 0.0):
            asked = [value if index == number else UNKNOWN for index in range(learner.num_labels)]
            dreams = torch.from_numpy(_dream(networks, learner, NUM_SAMPLES_PER_LABEL, device, asked)).to(device)
            shares.append(float(classifier.predict(dreams)[:, number].float().mean()))
        measures.append(
            LabelMeasures(
                label=label,
                asked=shares[0],
                switched_off=shares[1],
                real_with=_share(found[actual[:, number], number]),
                real_without=_share(found[~actual[:, number], number]),
            )
        )
    return tuple(measures)


def _share(found: NDArray[np.bool_]) -> float | None:
    return float(found.mean()) if len(found) else None
