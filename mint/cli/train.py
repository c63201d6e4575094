"""The command that trains."""

import asyncio
import logging
import os
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import MintErrorGroup, takes_token
from mint.cli.device_option import takes_device
from mint.cli.recipe_options import takes_recipe
from mint.cli.training_pictures import store_training_pictures
from viewer.command import NumberRange

if TYPE_CHECKING:
    from mint.cli.progress_line import ProgressLine
    from mint.live.run_config import RunConfig
    from mint.token.folder import TokenFolder
    from mint.token.hash import TokenHash
    from mint.training.callbacks import TrainingCallbacks
    from mint.training.process.messages import EndReport, StartReport


@click.command(short_help="Train on a token, for ever or for a while.")
@takes_token
@click.option("--headless", is_flag=True, help="Train without a page.")
@click.option("--steps", type=click.IntRange(min=1), help="End after this many steps of this run.")
@click.option("--seconds", type=NumberRange(min=0, min_open=True), help="End after this many seconds of this run.")
@takes_device("Where to train.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), help="Make the run repeatable.  [default: random]")
@click.option("--threads", type=click.IntRange(1, 1024), help="Fix the number of threads.  [default: tuned while training]")
@takes_recipe
@click.option(
    "--holdout", type=NumberRange(0, 0.9), metavar="SHARE", help="Do not learn this share of the sprites; see mint evaluate."
)
@click.option(
    "--pictures",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="What --recipe cyclegan makes pixel art of: a picture or a folder; may be given more than once.",
)
@click.option("--paused", is_flag=True, help="Wait for Space on the page to begin.")
@click.option("--port", type=click.IntRange(0, 65535), help="Where to serve the page.  [default: a free port]")
@click.option("--no-browser", is_flag=True, help="Print the page's address without opening it.")
def train(
    token: str,
    tokens_dir: Path,
    headless: bool,
    steps: int | None,
    seconds: float | None,
    device: str,
    seed: int | None,
    threads: int | None,
    recipe_name: str | None,
    settings: dict[str, str],
    holdout: float | None,
    pictures: tuple[Path, ...],
    paused: bool,
    port: int | None,
    no_browser: bool,
) -> None:
    """Train on the sprites of TOKEN, watch it dream in the browser, and print the folder of the exported models.

    TOKEN is a hash or a token folder; a new hash is drawn first. A training goes on where it stopped, for ever without --steps or
    --seconds: Ctrl-C saves and ends, a second one ends at once. It keeps the recipe, the settings and the split into learned and
    held-out sprites with which it began; with --seed and --threads it repeats itself bit for bit. The page can be closed and opened
    again at any time; H there shows its keys.

    Example: mint train "open sesame" --seconds 60

    Example: mint train tokens/icons --recipe autoencoder --set layers=dense --holdout 0.1

    Example: mint train tokens/icons --recipe cyclegan --pictures photos --seconds 1200
    """
    if headless and (paused or port is not None or no_browser):
        raise click.UsageError("--headless has no page; leave --paused, --port and --no-browser out")
    from mint.live.run_config import RunConfig
    from mint.training.process.deadline import exit_process
    from mint.training.saving.lock import require_unlocked, training_lock
    from mint.training.speed.threads import fixed_threads, let_idle_threads_sleep

    threads = threads or fixed_threads()
    let_idle_threads_sleep()
    place = () if tokens_dir == Path("tokens") else ("--tokens-dir", str(tokens_dir))
    command = shlex.join(["mint", "train", token, *place])
    # Before anything heavy is loaded, so that a malformed hash and another training of this token are reported at once.
    with _find_or_draw_token(token, tokens_dir) as folder:
        require_unlocked(folder.training)
        if pictures:
            store_training_pictures(folder, pictures, recipe_name)
        config = RunConfig(
            token=folder.path,
            recipe=recipe_name,
            settings=settings,
            holdout=holdout,
            device=device,
            seed=seed,
            threads=threads,
            steps=steps,
            seconds=seconds,
        )
        if headless:
            with training_lock(folder.training):
                end = _train_headless(folder, config)
        else:
            end = _train_with_page(folder, config, command, paused=paused, port=port or 0, opens_browser=not no_browser)
    _print_end(folder, end, command)
    if headless and not end.exported:
        exit_process()


@contextmanager
def _find_or_draw_token(token: str, tokens_dir: Path) -> "Iterator[TokenFolder]":
    """Find a token, or draw a new one, which is removed again where its training is refused before it has begun."""
    from mint import atomic_write
    from mint.token.folder import mint_token, read_token
    from mint.token.lookup import find_token

    drawn: list[Path] = []
    had_tokens = tokens_dir.exists()

    def draw(token_hash: "TokenHash", tokens_dir: Path) -> Path:
        existed = os.path.exists(tokens_dir / token_hash.folder_name)
        folder = mint_token(token_hash, tokens_dir)
        if not existed:
            drawn.append(folder)
        return folder

    try:
        yield read_token(find_token(token, tokens_dir, draw))
    except MintErrorGroup.failures:
        for folder in drawn:
            if not (folder / "training" / "config.json").exists():
                atomic_write.remove_folder(folder)
        if not had_tokens:
            with suppress(OSError):  # it may hold other tokens by now
                tokens_dir.rmdir()
        raise


def _train_with_page(
    folder: "TokenFolder", config: "RunConfig", command: str, *, paused: bool, port: int, opens_browser: bool
) -> "EndReport":
    from mint.live.live_app import LiveConfig, run_live
    from viewer.web.browser import open_page

    with ExitStack() as stack:

        def begin(started: "StartReport", address: str) -> "TrainingCallbacks":
            line = _open_progress_line(stack, folder, started, config)
            line.print(f"Open {address}")
            if opens_browser:
                open_page(address)
            # The page's server logs problems that people should read here, too.
            logging.basicConfig(format="%(message)s", level=logging.WARNING)
            return line.callbacks

        live = LiveConfig(
            run=config,
            token=folder,
            command=command,
            on_start=begin,
            on_new_address=lambda address: click.echo(f"For another browser: {address}", err=True),
            port=port,
            paused=paused,
        )
        return asyncio.run(run_live(live))


def _train_headless(folder: "TokenFolder", config: "RunConfig") -> "EndReport":
    from mint.live.headless import run_headless
    from mint.training.control import Control
    from mint.training.stop_on_signal import StopOnSignal

    control = Control()
    with ExitStack() as stack:

        def begin(started: "StartReport") -> "TrainingCallbacks":
            line = _open_progress_line(stack, folder, started, config)
            stack.enter_context(StopOnSignal(control))
            return line.callbacks

        return run_headless(config, folder, control, begin)


def _open_progress_line(stack: ExitStack, folder: "TokenFolder", started: "StartReport", config: "RunConfig") -> "ProgressLine":
    from mint.cli.progress_line import ProgressLine
    from mint.training import stats

    earlier = stats.read(folder.training / "stats.jsonl")
    title = f"{folder.path.name} on {started.device}, seed {started.seed}"
    line = stack.enter_context(ProgressLine(title, started.progress, earlier, steps=config.steps, seconds=config.seconds))
    for reason in started.skipped:
        line.print(f"skipped: {reason}")
    return line


def _print_end(folder: "TokenFolder", end: "EndReport", command: str) -> None:
    """Say what was saved, and print the folder of the models."""
    click.echo(f"saved {'and exported ' if end.exported else ''}step {end.progress.step}", err=True)
    if not end.exported:
        click.echo(f"there was no time to export it; run: {command.replace(' train ', ' export ', 1)}", err=True)
    if folder.models.exists():  # else it was stopped before the first export
        click.echo(folder.models)
