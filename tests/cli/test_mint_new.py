"""``mint new``: the tokens it draws, and what it prints."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mint.token.folder import read_token
from mint.token.hash import parse_hash
from tests.child_environment import unmeasured_environment
from tests.cli.runner import check_error, run_mint
from tests.cli.tokens import EVM, HASH, NAME, TEZOS

REPOSITORY = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("work")


@pytest.mark.parametrize("text", [HASH, TEZOS, EVM, "Grüße 🌊", "x" * 256, "世" * 256])
def test_new_prints_the_folder_and_nothing_else(text: str) -> None:
    result = run_mint("new", text)
    path = Path("tokens") / parse_hash(text).folder_name
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{path}\n", "")
    assert read_token(path).hash.text == text
    assert sorted(Path().iterdir()) == [Path("tokens")]


def test_new_keeps_an_existing_token() -> None:
    first = run_mint("new", HASH)
    (Path("tokens") / NAME / "preview.png").write_bytes(b"mine")
    assert run_mint("new", HASH).stdout == first.stdout
    assert (Path("tokens") / NAME / "preview.png").read_bytes() == b"mine"


def test_new_refuses_a_folder(folder: Path) -> None:
    check_error(run_mint("new", str(folder)), 1, f"{folder} is already a folder; give a hash, which contains no / or \\")


def test_new_draws_into_another_tokens_folder() -> None:
    assert run_mint("new", HASH, "--tokens-dir", "a/b").stdout == f"{Path('a/b') / NAME}\n"
    assert [path.name for path in Path("a/b").iterdir()] == [NAME]


def test_new_makes_up_a_hash_each_time() -> None:
    folders = [run_mint("new", "--random").stdout.strip() for _ in range(2)]
    assert len(set(folders)) == 2
    assert {read_token(Path(folder)).hash.scheme for folder in folders} == {"fxhash-tezos"}


def test_new_as_a_program_writes_the_path_to_stdout_only(work: Path) -> None:
    command = [sys.executable, "-c", "from mint.cli import main; main()", "new", HASH]
    result = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"tokens/{NAME}{os.linesep}".encode(), b"")


# Permissions do not bind root, so root becomes nobody once all modules are loaded.
_READ_ONLY = """
import os
from mint.cli import main
main(["new", "warm-up"], standalone_mode=False)
os.chmod("tokens", 0o555)
if os.geteuid() == 0:
    try:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    except OSError:
        raise SystemExit(77)
main(["new", "open sesame"])
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_read_only_tokens_folder_is_one_message(work: Path) -> None:
    environment = unmeasured_environment(PYTHONPATH=str(REPOSITORY))
    result = subprocess.run([sys.executable, "-c", _READ_ONLY], env=environment, capture_output=True, text=True, check=False)
    if result.returncode == 77:
        pytest.skip("root cannot become nobody here")
    assert result.returncode == 1, result.stderr
    assert result.stderr == (
        f"Error: the token cannot be written to tokens/{NAME}: Permission denied; give another place with --tokens-dir\n"
    )
    assert [path.name for path in Path("tokens").iterdir()] == [parse_hash("warm-up").folder_name]


_FULL = """
import resource
from mint.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
main(["new", "open sesame"])
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX can limit the size of files")
def test_a_full_disk_is_one_message_and_leaves_nothing(work: Path) -> None:
    environment = unmeasured_environment(PYTHONPATH=str(REPOSITORY), PYTHONDONTWRITEBYTECODE="1")
    result = subprocess.run([sys.executable, "-c", _FULL], env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: the token cannot be written to tokens/{NAME}: File too large; give another place with --tokens-dir\n"
    )
    assert list(Path("tokens").iterdir()) == []
