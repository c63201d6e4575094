"""An exhibition: a training and the page that shows it, from the first step to the last farewell."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from mint.errors import ExportError, ModelError, TrainingError
from mint.live.export_zip import zip_export
from mint.live.live_source import LiveSource, Terminal
from mint.live.photographs import training_photographs
from mint.live.run_config import RunConfig
from mint.live.trainer_client import TrainerClient, TrainerDied, how
from mint.recipes import registry
from mint.token.folder import TokenFolder
from mint.training.process.messages import EndReport, FailureReport, RunCommand, StartReport, shown_originals
from viewer.errors import ServerError
from viewer.web.server import Download, Server
from viewer.web.tile_scheduler import DisplaySettings, TileScheduler

# So many pixels a page shows to begin with, and at least so many tiles.
_PIXELS: Final = 64 * 96 * 96
_FEW_TILES: Final = 9


@dataclass(frozen=True, kw_only=True)
class LiveConfig:
    """What is shown, where, and to whom.

    ``command`` is what goes on with the training, for people to read. ``on_start`` is told what has started and the page's address,
    and returns who follows it in the terminal; ``on_entry`` is told a new address each time one has been used.
    """

    assignment: RunConfig
    token: TokenFolder
    command: str
    on_start: Callable[[StartReport, str], Terminal]
    on_entry: Callable[[str], None]
    port: int = 0
    paused: bool = False
    settings: DisplaySettings = field(default_factory=DisplaySettings)


async def run_live(exhibition: LiveConfig) -> EndReport:
    """Train and show it, until the training has ended.

    The first SIGINT or SIGTERM has it saved, exported and ended; the second ends all at once, and raises KeyboardInterrupt. Raises
    TrainingError where the training cannot go on or its process died, and ServerError where the port cannot be had.
    """
    sprites = exhibition.token.pixels
    trainer = TrainerClient(exhibition.assignment, sprites[shown_originals(sprites)].shape)
    try:
        started = await trainer.start()
        needs_pictures = registry.requirements_of(started.recipe.split()[0]).pictures
        photographs = training_photographs(exhibition.token) if needs_pictures else None
        live = LiveSource(trainer, started, exhibition.token, photographs, paused=exhibition.paused)
        server = Server(
            TileScheduler(live, _few_enough(exhibition.settings, sprites[0].size)),
            port=exhibition.port,
            on_new_address=exhibition.on_entry,
            export=lambda: _export(trainer, exhibition.token),
        )

        def begin() -> None:
            live.terminal = exhibition.on_start(started, server.address)
            trainer.order(RunCommand(not exhibition.paused))

        def interrupt() -> None:
            if live.is_stopping:
                trainer.kill()
                raise KeyboardInterrupt
            live.stop()

        async with asyncio.TaskGroup() as group:
            group.create_task(server.run(begin, interrupt))
            last = await live.run()
            farewell = _farewell(last, live, exhibition)
            server.stop(farewell)
    finally:
        trainer.close()
    if not isinstance(last, EndReport):
        raise TrainingError(farewell)
    return last


def _few_enough(settings: DisplaySettings, tile_pixels: int) -> DisplaySettings:
    """Return the settings with fewer tiles to begin with where large ones would neither fit on a page nor be drawn soon."""
    return replace(settings, tiles=min(settings.tiles, max(_FEW_TILES, _PIXELS // tile_pixels)))


def _farewell(last: EndReport | FailureReport | TrainerDied, live: LiveSource, exhibition: LiveConfig) -> str:
    """Say what has happened, and what to do."""
    match last:
        case EndReport():
            done = "saved and exported" if last.exported else "saved; there was no time to export it"
            at = f"This training has ended at step {last.position.step:,}, {done}"
            return f"{at}; to go on from there, run: {exhibition.command}"
        case FailureReport():
            return last.text
        case TrainerDied():
            at = f"The training ended after step {live.position.step:,}: {how(last)}"
            if live.saved_step is None:
                return f"{at}, before anything was saved; to begin again, run: {exhibition.command}"
            return f"{at}; to go on from step {live.saved_step:,}, which is saved, run: {exhibition.command}"


async def _export(trainer: TrainerClient, token: TokenFolder) -> Download:
    """Have the present state exported, and return its files as a zip. Raises ViewerError."""
    try:
        await trainer.publish()
        step, content = await asyncio.to_thread(zip_export, token.models)
    except (ExportError, ModelError) as error:
        raise ServerError(str(error)) from error
    return Download(f"{token.path.name}-{step}.zip", content)
