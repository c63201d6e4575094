"""Text of strangers on its way to a terminal: no control characters, and not too long.

A terminal obeys what it is sent: a token's name can set the window's title, clear the screen, hide a warning, or with marks of
direction show its end before its beginning. So whatever is printed goes through ``PrintableStream``, which the commands put in
place of standard output and standard error, and the errors of this program make their text printable when they are made.
"""

import errno
import os
import re
from collections.abc import Callable, Sequence
from typing import IO, Any, Final

MAX_TEXT: Final = 200
# Of a whole message: more than any of our own sentences needs.
MAX_MESSAGE: Final = 2000

# C0 but newline and tab, DEL, C1, marks of direction, line and paragraph separators, and halves of characters beyond 16 bits.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LONG_WORD: Final = re.compile(rf"[^\s/\\]{{{MAX_TEXT + 1},}}")
# What rich fills the rows of a table with.
_PADDING: Final = re.compile(" +(?=\n)")
# What the progress bars and tables of rich send to a terminal: colours, cursor up and to the left, erase a line, hide the cursor.
_TERMINAL: Final = re.compile(r"(\x1b\[[0-9;]*m|\x1b\[\d*[AG]|\x1b\[2K|\x1b\[\?25[lh]|\r\n?)")


def printable(text: object, limit: int = MAX_TEXT) -> str:
    """Return the text of anything on one line, escaped where it is not printable, of at most ``limit`` characters."""
    return shortened(_escaped(str(text)[: limit + 1].replace("\n", "\\n").replace("\t", "\\t")), limit)


def printable_message(text: str) -> str:
    """Return a message that may hold texts of strangers; its own line breaks are kept, and no word is longer than MAX_TEXT."""
    text = _LONG_WORD.sub(lambda word: shortened(word[0], MAX_TEXT), shortened(text, MAX_MESSAGE))
    return shortened(_escaped(text), MAX_MESSAGE)


def shortened(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters, the middle of a longer one replaced by three dots."""
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{text[: limit - 3 - half]}...{text[len(text) - half :]}"


def listed(texts: Sequence[str], limit: int = 3) -> str:
    """Return texts as a list, for instance ``a, b, c and 2 more``: at most ``limit`` of them, and how many more there are."""
    shown = ", ".join(texts[:limit])
    return f"{shown} and {len(texts) - limit:,} more" if len(texts) > limit else shown


def counted(count: int, one: str, many: str) -> str:
    """Return a number with the word for what is counted, for instance ``1 copy`` or ``2 copies``."""
    return f"{count:,} {one if count == 1 else many}"


def _escaped(text: str) -> str:
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


class PrintableError(Exception):
    """Report a foreseen failure in a text that is made printable here, whatever it names: a stranger's file, too."""

    def __init__(self, text: str) -> None:
        super().__init__(printable_message(text))


class PrintableStream:
    """A text stream that escapes what is not printable, except on a terminal the colours and the progress bars of rich.

    Elsewhere the rows of a table, which come together, end without spaces; a single line is left as it is, which may be a path.
    """

    def __init__(self, stream: IO[str]) -> None:
        self.stream: Final = stream
        self._is_terminal: Final = stream.isatty()

    def write(self, text: str) -> int:
        """Write a text."""
        if not isinstance(text, str):
            raise TypeError(f"a text is written, not {type(text).__name__}")
        if self._is_terminal or os.environ.get("FORCE_COLOR") or os.environ.get("TTY_COMPATIBLE") == "1":
            # Every second part is what rich sends.
            parts = _TERMINAL.split(text)
            parts[::2] = map(_escaped, parts[::2])
            self._try(lambda: self.stream.write("".join(parts)))
        else:
            lines = _escaped(text.replace("\r\n", "\n"))
            self.stream.write(_PADDING.sub("", lines) if lines.count("\n") > 1 else lines)
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        self._try(self.stream.flush)

    def _try(self, operation: Callable[[], object]) -> None:
        try:
            operation()
        except OSError as error:
            # The terminal was closed: nobody is left to read, and what is under way has to be finished and saved.
            if not self._is_terminal or error.errno != errno.EIO:
                raise

    def writelines(self, lines: Any) -> None:
        """Write texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
