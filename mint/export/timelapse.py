"""A timelapse: the same dreams at the steps of a training's history, as a film."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.errors import HistoryError
from mint.token.folder import TokenFolder
from mint.token.font import render
from mint.token.fonts.tiny import TINY
from mint.token.raster import Pixels
from mint.training.saving.history import History
from viewer.pictures.film import Film, write_film
from viewer.pictures.loop import shuffled_fractions
from viewer.pictures.mosaic import mosaic

FPS: Final = 20
# The share of a step's time for which it is shown alone; then it dissolves into the next.
_STILL_SHARE = 0.5
_MAX_HOLD_S = 2.0
# More steps a second flicker. A film of all steps could be long, and few people watch one for minutes.
_STEPS_PER_SECOND = 4
_MIN_AUTO_S, _MAX_AUTO_S = 12.0, 30.0
_GAP_PX = 2
# The largest scale that is chosen automatically, and the largest side of a film at such a scale.
_MAX_AUTO_SCALE = 4
_MAX_AUTO_SIDE = 1080


@dataclass(frozen=True, kw_only=True, eq=False)
class Timelapse:
    """A film that is ready to be written: its steps, the tiles at each step (steps, n, H, W), colours (K, 4) and format."""

    steps: list[int]
    tiles: Pixels
    rgba: NDArray[np.uint8]
    film: Film

    def frames(self) -> Iterator[Pixels]:
        """Yield the frames (height, width): the steps evenly, each dissolving into the next, and a hold at the end."""
        luma = self.rgba[:, :3] @ np.array([299, 587, 114])
        dark, light = int(luma.argmin()), int(luma.argmax())
        order = shuffled_fractions(0, -1, self.tiles[0].size).reshape(self.tiles.shape[1:])
        count = self.film.count
        num_moving = count - round(min(_MAX_HOLD_S * FPS, count / 4))
        for frame in range(count):
            share = min(1.0, frame / max(1, num_moving - 1))
            place, fraction = divmod(share * (len(self.steps) - 1), 1)
            index = int(place)
            following = min(index + 1, len(self.steps) - 1)
            dissolved = max(0.0, (fraction - _STILL_SHARE) / (1 - _STILL_SHARE))
            tiles = np.where(order < dissolved, self.tiles[following], self.tiles[index])
            picture = mosaic(tiles, background=dark, gap_px=_GAP_PX)
            step = self.steps[index] + round(dissolved * (self.steps[following] - self.steps[index]))
            yield np.concatenate([picture, _caption(step, self.steps[-1], share, picture.shape[1], dark, light)])


def make_timelapse(
    folder: TokenFolder,
    num_tiles: int,
    on_skip: Callable[[str], None],
    seconds: float | None = None,
    scale: int | None = None,
    last_step: int | None = None,
) -> Timelapse:
    """Read the history of a token's training and lay out its film; length and scale are chosen where they are not given.

    Steps after ``last_step`` are left out. ``on_skip`` is called with a message for each damaged or foreign step. Raises
    HistoryError where no step can be shown.
    """
    steps, tiles = _read_history(folder, num_tiles, on_skip, last_step)
    if seconds is None:
        seconds = min(_MAX_AUTO_S, max(_MIN_AUTO_S, len(steps) / _STEPS_PER_SECOND + _MAX_HOLD_S))
    steps, tiles = _thin(steps, tiles, seconds)
    film = Film(
        palette=tuple(f"#{bytes(color).hex()}" for color in folder.rgba),
        count=max(2, round(seconds * FPS)),
        fps=FPS,
        scale=scale or _auto_scale(tiles[0]),
        notes={"token": folder.hash.text, "first_step": steps[0], "last_step": steps[-1], "tiles": num_tiles},
    )
    return Timelapse(steps=steps, tiles=tiles, rgba=folder.rgba, film=film)


def write_timelapse(path: Path, timelapse: Timelapse, on_frame: Callable[[int], None]) -> None:
    """Write a timelapse as GIF, WebP or MP4, and call ``on_frame`` with the number of frames so far.

    Raises PictureError of the viewer.
    """
    write_film(path, timelapse.frames(), timelapse.film, on_frame)


def _read_history(
    folder: TokenFolder, num_tiles: int, on_skip: Callable[[str], None], last_step: int | None
) -> tuple[list[int], Pixels]:
    """Return the steps of the history and the first dreams at each, (steps, num_tiles, H, W)."""
    history = History(folder.training / "history")
    _, height, width = folder.pixels.shape
    found: dict[int, Pixels] = {}
    for step in history.steps:
        if last_step is not None and step > last_step:
            break
        try:
            tiles = history.read(step)
        except HistoryError as error:
            on_skip(str(error))
            continue
        if tiles.shape[1:] != (height, width) or len(tiles) < num_tiles or tiles.max() >= len(folder.rgba):
            on_skip(f"step {step} of the history does not show this token; the others do")
            continue
        found[step] = tiles[:num_tiles]
    if not found:
        raise HistoryError(f"{folder.path} has no history to film; train it with: mint train {shlex.quote(str(folder.path))}")
    return list(found), np.stack([*found.values()])


def _thin(steps: list[int], tiles: Pixels, seconds: float) -> tuple[list[int], Pixels]:
    """Return the steps and tiles that a film of a length can show without flickering, evenly spread over the history."""
    max_steps = max(2, int(_STEPS_PER_SECOND * (seconds - min(_MAX_HOLD_S, seconds / 4))))
    if len(steps) <= max_steps:
        return steps, tiles
    kept = np.linspace(0, len(steps) - 1, max_steps).round().astype(int)
    return [steps[index] for index in kept.tolist()], tiles[kept]


def _auto_scale(tiles: Pixels) -> int:
    """Return the scale at which a film of tiles (n, H, W) fits on most screens."""
    side: int = max(mosaic(tiles, background=0, gap_px=_GAP_PX).shape)
    return max(1, min(_MAX_AUTO_SCALE, _MAX_AUTO_SIDE // side))


def _caption(step: int, last_step: int, share: float, width: int, dark: int, light: int) -> Pixels:
    """Return a strip with the step, if it fits, and a line whose length is the share of the film that has passed."""
    room = width - 2 * _GAP_PX
    template = next((text for text in ("STEP {:,}", "{:,}") if TINY.width(text.format(last_step)) <= room), "")
    strip = np.full((TINY.height + 2 * _GAP_PX, width), dark, np.uint8)
    if not template:
        return strip
    mask = render(TINY, template.format(step))
    left = width - _GAP_PX - mask.shape[1]
    strip[_GAP_PX : _GAP_PX + TINY.height, left : left + mask.shape[1]][mask] = light
    line_px = max(0, room - TINY.width(template.format(last_step)) - 2 * _GAP_PX)
    strip[_GAP_PX + TINY.height // 2, _GAP_PX : _GAP_PX + round(share * line_px)] = light
    return strip
