"""Runs ``mint`` in the tests' process."""

from pathlib import Path

from click.testing import CliRunner, Result

from mint.cli import main


def run_mint(*arguments: str | Path) -> Result:
    """Run a command; an exception other than SystemExit fails the test."""
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def check_error(result: Result, code: int, message: str) -> None:
    """Check that a command has printed nothing but one error message, after its usage if the exit code is 2."""
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr
    *usage, last = result.stderr.splitlines()
    assert last == f"Error: {message}"
    assert all(line.startswith(("Usage: ", "Try ")) or not line for line in usage)
    assert code == 2 or not usage
