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
from mint.recipes.recipe import Networks
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
    has_held_out = bool(session.held_out.any())
    chosen = session.held_out if has_held_out else ~session.held_out
    measured = sprites.pixels[chosen]
    pixels = torch.from_numpy(measured).to(session.device)
    labels = None
    if session.labels:
        assert sprites.sprite_labels is not None
        labels = torch.from_numpy(sprites.sprite_labels[chosen]).to(session.device).float()

    on_phase("reconstructing sprites")
    modes = pixel_modes(sprites.pixels[~session.held_out], sprites.num_colors)
    reconstructed = _reconstruct(session.networks, pixels, labels)
    reconstruction = ReconstructionMeasures(
        pixels=pixel_accuracy(reconstructed, measured),
        floor=pixel_accuracy(np.broadcast_to(modes, measured.shape), measured),
        exactly_right=exactly_right(reconstructed, measured),
    )
    on_phase("computing likelihoods")
    measured_likelihood = likelihood(session.learner, pixels, labels, SEED)
    on_phase("dreaming")
    samples = _measure_samples(session, sprites)
    label_measures: tuple[LabelMeasures, ...] = ()
    if sprites.sprite_labels is not None and session.labels:
        on_phase("training a classifier of labels")
        label_measures = _measure_labels(session, sprites.pixels, sprites.sprite_labels, sprites.num_colors)
    return EvaluationReport(
        recipe=session.recipe_name,
        step=session.progress.step,
        images=session.progress.images,
        held_out=has_held_out,
        count=len(measured),
        reconstruction=reconstruction,
        likelihood=measured_likelihood,
        samples=samples,
        labels=label_measures,
    )


@torch.no_grad()
def _reconstruct(networks: Networks, pixels: Tensor, labels: Tensor | None) -> Pixels:
    """Return the reconstructions of pixels (n, H, W) uint8 with their labels (n, num_labels) float32."""
    parts = [
        networks.reconstruct(part, None if labels is None else labels[_BATCH * number : _BATCH * (number + 1)])
        for number, part in enumerate(torch.split(pixels, _BATCH))
    ]
    return torch.cat(parts).cpu().numpy()


@torch.no_grad()
def _dream(session: Session, count: int, asked: Sequence[float] | None = None) -> Pixels:
    """Return dreams (count, H, W), all with the labels ``asked`` (num_labels,); None leaves every label open."""
    networks, num_labels = session.networks, session.learner.num_labels
    parts = [networks.dream(part, num_labels, asked) for part in torch.split(_latents(session, count), _BATCH)]
    return torch.cat(parts).cpu().numpy()


@torch.no_grad()
def _dream_colors(session: Session, count: int) -> NDArray[np.uint8] | None:
    """Return the same dreams as the colours (count, H, W, 4) that are drawn before the palette's replace them, if any are."""
    learner = session.learner
    open_labels = torch.full((_BATCH, learner.num_labels), UNKNOWN, device=session.device) if learner.num_labels else None
    parts = []
    for z in torch.split(_latents(session, count), _BATCH):
        part = learner.colors(z, None if open_labels is None else open_labels[: len(z)])
        if part is None:
            return None
        parts.append(part)
    return torch.cat(parts).cpu().numpy()


def _latents(session: Session, count: int) -> Tensor:
    return torch.from_numpy(latents(SEED, count, session.learner.latent_dim)).to(session.device)


def _measure_samples(session: Session, sprites: TrainingSprites) -> SampleMeasures:
    learned, unseen = sprites.pixels[~session.held_out], sprites.pixels[session.held_out]
    palette = np.array(sprites.palette, np.uint8)
    dreams = _dream(session, NUM_SAMPLES)
    colors = _dream_colors(session, NUM_SAMPLES)
    # Indices are counted as the colours they stand for, to compare them with models of colours.
    words: NDArray[np.uint32] = rgba_words(palette)[dreams] if colors is None else rgba_words(colors)
    distances = nearest_distances(dreams, learned)
    return SampleMeasures(
        count=len(dreams),
        colors=mean_num_colors(words),
        colors_of_sprites=mean_num_colors(sprites.pixels),
        off_palette=off_palette(words, palette),
        distance=float(np.median(distances)),
        distance_of_sprites=float(np.median(nearest_distances(unseen, learned))) if len(unseen) else None,
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
    session: Session, pixels: Pixels, sprite_labels: NDArray[np.bool_], num_colors: int
) -> tuple[LabelMeasures, ...]:
    """Measure dreams with each label of pixels (N, H, W) uint8, whose labels are (N, num_labels) bool, and without it."""
    device, held_out = session.device, session.held_out
    all_pixels, all_labels = torch.from_numpy(pixels).to(device), torch.from_numpy(sprite_labels).to(device)
    learned = torch.from_numpy(~held_out).to(device)
    classifier = train_classifier(all_pixels[learned], all_labels[learned], num_colors, SEED)
    measured = ~learned if held_out.any() else learned
    found, actual = classifier.predict(all_pixels[measured]).cpu().numpy(), all_labels[measured].cpu().numpy()
    measures = []
    for number, label in enumerate(session.labels):
        shares = []
        for value in (1.0, 0.0):
            asked = [value if index == number else UNKNOWN for index in range(len(session.labels))]
            dreams = torch.from_numpy(_dream(session, NUM_SAMPLES_PER_LABEL, asked)).to(device)
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
    """Return the share of True, None where there is nothing to count."""
    return float(found.mean()) if len(found) else None
