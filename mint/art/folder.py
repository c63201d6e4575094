"""Imported art as a token folder: the same files as a drawn token's, so that everything that reads tokens accepts it.

Up to 256 sprites have a file each; more sprites share indexed PNGs of at most 1024 pixels a side, and token.json holds the position
of each. The same art with the same options gives the same bytes.
"""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from mint import atomic_write
from mint.art.importer import ArtSprite, ImportedArt
from mint.errors import ArtError
from mint.token.folder import MAX_TOKEN_BYTES
from mint.token.hash import TokenHash, parse_hash
from mint.token.metadata import Traits, Value, opensea
from mint.token.png import MAX_SHEET_SIDE, indexed_png
from mint.token.preview import PREVIEW_GAP, preview
from mint.token.record import FORMAT
from viewer.regular_file import read_regular_file

IMPORT_VERSION: Final = 1
MAX_SINGLE_FILES: Final = 256
MAX_PREVIEW_SPRITES: Final = 64
# ERC-721 advises 320 to 1080 pixels.
_PREVIEW_WIDTH: Final = 640
_NAME: Final = re.compile("[0-9A-Za-z_][0-9A-Za-z_-]{0,63}")


def write_art(art: ImportedArt, name: str | None, source: str, tokens_dir: Path) -> Path:
    """Write a token folder of the art and return it; a folder that already holds the same art is left unchanged.

    The default name is that of the source and part of the hash. The folder appears complete or not at all. Raises ArtError.
    """
    art_hash = content_hash(art)
    if name is not None and not _NAME.fullmatch(name):
        raise ArtError(f"the name {name!r} cannot be a folder name; give up to 64 of the characters A-Z, a-z, 0-9, - and _")
    safe = "".join(re.findall("[0-9A-Za-z_-]", source)).lstrip("-")[:40] or "art"
    name = name or f"{safe}-{art_hash.text.removeprefix('import:')[:12]}"
    folder = tokens_dir / name
    if folder.exists():
        if _hash_of(folder) == art_hash.text:
            return folder
        raise ArtError(f"{folder} exists and holds something else; give another --name")
    try:
        tokens_dir.mkdir(parents=True, exist_ok=True)
        atomic_write.write_folder(folder, lambda temporary: _write_files(temporary, art, art_hash, name))
    except OSError as error:
        problem = atomic_write.write_problem(folder, error)
        raise ArtError(f"the art cannot be written to {folder}: {problem}; give another place with --tokens-dir") from error
    return folder


def content_hash(art: ImportedArt) -> TokenHash:
    """Return the hash of the contents of an import: pixels, palette, names and labels."""
    sha = hashlib.sha256(f"import {IMPORT_VERSION}\n{art.pixels.shape}\n".encode())
    sha.update(art.colors.rgba.tobytes())
    sha.update(art.pixels.tobytes())
    sha.update(json.dumps([[sprite.name, sorted(sprite.labels)] for sprite in art.sprites]).encode())
    return parse_hash(f"import:{sha.hexdigest()}")


def _write_files(folder: Path, art: ImportedArt, art_hash: TokenHash, name: str) -> None:
    (folder / "sprites").mkdir()
    traits = _traits(art, name)
    write_sprites = _write_single_files if len(art.pixels) <= MAX_SINGLE_FILES else _write_sheets
    locations = write_sprites(folder, art)
    entries = [{**location, **_entry(sprite)} for location, sprite in zip(locations, art.sprites, strict=True)]
    record = {
        "format": FORMAT,
        "source": "import",
        "name": name,
        "hash": art_hash.text,
        "scheme": art_hash.scheme,
        "generator": IMPORT_VERSION,
        "size": list(art.pixels.shape[1:]),
        "palette": [f"#{bytes(color).hex()}" for color in art.colors.rgba],
        "labels": sorted({label for sprite in art.sprites for label in sprite.labels}),
        "features": dict(traits.values),
        "sprites": entries,
    }
    (folder / "preview.png").write_bytes(_preview(art))
    (folder / "token.json").write_text(_json(record), encoding="utf-8")
    (folder / "metadata.json").write_text(_json(opensea(traits)), encoding="utf-8")


def _entry(sprite: ArtSprite) -> dict[str, object]:
    """Return the entry of a sprite in token.json; also how it was enlarged, and how long an animation shows it."""
    entry: dict[str, object] = {"name": sprite.name, "labels": sorted(sprite.labels)}
    grid = sprite.sheet.grid
    if grid.kernel is not None and grid.size is not None:
        scale = grid.scale_text(sprite.sheet.source_size).replace(" ", "")
        times = scale if "x" in scale else f"{scale}x"
        entry |= {"enlarged": f"{times} {grid.kernel}", "confidence": round(grid.confidence, 2)}
    if sprite.duration_ms is not None:
        entry["duration_ms"] = int(sprite.duration_ms) if sprite.duration_ms == int(sprite.duration_ms) else sprite.duration_ms
    return entry


def _write_single_files(folder: Path, art: ImportedArt) -> Iterator[dict[str, object]]:
    for number, sprite in enumerate(art.pixels):
        file = f"sprites/{number}.png"
        (folder / file).write_bytes(indexed_png(sprite, art.colors.rgba))
        yield {"file": file}


def _write_sheets(folder: Path, art: ImportedArt) -> Iterator[dict[str, object]]:
    num_sprites, height, width = art.pixels.shape
    columns, rows = MAX_SHEET_SIDE // width, MAX_SHEET_SIDE // height
    for number, start in enumerate(range(0, num_sprites, columns * rows)):
        part = art.pixels[start : start + columns * rows]
        used_rows = math.ceil(len(part) / columns)
        sheet = np.zeros((used_rows * columns, height, width), np.uint8)
        sheet[: len(part)] = part
        # (rows, columns, H, W) -> (rows, H, columns, W)
        sheet = sheet.reshape(used_rows, columns, height, width).swapaxes(1, 2).reshape(used_rows * height, columns * width)
        file = f"sprites/sheet-{number}.png"
        (folder / file).write_bytes(indexed_png(sheet, art.colors.rgba))
        for index in range(len(part)):
            yield {"file": file, "at": [index % columns * width, index // columns * height]}


def _preview(art: ImportedArt) -> bytes:
    """Return a picture of at most 64 sprites, evenly chosen from the import, in its palette."""
    num_sprites, _, width = art.pixels.shape
    num_shown = min(num_sprites, MAX_PREVIEW_SPRITES)
    shown = art.pixels[np.arange(num_shown) * num_sprites // num_shown]
    columns = min(_columns(num_shown), max(_PREVIEW_WIDTH // (width + PREVIEW_GAP), 1))
    scale = max((_PREVIEW_WIDTH - PREVIEW_GAP) // columns - PREVIEW_GAP, width) // width
    rgba = art.colors.rgba.astype(int)
    # The gaps are clear, or else the darkest colour.
    gap_color = int((rgba[:, 3] * 1000 + rgba[:, :3].sum(1)).argmin())
    return indexed_png(preview(shown, gap_color, columns, scale), art.colors.rgba)


def _columns(count: int) -> int:
    """Return the columns of a rectangle of a count of pictures: a square, or a little wider where that leaves no place empty."""
    square = math.ceil(math.sqrt(count))
    return next((columns for columns in range(square, 2 * square) if count % columns == 0), square)


def _traits(art: ImportedArt, name: str) -> Traits:
    num_sprites, height, width = art.pixels.shape
    labels = Counter(label for sprite in art.sprites for label in sprite.labels)
    scales = Counter(str(_entry(sprite).get("enlarged", "native")) for sprite in art.sprites)
    values: list[tuple[str, Value]] = [
        ("Sprites", num_sprites),
        ("Size", f"{width} x {height}"),
        ("Colors", len(art.colors.rgba)),
        ("Scale of the source", scales.most_common(1)[0][0]),
    ]
    if labels:
        values.append(("Labels", len(labels)))
    if art.colors.max_error > 0:
        values.append(("Color error", f"mean {art.colors.mean_error:.3f}, largest {art.colors.max_error:.3f} (OKLab)"))
    description = f"{num_sprites} sprites of {width} x {height} pixels in {len(art.colors.rgba)} colors, imported."
    return Traits(name=name, description=description, image="preview.png", values=tuple(values))


def _hash_of(folder: Path) -> object:
    try:
        record = json.loads(read_regular_file(folder / "token.json", MAX_TOKEN_BYTES, within=folder))
        return record.get("hash") if isinstance(record, dict) else None
    except (OSError, ValueError, RecursionError):
        return None


def _json(record: dict[str, object]) -> str:
    """Return JSON with one sprite per line, so that ten thousand of them stay readable and small."""
    sprites = record.get("sprites")
    text = json.dumps({key: value for key, value in record.items() if key != "sprites"}, indent=1, ensure_ascii=False)
    if not isinstance(sprites, list):
        return text + "\n"
    lines = ",\n  ".join(json.dumps(sprite, ensure_ascii=False) for sprite in sprites)
    return f'{text[:-2]},\n "sprites": [\n  {lines}\n ]\n}}\n'
