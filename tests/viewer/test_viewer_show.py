"""``viewer show``: its output, its start and its end. The page: tests/browser."""

import http.client
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from viewer.cli import main

Start = Callable[..., subprocess.Popen[str]]
WAIT_S = 30


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts ``viewer show --no-browser`` with further arguments."""
    started = []

    def run(*arguments: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "viewer", "show", "--no-browser", *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def first_lines(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the first two lines of its output: the summary, and the address."""
    assert process.stderr is not None
    summary, opening = process.stderr.readline(), process.stderr.readline()
    match = re.fullmatch(r"Open (http://\S+/\?token=[\w-]{43})\n", opening)
    assert match, (summary, opening)
    return summary, match[1]


def status(address: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=WAIT_S)
    connection.request("GET", f"{parts.path}?{parts.query}")
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_show_prints_a_working_address_and_exits_with_0(start: Start, write_export: Callable[[], Path], number: int) -> None:
    process = start(write_export(), "--device", "cpu")
    summary, address = first_lines(process)
    assert summary == "opensesame-0123456789ab at step 1,200, drawn by CPU\n"
    assert status(address) == 303
    assert process.stderr is not None
    assert re.fullmatch(r"For another browser: http://127\.0\.0\.1:\d+/\?token=[\w-]{43}\n", process.stderr.readline())
    process.send_signal(number)
    output, rest = process.communicate(timeout=WAIT_S)
    assert (process.returncode, output, rest) == (0, "", "")


def test_show_counts_models_and_skips_broken_ones(start: Start, write_export: Callable[[], Path], tmp_path: Path) -> None:
    token = write_export()
    empty = tmp_path / "empty"
    empty.mkdir()
    process = start(empty, token, token)
    summary, _ = first_lines(process)
    assert summary.startswith("opensesame-0123456789ab at step 1,200, the first of 3 models, drawn by ")


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_show_serves_each_name_of_this_machine(start: Start, write_export: Callable[[], Path], host: str) -> None:
    _, address = first_lines(start(write_export(), "--host", host))
    assert urlsplit(address).hostname == host
    assert status(address) == 303


def test_a_port_in_use_is_reported(start: Start, write_export: Callable[[], Path]) -> None:
    token = write_export()
    _, address = first_lines(start(token))
    port = str(urlsplit(address).port)
    second = start(token, "--port", port)
    output, error = second.communicate(timeout=WAIT_S)
    sentence = f"Error: port {port} of 127.0.0.1 is not available (Address already in use); give another --port, or none\n"
    assert (second.returncode, output, error) == (1, "", sentence)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([], 2, "Missing argument 'PATH...'"),
        (["nowhere"], 1, "Error: nowhere does not exist; give a token folder, its models/ or a snapshot file\n"),
        (["token", "nowhere"], 1, "Error: nowhere does not exist; give a token folder, its models/ or a snapshot file\n"),
        (["empty"], 1, "Error: empty holds no exported model (manifest.json is missing); train the token or export it first\n"),
        (["token", "--host", "192.0.2.1"], 2, "other machines can reach 192.0.2.1; add --public to allow that"),
        (["token", "--host", "0.0.0.0"], 2, "other machines can reach 0.0.0.0; add --public to allow that"),
        (["token", "--host", "example.com"], 2, "other machines can reach example.com; add --public to allow that"),
        (["token", "--host", "0.0.0.0", "--public"], 1, "Error: 0.0.0.0 is not a single address; give the one that others use"),
        (["token", "--host", "::", "--public"], 1, "Error: :: is not a single address; give the one that others use"),
        (["token", "--host", "192.0.2.1", "--public"], 1, "Error: port 0 of 192.0.2.1 is not available"),
        (["token", "--host", "no host", "--public"], 1, "Error: --host no host is not an address of this machine; give 127.0.0.1"),
        (["token", "--tiles", "0"], 2, "Invalid value for '--tiles': 0 is not in the range 1<=x<=1024"),
        (["token", "--rate", "0.4"], 2, "Invalid value for '--rate': 0.4 is not in the range"),
        (["token", "--minutes", "0"], 2, "Invalid value for '--minutes': 0.0 is not in the range"),
        (["token", "--minutes", "nan"], 2, "Invalid value for '--minutes'"),
        (["token", "--rate", "nan"], 2, "Invalid value for '--rate'"),
        (["token", "--mode", "fly"], 2, "Invalid value for '--mode': 'fly' is not one of 'refresh', 'walk'"),
        (["token", "--port", "65536"], 2, "Invalid value for '--port': 65536 is not in the range"),
        (["token", "--device", "cuda"], 1, ", or give --device cpu"),
    ],
    ids=str,
)
def test_a_failure_is_one_sentence(
    write_export: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, sentence: str
) -> None:
    # Where an argument is wrongly accepted, the server would run for ever.
    monkeypatch.setattr("viewer.web.server.Server.run", None)
    folder = write_export().parent
    (folder / "empty" / "inner").mkdir(parents=True)
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, ["show", "--no-browser", *arguments])
    assert sentence in result.stderr
    assert (result.exit_code, result.stdout) == (code, "")


def test_show_imports_neither_torch_nor_mint(write_export: Callable[[], Path]) -> None:
    code = (
        "import sys, viewer.web.replay, viewer.web.server, viewer.web.tile_scheduler, viewer.cli\n"
        "from pathlib import Path\nfrom random import Random\n"
        "viewer.web.replay.ReplaySource([Path(sys.argv[1])], 'cpu', minutes=1, shuffle=False, random=Random(1))\n"
        "assert not {'torch', 'mint'} & set(sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", code, str(write_export())], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_help_has_an_example_and_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom viewer.cli import main\n"
        "main(['show', '--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'starlette', 'uvicorn', 'torch', 'mint'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "Example: viewer show tokens/* --shuffle --minutes 10 --mode walk" in result.stdout
