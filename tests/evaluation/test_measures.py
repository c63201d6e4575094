"""Measures of pictures, on pictures of which the answer is known."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

from mint.evaluation.likelihood import likelihood
from mint.evaluation.measures import (
    colors_a_picture,
    exactly_right,
    nearest_distances,
    off_palette,
    pixel_accuracy,
    pixel_modes,
    rgba_words,
)
from mint.recipes.recipe import ElboTerms


def test_accuracy_counts_pixels_and_whole_pictures() -> None:
    wanted = np.zeros((4, 2, 5), np.uint8)
    drawn = wanted.copy()
    drawn[1, 0, 0] = drawn[2, 1, :] = 3
    assert pixel_accuracy(drawn, wanted) == 1 - 6 / 40
    assert exactly_right(drawn, wanted) == 0.5


def test_the_floor_is_the_commonest_color_of_each_place() -> None:
    pixels = np.array([[[0, 2, 255]], [[1, 2, 255]], [[1, 0, 7]]], np.uint8)
    assert pixel_modes(pixels, 256).tolist() == [[1, 2, 255]]


def test_colors_are_counted_a_picture() -> None:
    assert colors_a_picture(np.array([[[1, 1], [1, 1]], [[1, 2], [3, 1]]], np.uint8)) == 2


def test_what_is_off_the_palette_is_found_in_any_channel() -> None:
    palette = np.array([[0, 0, 0, 255], [10, 20, 30, 0]], np.uint8)
    drawn = np.array([[[0, 0, 0, 255], [10, 20, 30, 0], [10, 20, 30, 1], [0, 0, 1, 255]]], np.uint8)
    assert off_palette(rgba_words(drawn), palette) == 0.5


def test_the_nearest_learnt_picture_is_found() -> None:
    learnt = np.stack([np.zeros((2, 2), np.uint8), np.array([[1, 1], [1, 0]], np.uint8)])
    pictures = np.array([[[1, 1], [1, 1]], [[0, 0], [0, 0]], [[0, 5], [5, 5]]], np.uint8)
    assert nearest_distances(pictures, learnt).tolist() == [0.25, 0, 0.75]


class Believer:
    """A learner that believes the same of every picture."""

    latent_dim = 2
    num_labels = 0
    images_per_step = 1

    def __init__(self, logits: Tensor, kl: float | None) -> None:
        self._logits, self._kl = logits, kl

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms:
        kl = None if self._kl is None else torch.full((len(pixels),), self._kl)
        return ElboTerms(self._logits[None, :, None, None].expand(len(pixels), -1, *pixels.shape[1:]), kl)

    def colors(self, z: Tensor, labels: Tensor | None) -> None: ...
    def step(self, *_: object) -> dict[str, Tensor]: ...  # type: ignore[empty-body]
    def set_arithmetic(self, arithmetic: object) -> None: ...
    def snapshot(self) -> object: ...
    def state(self) -> dict[str, Tensor]: ...  # type: ignore[empty-body]
    def load_state(self, state: Mapping[str, Tensor]) -> None: ...


@pytest.mark.parametrize("kl", [None, 3.0])
def test_bounds_are_log_likelihoods_less_divergence(kl: float | None) -> None:
    probabilities = torch.tensor([0.7, 0.2, 0.1])
    pixels = torch.tensor([[[0, 0], [0, 2]], [[1, 1], [0, 0]]], dtype=torch.uint8)
    likely = likelihood(Believer(probabilities.log(), kl), pixels, None, seed=1)  # type: ignore[arg-type]
    assert likely is not None
    of_softmax = (5 * math.log(0.7) + math.log(0.1) + 2 * math.log(0.2)) / 2
    assert likely.cross_entropy == pytest.approx(-of_softmax / 4, rel=1e-5)
    if kl is None:
        assert likely.elbo_softmax is likely.elbo_bernoulli is None
        return
    targets = torch.nn.functional.one_hot(pixels.long(), 3).float()
    torch_says = -torch.nn.functional.binary_cross_entropy(probabilities.expand(2, 2, 2, 3), targets, reduction="sum").item() / 2
    assert likely.elbo_softmax == pytest.approx(of_softmax - kl, rel=1e-5)
    assert likely.elbo_bernoulli == pytest.approx(torch_says - kl, rel=1e-5)
