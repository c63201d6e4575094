"""The command that trains."""

import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from mint.cli.command import find_token, takes_token
from mint.cli.recipe import find_recipe, keep_pictures, takes_recipe

if TYPE_CHECKING:
    from mint.training.control import Control


@click.command(short_help="Train on a token, for ever or for a while.")
@takes_token
@click.option("--headless", is_flag=True, help="Train in the terminal alone.")
@click.option("--steps", type=click.IntRange(min=1), help="End after so many steps of this run.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="End after so many seconds of this run.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where to train.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), help="Make the run repeatable.  [default: random]")
@click.option("--threads", type=click.IntRange(min=1), help="Fix the number of threads.  [default: tuned while training]")
@takes_recipe
@click.option(
    "--holdout", type=click.FloatRange(0, 0.9), metavar="SHARE", help="Do not learn this share of the sprites; see mint evaluate."
)
@click.option(
    "--pictures",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="What --recipe cyclegan makes pixel art of: a picture or a folder; may be given more than once.",
)
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
) -> None:
    """Train on the sprites of TOKEN, and print the folder of the models it leaves.

    TOKEN is a hash or a token folder; a hash that was not seen before is drawn first. A training goes on where it stopped, and
    without --steps or --seconds it goes on for ever: Ctrl-C saves and ends, a second one ends at once. It keeps the recipe, the
    settings and the split into learnt and held-out sprites with which it began. With --seed and --threads it repeats itself bit for
    bit.

    Example: mint train "open sesame" --seconds 60

    Example: mint train tokens/icons --recipe autoencoder --set layers=dense --holdout 0.1

    Example: mint train tokens/icons --recipe cyclegan --pictures photos --seconds 1200
    """
    from mint.token.folder import read_token
    from mint.training.memory import keep_freed_memory
    from mint.training.threads import fixed_threads, let_idle_threads_sleep

    # Before anything heavy is loaded: a malformed hash is told at once.
    folder = read_token(find_token(token, tokens_dir, draw=True))
    let_idle_threads_sleep()
    keep_freed_memory()
    from mint.cli.progress import Progress
    from mint.export.publisher import Publisher
    from mint.training.control import Control
    from mint.training.device import choose_device
    from mint.training.loop import Limits
    from mint.training.session import Follower, Session
    from mint.training.sprites import sprites_of

    if pictures:
        keep_pictures(folder.training, pictures, recipe_name, 2 * max(folder.pixels.shape[1:]))
    recipe = find_recipe(folder.training, recipe_name, settings)
    session = Session(folder.training, sprites_of(folder), recipe, choose_device(device), seed, holdout)
    session.tune(threads or fixed_threads())
    publisher = Publisher(folder, recipe, session.latent_dim, session.seed, folder.models, session.labels)
    control = Control()
    with Progress(f"{folder.path.name} on {session.device}, seed {session.seed}", session.position) as progress, _stopping(control):
        for reason in session.skipped:
            progress.say(f"skipped: {reason}")
        follower = Follower(
            on_stats=progress.on_stats,
            on_step=progress.on_step,
            on_snapshot=lambda networks, position: publisher.publish_beside(networks, position, progress.say),
            on_trouble=progress.say,
        )
        session.run(Limits(steps=steps, seconds=seconds), control, follower)
        progress.say(f"saved step {session.position.step}; exporting")
        publisher.publish(session.networks, session.position)
    click.echo(folder.models)


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
