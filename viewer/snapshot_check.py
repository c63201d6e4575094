"""The check of a snapshot file: what of it holds, and what cannot be told here.

A file that is whole says nothing about what it shows. So the sprites are drawn anew from the hash, by a program that registers
itself for that (``mint`` does; the viewer imports it not), and the dreams are drawn anew by the model and compared with the
receipts.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from viewer.errors import GraphError, ModelError, PictureError, ViewerError
from viewer.exported.devices import Device
from viewer.exported.folder import Export, export_of
from viewer.exported.graph_check import checked_graph
from viewer.exported.model import load_export
from viewer.json_fields import parse_json
from viewer.latents.seeds import latents
from viewer.pictures.receipts import decode_indexed, decode_receipts
from viewer.printable import PrintableError, printable, printable_message
from viewer.snapshot_file.known_keys import KnownKeys
from viewer.snapshot_file.members import MOSAIC, TOKEN, is_sprite
from viewer.snapshot_file.signature import HOW_TO_CHECK
from viewer.snapshot_file.snapshot import Snapshot, read_snapshot

# Programs that draw tokens register a function here: given a hash, it returns the files of the token's folder by name, and raises
# PrintableError where it cannot.
DRAWING_GROUP: Final = "pixelmint.token_drawing"

Subject = Literal["file", "signature", "graphs", "sprites", "dreams"]
DrawToken = Callable[[str], Mapping[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was checked: whether it holds, None where that cannot be told here, and why, in words."""

    subject: Subject
    holds: bool | None
    text: str


@dataclass(frozen=True, kw_only=True)
class SnapshotReport:
    """All findings about a file; ``snapshot`` is None where the file is refused."""

    path: Path
    snapshot: Snapshot | None
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found that does not hold."""
        return all(finding.holds is not False for finding in self.findings)

    @property
    def public_key(self) -> str | None:
        """The key whose signature was checked, in hex; None without any."""
        if self.snapshot is None or self.snapshot.signature is None or not self.snapshot.is_signature_checked:
            return None
        return self.snapshot.signature.public_key

    def document(self) -> dict[str, Any]:
        """Return it for JSON."""
        document: dict[str, Any] = {"file": str(self.path), "holds": self.holds}
        if self.snapshot is not None:
            manifest, signature = self.snapshot.manifest, self.snapshot.signature
            texts = {key: text or None for key, text in asdict(manifest.credits).items()}
            document |= {"hash": manifest.hash, **texts, "recipe": str(manifest.recipe), "step": manifest.step}
            document |= {"manifest_sha256": self.snapshot.sha256, "public_key": signature and signature.public_key}
            document |= {"fingerprint": signature and signature.fingerprint}
        return {**document, "findings": [asdict(finding) for finding in self.findings]}


def check_snapshot(path: Path, device: Device, known: KnownKeys) -> SnapshotReport:
    """Check a snapshot file. Changes nothing; the caller may add the key to those that are known.

    Raises DeviceError where "cuda" does not work.
    """
    try:
        snapshot = read_snapshot(path)
        export = export_of(snapshot, path)
    except ViewerError as error:
        finding = Finding(subject="file", holds=False, text=_without_path(str(error), path))
        return SnapshotReport(path=path, snapshot=None, findings=(finding,))
    num_bytes = sum(map(len, snapshot.files.values()))
    whole = f"{len(snapshot.files)} files of {num_bytes:,} bytes, each with the SHA-256 that the manifest states"
    graphs = _graphs(export)
    findings = (
        Finding(subject="file", holds=True, text=whole),
        _signature(snapshot, known),
        graphs,
        _sprites(snapshot),
        _dreams(snapshot, export, path, device)
        if graphs.holds
        else Finding(subject="dreams", holds=None, text="not drawn, because a graph is refused"),
    )
    return SnapshotReport(path=path, snapshot=snapshot, findings=findings)


def _without_path(sentence: str, path: Path) -> str:
    """Return an error's sentence about a file without its path, which the report has already named."""
    for end in (" is refused: ", ": ", " "):
        beginning = printable_message(f"{path}{end}")
        if sentence.startswith(beginning):
            return sentence.removeprefix(beginning)
    return sentence


def _signature(snapshot: Snapshot, known: KnownKeys) -> Finding:
    signature = snapshot.signature
    if signature is None:
        text = "unsigned: anyone may have changed it and written it anew"
        return Finding(subject="signature", holds=None, text=text)
    if not snapshot.is_signature_checked:
        text = f"not checked: {HOW_TO_CHECK}; it names the key {signature.fingerprint}"
        return Finding(subject="signature", holds=None, text=text)
    text = f"{signature.fingerprint}, {known.describe(signature.public_key, snapshot.sha256)}"
    return Finding(subject="signature", holds=True, text=text)


def _graphs(export: Export) -> Finding:
    for name, data in export.graphs.items():
        try:
            checked_graph(data, export.manifest.files[name])
        except GraphError as error:
            return Finding(subject="graphs", holds=False, text=f"models/{name}.onnx is refused: {error}")
    return Finding(subject="graphs", holds=True, text="three graphs of operators that are allowed")


def _sprites(snapshot: Snapshot) -> Finding:
    holds, text = _compare_sprites(snapshot)
    return Finding(subject="sprites", holds=holds, text=text)


def _compare_sprites(snapshot: Snapshot) -> tuple[bool | None, str]:
    """Return whether the hash draws the sprites, and in words why."""
    if snapshot.manifest.is_import:
        return None, "imported art, which no hash draws"
    drawings = sorted(entry_points(group=DRAWING_GROUP), key=lambda entry: entry.name)
    if not drawings:
        return None, "not drawn anew: mint is not installed"
    draw: DrawToken = drawings[0].load()
    try:
        drawn = draw(snapshot.manifest.hash)
    except PrintableError as error:
        return False, f"its hash draws nothing: {error}"
    token, new = parse_json(snapshot.files[TOKEN]), parse_json(drawn[TOKEN])
    if snapshot.manifest.generator != new["generator"]:
        return None, f"not drawn anew: generator {snapshot.manifest.generator} drew them, and {new['generator']} is installed"
    names = sorted(name for name in snapshot.files if is_sprite(name))
    other = next((name for name in names if name not in drawn or not _is_equal(snapshot.files[name], drawn[name])), None)
    shown = printable(repr(snapshot.manifest.hash))
    if other is not None or token != new:
        return False, f"{other or TOKEN} is not what the hash {shown} draws"
    return True, f"all {len(names)} equal to those drawn anew from {shown}"


def _is_equal(given: bytes, drawn: bytes) -> bool:
    """Whether two indexed PNGs have the same colours; a damaged one equals none."""
    try:
        return np.array_equal(decode_indexed(given)[1], decode_indexed(drawn)[1])
    except PictureError:
        return False


def _dreams(snapshot: Snapshot, export: Export, path: Path, device: Device) -> Finding:
    receipts, origin = snapshot.manifest.receipts, export.manifest.origin
    try:
        expected = decode_receipts(snapshot.files[MOSAIC], origin.palette, origin.size)
    except PictureError as error:
        return Finding(subject="dreams", holds=False, text=f"{MOSAIC} {error}")
    try:
        drawn = load_export(export, path, device).generate(latents(receipts.seed, receipts.dreams, origin.latent_dim))
    except ModelError as error:
        return Finding(subject="dreams", holds=False, text=str(error))
    num_differing = int((drawn != expected).sum())
    num_equal = int((drawn == expected).all((1, 2)).sum())
    margin = f"{receipts.margin_ppm / 10**4:g} %"
    text = (
        f"{num_equal} of {receipts.dreams} equal to the receipts; {num_differing:,} of {drawn.size:,} pixels differ, "
        f"and the stated margin is {margin}"
        if num_differing
        else f"all {receipts.dreams} equal to the receipts"
    )
    return Finding(subject="dreams", holds=num_differing * 10**6 <= receipts.margin_ppm * drawn.size, text=text)
