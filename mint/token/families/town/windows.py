"""Windows: which panes of a finished front are lit, and in what light."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.token.families.town.stage import CLEAR, PANE, Stage
from mint.token.raster import SIZE

# How many of ten panes are lit.
_SHARES: Final[Mapping[str, int]] = {"dark": 0, "few lit": 3, "many lit": 6, "all lit": 10, "neon": 5, "lanterns": 4, "rainbow": 10}


def light_windows(stage: Stage) -> None:
    """Turn every pane of the front into dark glass or light."""
    front, value = stage.front, stage.values["windows"]
    ys, xs = np.nonzero(front == PANE)
    front[ys, xs] = stage.inks.glass
    num_lit = (len(ys) * _SHARES[value] + 9) // 10
    lit = np.argsort(stage.random.grid(1, len(ys))[0], kind="stable")[:num_lit]
    front[ys[lit], xs[lit]] = _LIGHTS.get(value, _plain)(stage, xs[lit], ys[lit])
    if value in _EXTRAS:
        _EXTRAS[value](stage)


def _plain(stage: Stage, xs: NDArray[np.intp], ys: NDArray[np.intp]) -> NDArray[np.uint8]:
    return np.full(len(xs), stage.inks.lamp, np.uint8)


def _neon(stage: Stage, xs: NDArray[np.intp], ys: NDArray[np.intp]) -> NDArray[np.uint8]:
    return np.asarray(np.array((stage.inks.neon, stage.inks.glint, stage.inks.neon), np.uint8)[xs // 3 % 3])


def _rainbow(stage: Stage, xs: NDArray[np.intp], ys: NDArray[np.intp]) -> NDArray[np.uint8]:
    colors = np.array((*stage.paint.rainbow, stage.inks.glass), np.uint8)
    return np.asarray(colors[(xs + ys) // 2 % 5])


def _tubes(stage: Stage) -> None:
    """Run a tube of light down the left edge of every silhouette."""
    solid = stage.front != CLEAR
    edge = solid.copy()
    edge[:, 1:] &= ~solid[:, :-1]
    edge[:, 0] = False
    edge[stage.ground :] = False
    stage.front[edge] = stage.inks.neon


def _garland(stage: Stage) -> None:
    """Hang a rope of lanterns across the picture."""
    top = stage.ground - 7
    for x in range(SIZE):
        sag = (x % 16) * (16 - x % 16) // 21
        stage.front[top + sag, x] = stage.inks.ink
        if x % 4 == 2:
            stage.front[top + sag + 1 : top + sag + 3, x] = stage.inks.lamp


_LIGHTS: Final[Mapping[str, Callable[[Stage, NDArray[np.intp], NDArray[np.intp]], NDArray[np.uint8]]]] = {
    "neon": _neon,
    "rainbow": _rainbow,
}
_EXTRAS: Final[Mapping[str, Callable[[Stage], None]]] = {"neon": _tubes, "lanterns": _garland}
