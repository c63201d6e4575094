"""The command that trains."""

import asyncio
import logging
import os
import shlex
import signal
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from mint.cli.command import ErrorGroup, find_token, takes_token
from mint.cli.recipe_options import takes_recipe
from mint.cli.training_pictures import store_training_pictures
from viewer.command import NumberRange

if TYPE_CHECKING:
    from mint.live.run_config import RunConfig
    from mint.token.folder import TokenFolder
    from mint.token.hash import TokenHash
    from mint.training.control import Control
    from mint.training.process.messages import StartReport


@click.command(short_help="Train on a token, for ever or for a while.")
@takes_token
@click.option("--headless", is_flag=True, help="Train in the terminal alone.")
@click.option("--steps", type=click.IntRange(min=1), help="End after so many steps of this run.")
@click.option("--seconds", type=NumberRange(min=0, min_open=True), help="End after so many seconds of this run.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where to train.")
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
    """Train on the sprites of TOKEN, watch it dream in the browser, and print the folder of the models it leaves.

    TOKEN is a hash or a token folder; a hash that was not seen before is drawn first. A training goes on where it stopped, and
    without --steps or --seconds it goes on for ever: Ctrl-C saves and ends, a second one ends at once. It keeps the recipe, the
    settings and the split into learnt and held-out sprites with which it began; with --seed and --threads it repeats itself bit for
    bit. The page can be closed and opened again at any time; H there tells its keys.

    Example: mint train "open sesame" --seconds 60

    Example: mint train tokens/icons --recipe autoencoder --set layers=dense --holdout 0.1

    Example: mint train tokens/icons --recipe cyclegan --pictures photos --seconds 1200
    """
    if headless and (paused or port is not None or no_browser):
        raise click.UsageError("--headless has no page; leave --paused, --port and --no-browser out")
    from mint.live.run_config import RunConfig
    from mint.training.saving.lock import require_free, training_lock
    from mint.training.speed.threads import fixed_threads, let_idle_threads_sleep

    threads = threads or fixed_threads()
    let_idle_threads_sleep()
    place = () if tokens_dir == Path("tokens") else ("--tokens-dir", str(tokens_dir))
    command = shlex.join(["mint", "train", token, *place])
    # Before anything heavy is loaded: a malformed hash is told at once, and so is another training of this token.
    with _found_or_drawn(token, tokens_dir) as folder:
        require_free(folder.training)
        if pictures:
            store_training_pictures(folder, pictures, recipe_name)
        assignment = RunConfig(
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
                _train_here(folder, assignment, command)
        else:
            _train_and_show(folder, assignment, command, paused=paused, port=port or 0, opens_browser=not no_browser)
    if folder.models.exists():  # else it was stopped before the first export
        click.echo(folder.models)


@contextmanager
def _found_or_drawn(token: str, tokens_dir: Path) -> "Iterator[TokenFolder]":
    """Find a token, or draw an unseen one, which disappears again where its training is refused before it has begun."""
    from mint import atomic_write
    from mint.token.folder import mint_token, read_token

    drawn: list[Path] = []
    had_tokens = tokens_dir.exists()

    def draw(token_hash: "TokenHash", tokens_dir: Path) -> Path:
        was_there = os.path.exists(tokens_dir / token_hash.folder_name)
        folder = mint_token(token_hash, tokens_dir)
        if not was_there:
            drawn.append(folder)
        return folder

    try:
        yield read_token(find_token(token, tokens_dir, draw))
    except ErrorGroup.failures:
        for folder in drawn:
            if not (folder / "training" / "config.json").exists():
                atomic_write.remove_folder(folder)
        if not had_tokens:
            with suppress(OSError):  # where it holds other tokens by now
                tokens_dir.rmdir()
        raise


def _train_and_show(
    folder: "TokenFolder", assignment: "RunConfig", command: str, *, paused: bool, port: int, opens_browser: bool
) -> None:
    from mint.cli.progress_line import ProgressLine
    from mint.live.live_app import LiveConfig, run_live

    with ExitStack() as stack:

        def say(sentence: str) -> None:
            click.echo(sentence, err=True)

        def begin(started: "StartReport", address: str) -> ProgressLine:
            title = f"{folder.path.name} on {started.device}, seed {started.seed}"
            progress = stack.enter_context(ProgressLine(title, started.position))
            for reason in started.skipped:
                progress.say(f"skipped: {reason}")
            progress.say(f"Open {address}")
            if opens_browser:
                # In a thread, because a browser of the terminal would not return.
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            # Of the page: problems that people should read here, too.
            logging.basicConfig(format="%(message)s", level=logging.WARNING)
            return progress

        last = asyncio.run(
            run_live(
                LiveConfig(
                    assignment=assignment,
                    token=folder,
                    command=command,
                    on_start=begin,
                    on_entry=lambda address: say(f"For another browser: {address}"),
                    port=port,
                    paused=paused,
                )
            )
        )
    say(f"saved {'and exported ' if last.exported else ''}step {last.position.step}")
    if not last.exported:
        say(_not_exported(command))


def _train_here(folder: "TokenFolder", assignment: "RunConfig", command: str) -> None:
    from mint.cli.progress_line import ProgressLine
    from mint.live.run_config import open_run
    from mint.training.control import Control
    from mint.training.loop import Limits
    from mint.training.process.deadline import EXPORT_WITHIN_S, finish_within
    from mint.training.session import TrainingCallbacks
    from mint.training.speed.device import device_name

    session, publisher = open_run(assignment, folder)
    control = Control()
    title = f"{folder.path.name} on {device_name(session.device)}, seed {session.seed}"
    with ProgressLine(title, session.position) as progress, _stopping(control):
        for reason in session.skipped:
            progress.say(f"skipped: {reason}")
        follower = TrainingCallbacks(
            on_stats=progress.on_stats,
            on_step=progress.on_step,
            on_snapshot=lambda networks, position: publisher.publish_in_background(networks, position, progress.say),
            on_trouble=progress.say,
        )
        publisher.prepare_in_background(session.networks, progress.say)
        session.run(Limits(steps=assignment.steps, seconds=assignment.seconds), control, follower)
        progress.say(f"saved step {session.position.step}; exporting")
        left_s = None if control.stopped_s is None else control.stopped_s + EXPORT_WITHIN_S - time.monotonic()
        is_exported = finish_within(lambda: publisher.publish(session.networks, session.position), left_s)
        if not is_exported:
            progress.say(_not_exported(command))
    if not is_exported:
        if folder.models.exists():
            click.echo(folder.models)
        # At once: who is computing in a thread while the interpreter ends takes it down with an abort.
        sys.stdout.flush()
        os._exit(0)


def _not_exported(command: str) -> str:
    export = command.replace(" train ", " export ", 1)
    return f"there was no time to export it; run: {export}"


class _stopping:  # noqa: N801
    """While open, the first SIGINT or SIGTERM asks the training to stop, and the second ends the process."""

    def __init__(self, control: "Control") -> None:
        self._control = control
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._stop)

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._control.stopping:
            raise KeyboardInterrupt
        self._control.stop()
