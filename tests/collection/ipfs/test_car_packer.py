"""CAR files: the CIDs are those of other implementations, and the bytes are always the same."""

import hashlib
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mint.collection.ipfs.car_packer import CarPacker, find_packer
from mint.collection.ipfs.car_reader import read_car
from mint.errors import PublicationError
from tests.collection.ipfs.unixfs_tree import MAX_DIRECTORY, Tree, cid_of, node_bytes, write_tree
from tests.collection.ipfs.unixfs_tree import UnixFsTree as Reference

# Helia's importer, which shares no code with ipfs-car's UnixFS.
IMPORTER = """
import fs from "node:fs";
import path from "node:path";
import { importer } from "ipfs-unixfs-importer";

const root = process.argv[2];
const files = fs.readdirSync(root, { recursive: true }).filter((name) => fs.statSync(path.join(root, name)).isFile());
const source = files.map((name) => ({ path: name, content: fs.createReadStream(path.join(root, name)) }));
let last;
for await (last of importer(source, { put: (cid) => cid }, { profile: "unixfs-v1-2025", wrapWithDirectory: true }));
console.log(last.cid.toString());
"""


def content(number: int) -> bytes:
    return hashlib.shake_256(str(number).encode()).digest(200 + number % 900)


def flat(count: int) -> Tree:
    return {f"{number}.png": content(number) for number in range(count)}


def in_folders(count: int) -> Tree:
    tree: dict[str, dict[str, dict[str, bytes]]] = {}
    for number in range(count):
        tree.setdefault(f"{number % 7}", {}).setdefault(f"d{number % 91}", {})[f"{number}.json"] = content(number)
    return tree


def at_the_limit(more: int) -> Tree:
    """Return a directory whose block has exactly as many bytes as one that is not sharded may have, and ``more``.

    Every name is 196 bytes long, and some are a byte longer.
    """
    empty, link = (len(node_bytes(links, b"\x08\x01")) for links in ([], [("x" * 196, Reference().write(b"\0"))]))
    count, missing = divmod(MAX_DIRECTORY - empty, link - empty)
    return {f"{number:0{196 + (number < missing + more)}}": bytes([number % 7]) for number in range(count)}


def directory_block(tree: dict[str, bytes]) -> bytes:
    reference = Reference()
    return node_bytes([(name, reference.write(data)) for name, data in sorted(tree.items())], b"\x08\x01")


TREES: dict[str, Tree] = {
    "one file": {"a.json": b"{}"},
    "empty file": {"empty": b"", "full": b"x"},
    "sorted by bytes": {"b": b"1", "a.b": b"2", "a": {"z": b"3"}, "é": b"4", "A": b"5"},
    "folders": in_folders(60),
    "a film of 5 MiB": {"film.mp4": hashlib.shake_256(b"film").digest(5_300_001), "exact.bin": bytes(1 << 20)},
    "at the limit": at_the_limit(0),
    "a byte over the limit": at_the_limit(1),
}


@pytest.mark.parametrize("name", TREES)
def test_the_cid_is_the_one_of_the_specification(name: str, packer: CarPacker, tmp_path: Path) -> None:
    write_tree(TREES[name], tmp_path / "folder")
    assert packer.pack(tmp_path / "folder", tmp_path / "packed.car") == cid_of(TREES[name])


def test_the_trees_at_the_limit_are_what_they_are_for() -> None:
    for more in (0, 1):
        tree = TREES["a byte over the limit" if more else "at the limit"]
        assert len(directory_block({name: data for name, data in tree.items() if isinstance(data, bytes)})) == MAX_DIRECTORY + more
        reference = Reference()
        root = reference.blocks[reference.write(tree).cid]
        assert root.endswith(b"\x0a\x02\x08\x01") == (more == 0)


def test_equal_folders_give_equal_bytes_and_a_car_holds_its_folder(packer: CarPacker, tmp_path: Path) -> None:
    tree = {**in_folders(40), **TREES["a film of 5 MiB"]}
    write_tree(tree, tmp_path / "one")
    write_tree(dict(reversed(tree.items())), tmp_path / "other")
    cids = [packer.pack(tmp_path / name, tmp_path / f"{name}.car") for name in ("one", "other")]
    assert cids[0] == cids[1]
    assert (tmp_path / "one.car").read_bytes() == (tmp_path / "other.car").read_bytes()
    contents = read_car(tmp_path / "one.car")
    assert contents.cid == cids[0]
    one = tmp_path / "one"
    assert contents.files == {
        path.relative_to(one).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in one.rglob("*") if path.is_file()
    }


def test_a_folder_that_cannot_be_packed_is_one_sentence(packer: CarPacker, tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match=r"missing cannot be packed as packed\.car: .*ENOENT.*; make room on the disk"):
        packer.pack(tmp_path / "missing", tmp_path / "packed.car")


def fake_program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        ({}, r"Node\.js was not found, and CAR files are packed with it; install Node\.js 20\.19 or newer, .* --base-uri"),
        ({"node": "echo v22.1.0"}, r"npm was not found"),
        ({"node": "echo v18.19.0", "npm": ""}, r"Node\.js v18\.19\.0 is too old, and CAR files are packed with it; install"),
        (
            {"node": "echo v22.1.0", "npm": "echo 'npm error network request failed' >&2; exit 1"},
            r"ipfs-car cannot be installed: npm error network request failed; see that npm reaches its registry and try again",
        ),
    ],
)
def test_what_is_missing_is_one_sentence(
    programs: dict[str, str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, script in programs.items():
        fake_program(bin_folder, name, script)
    monkeypatch.setenv("PATH", str(bin_folder))
    monkeypatch.setattr(sys, "executable", str(bin_folder / "python"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(PublicationError, match=message):
        find_packer()
    assert not list((tmp_path / "cache").rglob("pack.js"))


def test_the_lock_file_pins_every_package_and_holds_no_address() -> None:
    text = (Path(__file__).parents[3] / "mint" / "collection" / "ipfs" / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert "resolved" not in text
    assert packages["node_modules/ipfs-car"]["version"] == packages[""]["dependencies"]["ipfs-car"]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["flat", "in folders"])
def test_ten_thousand_files_have_the_cid_that_other_implementations_find(kind: str, packer: CarPacker, tmp_path: Path) -> None:
    """Compare with this project's tests, aleph-cid (Rust, from PyPI) and Helia's ipfs-unixfs-importer (npm)."""
    tree = flat(10_000) if kind == "flat" else in_folders(10_000)
    write_tree(tree, tmp_path / "folder")
    cids = {"ipfs-car": packer.pack(tmp_path / "folder", tmp_path / "packed.car"), "tests": cid_of(tree)}
    python = tmp_path / "aleph" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "aleph-cid==0.1.0"], check=True)
    code = "import aleph_cid, sys; print(aleph_cid.hash_folder(sys.argv[1], cid_version=1))"
    done = subprocess.run([python, "-c", code, tmp_path / "folder"], check=True, capture_output=True, text=True)
    cids["aleph-cid"] = done.stdout.strip()
    helia = tmp_path / "helia"
    helia.mkdir()
    (helia / "package.json").write_text('{"private": true, "type": "module"}')
    (helia / "cid.js").write_text(IMPORTER)
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "ipfs-unixfs-importer@17.1.1"]
    subprocess.run(install, cwd=helia, check=True)
    done = subprocess.run(["node", "cid.js", tmp_path / "folder"], cwd=helia, check=True, capture_output=True, text=True)
    cids["ipfs-unixfs-importer"] = done.stdout.strip()
    print(kind, cids)
    assert len(set(cids.values())) == 1
