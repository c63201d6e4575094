"""Exported models as a source of tiles: a playlist, with some minutes for each model.

A model that is refused, broken or gone is reported and skipped; the current one is shown until another has loaded.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.errors import ManifestError, ModelError, SnapshotError, ViewerError
from viewer.exported.devices import Device
from viewer.exported.labels import UNSPECIFIED
from viewer.exported.model import BATCHES, ExportedModel, load_model
from viewer.latents.modes import Mode
from viewer.latents.walk import walk_latents
from viewer.web.playlist import Playlist
from viewer.web.protocol import Ability, ModelMessage, ProblemMessage, RunMessage, SetLabelMessage, SkipMessage
from viewer.web.tile_source import SourceCommand, SourceEvent, SourceStatus, TileBatch


class ReplaySource:
    """Shows exported models one after another, in an endless loop."""

    modes: Final[tuple[Mode, ...]] = ("refresh", "walk")

    def __init__(self, paths: Sequence[Path], device: Device, *, minutes: float, shuffle: bool, random: Random) -> None:
        """Load the first model that works.

        Raises ModelError where a path does not exist, the last model's error where none can be loaded, and DeviceError where
        "cuda" does not work.
        """
        for path in paths:
            if not path.exists():
                raise ModelError(f"{path} does not exist; give a token folder, its models/ or a snapshot file")
        self._paths = tuple(paths)
        self._device: Final = device
        self._show_for_s = 60 * minutes
        self._playlist = Playlist(len(paths), shuffle=shuffle, random=random)
        self._commands: asyncio.Queue[SourceCommand | ModelError] = asyncio.Queue()
        self._is_running = True
        self._generation = 0
        # One thread each: threads that take turns keep memory of their own for every model (glibc's arenas), and 1,000 models then
        # took 55 MB more than 20.
        self._loading: Final = ThreadPoolExecutor(1, "loading")
        self._drawing: Final = ThreadPoolExecutor(1, "drawing")
        self._problems: list[ProblemMessage] = []  # with models before the first that works
        self._model = self._load_first()
        self._is_broken = False
        self._requested: dict[str, float] = {}  # label values by name, since the next model may have some of the labels, too

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """A playlist, if there is more than one model."""
        return ("playlist",) if len(self._paths) > 1 else ()

    @property
    def summary(self) -> str:
        """The first model and the device that runs it, in one sentence."""
        origin, count = self._model.manifest.origin, len(self._paths)
        others = f", the first of {count} models" if count > 1 else ""
        return f"{origin.token.name} at step {origin.step:,}{others}, drawn by {self._model.described_device}"

    async def events(self) -> AsyncIterator[SourceEvent]:
        """Yield the model, then each change; see ``TileSource``."""
        yield self._message()
        yield self._status()
        for problem in self._problems:
            yield problem
        loop = asyncio.get_running_loop()
        left_s = self._show_for_s
        while True:
            since = loop.time()
            try:
                async with asyncio.timeout(left_s if self._is_running else None):
                    command = await self._commands.get()
            except TimeoutError:
                command = SkipMessage(models=1)
            left_s -= loop.time() - since if self._is_running else 0
            match command:
                case RunMessage():
                    self._is_running = command.running
                    yield self._status()
                case SkipMessage():
                    # A full round changes nothing, and a million skips would take for ever.
                    models = abs(command.models) % len(self._paths)
                    async for event in self._move(models if command.models > 0 else -models):
                        yield event
                    left_s = self._show_for_s
                case SetLabelMessage():
                    labels = self._model.manifest.origin.labels
                    if 0 <= command.label < len(labels):
                        self._requested[labels[command.label]] = min(1.0, max(0.0, command.value))
                        yield self._message()
                case ModelError():
                    yield ProblemMessage(text=str(command))
                    async for event in self._move(1):
                        yield event
                    left_s = self._show_for_s

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        """Draw tiles with the current model; see ``TileSource``."""
        model, generation, labels = self._model, self._generation, self._label_values()
        if self._is_broken:
            return None
        try:
            loop = asyncio.get_running_loop()
            pixels = await loop.run_in_executor(self._drawing, _draw, model, seeds, positions, labels)
        except ModelError as error:
            # It loaded but fails, as a model from a stranger may.
            if model is self._model and not self._is_broken:
                self._is_broken = True
                self._commands.put_nowait(error)
            return None
        return TileBatch(generation=generation, pixels=pixels)

    def handle(self, command: SourceCommand) -> None:
        """Queue a command: start or pause, show another model, request a label."""
        self._commands.put_nowait(command)

    def _load_first(self) -> ExportedModel:
        for left in range(len(self._paths) - 1, -1, -1):
            path = self._paths[self._playlist.current]
            try:
                return load_model(path, self._device)
            except (ModelError, ManifestError, SnapshotError) as error:
                if not left:
                    raise
                self._problems.append(ProblemMessage(text=str(error)))
                self._playlist.move(1)
        raise AssertionError("a playlist has at least one model")

    async def _move(self, models: int) -> AsyncIterator[SourceEvent]:
        """Show the model this many places on, or the next one in that direction that works."""
        for _ in range(len(self._paths)):
            path = self._paths[self._playlist.move(models)]
            try:
                model = await asyncio.get_running_loop().run_in_executor(self._loading, load_model, path, self._device)
            except ViewerError as error:
                yield ProblemMessage(text=str(error))
                models = -1 if models < 0 else 1
                continue
            # In a playlist of one, only a newer export is a change.
            if (model.manifest, model.credits) != (self._model.manifest, self._model.credits):
                self._model, self._is_broken = model, False
                self._generation += 1
            elif self._is_broken:
                continue
            elif len(self._paths) == 1:
                return
            yield self._message()
            yield self._status()
            return
        if self._is_broken:
            self._is_running = False
            yield SourceStatus(state="ended", step=0, text="None of these models works; export one again, then restart the viewer.")

    def _status(self) -> SourceStatus:
        return SourceStatus(state="running" if self._is_running else "paused", step=self._message().step)

    def _label_values(self) -> tuple[float, ...]:
        return tuple(self._requested.get(label, UNSPECIFIED) for label in self._model.manifest.origin.labels)

    def _message(self) -> ModelMessage:
        model = self._model
        origin = model.manifest.origin
        return ModelMessage(
            generation=self._generation,
            name=origin.token.name,
            token=origin.token.hash,
            features={},
            recipe=str(origin.recipe),
            step=origin.step,
            palette=origin.palette,
            size=origin.size,
            device=model.device,
            note=model.note,
            position=self._playlist.position,
            count=len(self._paths),
            labels=origin.labels,
            asked=self._label_values(),
            credits=model.credits,
        )


def _draw(
    model: ExportedModel, seeds: Sequence[int], positions: NDArray[np.float64], labels: tuple[float, ...]
) -> NDArray[np.uint8]:
    z = walk_latents(seeds, positions, model.manifest.origin.latent_dim)
    batch = next((batch for batch in BATCHES if batch >= len(z)), BATCHES[-1])
    return model.generate(z, labels, batch=batch)
