"""The wall: which tiles hang on it now, who looks at it, and when the next ones are drawn.

There is one for all pages. It holds each tile's newest picture only; a page that is slow is owed the places that have changed, not
the pictures it has missed, so nobody's slowness costs memory or another's time. While nobody looks, nothing is drawn.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.latents.modes import Mode
from viewer.latents.walk import NUM_SEGMENTS
from viewer.web.frames import MAX_FRAME_BYTES, TILE, TILES, TileFrame
from viewer.web.protocol import (
    MAX_RATE,
    MAX_TILES,
    MIN_RATE,
    VERSION,
    Ability,
    CompareMessage,
    FromPage,
    FromServer,
    HelloMessage,
    HistoryMessage,
    ModelMessage,
    ProblemMessage,
    RunMessage,
    SetLabelMessage,
    SetModeMessage,
    SetRateMessage,
    SetTilesMessage,
    SetTransitionMessage,
    ShowStepMessage,
    SkipMessage,
    StateMessage,
    StatsMessage,
    Transition,
)
from viewer.web.tile_source import FixedSeeds, SourceCommand, SourceEvent, SourceStatus, SpriteImages, TileSource

# A picture of the browser: more often nothing can be seen to change.
_TICK_S = 1 / 60
# Places that are empty are filled so many at a time, so that the first tiles do not wait for the last.
_FILL = 64
# In a walk each tile takes at least and at most so long from one dream to the next.
_SHORTEST_LEG_S, _LONGEST_LEG_S = 2.0, 60.0
_CALM_RATE = 1.0

_log = logging.getLogger("viewer")


@dataclass(frozen=True, kw_only=True)
class DisplaySettings:
    """What people can set; the same for all pages."""

    tiles: int = 64
    rate: float = 4.0
    mode: Mode = "refresh"
    transition: Transition = "fade"


class Subscriber(Protocol):
    """A page that looks at the wall. None of this waits."""

    @property
    def is_owed(self) -> bool:
        """Whether some change has not been sent yet."""

    def tell(self, message: FromServer) -> None:
        """Have a message sent; a newer one of its kind replaces one that still waits."""

    def owe(self, places: NDArray[np.intp]) -> None:
        """Have the tiles at these places sent as soon as the page can take them."""

    def show(self, sprites: SpriteImages) -> None:
        """Have originals or reconstructions sent."""


class TileScheduler:
    """Tiles from a source, drawn at the rate that is set, for everyone who looks."""

    def __init__(self, source: TileSource, settings: DisplaySettings, *, kiosk: bool = False) -> None:
        self._source: Final = source
        self._settings = settings
        self._kiosk: Final = kiosk
        self._is_untouched = True  # nobody has set or preferred anything yet
        self._comparing = False
        self._model: ModelMessage | None = None
        self._models_heard = 0
        self._status = SourceStatus(state="waiting", step=0)
        self._history: HistoryMessage | None = None
        self._stats: StatsMessage | None = None
        self._unheard: ProblemMessage | None = None  # the newest that nobody was there to hear
        self._fixed = np.zeros(0, np.uint64)  # the seeds that hang, where not any may
        self._sprites: dict[int, SpriteImages] = {}
        self._onlookers: set[Subscriber] = set()
        self._changed = asyncio.Event()
        self._random = np.random.default_rng()
        # Tile by tile: what it is, its picture, whether it still has none.
        self._tiles = np.zeros(settings.tiles, TILE)
        self._pixels = np.zeros((settings.tiles, 1, 1), np.uint8)
        self._positions = np.zeros(settings.tiles)
        self._is_blank = np.ones(settings.tiles, bool)
        self._turns: list[int] = []  # places in random order, each once a round
        self._since = 0.0  # when tiles were last asked for
        self._credit = 0.0  # refreshes that are due

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """What the source has besides tiles."""
        return self._source.abilities

    async def run(self) -> None:
        """Listen to the source and draw, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._draw())

    def welcome(self, onlooker: Subscriber, *, reduced_motion: bool) -> None:
        """Let someone look: what there is is told, and what changes from now on."""
        if self._is_untouched:
            self._is_untouched = False
            if reduced_motion:
                rate = min(self._settings.rate, _CALM_RATE)
                self._settings = replace(self._settings, rate=rate, transition="fade")
        hello = HelloMessage(
            version=VERSION,
            abilities=self._source.abilities,
            modes=self._source.modes,
            transitions=("cut", "fade", "dissolve"),
            kiosk=self._kiosk,
            max_tiles=MAX_TILES,
            max_rate=MAX_RATE,
        )
        told: Sequence[FromServer | None] = (hello, self._state(), self._model, self._history, self._stats, self._unheard)
        for message in told:
            if message is not None:
                onlooker.tell(message)
        self._unheard = None
        onlooker.owe(np.flatnonzero(~self._is_blank))
        for sprites in self._sprites.values():
            onlooker.show(sprites)
        self._onlookers.add(onlooker)
        self.wake()

    def leave(self, onlooker: Subscriber) -> None:
        """Tell this one nothing more."""
        self._onlookers.discard(onlooker)

    def wake(self) -> None:
        """Look again whether something is to be drawn."""
        self._changed.set()

    def frame(self, number: int, places: NDArray[np.intp]) -> TileFrame:
        """Return these places' newest tiles as a frame of this number."""
        return TileFrame(
            frame=number, generation=self.generation, kind=TILES, tiles=self._tiles[places], pixels=self._pixels[places]
        )

    def hanging(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return those of the places where a tile hangs, as many as fit into a frame."""
        places = places[places < self._settings.tiles]
        return places[~self._is_blank[places]][: max(1, MAX_FRAME_BYTES // (TILE.itemsize + self._pixels[0].size))]

    @property
    def generation(self) -> int:
        """The generation of the model whose tiles hang here."""
        return self._model.generation if self._model else 0

    def take(self, message: FromPage) -> None:
        """Do what a page asks for, as far as it goes, and tell all pages."""
        self._is_untouched = False
        match message:
            case SetTilesMessage():
                self._set_count(min(MAX_TILES, max(1, message.tiles)))
            case SetRateMessage():
                self._settings = replace(self._settings, rate=float(min(MAX_RATE, max(MIN_RATE, message.rate))))
                self._since = 0  # what has passed until now passed at the old rate
            case SetModeMessage() if message.mode in self._source.modes:
                self._settings = replace(self._settings, mode=message.mode)
                self._since = 0
            case SetTransitionMessage():
                self._settings = replace(self._settings, transition=message.transition)
            case RunMessage() | SkipMessage() | ShowStepMessage() | CompareMessage() | SetLabelMessage() as wish if _ability(
                wish
            ) in (None, *self._source.abilities):
                if isinstance(wish, CompareMessage):
                    self._comparing = wish.compare
                self._source.wish(wish)
        self._tell(self._state())
        self.wake()

    def end(self, text: str) -> None:
        """Tell all pages that this is the end."""
        self._status = replace(self._status, state="ended", text=text)
        self._tell(self._state())

    def _state(self) -> StateMessage:
        settings, status = self._settings, self._status
        return StateMessage(
            state=status.state,
            tiles=settings.tiles,
            rate=settings.rate,
            mode=settings.mode,
            transition=settings.transition,
            step=status.step,
            text=status.text,
            compare=self._comparing,
        )

    def _tell(self, message: FromServer) -> None:
        for onlooker in self._onlookers:
            onlooker.tell(message)

    def _set_count(self, count: int) -> None:
        kept = min(count, self._settings.tiles)
        self._settings = replace(self._settings, tiles=count)
        self._tiles = _resized(self._tiles, count)
        self._pixels = _resized(self._pixels, count)
        self._positions = _resized(self._positions, count)
        self._is_blank = _resized(self._is_blank, count)
        self._is_blank[kept:] = True
        self._turns = []

    # What the source tells.

    async def _listen(self) -> None:
        async for news in self._source.news():
            self._hear(news)
            self.wake()

    def _hear(self, news: SourceEvent) -> None:
        match news:
            case ModelMessage():
                if news.generation != self.generation or self._model is None:
                    self._pixels = np.zeros((self._settings.tiles, *news.size), np.uint8)
                    self._tiles["seed"] = 0
                self._model = news
                self._models_heard += 1
                self._is_blank[:] = True
                self._tell(news)
            case SourceStatus():
                self._status = news
                self._tell(self._state())
            case SpriteImages():
                self._sprites[news.kind] = news
                for onlooker in self._onlookers:
                    onlooker.show(news)
            case ProblemMessage():
                _log.warning(news.text)
                self._tell(news)
                self._unheard = None if self._onlookers else news
            case HistoryMessage():
                self._history = news
                self._tell(news)
            case StatsMessage():
                self._stats = news
                self._tell(news)
            case FixedSeeds():
                self._fixed = np.array(news.seeds, np.uint64)

    # Drawing.

    async def _draw(self) -> None:
        while True:
            self._changed.clear()
            places, wait_s = self._next_places()
            if not len(places):
                try:
                    async with asyncio.timeout(wait_s):
                        await self._changed.wait()
                except TimeoutError:
                    pass
                continue
            is_filling = bool(self._is_blank[places].any())
            seeds, positions = self._chosen(places, is_filling=is_filling)
            heard = self._models_heard
            drawing = await self._source.draw(seeds.tolist(), positions)
            if drawing is None:
                # News will follow, and wake this loop.
                await self._changed.wait()
            elif drawing.generation != self.generation or heard != self._models_heard:
                continue  # another model hangs here now
            elif is_filling or self._status.state == "running":
                self._hang(places, seeds, positions, drawing.pixels)

    def _chosen(self, places: NDArray[np.intp], *, is_filling: bool) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
        """Return the seeds of the dreams to be drawn at these places, and how far on their journeys."""
        if len(self._fixed):
            return self._fixed[places % len(self._fixed)], np.zeros(len(places))
        seeds, positions = self._tiles["seed"][places], self._positions[places]
        # Seed 0: nothing was here. What was is drawn again in another way, or goes on its way.
        is_fresh = seeds == 0 if is_filling or self._settings.mode == "walk" else np.ones(len(places), bool)
        seeds = np.where(is_fresh, self._random.integers(1, 2**32, len(places), np.uint64), seeds)
        return seeds, np.where(is_fresh, 0.0, positions)

    def _next_places(self) -> tuple[NDArray[np.intp], float | None]:
        """Return the places to be drawn now, or none and how long to wait unless something changes."""
        nowhere = np.zeros(0, np.intp)
        now = asyncio.get_running_loop().time()
        elapsed_s, was_idle = now - self._since, self._since == 0
        if not self._onlookers or self._model is None:
            self._since = 0
            return nowhere, None
        blank = np.flatnonzero(self._is_blank)[:_FILL]
        if len(blank):
            self._since = 0
            return blank, 0
        if self._status.state != "running" or len(self._fixed):
            self._since = 0
            return nowhere, None
        if was_idle:
            self._since, self._credit = now, 0.0
            return nowhere, _TICK_S
        if self._settings.mode == "walk":
            return self._walk(now, elapsed_s)
        return self._refresh(now, elapsed_s)

    def _walk(self, now: float, elapsed_s: float) -> tuple[NDArray[np.intp], float | None]:
        nowhere = np.zeros(0, np.intp)
        # Who has taken all there is is ready for the next picture: a walk goes as fast as the fastest display.
        if all(onlooker.is_owed for onlooker in self._onlookers):
            return nowhere, None
        if elapsed_s < _TICK_S:
            return nowhere, _TICK_S - elapsed_s
        settings = self._settings
        leg_s = min(_LONGEST_LEG_S, max(_SHORTEST_LEG_S, settings.tiles / settings.rate))
        # After a hitch the journey goes on from where it was.
        self._positions = (self._positions + min(elapsed_s, 0.25) / leg_s) % NUM_SEGMENTS
        self._since = now
        return np.arange(settings.tiles), 0

    def _refresh(self, now: float, elapsed_s: float) -> tuple[NDArray[np.intp], float | None]:
        settings = self._settings
        wanted = self._credit + elapsed_s * settings.rate
        due = min(math.floor(wanted), settings.tiles)
        if not due or elapsed_s < _TICK_S:
            return np.zeros(0, np.intp), max(_TICK_S - elapsed_s, (1 - self._credit) / settings.rate - elapsed_s, 0.001)
        self._credit = min(wanted - due, 1.0)
        self._since = now
        if len(self._turns) < due:
            later = set(self._turns)
            self._turns += [place for place in self._random.permutation(settings.tiles).tolist() if place not in later]
        places, self._turns = self._turns[:due], self._turns[due:]
        return np.array(places, np.intp), 0

    def _hang(
        self, places: NDArray[np.intp], seeds: NDArray[np.uint64], positions: NDArray[np.float64], pixels: NDArray[np.uint8]
    ) -> None:
        there = places < self._settings.tiles  # some may have been taken down meanwhile
        places, seeds, positions, pixels = places[there], seeds[there], positions[there], pixels[there]
        # In a walk many tiles are for a while what they were.
        is_other = (self._pixels[places] != pixels).any((1, 2))
        is_new = self._is_blank[places] | (self._tiles["seed"][places] != seeds) | is_other
        self._tiles["number"][places] = places
        self._tiles["seed"][places] = seeds
        self._tiles["position"][places] = positions
        self._positions[places] = positions
        self._pixels[places] = pixels
        self._is_blank[places] = False
        for onlooker in self._onlookers:
            onlooker.owe(places[is_new])


def _resized(array: NDArray[Any], count: int) -> NDArray[Any]:
    """Return the first count rows, and zeros where there are fewer."""
    new = np.zeros((count, *array.shape[1:]), array.dtype)
    new[: len(array)] = array[:count]
    return new


def _ability(wish: SourceCommand) -> Ability | None:
    """Return what a source must have for a wish; starting and pausing works everywhere, and labels are told with each model."""
    match wish:
        case RunMessage() | SetLabelMessage():
            return None
        case SkipMessage():
            return "playlist"
        case ShowStepMessage():
            return "history"
        case CompareMessage():
            return "originals"
