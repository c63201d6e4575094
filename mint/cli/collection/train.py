"""``mint collection train``: train the tokens of a collection."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.recipe_options import takes_recipe
from viewer.command import NumberRange

if TYPE_CHECKING:
    from mint.cli.collection.run_display import RunDisplay
    from mint.collection.folder import CollectionFolder
    from mint.collection.training.run import CollectionRun
    from mint.collection.training.scheduler import Scheduler

DEFAULT_SECONDS = 60.0


@click.command(short_help="Train the tokens of a collection.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seconds", type=NumberRange(min=0, min_open=True), help="Train each token for so long.  [default: 60]")
@click.option("--steps", type=click.IntRange(min=1), help="Train each token for so many steps.")
@click.option("--workers", type=click.IntRange(1, 4096), help="Tokens at a time.  [default: one for each core or GPU]")
@click.option(
    "--cluster",
    metavar="[ADDRESS]",
    is_flag=False,
    flag_value="auto",
    help="Train on a Ray cluster: this machine's, or the one at ADDRESS.",
)
@click.option("--per-gpu", type=click.IntRange(1, 64), help="Tokens at a time on each GPU.  [default: 1]")
@takes_recipe
@click.option("--retry", is_flag=True, help="Also train the tokens that were set aside.")
@click.option("--page", is_flag=True, help="Show the mosaic in the browser, too.")
@click.option("--port", type=click.IntRange(0, 65535), help="Where to serve the page.  [default: a free port]")
@click.option("--no-browser", is_flag=True, help="Print the page's address without opening it.")
def train(
    folder: Path,
    seconds: float | None,
    steps: int | None,
    workers: int | None,
    cluster: str | None,
    per_gpu: int | None,
    recipe_name: str | None,
    settings: dict[str, str],
    retry: bool,
    page: bool,
    port: int | None,
    no_browser: bool,
) -> None:
    """Train the tokens of the collection in FOLDER that are not trained yet, and print the folder.

    A run that was stopped or killed is continued. A token that fails three times is set aside with its reason. Each token gets
    models/, which the viewer shows, and dreams.png; mosaic.png in FOLDER has a dream of each. The machines of a cluster need this
    version of Pixelmint, and nothing of the collection.

    Example: mint collection train moons --seconds 60 --page

    Example: mint collection train moons --steps 2000 --per-gpu 4 --cluster 10.0.0.1:6379
    """
    if not page and (port is not None or no_browser):
        raise click.UsageError("--port and --no-browser are for a page; add --page")
    from mint.cli.collection.run_display import RunDisplay, describe
    from mint.collection.folder import read_collection
    from mint.collection.training.job import TokenTraining
    from mint.collection.training.run import CollectionRun, training_folder
    from mint.training.control import Control
    from mint.training.saving.lock import training_lock
    from mint.training.stop_on_signal import StopOnSignal

    if seconds is None and steps is None:
        seconds = DEFAULT_SECONDS
    training = TokenTraining(recipe=recipe_name, settings=settings, steps=steps, seconds=seconds)
    collection = read_collection(folder)
    control = Control()
    with training_lock(training_folder(collection)):
        run = CollectionRun(collection, training, keeps_checkpoints=cluster is None, retries=retry)
        with _scheduler(cluster, workers, per_gpu) as scheduler, StopOnSignal(control), ExitStack() as stack:
            display = stack.enter_context(RunDisplay(collection, run))
            if page:
                _open_page(stack, collection, run, display, port or 0, opens_browser=not no_browser)
            progress = run.run(scheduler, display.callbacks, lambda: control.stopping)
    click.echo(describe(progress), err=True)
    click.echo(folder)
    if control.stopping and progress.num_left:
        click.echo("stopped; run the same command again to go on", err=True)
    elif progress.num_set_aside:
        run.raise_set_aside()


@contextmanager
def _scheduler(cluster: str | None, workers: int | None, per_gpu: int | None) -> "Iterator[Scheduler]":
    if cluster is None:
        from mint.collection.training.process_pool import ProcessPool
        from mint.collection.training.workers import worker_environments

        with ProcessPool(worker_environments(workers, per_gpu)) as pool:
            yield pool
    else:
        from mint.collection.training.ray_cluster import RayCluster, connected

        with connected(cluster):
            yield RayCluster(per_gpu=per_gpu, max_jobs=workers)


def _open_page(
    stack: ExitStack, collection: "CollectionFolder", run: "CollectionRun", display: "RunDisplay", port: int, *, opens_browser: bool
) -> None:
    from mint.collection.training.page import CollectionPage
    from viewer.web.browser import open_page

    def print_address(address: str) -> None:
        display.print(f"For another browser: {address}")

    display.page = stack.enter_context(CollectionPage(collection, display.mosaic, run.progress, print_address, port))
    display.print(f"Open {display.page.address}")
    if opens_browser:
        open_page(display.page.address)
