"""The progress of work in stages, as a bar on a terminal's standard error."""


class StageProgress:
    """Shows the stage and how far it is while it is open; nothing where standard error is no terminal."""

    def __enter__(self) -> "StageProgress":
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._bar.start()
        self._task = self._bar.add_task("", total=None)
        self._stage = ""
        return self

    def advance(self, stage: str, done: int, total: int) -> None:
        """Show a stage and how far it is."""
        if stage != self._stage:
            self._bar.remove_task(self._task)  # with its estimate of the time left
            self._task, self._stage = self._bar.add_task(stage, total=total), stage
        self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *error: object) -> None:
        self._bar.stop()
