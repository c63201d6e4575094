"""The scheduler: it draws the tiles that are due, and tells pages of them.

One scheduler serves all pages. It holds only the newest picture of each tile. A page that is slow has a list of changed places, not
of missed pictures, so a slow page costs no memory and delays no other. While there is no page, nothing is drawn.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.latents.modes import Mode
from viewer.web.frames import TileFrame
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
    LearningCurvesMessage,
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
from viewer.web.tile_grid import Places, TileGrid
from viewer.web.tile_pacing import NO_PLACES, Due, TilePacing
from viewer.web.tile_source import FixedSeeds, SourceCommand, SourceEvent, SourceStatus, SpriteImages, TileSource

_REDUCED_MOTION_RATE = 1.0

_log = logging.getLogger("viewer")


@dataclass(frozen=True, kw_only=True)
class DisplaySettings:
    """The settings that people can change; the same for all pages."""

    tiles: int = 64
    rate: float = 4.0
    mode: Mode = "refresh"
    transition: Transition = "fade"


class Subscriber(Protocol):
    """A page that receives messages and tiles. None of these methods waits."""

    @property
    def has_unsent_tiles(self) -> bool:
        """Whether a changed tile has not been sent yet."""

    def queue_message(self, message: FromServer) -> None:
        """Queue a message; it replaces an unsent one of the same kind."""

    def mark_changed(self, places: Places) -> None:
        """Queue the tiles at these places; their newest pictures are sent as soon as the page is ready for them."""

    def queue_sprites(self, sprites: SpriteImages) -> None:
        """Queue originals or reconstructions; they replace unsent ones of the same kind."""


class TileScheduler:
    """Draws tiles from a source at the rate that is set, and notifies its subscribers."""

    def __init__(self, source: TileSource, settings: DisplaySettings, *, kiosk: bool = False) -> None:
        self._source: Final = source
        self._settings = settings
        self._kiosk: Final = kiosk
        self._has_initial_settings = True  # no page has changed or preferred anything yet
        self._is_comparing = False
        self._model: ModelMessage | None = None
        self._num_models = 0  # model messages received
        self._status = SourceStatus(state="waiting", step=0)
        self._history: HistoryMessage | None = None
        self._curves: LearningCurvesMessage | None = None
        self._stats: StatsMessage | None = None
        self._unseen_problem: ProblemMessage | None = None  # the newest that came while there was no page
        self._fixed_seeds = np.zeros(0, np.uint64)
        self._sprites: dict[int, SpriteImages] = {}
        self._subscribers: set[Subscriber] = set()
        self._changed = asyncio.Event()
        self._random = np.random.default_rng()
        self._grid = TileGrid(settings.tiles)
        self._pacing = TilePacing(self._grid)

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """What the source offers besides tiles."""
        return self._source.abilities

    async def run(self) -> None:
        """Handle the source's events and draw, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._draw())

    def subscribe(self, subscriber: Subscriber, *, reduced_motion: bool) -> None:
        """Add a page: it gets the current state, and every change from now on."""
        if self._has_initial_settings:
            self._has_initial_settings = False
            if reduced_motion:
                rate = min(self._settings.rate, _REDUCED_MOTION_RATE)
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
        current: Sequence[FromServer | None] = (
            hello,
            self._state(),
            self._model,
            self._history,
            self._curves,
            self._stats,
            self._unseen_problem,
        )
        for message in current:
            if message is not None:
                subscriber.queue_message(message)
        self._unseen_problem = None
        subscriber.mark_changed(np.flatnonzero(~self._grid.is_blank))
        for sprites in self._sprites.values():
            subscriber.queue_sprites(sprites)
        self._subscribers.add(subscriber)
        self.wake()

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Remove a page."""
        self._subscribers.discard(subscriber)

    def wake(self) -> None:
        """Check again whether tiles are due."""
        self._changed.set()

    def frame(self, number: int, places: Places) -> TileFrame:
        """Return the newest tiles at some places as a frame with a number."""
        return self._grid.frame(number, self.generation, places)

    def sendable(self, places: Places) -> Places:
        """Return those of the places that have a tile, at most as many as fit into a frame."""
        return self._grid.sendable(places)

    @property
    def generation(self) -> int:
        """The generation of the current model."""
        return self._model.generation if self._model else 0

    def handle(self, message: FromPage) -> None:
        """Do what a page requests, within the limits, and tell all pages."""
        self._has_initial_settings = False
        match message:
            case SetTilesMessage():
                self._set_count(min(MAX_TILES, max(1, message.tiles)))
            case SetRateMessage():
                self._settings = replace(self._settings, rate=float(min(MAX_RATE, max(MIN_RATE, message.rate))))
                self._pacing.interrupt()  # the time until now counts at the old rate
            case SetModeMessage() if message.mode in self._source.modes:
                self._settings = replace(self._settings, mode=message.mode)
                self._pacing.interrupt()
            case SetTransitionMessage():
                self._settings = replace(self._settings, transition=message.transition)
            case RunMessage() | SkipMessage() | ShowStepMessage() | CompareMessage() | SetLabelMessage() as command if (
                _required_ability(command) in (None, *self._source.abilities)
            ):
                if isinstance(command, CompareMessage):
                    self._is_comparing = command.compare
                self._source.handle(command)
        self._broadcast(self._state())
        self.wake()

    def end(self, text: str) -> None:
        """Tell all pages that the program ends, with a sentence."""
        self._status = replace(self._status, state="ended", text=text)
        self._broadcast(self._state())

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
            compare=self._is_comparing,
        )

    def _broadcast(self, message: FromServer) -> None:
        for subscriber in self._subscribers:
            subscriber.queue_message(message)

    def _set_count(self, count: int) -> None:
        self._settings = replace(self._settings, tiles=count)
        self._grid.resize(count)
        self._pacing.begin_round()

    # Events of the source.

    async def _listen(self) -> None:
        async for event in self._source.events():
            self._handle_event(event)
            self.wake()

    def _handle_event(self, event: SourceEvent) -> None:
        match event:
            case ModelMessage():
                if event.generation != self.generation or self._model is None:
                    self._grid.clear(event.size)
                self._model = event
                self._num_models += 1
                self._grid.is_blank[:] = True
                self._broadcast(event)
            case SourceStatus():
                self._status = event
                self._broadcast(self._state())
            case SpriteImages():
                self._sprites[event.kind] = event
                for subscriber in self._subscribers:
                    subscriber.queue_sprites(event)
            case ProblemMessage():
                _log.warning(event.text)
                self._broadcast(event)
                self._unseen_problem = None if self._subscribers else event
            case HistoryMessage():
                self._history = event
                self._broadcast(event)
            case LearningCurvesMessage():
                self._curves = event
                self._broadcast(event)
            case StatsMessage():
                self._stats = event
                self._broadcast(event)
            case FixedSeeds():
                self._fixed_seeds = np.array(event.seeds, np.uint64)

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
            is_filling = bool(self._grid.is_blank[places].any())
            seeds, positions = self._next_dreams(places, is_filling=is_filling)
            num_models = self._num_models
            batch = await self._source.draw(seeds.tolist(), positions)
            if batch is None:
                # An event follows, and wakes this loop.
                await self._changed.wait()
            elif batch.generation != self.generation or num_models != self._num_models:
                continue  # the model has changed meanwhile
            elif is_filling or self._status.state == "running":
                changed = self._grid.store(places, seeds, positions, batch.pixels)
                for subscriber in self._subscribers:
                    subscriber.mark_changed(changed)

    def _next_dreams(self, places: Places, *, is_filling: bool) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
        """Return the seeds of the dreams to draw at these places, and their positions on the walks."""
        if len(self._fixed_seeds):
            return self._fixed_seeds[places % len(self._fixed_seeds)], np.zeros(len(places))
        seeds, positions = self._grid.seeds[places], self._grid.positions[places]
        # A place without a dream gets one; another keeps its dream, drawn by the changed model or further on its walk.
        is_fresh = seeds == 0 if is_filling or self._settings.mode == "walk" else np.ones(len(places), bool)
        seeds = np.where(is_fresh, self._random.integers(1, 2**32, len(places), np.uint64), seeds)
        return seeds, np.where(is_fresh, 0.0, positions)

    def _next_places(self) -> Due:
        if not self._subscribers or self._model is None:
            self._pacing.interrupt()
            return NO_PLACES, None
        return self._pacing.next_places(
            asyncio.get_running_loop().time(),
            mode=self._settings.mode,
            rate=self._settings.rate,
            is_running=self._status.state == "running" and not len(self._fixed_seeds),
            is_page_ready=not all(subscriber.has_unsent_tiles for subscriber in self._subscribers),
        )


def _required_ability(command: SourceCommand) -> Ability | None:
    """Return the ability that a source needs for a command, None where every source accepts it."""
    match command:
        case RunMessage() | SetLabelMessage():
            return None
        case SkipMessage():
            return "playlist"
        case ShowStepMessage():
            return "history"
        case CompareMessage():
            return "originals"
