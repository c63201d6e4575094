"""Loops: they return to their first frame without a seam, and every tile changes."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.latents.seeds import latents
from viewer.latents.walk import NUM_SEGMENTS, closed_walk_latents, walk_latents
from viewer.pictures.loop import Loop

DIM = 6


class LatentPlotter:
    """Draws tiles of 8 x 8 pixels whose brightness shows the latent coarsely, and records the latents."""

    def __init__(self) -> None:
        self.latents: list[NDArray[np.float32]] = []

    def generate(self, z: NDArray[np.float32]) -> NDArray[np.uint8]:
        self.latents.extend(z)
        levels = np.clip(z * 20 + 100, 0, 255).astype(np.uint8)
        return levels.repeat(11, 1)[:, :64].reshape(-1, 8, 8)


def loop(mode: str, tiles: int = 5, frames: int = 120, seed: int = 4) -> Loop:
    return Loop(mode=mode, tiles=tiles, seed=seed, frames=frames, fps=20)  # type: ignore[arg-type]


def drawn_frames(of: Loop, plotter: LatentPlotter | None = None) -> Iterator[NDArray[np.uint8]]:
    return of.draw((plotter or LatentPlotter()).generate, DIM)


@pytest.mark.parametrize("mode", ["walk", "refresh"])
@pytest.mark.parametrize(("tiles", "frames"), [(1, 2), (5, 120), (7, 61), (70, 33)])
def test_a_loop_has_its_frames_and_is_deterministic(mode: str, tiles: int, frames: int) -> None:
    first, again = (np.stack([*drawn_frames(loop(mode, tiles, frames))]) for _ in range(2))
    assert first.shape == (frames, tiles, 8, 8)
    np.testing.assert_array_equal(first, again)
    assert (np.stack([*drawn_frames(loop(mode, tiles, frames, seed=5))]) != first).any()


def test_a_walk_has_no_seam() -> None:
    plotter = LatentPlotter()
    walk = loop("walk")
    list(drawn_frames(walk, plotter))
    path = np.array(plotter.latents, np.float64).reshape(walk.frames, walk.tiles, DIM)
    speeds = np.linalg.norm(np.roll(path, -1, 0) - path, axis=2)  # from the last frame to the first, too
    bends = np.linalg.norm(np.roll(path, -1, 0) - 2 * path + np.roll(path, 1, 0), axis=2)
    assert speeds[-1].max() < 1.01 * speeds[:-1].max()
    assert bends[[0, -1]].max() < 1.01 * bends[1:-1].max()
    assert speeds.min() > 0


def test_every_tile_of_a_walk_passes_its_dreams() -> None:
    plotter = LatentPlotter()
    walk = Loop(mode="walk", tiles=1, seed=4, frames=30, fps=5)
    list(drawn_frames(walk, plotter))
    assert walk.dreams == 3
    np.testing.assert_array_equal(np.array(plotter.latents)[::10], latents(4, 3, DIM))


def test_every_tile_of_a_refresh_shows_its_dreams_in_order() -> None:
    refresh = loop("refresh", tiles=6, frames=180)
    frames = np.stack([*drawn_frames(refresh)])
    dreams = LatentPlotter().generate(latents(4, 18, DIM)).reshape(3, 6, 8, 8)
    assert refresh.dreams == 3
    for tile in range(6):
        matches = [
            [number for number, dream in enumerate(dreams[:, tile]) if np.array_equal(frame, dream)] for frame in frames[:, tile]
        ]
        seen = [match[0] for match in matches if match]
        changes = [new for old, new in zip(seen[-1:] + seen, seen, strict=False) if new != old]
        # Each dream once, in order from any of them, and unchanged for most of the time.
        assert sorted(changes) == [0, 1, 2]
        assert (np.diff([*changes, changes[0]]) % 3 == 1).all()
        assert len(seen) > 0.75 * len(frames)
    # No more changes from the last frame to the first than elsewhere.
    num_changed = (np.roll(frames, -1, 0) != frames).sum((1, 2, 3))
    assert num_changed[-1] <= num_changed[:-1].max()


def test_tiles_do_not_change_all_at_once() -> None:
    frames = np.stack([*drawn_frames(loop("refresh", tiles=12, frames=240))])
    changing = (np.roll(frames, -1, 0) != frames).any((2, 3)).sum(1)
    assert changing.max() <= 4


def test_a_closed_walk_has_any_number_of_stops() -> None:
    positions = np.array([0.0, 3.25, 15.5])
    stops = np.stack([latents(seed, NUM_SEGMENTS, DIM) for seed in (1, 2, 3)])
    np.testing.assert_array_equal(closed_walk_latents(stops, positions), walk_latents([1, 2, 3], positions, DIM))
    np.testing.assert_allclose(
        closed_walk_latents(stops[:, :3], positions), closed_walk_latents(stops[:, :3], positions - 3), atol=1e-6
    )
