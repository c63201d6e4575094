"""The text of the module: the same everywhere, and without what a page's rules forbid."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mint.browser.drawing.drawing_module import STATIC
from mint.browser.drawing.runtime_files import joined_runtime

REPOSITORY = Path(__file__).parents[3]
MAX_BYTES = 600_000


def test_text_is_the_same_in_every_process(drawing: str) -> None:
    code = "import sys; from mint.browser.drawing import drawing_module; sys.stdout.buffer.write(drawing_module().encode())"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "7"}
    written = subprocess.run([sys.executable, "-c", code], cwd="/", env=environment, capture_output=True, check=True)
    assert written.stdout.decode() == drawing


def test_text_needs_nothing_that_a_page_forbids(drawing: str) -> None:
    forbidden = r"\beval\(|\bFunction\(|\bimport\(|^import\b|\bfetch\(|\bMath\.(random|sin|cos|tan|log|exp|pow|sqrt|cbrt)\b"
    assert not re.search(forbidden, drawing, re.MULTILINE)
    assert re.findall(r"^export .*", drawing, re.MULTILINE) == [drawing.splitlines()[-1]]
    assert len(drawing) < MAX_BYTES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('import "./python.js";\n', "other.js imports or exports in a form that cannot be joined"),
        ("export default 1;\n", "other.js imports or exports in a form that cannot be joined"),
        ("export const truth = 1;\n", "both define truth"),
    ],
)
def test_runtime_that_cannot_be_joined_is_refused(text: str, message: str, tmp_path: Path) -> None:
    for path in STATIC.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "other.js").write_text(text, encoding="utf-8")
    entry = tmp_path / "draw_token.js"
    entry.write_text('import { other } from "./other.js";\n' + entry.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        joined_runtime(tmp_path)
