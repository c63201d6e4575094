"""A long training with exports: its memory and its open files stay what they are.

``PIXELMINT_MINUTES=20 pytest -m slow tests/export/test_long_training.py -s`` trains for twenty minutes, and prints what it saw.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
EXPORT_INTERVAL_S = 15

_TRAIN = """
import sys
from pathlib import Path
from mint.export.publisher import Publisher
from mint.recipes.vaegan import VaeGan
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.control import Control
from mint.training.device import choose_device
from mint.training.loop import Limits
from mint.training.session import Follower, Session, Sprites

token = read_token(mint_token(parse_hash("a long day"), Path("tokens")))
session = Session(token.training, Sprites(pixels=token.pixels, num_colors=len(token.rgba)), VaeGan(), choose_device("cpu"), 1)
publisher = Publisher(token, VaeGan(), session.latent_dim, session.seed, token.models)
follower = Follower(
    on_stats=lambda _: None,
    on_step=lambda _: None,
    on_snapshot=lambda networks, position: publisher.publish_beside(networks, position, sys.exit),
    on_trouble=sys.exit,
    snapshot_interval_s=float(sys.argv[2]),
)
session.run(Limits(seconds=float(sys.argv[1])), Control(), follower)
publisher.publish(session.networks, session.position)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory and open files are read from Linux's /proc")
def test_memory_and_open_files_stay_what_they_are(tmp_path: Path) -> None:
    seconds = 60 * float(os.environ.get("PIXELMINT_MINUTES", "20"))
    process = subprocess.Popen(
        [sys.executable, "-c", _TRAIN, str(seconds), str(EXPORT_INTERVAL_S)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    memory: list[float] = []
    files: list[int] = []
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
            files.append(len(os.listdir(f"/proc/{process.pid}/fd")))
            memory.append(int(status.partition("VmRSS:")[2].split()[0]) / 1024)
        except (OSError, IndexError):
            break
        time.sleep(1)
    assert process.wait() == 0
    # The first quarter loads, traces and fills caches.
    quarter = len(memory) // 4
    first, last = statistics.median(memory[quarter : 2 * quarter]), statistics.median(memory[-quarter:])
    print(f"\nmemory {first:.0f} MB -> {last:.0f} MB, open files {max(files[quarter : 2 * quarter])} -> {max(files[-quarter:])}")
    assert last < 1.05 * first
    assert max(files[-quarter:]) <= max(files[quarter : 2 * quarter])
