"""onnxruntime-web comes from npm, pinned; what is missing is one sentence."""

import json
import stat
import sys
from pathlib import Path

import pytest

import mint.browser.bundle
from mint.browser.bundle.web_runtime import find_web_runtime
from mint.errors import NodeError

PACKAGES = Path(mint.browser.bundle.__file__).with_name("packages")


def test_the_lock_file_pins_every_package_and_holds_no_address() -> None:
    text = (PACKAGES / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert "resolved" not in text
    for name in ("onnxruntime-web", "@fxhash/project-sdk"):
        assert packages[f"node_modules/{name}"]["version"] == packages[""]["dependencies"][name]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        (
            {},
            r"^Node\.js was not found, and onnxruntime-web, .* is fetched with it once; install Node\.js 20\.19 .*bundle\]'$",
        ),
        ({"node": "echo v18.1.0", "npm": ""}, r"^Node\.js v18\.1\.0 is too old, and onnxruntime-web, .*; install Node\.js 20\.19"),
        (
            {"node": "echo v22.1.0", "npm": "echo 'npm error network request failed' >&2; exit 1"},
            r"^onnxruntime-web cannot be installed: npm error network request failed; see that npm reaches its registry",
        ),
        (
            {"node": "echo v22.1.0", "npm": "echo 'npm error nospc ENOSPC: no space left on device, write' >&2; exit 1"},
            r"^onnxruntime-web cannot be installed: npm error nospc ENOSPC: no space left on device, write; make room on the disk$",
        ),
    ],
)
def test_what_is_missing_is_one_sentence_and_nothing_stays(
    programs: dict[str, str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    for name, script in programs.items():
        path = tmp_path / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    told: list[str] = []
    with pytest.raises(NodeError, match=message):
        find_web_runtime(told.append)
    assert not list((tmp_path / "cache").rglob("*.json"))
    assert len(told) == (1 if "npm" in programs and "v22" in programs["node"] else 0)
