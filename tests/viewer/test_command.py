"""What all commands share: how they end where standard output takes nothing, or not everything."""

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
def say(text: str) -> None:
    """Say it."""
    print(text)
    sys.stdout.flush()


@group.command()
@click.argument("path", type=click.Path(path_type=Path))
def read(path: Path) -> None:
    """Fail as nobody foresaw."""
    path.read_bytes()


@group.command()
@click.option("--amount", type=NumberRange(0, 1))
def take(amount: float) -> None:
    """Take it."""
    print(amount)


class Full(io.StringIO):
    """A file on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_behind_standard_output_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(SystemExit) as end:
        group(["say", "hello"])
    assert end.value.code == 1
    assert capsys.readouterr().err == "Error: standard output cannot be written: No space left on device; make room for it\n"


def test_what_nobody_foresaw_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        group(["read", str(tmp_path / "nowhere")], standalone_mode=False)


def test_what_a_pipe_has_no_code_for_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", pipe)
    group(["say", "Grüße"], standalone_mode=False)
    assert pipe.buffer.getvalue() == b"Gr\\xfc\\xdfe\n"  # type: ignore[attr-defined]


def test_a_closed_standard_output_is_none_to_care_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    group(["take", "--amount", "1"], standalone_mode=False)


def test_an_amount_is_a_number_in_its_range() -> None:
    run = CliRunner().invoke
    assert run(group, ["take", "--amount", "0.5"]).stdout == "0.5\n"
    for text, sentence in {"nan": "nan is no number.", "2": "2.0 is not in the range 0<=x<=1."}.items():
        result = run(group, ["take", "--amount", text])
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: Invalid value for '--amount': {sentence}")
