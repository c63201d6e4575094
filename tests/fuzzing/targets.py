"""What a fuzzer feeds with bytes: each target may refuse them with a foreseen error, and nothing else."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from onnx import ModelProto

from mint.art.colors.palette_file import read_palette
from mint.art.labels.label_file import read_rows
from mint.browser.bundle.check.bundle_files import read_bundle
from mint.collection.ipfs.car_reader import read_car
from mint.collection.publication.checksums import read_checksums
from mint.collection.publication.record import read_publication
from mint.collection.rules.rules_file import read_rules
from mint.errors import PixelmintError, PublicationError
from mint.picture_files.reader import decode_frames
from mint.picture_files.source_files import find_source_files
from mint.token.folder import read_token
from mint.training.saving import checkpoint
from tests import small_snapshot
from tests.collection.ipfs.unixfs_tree import UnixFsTree, car_bytes
from tests.collection.small_collection import RULES
from tests.small_model import LATENT_DIM, small_generator, small_origin
from viewer.errors import ViewerError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import GraphFile, describe, format_manifest, parse_manifest, tensors
from viewer.snapshot_file import manifest as snapshot_file_manifest
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.members import REQUIRED
from viewer.snapshot_file.snapshot import read_snapshot
from viewer.web.protocol import parse_page_message

_FOLDER = tempfile.TemporaryDirectory(prefix="pixelmint-fuzzing-")


def _file(name: str, data: bytes) -> Path:
    path = Path(_FOLDER.name, name)
    path.write_bytes(data)
    return path


def manifest(data: bytes) -> None:
    parse_manifest(data)


def graph(data: bytes) -> None:
    inputs, outputs = tensors("generator", (8, 8), LATENT_DIM)
    checked_graph(data, GraphFile(bytes=1, sha256="0" * 64, inputs=inputs, outputs=outputs))


def message(data: bytes) -> None:
    parse_page_message(data.decode("utf-8", "replace"))


def palette(data: bytes) -> None:
    suffix = (".gpl", ".hex", ".pal", ".txt", ".act", ".aco", ".ase", ".png")[data[0] % 8 if data else 0]
    read_palette(_file(f"colours{suffix}", data[1:]))


def labels(data: bytes) -> None:
    read_rows(_file("labels.json" if data[:1] < b"\x80" else "labels.csv", data[1:]), ("a.png", "b.png"))


def picture(data: bytes) -> None:
    for number, _ in enumerate(decode_frames(data, "a.png", max_pixels=1 << 16)):
        if number == 3:
            return


def archive(data: bytes) -> None:
    for number, source in enumerate(find_source_files([_file("a.zip", data)])):
        source.read()
        if number == 3:
            return


def state(data: bytes) -> None:
    folder = Path(_FOLDER.name, "step-000000001")
    folder.mkdir(exist_ok=True)
    text, _, tensors_of = data.partition(b"\0")
    (folder / "checkpoint.json").write_bytes(text)
    (folder / "state.safetensors").write_bytes(tensors_of)
    checkpoint.load(folder)


def publication(data: bytes) -> None:
    """The record, the list of hashes and an archive of a publication."""
    record, _, rest = data.partition(b"\0")
    sums, _, car = rest.partition(b"\0")
    for name, part in (("publication.json", record), ("SHA256SUMS", sums), ("images.car", car)):
        _file(name, part)
    with suppress(ValueError):
        read_checksums(Path(_FOLDER.name))
    with suppress(PublicationError):
        read_car(Path(_FOLDER.name, "images.car"))
    read_publication(Path(_FOLDER.name))


def rules(data: bytes) -> None:
    read_rules(_file("rules.toml", data))


def bundle(data: bytes) -> None:
    read_bundle(_file("a.html" if data[:1] == b"<" else "a.zip", data))


def token(data: bytes) -> None:
    _file("token.json", data)
    read_token(Path(_FOLDER.name))


def snapshot(data: bytes) -> None:
    read_snapshot(_file("a.pixelmint", data))


def snapshot_manifest(data: bytes) -> None:
    """The manifest of a snapshot file whose layout is right."""
    snapshot(_packed(data))


def _packed(text: bytes) -> bytes:
    return b"".join(archive_parts({**dict.fromkeys(REQUIRED, b"{}"), "manifest.json": text}))


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (
        manifest,
        graph,
        message,
        palette,
        labels,
        picture,
        archive,
        state,
        token,
        snapshot,
        snapshot_manifest,
        publication,
        rules,
        bundle,
    )
}


def run(target: str, data: bytes) -> None:
    """Give bytes to a target. What is not foreseen is raised."""
    try:
        TARGETS[target](data)
    except (PixelmintError, ViewerError):
        return


def seeds(target: str) -> list[bytes]:
    """Return inputs to begin with."""
    model: ModelProto = small_generator(small_origin())
    graphs = {"encoder": b"a", "generator": model.SerializeToString(), "discriminator": b"c"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.png", b"\x89PNG\r\n\x1a\n")
    small_manifest = small_snapshot.manifest_of(small_snapshot.snapshot_parts()[1], title="a")
    described = snapshot_file_manifest.format_manifest(small_manifest)
    return {
        "manifest": [format_manifest(describe(small_origin(labels=("hat",)), graphs))],  # type: ignore[arg-type]
        "graph": [graphs["generator"]],
        "message": [b'{"kind":"ready","version":2,"reduced_motion":false}', b'{"kind":"ack","frame":1}'],
        "palette": [
            b"\0GIMP Palette\nName: a\n255 0 0\tred\n0 0 0\n",
            b"\1ff0000\n00ff00\n",
            b"\2JASC-PAL\n0100\n2\n0 0 0\n1 1 1\n",
        ],
        "labels": [b'\0{"a.png": ["x"]}', b"\xffname,label\na.png,x\n"],
        "picture": [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF....WEBP"],
        "archive": [packed.getvalue()],
        "snapshot": [_packed(described), _packed(b"{}")],
        "snapshot_manifest": [described],
        "state": [b'{"format": 2, "seed": 1}\0'],
        "publication": [publication_seed()],
        "rules": [RULES.format(epic=1).encode(), b'name = "a"\nsize = 1\nseed = "a"\nhashes = "a.txt"\n'],
        "bundle": [packed.getvalue(), b'<script type="application/json" data-part="artwork">{"format": 1}</script>'],
        "token": [b'{"format": 1, "hash": "a", "palette": ["#000000ff"], "sprites": [{"file": "a", "at": [0, 0]}]}'],
    }[target]


def publication_seed() -> bytes:
    tree = UnixFsTree()
    root = tree.write({"1.png": b"a" * 3000})
    return b"\0".join([b'{"format": 1}', b"0" * 64 + b"  images/1.png\n", car_bytes(root.cid, tree.blocks)])
