"""Verification finds every planted change, and nothing where nothing was changed."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mint.checksummed_json import dump_checksummed
from mint.collection.folder import read_collection
from mint.collection.ipfs.car_packer import CarPacker
from mint.collection.publication.checksums import format_checksums, hash_files, list_files
from mint.collection.publication.publishing import publish_collection
from mint.collection.publication.settings import PublicationSettings
from mint.collection.verification.verification import Verification, verify_collection
from mint.errors import CollectionError
from tests.collection.ipfs.unixfs_tree import UnixFsTree, car_bytes
from tests.small_model import small_origin, write_models

OPENSEA = "published/opensea"


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def verify(folder: Path) -> Verification:
    return verify_collection(read_collection(folder), silent)


def publish(folder: Path, **settings: Any) -> None:
    chosen = PublicationSettings(**{"platform": "opensea", "car": False, "base_uri": "https://example.org/moons", **settings})
    publish_collection(read_collection(folder), chosen, None, silent)


def pack_by_hand(folder: Path, name: str) -> None:
    """Pack a folder of the publication as a CAR file with the second implementation, and state its CID."""
    path = folder / OPENSEA
    blocks = UnixFsTree()
    root = blocks.write({file.name: file.read_bytes() for file in sorted((path / name).iterdir())})
    (path / f"{name}.car").write_bytes(car_bytes(root.cid, blocks.blocks))
    from mint.collection.ipfs.unixfs import cid_text

    edit_json(path / "publication.json", lambda record: record["folders"][name].update(cid=cid_text(root.cid)))
    renew_checksums(path)


def renew_checksums(path: Path) -> None:
    """Make the hashes fit, so that only what they stand for can tell a change."""
    names = [name for name in list_files(path) if name != "SHA256SUMS"]
    (path / "SHA256SUMS").write_bytes(format_checksums(hash_files(path, names)))


def edit_json(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    record = json.loads(path.read_bytes())
    had_checksum = record.pop("sha256", None) is not None
    edit(record)
    path.write_bytes(dump_checksummed(record) if had_checksum else (json.dumps(record, indent=1) + "\n").encode())


def edit_token(place: int, **values: object) -> Callable[[Path], None]:
    return lambda folder: edit_json(folder / "collection.json", lambda record: record["tokens"][place].update(values))


def edit_trait(place: int, name: str, value: object) -> Callable[[Path], None]:
    def edit(record: dict[str, Any]) -> None:
        record["tokens"][place]["traits"][name] = value

    return lambda folder: edit_json(folder / "collection.json", edit)


def flip_pixel(name: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        with Image.open(folder / name) as image:
            palette = image.getpalette()
            pixels = np.array(image)
        assert palette is not None
        pixels[9, 9] = (pixels[9, 9] + 1) % 3
        changed = Image.fromarray(pixels)
        changed.putpalette(palette)
        changed.save(folder / name, "PNG")

    return plant


def replace(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        data = (folder / name).read_bytes()
        assert old in data
        (folder / name).write_bytes(data.replace(old, new, 1))

    return plant


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()


def write(name: str, data: bytes = b"x") -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)

    return plant


def rename(old: str, new: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        (folder / old).rename(folder / new)

    return plant


def copy(old: str, new: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        shutil.copy(folder / old, folder / new)

    return plant


def swap_pictures(folder: Path) -> None:
    """Exchange two pictures, with all hashes made to fit."""
    images = folder / OPENSEA / "images"
    (images / "5.png").rename(images / "x")
    (images / "6.png").rename(images / "5.png")
    (images / "x").rename(images / "6.png")
    renew_checksums(folder / OPENSEA)


def then(*steps: Callable[[Path], None]) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        for step in steps:
            step(folder)

    return plant


def pipe(name: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return plant


def moved_away(name: str) -> Callable[[Path], None]:
    """Leave a link to the file, which is outside the collection then."""

    def plant(folder: Path) -> None:
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to(folder.parent / "elsewhere")

    return plant


def renewed(folder: Path) -> None:
    renew_checksums(folder / OPENSEA)


TOKEN_CHANGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "another hash": (edit_token(1, hash="moonset"), "token 6", "its .* is listed as .*, and its hash draws"),
    "a hash that cannot be": (edit_token(1, hash="0x12"), "token 6", "the EVM hash '0x12' has 2 hexadecimal digits"),
    "a hash twice": (edit_token(1, hash="open sesame"), "collection.json", "it lists the hash 'open sesame' 2 times"),
    "a trait listed wrongly": (edit_trait(2, "Town", 9), "token 7", "its Town is listed as 9, and its hash draws"),
    "a trait left out": (
        lambda folder: edit_json(folder / "collection.json", lambda record: record["tokens"][0]["traits"].pop("Mix")),
        "token 5",
        "its Mix is listed as None, and its hash draws",
    ),
    "a trait made up": (edit_trait(0, "Aura", "gold"), "token 5", "its Aura is listed as 'gold', and its hash draws None"),
    "an exclusion broken": (edit_trait(2, "Town", 9), "rules.toml, line 10", "none with Town 9: there are 1"),
    "a quota broken": (edit_trait(3, "Palette tier", "rare"), "rules.toml, line 8", "with Palette tier epic: there are"),
    "rules changed": (replace("rules.toml", b"size = 6", b"size = 7"), "rules.toml", "its SHA-256 is not the one in"),
    "size not kept": (replace("rules.toml", b"size = 6", b"size = 7"), "rules.toml, line 2", "size = 7: there are 6"),
    "rules unreadable": (write("rules.toml", b"size = "), "rules.toml", "is not TOML"),
    "rules missing": (remove("rules.toml"), "rules.toml", "it is missing"),
    "a token's folder missing": (remove("tokens/06"), "tokens/06", "the folder of the token is missing"),
    "a folder too many": (write("tokens/99/token.json"), "tokens/99", "it is no token of the collection"),
    "a pixel of a sprite": (flip_pixel("tokens/06/sprites/4.png"), "tokens/06/sprites/4.png", "shows something else"),
    "a pixel of the preview": (flip_pixel("tokens/06/preview.png"), "tokens/06/preview.png", "shows something else"),
    "a sprite missing": (remove("tokens/06/sprites/8.png"), "tokens/06/sprites/8.png", "it is missing"),
    "a sprite damaged": (write("tokens/06/sprites/8.png"), "tokens/06/sprites/8.png", "shows something else"),
    "a feature of a token": (replace("tokens/06/token.json", b"town", b"text"), "tokens/06/token.json", "differs from what"),
    "a description": (replace("tokens/06/metadata.json", b"Nine", b"Ten"), "tokens/06/metadata.json", "differs from what"),
    "a pipe for a sprite": (pipe("tokens/06/sprites/8.png"), "tokens/06/sprites/8.png", "it is not a regular file"),
    "a link to a sprite": (moved_away("tokens/06/sprites/8.png"), "tokens/06/sprites/8.png", "it is a link to another place"),
    "a folder for a sprite": (
        then(remove("tokens/06/sprites/8.png"), write("tokens/06/sprites/8.png/a")),
        "tokens/06/sprites/8.png",
        "it is missing",
    ),
    "a model's byte": (
        replace("tokens/07/models/generator.onnx", b"weight", b"weighs"),
        "tokens/07/models",
        "generator.onnx",
    ),
    "a model's file missing": (remove("tokens/07/models/encoder.onnx"), "tokens/07/models", "encoder.onnx"),
}

PUBLICATION_CHANGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a picture's byte": (flip_pixel(f"{OPENSEA}/images/5.png"), "images/5.png", "its SHA-256 is not"),
    "a picture of another token": (swap_pictures, "images/5.png", "it does not show 'open sesame'"),
    "pictures in another order": (swap_pictures, "provenance.json", "it does not tell the hashes and the order"),
    "the provenance hash": (swap_pictures, "publication.json", "its provenance hash is not the one of the pictures"),
    "a picture missing": (remove(f"{OPENSEA}/images/5.png"), "images/5.png", "it is missing"),
    "a file too many": (write(f"{OPENSEA}/images/11.png"), "images", "it has 8 files, and 7 are due"),
    "a file that is not listed": (write(f"{OPENSEA}/images/.DS_Store"), "images/.DS_Store", "it is not listed in SHA256SUMS"),
    "a trait in the metadata": (
        then(replace(f"{OPENSEA}/metadata/6", b'"Palette"', b'"Pallete"'), renewed),
        "metadata/6",
        "it does not describe the token and its files",
    ),
    "metadata missing": (then(remove(f"{OPENSEA}/metadata/6"), renewed), "metadata", "it has 6 files, and 7 are due"),
    "the contract's name": (
        then(replace(f"{OPENSEA}/metadata/contract.json", b"Moons", b"Noons"), renewed),
        "metadata/contract.json",
        "it does not describe the collection",
    ),
    "the address of the metadata": (
        then(
            lambda folder: edit_json(folder / OPENSEA / "publication.json", lambda record: record.update(token_uri="ipfs://x/")),
            renewed,
        ),
        "publication.json",
        "its addresses of metadata are not those",
    ),
    "numbers of files": (
        then(
            lambda folder: edit_json(
                folder / OPENSEA / "publication.json", lambda record: record["folders"]["images"].update(bytes=1)
            ),
            renewed,
        ),
        "publication.json",
        "it states other numbers of files or bytes than images has",
    ),
    "provenance unreadable": (then(write(f"{OPENSEA}/provenance.json"), renewed), "provenance.json", "it does not tell"),
    "no list of hashes": (remove(f"{OPENSEA}/SHA256SUMS"), "SHA256SUMS", "it is missing"),
    "a list of hashes that is none": (
        write(f"{OPENSEA}/SHA256SUMS", b"hello\n"),
        "SHA256SUMS",
        "its line 'hello' is not a SHA-256",
    ),
    "a record changed": (replace(f"{OPENSEA}/publication.json", b'"size": 6', b'"size": 7'), "", "publication.json cannot be read"),
    "another number of tokens": (
        then(
            lambda folder: edit_json(folder / OPENSEA / "publication.json", lambda record: record.update(size=7)),
            renewed,
        ),
        "publication.json",
        "it is of 7 tokens, and the collection has 6",
    ),
    "another collection": (edit_trait(0, "Town", 1), "publication.json", "it is of another collection.json than there is now"),
    "another marketplace": (
        rename(OPENSEA, "published/tezos"),
        "../tezos/publication.json",
        "it is of a publication for opensea",
    ),
    "an archive missing": (remove(f"{OPENSEA}/images.car"), "images.car", "it is missing"),
    "an archive's byte": (
        then(replace(f"{OPENSEA}/images.car", b"IDAT", b"IDAX"), renewed),
        "images.car",
        "holds something else than its CID says",
    ),
    "an archive of other files": (
        then(copy(f"{OPENSEA}/metadata.car", f"{OPENSEA}/images.car"), renewed),
        "images.car",
        "its CID is .*, and publication.json states",
    ),
    "a file that is not in the archive": (
        then(replace(f"{OPENSEA}/images/collection.png", b"IEND", b"IENX"), renewed),
        "images.car",
        "it does not hold what images holds: collection.png differs",
    ),
}


@pytest.fixture(scope="module")
def published_collection(drawn_collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the small collection, with a model for one token and CAR files by the second implementation."""
    folder = Path(shutil.copytree(drawn_collection, tmp_path_factory.mktemp("published") / "moons"))
    write_models(folder / "tokens" / "07", small_origin(token="moons", size=(8, 8)))
    publish(folder)
    for name in ("images", "metadata"):
        pack_by_hand(folder, name)
    return folder


@pytest.fixture
def published(published_collection: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published_collection, tmp_path / "moons"))


def test_what_was_not_changed_is_right(published: Path) -> None:
    verification = verify(published)
    assert verification.problems == ()
    assert (verification.tokens, verification.rules) == (6, 6)
    assert verification.publications == {"opensea": 18}


@pytest.mark.parametrize("name", TOKEN_CHANGES)
def test_a_change_of_a_token_is_found(name: str, published: Path) -> None:
    plant, place, what = TOKEN_CHANGES[name]
    shutil.rmtree(published / "published")
    plant(published)
    problems = verify(published).problems
    assert place in {problem.place for problem in problems}
    text = "\n".join(problem.what for problem in problems if problem.place == place)
    assert re.search(what, text), text


@pytest.mark.parametrize("name", PUBLICATION_CHANGES)
def test_a_change_of_a_publication_is_found(name: str, published: Path) -> None:
    plant, place, what = PUBLICATION_CHANGES[name]
    plant(published)
    problems = verify(published).problems
    expected = (Path(OPENSEA) / place).as_posix() if not place.startswith("../") else f"published/{place[3:]}"
    text = "\n".join(problem.what for problem in problems if problem.place == expected)
    assert re.search(what, text), [*problems]


@pytest.mark.parametrize("special", [pipe, moved_away])
@pytest.mark.parametrize(
    "name", ["rules.toml", *(f"{OPENSEA}/{file}" for file in ("provenance.json", "images/5.png", "images.car"))]
)
def test_what_is_no_file_of_the_collection_is_told(
    name: str, special: Callable[[str], Callable[[Path], None]], published: Path
) -> None:
    special(name)(published)
    if (name, special) == ("rules.toml", pipe):
        assert [(problem.place, problem.what) for problem in verify(published).problems] == [("rules.toml", "it is missing")]
        return
    with pytest.raises(
        CollectionError, match=rf"{name} cannot be read: it is (not a regular file|a link to another place); repair"
    ):
        verify(published)


@pytest.mark.parametrize("special", [pipe, moved_away])
@pytest.mark.parametrize("name", ["publication.json", "SHA256SUMS"])
def test_what_is_no_record_is_told(name: str, special: Callable[[str], Callable[[Path], None]], published: Path) -> None:
    special(f"{OPENSEA}/{name}")(published)
    try:
        text = str(verify(published).problems)
    except CollectionError as error:
        text = str(error)
    assert f"{name} cannot be read: it is" in text


@pytest.mark.parametrize("settings", [{"platform": "tezos"}, {"starting_index": 4}, {"scale": 1}])
def test_every_kind_of_publication_is_right(settings: dict[str, Any], moons: Path) -> None:
    publish(moons, **settings)
    assert verify(moons).problems == ()


def test_what_ipfs_car_packed_is_right(moons: Path, packer: CarPacker) -> None:
    publish(moons, car=True, base_uri=None)
    assert verify(moons).problems == ()


def test_a_picture_that_was_compressed_otherwise_is_right(moons: Path) -> None:
    path = moons / "tokens" / "05" / "sprites" / "0.png"
    before = path.read_bytes()
    with Image.open(path) as image:
        image.save(path, "PNG", compress_level=1)
    assert path.read_bytes() != before
    assert verify(moons).problems == ()


def test_another_version_of_the_program_verifies(moons: Path) -> None:
    edit_json(moons / "collection.json", lambda record: record.update(generator=999))
    with pytest.raises(
        CollectionError, match="was drawn by generator 999, and this version draws with 1; verify it with the version"
    ):
        verify(moons)


def test_many_tokens_are_verified_by_several_processes(moons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mint.collection.worker_pool.num_cores", lambda: 2)
    monkeypatch.setattr("mint.collection.worker_pool._MIN_TASKS", 1)
    flip_pixel("tokens/06/preview.png")(moons)
    assert [problem.place for problem in verify(moons).problems] == ["tokens/06/preview.png"]
