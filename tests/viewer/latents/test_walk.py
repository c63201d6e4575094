"""Walks: they begin with the dream, pass the seed's other latents smoothly, stay near the sphere, and are closed."""

import numpy as np
import pytest

from viewer.latents.seeds import latents
from viewer.latents.walk import NUM_SEGMENTS, walk_latents

DIM = 32


def walk(seed: int, positions: np.ndarray, latent_dim: int = DIM) -> np.ndarray:
    return walk_latents([seed] * len(positions), positions, latent_dim)


def test_integer_positions_are_the_latents_of_the_seed() -> None:
    assert np.array_equal(walk(5, np.arange(float(NUM_SEGMENTS))), latents(5, NUM_SEGMENTS, DIM))


def test_a_walk_is_closed() -> None:
    positions = np.array([0.0, 0.3, 7.9])
    assert np.allclose(walk(5, positions), walk(5, positions + NUM_SEGMENTS), atol=1e-6)
    assert np.allclose(walk(5, positions), walk(5, positions - NUM_SEGMENTS), atol=1e-6)


def test_a_walk_does_not_depend_on_others() -> None:
    seeds, positions = [3, 9, 3, 2**64 - 1], np.array([0.25, 0.25, 5.5, 15.99])
    together = walk_latents(seeds, positions, DIM)
    alone = [walk_latents([seed], positions[[row]], DIM)[0] for row, seed in enumerate(seeds)]
    assert np.array_equal(together, np.array(alone))
    assert not np.allclose(together[0], together[1])


def test_a_walk_is_smooth_at_every_stop() -> None:
    step = 1e-3
    for stop in range(NUM_SEGMENTS):
        before, here, after = walk(8, np.array([stop - step, stop, stop + step])).astype(np.float64)
        arriving, leaving = (here - before) / step, (after - here) / step
        assert np.linalg.norm(leaving - arriving) < 0.02 * np.linalg.norm(arriving)


def test_a_walk_stays_near_the_sphere_of_normal_latents() -> None:
    lengths = np.linalg.norm(walk(4, np.linspace(0, NUM_SEGMENTS, 200)), axis=1)
    straight = np.linalg.norm(latents(4, NUM_SEGMENTS, DIM).mean(0))
    assert lengths.min() > 0.8 * DIM**0.5 - 1
    assert lengths.min() > 2 * straight


@pytest.mark.parametrize("latent_dim", [1, 2])
def test_opposite_or_equal_latents_give_finite_points(latent_dim: int) -> None:
    assert np.isfinite(walk(6, np.linspace(0, NUM_SEGMENTS, 400), latent_dim)).all()
