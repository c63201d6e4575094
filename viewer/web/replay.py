"""Exported models as a source of tiles: a playlist of them, some minutes each.

A model that is refused, broken or gone is told of and passed over; the one that is shown goes on until another has loaded.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.errors import ManifestError, ModelError, ViewerError
from viewer.exported.labels import OPEN
from viewer.exported.model import BATCHES, Device, Model, load_model
from viewer.latents.modes import Mode
from viewer.latents.walk import walk_latents
from viewer.web import protocol
from viewer.web.playlist import Playlist
from viewer.web.protocol import Ability, ProblemMessage, RunMessage, SetLabelMessage, SkipMessage
from viewer.web.tile_source import SourceCommand, SourceEvent, SourceStatus, TileBatch


class Replay:
    """Shows exported models one after another, for ever."""

    modes: Final[tuple[Mode, ...]] = ("refresh", "walk")

    def __init__(self, paths: Sequence[Path], device: Device, *, minutes: float, shuffle: bool, random: Random) -> None:
        """Load the first model that is whole.

        Raises ModelError where a path does not exist, or the last model's error where none can be shown; DeviceError where "cuda"
        does not work.
        """
        for path in paths:
            if not path.exists():
                raise ModelError(f"{path} does not exist; give a token folder or its models/")
        self._paths = tuple(paths)
        self._device: Final = device
        self._turn_s = 60 * minutes
        self._playlist = Playlist(len(paths), shuffle=shuffle, random=random)
        self._wishes: asyncio.Queue[SourceCommand | ModelError] = asyncio.Queue()
        self._running = True
        self._generation = 0
        self._problems: list[ProblemMessage] = []  # of the beginning
        self._model = self._load_first()
        self._is_broken = False
        self._wished: dict[str, float] = {}  # of labels, by name: the next model may have some of them, too

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """A playlist, where there is more than one model."""
        return ("playlist",) if len(self._paths) > 1 else ()

    @property
    def summary(self) -> str:
        """What is shown first and what computes it, in one sentence."""
        told = self._told()
        others = f", the first of {told.count} models" if told.count > 1 else ""
        return f"{told.name} at step {told.step}{others}, drawn by {told.device}{f' ({told.note})' if told.note else ''}"

    async def news(self) -> AsyncIterator[SourceEvent]:
        """Tell the model, then each change of it; see ``TileSource``."""
        yield self._told()
        yield self._status()
        for problem in self._problems:
            yield problem
        loop = asyncio.get_running_loop()
        left_s = self._turn_s
        while True:
            since = loop.time()
            try:
                async with asyncio.timeout(left_s if self._running else None):
                    wish = await self._wishes.get()
            except TimeoutError:
                wish = SkipMessage(models=1)
            left_s -= loop.time() - since if self._running else 0
            match wish:
                case RunMessage():
                    self._running = wish.running
                    yield self._status()
                case SkipMessage():
                    # Once around is where it began, and nobody waits for a million turns.
                    models = abs(wish.models) % len(self._paths)
                    async for item in self._move(models if wish.models > 0 else -models):
                        yield item
                    left_s = self._turn_s
                case SetLabelMessage():
                    labels = self._model.manifest.origin.labels
                    if 0 <= wish.label < len(labels):
                        self._wished[labels[wish.label]] = min(1.0, max(0.0, wish.value))
                        yield self._told()
                case ModelError():
                    yield ProblemMessage(text=str(wish))
                    async for item in self._move(1):
                        yield item
                    left_s = self._turn_s

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        """Draw tiles with the present model; see ``TileSource``."""
        model, generation, asked = self._model, self._generation, self._asked()
        if self._is_broken:
            return None
        try:
            pixels = await asyncio.to_thread(_pixels, model, seeds, positions, asked)
        except ModelError as error:
            # It loaded, but does not work, as a stranger's model may.
            if model is self._model and not self._is_broken:
                self._is_broken = True
                self._wishes.put_nowait(error)
            return None
        return TileBatch(generation=generation, pixels=pixels)

    def wish(self, wish: SourceCommand) -> None:
        """Take what a person wants: start or pause, another model."""
        self._wishes.put_nowait(wish)

    def _load_first(self) -> Model:
        for left in range(len(self._paths) - 1, -1, -1):
            path = self._paths[self._playlist.current]
            try:
                return load_model(path, self._device)
            except (ModelError, ManifestError) as error:
                if not left:
                    raise
                self._problems.append(ProblemMessage(text=str(error)))
                self._playlist.move(1)
        raise AssertionError("a playlist has at least one model")

    async def _move(self, models: int) -> AsyncIterator[SourceEvent]:
        """Show the model so many places on, or the next one in that direction that can be shown."""
        for _ in range(len(self._paths)):
            path = self._paths[self._playlist.move(models)]
            try:
                model = await asyncio.to_thread(load_model, path, self._device)
            except ViewerError as error:
                yield ProblemMessage(text=str(error))
                models = -1 if models < 0 else 1
                continue
            # A playlist of one comes round to itself; only a newer export is something new.
            if model.manifest != self._model.manifest:
                self._model, self._is_broken = model, False
                self._generation += 1
            elif self._is_broken:
                continue
            elif len(self._paths) == 1:
                return
            yield self._told()
            yield self._status()
            return
        if self._is_broken:
            self._running = False
            yield SourceStatus(state="ended", step=0, text="None of these models can be shown; export one again and start anew.")

    def _status(self) -> SourceStatus:
        return SourceStatus(state="running" if self._running else "paused", step=self._told().step)

    def _asked(self) -> tuple[float, ...]:
        return tuple(self._wished.get(label, OPEN) for label in self._model.manifest.origin.labels)

    def _told(self) -> protocol.ModelMessage:
        model = self._model
        origin = model.manifest.origin
        return protocol.ModelMessage(
            generation=self._generation,
            name=origin.token.name,
            token=origin.token.hash,
            features={},
            recipe=f"{origin.recipe.name} {origin.recipe.version}",
            step=origin.step,
            palette=origin.palette,
            size=origin.size,
            device=model.provider.removesuffix("ExecutionProvider"),
            note=model.note,
            position=self._playlist.position,
            count=len(self._paths),
            labels=origin.labels,
            asked=self._asked(),
        )


def _pixels(model: Model, seeds: Sequence[int], positions: NDArray[np.float64], asked: tuple[float, ...]) -> NDArray[np.uint8]:
    z = walk_latents(seeds, positions, model.manifest.origin.latent_dim)
    batch = next((batch for batch in BATCHES if batch >= len(z)), BATCHES[-1])
    return model.generate(z, asked, batch=batch)
