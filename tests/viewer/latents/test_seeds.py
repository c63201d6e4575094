"""Latents: permanent, independent of each other, normally distributed."""

import numpy as np
import pytest

from viewer.latents.seeds import latents

GOLDEN = [
    [-0.8914072513580322, 1.3801987171173096, -0.8819378018379211],
    [-1.3116093873977661, -0.04390120506286621, 0.26353996992111206],
]


def test_a_seed_gives_its_golden_latents() -> None:
    found = latents(7, 2, 3)
    assert found.dtype == np.float32
    assert found.tolist() == GOLDEN


def test_a_latent_depends_only_on_its_number() -> None:
    many = latents(7, 100, 32)
    assert np.array_equal(latents(7, 3, 32), many[:3])
    assert np.array_equal(latents(7, 100, 8), many[:, :8])


def test_seeds_and_numbers_differ() -> None:
    rows = np.concatenate([latents(seed, 50, 4) for seed in range(4)])
    assert len(np.unique(rows, axis=0)) == 200


def test_latents_are_standard_normal() -> None:
    z = latents(1, 2000, 32).astype(np.float64).ravel()
    # Five standard errors of the mean, the variance and the fourth moment of 64,000 normal numbers.
    assert abs(z.mean()) < 5 / 253
    assert abs(z.var() - 1) < 5 * 1.42 / 253
    assert abs((z**4).mean() - 3) < 5 * 9.8 / 253
    assert abs(np.corrcoef(z[:-1], z[1:])[0, 1]) < 5 / 253


@pytest.mark.parametrize("count", [0, 1])
def test_few_latents_have_their_shape(count: int) -> None:
    assert latents(0, count, 16).shape == (count, 16)
