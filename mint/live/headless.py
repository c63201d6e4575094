"""A training without a page, in this process."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mint.live.run_config import RunConfig, open_run
from mint.token.folder import TokenFolder
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.process.deadline import export_before_deadline
from mint.training.process.messages import EndReport, StartReport
from mint.training.progress import TrainingProgress

if TYPE_CHECKING:  # loads torch
    from mint.recipes.recipe import Networks


def run_headless(
    config: RunConfig, token: TokenFolder, control: Control, on_start: Callable[[StartReport], TrainingCallbacks]
) -> EndReport:
    """Train a token, save and export it; ``on_start`` gets what has started, and returns the callbacks to use.

    Where the report says that the training was not exported in time, end the process with ``exit_process``. Raises TrainingError,
    CheckpointError and ExportError.
    """
    from mint.training.cpu_copy import networks_on_cpu
    from mint.training.loop import Limits
    from mint.training.process.worker import start_report

    session, publisher = open_run(config, token)
    callbacks = on_start(start_report(session))

    def export_in_background(networks: "Networks", progress: TrainingProgress) -> None:
        publisher.publish_in_background(networks, progress, callbacks.on_warning)

    publisher.prepare_in_background(session.networks, callbacks.on_warning)
    session.run(Limits(steps=config.steps, seconds=config.seconds), control, replace(callbacks, on_snapshot=export_in_background))
    networks = networks_on_cpu(session.networks)
    exported = export_before_deadline(lambda: publisher.publish(networks, session.progress), control.stop_requested_s)
    return EndReport(session.progress, exported=exported)
