"""The console of progress and remarks, which is standard error."""

from rich.console import Console


def error_console() -> Console:
    """Return a console that prints each text as it is: brackets are no markup, colons no emoji, and numbers not coloured."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)
