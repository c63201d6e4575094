"""Measures of pictures, on pictures with known results."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

from mint.evaluation.likelihood import likelihood
from mint.evaluation.measures import (
    exactly_right,
    mean_num_colors,
    nearest_distances,
    off_palette,
    pixel_accuracy,
    pixel_modes,
    rgba_words,
)
from mint.recipes.recipe import Adjustment, Arithmetic, ElboTerms, Networks


def test_accuracy_counts_pixels_and_whole_pictures() -> None:
    expected = np.zeros((4, 2, 5), np.uint8)
    pictures = expected.copy()
    pictures[1, 0, 0] = pictures[2, 1, :] = 3
    assert pixel_accuracy(pictures, expected) == 1 - 6 / 40
    assert exactly_right(pictures, expected) == 0.5


def test_the_floor_is_the_most_common_color_of_each_place() -> None:
    pixels = np.array([[[0, 2, 255]], [[1, 2, 255]], [[1, 0, 7]]], np.uint8)
    assert pixel_modes(pixels, 256).tolist() == [[1, 2, 255]]


def test_colors_are_counted_in_each_picture() -> None:
    assert mean_num_colors(np.array([[[1, 1], [1, 1]], [[1, 2], [3, 1]]], np.uint8)) == 2


def test_colors_off_the_palette_are_found_in_any_channel() -> None:
    palette = np.array([[0, 0, 0, 255], [10, 20, 30, 0]], np.uint8)
    drawn = np.array([[[0, 0, 0, 255], [10, 20, 30, 0], [10, 20, 30, 1], [0, 0, 1, 255]]], np.uint8)
    assert off_palette(rgba_words(drawn), palette) == 0.5


def test_the_nearest_learned_picture_is_found() -> None:
    learned = np.stack([np.zeros((2, 2), np.uint8), np.array([[1, 1], [1, 0]], np.uint8)])
    pictures = np.array([[[1, 1], [1, 1]], [[0, 0], [0, 0]], [[0, 5], [5, 5]]], np.uint8)
    assert nearest_distances(pictures, learned).tolist() == [0.25, 0, 0.75]


class ConstantLearner:
    """A learner that returns the same probabilities and divergence for every picture."""

    latent_dim = 2
    num_labels = 0
    images_per_step = 1

    def __init__(self, logits: Tensor, kl: float | None) -> None:
        self._logits, self._kl = logits, kl

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms:
        kl = None if self._kl is None else torch.full((len(pixels),), self._kl)
        return ElboTerms(self._logits[None, :, None, None].expand(len(pixels), -1, *pixels.shape[1:]), kl)

    def colors(self, z: Tensor, labels: Tensor | None) -> None: ...
    def adjust(self, adjustment: Adjustment) -> None: ...
    def set_arithmetic(self, arithmetic: Arithmetic) -> None: ...
    def load_state(self, state: Mapping[str, Tensor]) -> None: ...

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        raise NotImplementedError

    def snapshot(self) -> Networks:
        raise NotImplementedError

    def state(self) -> dict[str, Tensor]:
        raise NotImplementedError


@pytest.mark.parametrize("kl", [None, 3.0])
def test_bounds_are_log_likelihoods_minus_divergence(kl: float | None) -> None:
    probabilities = torch.tensor([0.7, 0.2, 0.1])
    pixels = torch.tensor([[[0, 0], [0, 2]], [[1, 1], [0, 0]]], dtype=torch.uint8)
    measured = likelihood(ConstantLearner(probabilities.log(), kl), pixels, None, seed=1)
    assert measured is not None
    of_softmax = (5 * math.log(0.7) + math.log(0.1) + 2 * math.log(0.2)) / 2
    assert measured.cross_entropy == pytest.approx(-of_softmax / 4, rel=1e-5)
    if kl is None:
        assert measured.elbo_softmax is measured.elbo_bernoulli is None
        return
    targets = torch.nn.functional.one_hot(pixels.long(), 3).float()
    of_bernoulli = -torch.nn.functional.binary_cross_entropy(probabilities.expand(2, 2, 2, 3), targets, reduction="sum").item() / 2
    assert measured.elbo_softmax == pytest.approx(of_softmax - kl, rel=1e-5)
    assert measured.elbo_bernoulli == pytest.approx(of_bernoulli - kl, rel=1e-5)
