"""Texts of strangers are made printable in one place, through which every message goes."""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

import mint.errors
import viewer.errors
from mint.errors import PixelmintError, UnreadablePictureError
from viewer.errors import ViewerError
from viewer.printable import MAX_MESSAGE, MAX_TEXT, PrintableStream, counted, listed, printable, printable_message

ROOT = Path(__file__).parents[1]
HARMFUL = [chr(code) for code in (*range(9), *range(11, 32), *range(127, 160), 0x61C, 0x200E, 0x202E, 0x2028, 0x2066, 0xD800)]


@pytest.mark.parametrize("character", HARMFUL, ids=ascii)
def test_harmful_characters_are_escaped(character: str) -> None:
    for make in (printable, printable_message):
        shown = make(f"a{character}b")
        assert shown.isascii()
        assert shown.isprintable()
        assert shown.startswith("a\\")


def test_other_characters_stay() -> None:
    text = "Grüße, 東京 🙂 «a b»"
    assert printable(text) == printable_message(text) == text
    assert printable("two\nlines\tof") == r"two\nlines\tof"
    assert printable_message("two\nlines") == "two\nlines"


def test_texts_are_short() -> None:
    assert printable("x" * 10**6) == "x" * 99 + "..." + "x" * 98
    assert len(printable("\x1b" * 10**6)) == MAX_TEXT
    assert printable(12) == "12"
    assert "x" * (MAX_TEXT + 1) not in printable_message(f"the name {'x' * 10**6} is long; shorten it")
    assert printable_message(f"the name {'x' * 300} is long; shorten it").endswith("is long; shorten it")
    assert len(printable_message("x y " * 10**6)) <= MAX_MESSAGE
    assert len(printable_message("\x1b" * 10**6)) <= MAX_MESSAGE


def test_a_count_has_its_word() -> None:
    assert [counted(count, "copy", "copies") for count in (0, 1, 1200)] == ["0 copies", "1 copy", "1,200 copies"]


def errors() -> Iterator[type[Exception]]:
    for module in (mint.errors, viewer.errors):
        yield from (kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__)


def test_long_lists_end_in_a_number() -> None:
    assert [listed("abc"[:count]) for count in range(4)] == ["", "a", "a, b", "a, b, c"]
    assert listed("abcde") == "a, b, c and 2 more"
    assert listed("abcde", 1) == "a and 4 more"


@pytest.mark.parametrize("kind", sorted(set(errors()), key=str), ids=lambda kind: kind.__name__)
def test_every_error_is_printable(kind: type[Exception]) -> None:
    arguments = ("\x1b[2J",) * (3 if kind is UnreadablePictureError else 1)
    assert str(kind(*arguments)).isprintable()
    assert issubclass(kind, PixelmintError | ViewerError)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_the_colours_of_rich_and_nothing_else() -> None:
    terminal = Terminal()
    stream = PrintableStream(terminal)
    rich = "\x1b[1;32mgreen\x1b[0m\r\x1b[2K\x1b[1A\x1b[?25l\x1b[?25h"
    assert stream.write(rich) == len(rich)
    assert terminal.getvalue() == rich
    stream.writelines(["\x1b]0;title\x07", "\x1b[2J", "\x9b2J"])
    assert terminal.getvalue() == rich + r"\x1b]0;title\x07\x1b[2J\x9b2J"
    with pytest.raises(TypeError, match="a text is written, not bytes"):
        stream.write(b"a")  # type: ignore[arg-type]


def test_a_pipe_gets_no_escapes_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    pipe = io.StringIO()
    PrintableStream(pipe).write("\x1b[1mbold\x1b[0m\r\n")
    assert pipe.getvalue() == "\\x1b[1mbold\\x1b[0m\n"
    # As rich is told to take a pipe for a terminal.
    monkeypatch.setenv("FORCE_COLOR", "1")
    PrintableStream(pipe).write("\x1b[1mbold\x1b[2J")
    assert pipe.getvalue().endswith("\n\x1b[1mbold\\x1b[2J")


def test_the_rows_of_a_table_in_a_pipe_end_without_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    pipe, terminal = io.StringIO(), Terminal()
    for stream in (pipe, terminal):
        table = Table("name", "value", box=None)
        table.add_row("a long name", "1")
        Console(file=PrintableStream(stream), width=40).print(table)  # type: ignore[arg-type]
    assert pipe.getvalue() == " name         value\n a long name  1\n"
    assert " \n" in terminal.getvalue()
    # A path may end with a space.
    PrintableStream(pipe).write("a folder \n")
    assert pipe.getvalue().endswith("\na folder \n")


# Where bytes are exchanged with another process of this program, which is no terminal.
PIPES = {"mint/export/tracing.py", "mint/bench/worker_process.py", "mint/bench/time_to_learn.py", "viewer/printable.py"}


def bypasses(source: str) -> list[str]:
    """Return what in a module's source would reach a terminal beside ``PrintableStream``, or is an error beside the bases."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            if text in ("sys.__stdout__", "sys.__stderr__", "sys.stdout.buffer", "sys.stderr.buffer", "sys.stdout.fileno"):
                found.append(text)
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name == "print" or (name == "os.write" and ast.unparse(node.args[0]) in ("1", "2")):
                found.append(name)
            if name.endswith("Console") and any(keyword.arg == "file" for keyword in node.keywords):
                found.append("a console with a file of its own")
    return found


BYPASSES = (
    "print(name)",
    "import sys\nsys.__stderr__.write(name)",
    "os.write(2, name)",
    "Console(file=log)",
    "sys.stdout.buffer.write(b)",
)


@pytest.mark.parametrize("source", BYPASSES)
def test_a_message_built_elsewhere_is_found(source: str) -> None:
    assert len(bypasses(source)) == 1


def test_no_message_is_built_elsewhere() -> None:
    for package in ("mint", "viewer"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if name not in PIPES:
                assert not bypasses(path.read_text()), name
