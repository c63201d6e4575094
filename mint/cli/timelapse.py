"""The command that shows how a training learnt, as a film."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import find_token, takes_token
from viewer.command import NumberRange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mint.token.folder import TokenFolder
    from mint.token.raster import Pixels

FPS = 20
# A step of the past rests for this share of its time, and then dissolves into the next.
_REST = 0.5
_LONGEST_HOLD_S = 2.0
# More pictures in a second flicker. A film has room for all steps that are kept, but nobody watches one for minutes.
_STEPS_A_SECOND = 4
_USUAL_S, _LONGEST_S = 12.0, 30.0
_GAP_PX = 2
# The largest scale that nobody has asked for, and the side that a film of large pictures then keeps to.
_USUAL_SCALE = 4
_USUAL_SIDE = 1080


@click.command(short_help="Film how a training learnt.")
@takes_token
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The film to write: .gif, .webp or .mp4.",
)
@click.option("--seconds", type=NumberRange(1, 600), help="How long the film lasts.  [default: 12, up to 30 for many steps]")
@click.option("--tiles", type=click.IntRange(1, 64), default=16, show_default=True, help="How many dreams to follow.")
@click.option("--scale", type=click.IntRange(1, 64), help="Side of a pixel in the film.  [default: 4, or less for large pictures]")
def timelapse(token: str, tokens_dir: Path, output: Path, seconds: float | None, tiles: int, scale: int | None) -> None:
    """Film how a training learnt: the same dreams from its first step to its last.

    TOKEN is a hash or a token folder that was trained. Early steps, in which most is learnt, last as long as a hundred or a
    thousand later ones. GIF and WebP keep every colour; MP4 is what phones like best, and needs PyAV.

    Example: mint timelapse "open sesame" -o learning.webp
    """
    from viewer.pictures.film import FORMATS, Film, check_film, write_film

    if output.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"{output} does not end in {', '.join(FORMATS)}", param_hint="'-o'")
    check_film(output)
    from rich.console import Console
    from rich.progress import Progress

    from mint.token.folder import read_token

    folder = read_token(find_token(token, tokens_dir))
    steps, past = _read_past(folder, tiles)
    if seconds is None:
        seconds = min(_LONGEST_S, max(_USUAL_S, len(steps) / _STEPS_A_SECOND + _LONGEST_HOLD_S))
    steps, past = _thinned(steps, past, seconds)
    film = Film(
        palette=tuple(f"#{bytes(color).hex()}" for color in folder.rgba),
        count=max(2, round(seconds * FPS)),
        fps=FPS,
        scale=scale or _usual_scale(past[0]),
        notes={"token": folder.hash.text, "first_step": steps[0], "last_step": steps[-1], "tiles": past.shape[1]},
    )
    frames = _frames(steps, past, folder.rgba, film.count)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("filming", total=film.count)
        write_film(output, frames, film, lambda number: progress.update(task, completed=number))
    told = f"{len(steps)} steps of {folder.path.name} from {steps[0]:,} to {steps[-1]:,}, {film.count / FPS:g} s"
    click.echo(told, err=True)
    click.echo(output)


def _read_past(folder: "TokenFolder", tiles: int) -> "tuple[list[int], NDArray[np.uint8]]":
    """Return the steps of a token's past and what the first dreams were then, (steps, tiles, H, W); damaged ones are told of.

    Raises HistoryError where nothing can be shown.
    """
    import shlex

    import numpy as np

    from mint.errors import HistoryError
    from mint.training.saving.history import History

    history = History(folder.training / "history")
    _, height, width = folder.pixels.shape
    past: dict[int, Pixels] = {}
    for step in history.steps:
        try:
            pictures = history.read(step)
        except HistoryError as error:
            click.echo(f"skipped: {error}", err=True)
            continue
        if pictures.shape[1:] != (height, width) or len(pictures) < tiles or pictures.max() >= len(folder.rgba):
            click.echo(f"skipped: step {step} of the past does not show this token; the others do", err=True)
            continue
        past[step] = pictures[:tiles]
    if not past:
        raise HistoryError(
            f"the token {folder.path.name} has no past to film; train it first: mint train {shlex.quote(folder.hash.text)}"
        )
    return list(past), np.stack([*past.values()])


def _thinned(steps: list[int], past: "NDArray[np.uint8]", seconds: float) -> "tuple[list[int], NDArray[np.uint8]]":
    """Return as many steps, evenly spread, and their tiles as a film of a length shows without flickering."""
    import numpy as np

    most = max(2, int(_STEPS_A_SECOND * (seconds - min(_LONGEST_HOLD_S, seconds / 4))))
    if len(steps) <= most:
        return steps, past
    kept = np.linspace(0, len(steps) - 1, most).round().astype(int)
    return [steps[place] for place in kept.tolist()], past[kept]


def _usual_scale(tiles: "Pixels") -> int:
    """Return the scale at which a film of tiles (n, H, W) fits on most screens."""
    from viewer.pictures.mosaic import mosaic

    side: int = max(mosaic(tiles, background=0, gap_px=_GAP_PX).shape)
    return max(1, min(_USUAL_SCALE, _USUAL_SIDE // side))


def _frames(steps: Sequence[int], past: "NDArray[np.uint8]", rgba: "NDArray[np.uint8]", count: int) -> "Iterator[Pixels]":
    """Yield so many pictures (height, width): evenly over the kept steps, one dissolving into the next, and a rest at the end."""
    import numpy as np

    from viewer.pictures.loop import shuffled_fractions
    from viewer.pictures.mosaic import mosaic

    luma = rgba[:, :3] @ np.array([299, 587, 114])
    dark, light = int(luma.argmin()), int(luma.argmax())
    order = shuffled_fractions(0, -1, past[0].size).reshape(past.shape[1:])
    moving = count - round(min(_LONGEST_HOLD_S * FPS, count / 4))
    for frame in range(count):
        share = min(1.0, frame / max(1, moving - 1))
        place, way = divmod(share * (len(steps) - 1), 1)
        here = int(place)
        after = min(here + 1, len(steps) - 1)
        gone = max(0.0, (way - _REST) / (1 - _REST))
        picture = mosaic(np.where(order < gone, past[after], past[here]), background=dark, gap_px=_GAP_PX)
        step = steps[here] + round(gone * (steps[after] - steps[here]))
        yield np.concatenate([picture, _caption(step, steps[-1], share, picture.shape[1], dark, light)])


def _caption(step: int, last_step: int, share: float, width: int, dark: int, light: int) -> "Pixels":
    """Return a strip with the step, in words where they fit, and a line that grows with the share of the way gone."""
    import numpy as np

    from mint.token.font import render
    from mint.token.fonts.tiny import TINY

    room = width - 2 * _GAP_PX
    form = next((form for form in ("STEP {:,}", "{:,}") if TINY.width(form.format(last_step)) <= room), "")
    strip = np.full((TINY.height + 2 * _GAP_PX, width), dark, np.uint8)
    if not form:
        return strip
    mask = render(TINY, form.format(step))
    left = width - _GAP_PX - mask.shape[1]
    strip[_GAP_PX : _GAP_PX + TINY.height, left : left + mask.shape[1]][mask] = light
    way = max(0, room - TINY.width(form.format(last_step)) - 2 * _GAP_PX)
    strip[_GAP_PX + TINY.height // 2, _GAP_PX : _GAP_PX + round(share * way)] = light
    return strip
