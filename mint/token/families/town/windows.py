"""Windows: which windows of a finished foreground are lit, and in which colours."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.token.families.town.canvas import TRANSPARENT, WINDOW, TownCanvas
from mint.token.raster import SIZE

# The number of lit windows out of ten.
_LIT_TENTHS: Final[Mapping[str, int]] = {
    "dark": 0,
    "few lit": 3,
    "many lit": 6,
    "all lit": 10,
    "neon": 5,
    "lanterns": 4,
    "rainbow": 10,
}


def light_windows(canvas: TownCanvas) -> None:
    """Colour every window of the foreground as dark glass or light."""
    front, value = canvas.foreground, canvas.values["windows"]
    ys, xs = np.nonzero(front == WINDOW)
    front[ys, xs] = canvas.colors.glass
    num_lit = (len(ys) * _LIT_TENTHS[value] + 9) // 10
    lit = np.argsort(canvas.random.grid(1, len(ys))[0], kind="stable")[:num_lit]
    front[ys[lit], xs[lit]] = _LIGHT_COLORS.get(value, _uniform)(canvas, xs[lit], ys[lit])
    if value in _DECORATIONS:
        _DECORATIONS[value](canvas)


def _uniform(canvas: TownCanvas, xs: NDArray[np.intp], ys: NDArray[np.intp]) -> NDArray[np.uint8]:
    return np.full(len(xs), canvas.colors.lamp, np.uint8)


def _neon(canvas: TownCanvas, xs: NDArray[np.intp], ys: NDArray[np.intp]) -> NDArray[np.uint8]:
    return np.asarray(np.array((canvas.colors.neon, canvas.colors.glint, canvas.colors.neon), np.uint8)[xs // 3 % 3])


def _rainbow(canvas: TownCanvas, xs: NDArray[np.intp], ys: NDArray[np.intp]) -> NDArray[np.uint8]:
    colors = np.array((*canvas.scheme.rainbow, canvas.colors.glass), np.uint8)
    return np.asarray(colors[(xs + ys) // 2 % 5])


def _neon_edges(canvas: TownCanvas) -> None:
    """Draw neon light along the left edge of every silhouette."""
    solid = canvas.foreground != TRANSPARENT
    edge = solid.copy()
    edge[:, 1:] &= ~solid[:, :-1]
    edge[:, 0] = False
    edge[canvas.ground_row :] = False
    canvas.foreground[edge] = canvas.colors.neon


def _lantern_string(canvas: TownCanvas) -> None:
    """Draw a string of lanterns across the picture."""
    top = canvas.ground_row - 7
    for x in range(SIZE):
        sag = (x % 16) * (16 - x % 16) // 21
        canvas.foreground[top + sag, x] = canvas.colors.dark_detail
        if x % 4 == 2:
            canvas.foreground[top + sag + 1 : top + sag + 3, x] = canvas.colors.lamp


_LIGHT_COLORS: Final[Mapping[str, Callable[[TownCanvas, NDArray[np.intp], NDArray[np.intp]], NDArray[np.uint8]]]] = {
    "neon": _neon,
    "rainbow": _rainbow,
}
_DECORATIONS: Final[Mapping[str, Callable[[TownCanvas], None]]] = {"neon": _neon_edges, "lanterns": _lantern_string}
