"""The face of a public key in a terminal: half blocks, two pixels high each, where the terminal has colours."""

from rich.console import Console
from rich.style import Style
from rich.text import Text

from viewer.snapshot_file.identicon import draw_face


def print_face(console: Console, public_key: str, indent: int = 2) -> None:
    """Print the face of a key (hex), each pixel a character wide and half a line high, in a terminal of 256 colours or more."""
    has_colors = console.is_terminal and not console.no_color and console.color_system in ("256", "truecolor")
    if not has_colors or console.options.ascii_only:  # in 16 colours it would be another face
        return
    rows = draw_face(public_key)
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        line = Text(" " * indent)
        for above, below in zip(upper, lower, strict=True):
            line.append("▀", Style(color=above, bgcolor=below))
        console.print(line, soft_wrap=True)
