"""Parts of all commands: failing standard output, unforeseen errors, and number options."""

import errno
import io
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from viewer.command import ErrorGroup, NumberRange


@click.group(cls=ErrorGroup)
def group() -> None:
    """Commands."""


@group.command()
@click.argument("text")
def echo(text: str) -> None:
    """Print a text."""
    print(text)
    sys.stdout.flush()


@group.command()
@click.argument("path", type=click.Path(path_type=Path))
def read(path: Path) -> None:
    """Fail in an unforeseen way."""
    path.read_bytes()


@group.command()
@click.option("--amount", type=NumberRange(0, 1))
def number(amount: float) -> None:
    """Print a number."""
    print(amount)


class FullStream(io.StringIO):
    """A file on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_standard_output_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdout", FullStream())
    with pytest.raises(SystemExit) as end:
        group(["echo", "hello"])
    assert end.value.code == 1
    assert capsys.readouterr().err == "Error: standard output cannot be written: No space left on device; make room for it\n"


def test_an_unforeseen_error_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        group(["read", str(tmp_path / "nowhere")], standalone_mode=False)


def test_characters_that_a_pipe_cannot_encode_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    pipe = io.TextIOWrapper(written, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", pipe)
    group(["echo", "Grüße"], standalone_mode=False)
    assert written.getvalue() == b"Gr\\xfc\\xdfe\n"


def test_a_closed_standard_output_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    group(["number", "--amount", "1"], standalone_mode=False)


def test_a_number_option_is_a_number_in_its_range() -> None:
    run = CliRunner().invoke
    assert run(group, ["number", "--amount", "0.5"]).stdout == "0.5\n"
    for text, sentence in {
        "nan": "nan is not a number.",
        "x": "x is not a number.",
        "2": "2.0 is not in the range 0<=x<=1.",
    }.items():
        result = run(group, ["number", "--amount", text])
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: Invalid value for '--amount': {sentence}")
