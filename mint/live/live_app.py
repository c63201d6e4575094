"""The live app: a training and the page that shows it, from the first step to the end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from mint.errors import ExportError, PixelModelError, TrainingError
from mint.live.export_zip import zip_export
from mint.live.live_source import LiveSource
from mint.live.photographs import training_photographs
from mint.live.run_config import RunConfig
from mint.live.trainer_client import TrainerClient, TrainerDied, describe_end
from mint.recipes import registry
from mint.token.folder import TokenFolder
from mint.training.callbacks import TrainingCallbacks
from mint.training.process.messages import EndReport, FailureReport, RunCommand, StartReport, shown_originals
from viewer.errors import ServerError
from viewer.web.server import Download, Server
from viewer.web.tile_scheduler import DisplaySettings, TileScheduler

# The most pixels that a page shows to begin with, but at least _MIN_TILES tiles.
_MAX_PIXELS: Final = 64 * 96 * 96
_MIN_TILES: Final = 9


@dataclass(frozen=True, kw_only=True)
class LiveConfig:
    """What to train and show, and where.

    ``command`` is the command that continues the training, for people to read. ``on_start`` gets what has started and the page's
    address, and returns the callbacks to use; ``on_new_address`` gets a new address each time one has been used.
    """

    run: RunConfig
    token: TokenFolder
    command: str
    on_start: Callable[[StartReport, str], TrainingCallbacks]
    on_new_address: Callable[[str], None]
    port: int = 0
    paused: bool = False
    settings: DisplaySettings = field(default_factory=DisplaySettings)


async def run_live(config: LiveConfig) -> EndReport:
    """Train and serve the page, until the training has ended.

    The first SIGINT or SIGTERM saves, exports and ends the training; the second ends everything at once, and raises
    KeyboardInterrupt. Raises TrainingError where the training cannot go on or its process died, and ServerError where the port
    cannot be used.
    """
    sprites = config.token.pixels
    trainer = TrainerClient(config.run, sprites[shown_originals(sprites)].shape)
    try:
        started = await trainer.start()
        needs_pictures = registry.requirements_of(started.recipe.split()[0]).pictures
        photographs = training_photographs(config.token) if needs_pictures else None
        live = LiveSource(trainer, started, config.token, photographs, paused=config.paused)
        server = Server(
            TileScheduler(live, _limit_tiles(config.settings, sprites[0].size)),
            port=config.port,
            on_new_address=config.on_new_address,
            export=lambda: _export(trainer, config.token),
        )

        def begin() -> None:
            live.callbacks = config.on_start(started, server.address)
            trainer.send(RunCommand(not config.paused))

        def interrupt() -> None:
            if live.is_stopping:
                trainer.kill()
                raise KeyboardInterrupt
            live.stop()

        async with asyncio.TaskGroup() as group:
            group.create_task(server.run(begin, interrupt))
            last = await live.run()
            message = _end_message(last, live, config)
            server.stop(message)
    finally:
        trainer.close()
    if not isinstance(last, EndReport):
        raise TrainingError(message)
    return last


def _limit_tiles(settings: DisplaySettings, tile_pixels: int) -> DisplaySettings:
    """Return the settings with fewer tiles where large ones would not fit on a page, nor be drawn in time."""
    return replace(settings, tiles=min(settings.tiles, max(_MIN_TILES, _MAX_PIXELS // tile_pixels)))


def _end_message(last: EndReport | FailureReport | TrainerDied, live: LiveSource, config: LiveConfig) -> str:
    """Return what has happened and what to do, in a sentence."""
    match last:
        case EndReport():
            done = "saved and exported" if last.exported else "saved; there was no time to export it"
            at = f"This training has ended at step {last.progress.step:,}, {done}"
            return f"{at}; to go on from there, run: {config.command}"
        case FailureReport():
            return last.text
        case TrainerDied():
            at = f"The training ended after step {live.progress.step:,}: {describe_end(last)}"
            if live.saved_step is None:
                return f"{at}, before anything was saved; to begin again, run: {config.command}"
            return f"{at}; to go on from step {live.saved_step:,}, which is saved, run: {config.command}"


async def _export(trainer: TrainerClient, token: TokenFolder) -> Download:
    """Export the present state, and return its files as a zip. Raises ServerError."""
    try:
        await trainer.export()
        step, content = await asyncio.to_thread(zip_export, token.models)
    except (ExportError, PixelModelError) as error:
        raise ServerError(str(error)) from error
    return Download(f"{token.path.name}-{step}.zip", content)
