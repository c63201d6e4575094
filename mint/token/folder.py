"""Token folders: write a token as files and read it back.

token.json       hash, generator version, palette, features, and for each sprite its file and features
metadata.json    ERC-721 / OpenSea
preview.png      the nine sprites, enlarged
sprites/0.png    ... 8.png: indexed PNG at native size, in the token's palette

Imported art (mint.art) has the same files. Its sprites have names and labels instead of families and features. Large imports put
several sprites on one PNG; each entry then has its position ("at": x and y of its top left pixel).
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mint import atomic_write
from mint.errors import HashError, TokenError
from mint.token.hash import TokenHash, check_drawable, parse_hash
from mint.token.metadata import Traits, opensea
from mint.token.palette import MAX_COLORS
from mint.token.png import MAX_BYTES, MAX_SHEET_BYTES, MAX_SHEET_SIDE, MAX_SIDE, indexed_png, read_indexed_png
from mint.token.preview import preview
from mint.token.raster import Pixels
from mint.token.record import FORMAT, sprite_file, token_record
from mint.token.token import Token, draw_token
from viewer.printable import printable
from viewer.regular_file import read_regular_file

MAX_JSON_BYTES = 1 << 20
MAX_TOKEN_BYTES = 1 << 25
MAX_SPRITES = 100_000
# Of all sprites together, and of all sheets: 256 MiB each.
MAX_PIXELS = 1 << 28
# Files with a sprite each, and sheets.
MAX_FILES = 1024
MAX_IMPORT_COLORS = 256


@dataclass(frozen=True)
class SpriteRecord:
    """The entry of one sprite in token.json; ``text`` and ``inner`` are those of ``mint.token.sprite.Sprite``.

    Imported sprites have a ``name`` and ``labels`` instead; ``at`` is the position of a sprite on a sheet.
    """

    file: str
    family: str
    values: dict[str, str]
    text: str | None = None
    inner: dict[str, dict[str, str]] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    name: str = ""
    at: tuple[int, int] | None = None


@dataclass(frozen=True)
class TokenFolder:
    """A token read from its folder: ``rgba`` is (K, 4) uint8, ``pixels`` (N, H, W) uint8 palette indices.

    ``labels`` are the class labels of imported sprites; a token drawn from a hash has none.
    """

    path: Path
    hash: TokenHash
    generator_version: int
    features: dict[str, str | int]
    rgba: NDArray[np.uint8]
    sprites: tuple[SpriteRecord, ...]
    pixels: Pixels
    labels: tuple[str, ...] = ()
    import_name: str = ""

    @property
    def sprite_labels(self) -> NDArray[np.bool_]:
        """The labels of each sprite, (N, num_labels) bool."""
        places = {label: place for place, label in enumerate(self.labels)}
        out = np.zeros((len(self.sprites), len(self.labels)), bool)
        for number, sprite in enumerate(self.sprites):
            out[number, [places[label] for label in sprite.labels]] = True
        return out

    @property
    def is_import(self) -> bool:
        """Whether the token is imported art, not drawn from a hash."""
        return self.hash.scheme == "import"

    @property
    def name(self) -> str:
        """The name that exported models give as their origin."""
        return self.import_name or self.hash.folder_name

    @property
    def title(self) -> str:
        """What people call it: its hash, or the name of imported art, whose hash tells a person nothing."""
        return self.name if self.is_import else self.hash.text

    def traits(self) -> Traits:
        """Return the traits of the token. Raises TokenError if metadata.json cannot be read."""
        path = self.path / "metadata.json"
        try:
            metadata = _read_json(path)
            return Traits(
                name=_text(metadata["name"]),
                description=_text(metadata["description"]),
                image=_text(metadata["image"]),
                values=tuple(self.features.items()),
            )
        except _UNREADABLE as error:
            raise TokenError(f"{path} cannot be read: {_reason(error)}; {_repair(error)}") from error

    @property
    def training(self) -> Path:
        """The folder of checkpoints and statistics."""
        return self.path / "training"

    @property
    def models(self) -> Path:
        """The folder of the exported files."""
        return self.path / "models"


def mint_token(token_hash: TokenHash, tokens_dir: Path) -> Path:
    """Draw a token into a folder in ``tokens_dir`` and return the folder; an existing folder is left unchanged.

    The folder is written atomically. Raises TokenError if it cannot be written, HashError for the hash of imported art.
    """
    check_drawable(token_hash)
    folder = tokens_dir / token_hash.folder_name
    try:
        if (folder / "token.json").exists():
            return folder
        token = draw_token(token_hash)
        tokens_dir.mkdir(parents=True, exist_ok=True)
        atomic_write.write_folder(folder, lambda temporary: write_token(token, temporary))
    except OSError as error:
        if os.path.exists(folder / "token.json"):  # Another process drew it in the meantime.
            return folder
        raise TokenError(
            f"the token cannot be written to {folder}: {_reason(error)}; give another place with --tokens-dir"
        ) from error
    return folder


def write_token(token: Token, folder: Path) -> None:
    """Write a token's files into an empty folder. Raises OSError."""
    (folder / "sprites").mkdir()
    for name, data in _files(token).items():
        (folder / name).write_bytes(data)


def draw_files(text: str) -> dict[str, bytes]:
    """Return the files of the token that a hash draws, by name, as ``viewer check`` compares them. Raises HashError."""
    token_hash = parse_hash(text)
    check_drawable(token_hash)
    return _files(draw_token(token_hash))


def _files(token: Token) -> dict[str, bytes]:
    sprites = {sprite_file(number): indexed_png(sprite.pixels, token.palette.rgba) for number, sprite in enumerate(token.sprites)}
    return {
        **sprites,
        "preview.png": indexed_png(preview(token.pixels, token.palette.ramp[0]), token.palette.rgba),
        "token.json": _json(token_record(token)).encode(),
        "metadata.json": _json(opensea(token.traits)).encode(),
    }


def read_token(folder: Path) -> TokenFolder:
    """Read a token folder. Raises TokenError if a file is missing or invalid, or the format version is not supported."""
    path = folder / "token.json"
    try:
        if not os.path.lexists(path) or path.is_dir():
            raise TokenError(
                f"{folder} is not a token folder: it has no token.json; give a token folder, or a hash to draw a new one"
            )
        record = _read_json(path, MAX_TOKEN_BYTES)
        if record["format"] != FORMAT:
            raise TokenError(
                f"{path} has format {printable(repr(record['format']))}, this version reads {FORMAT}; "
                "use the version of Pixelmint that wrote it"
            )
        token_hash = parse_hash(record["hash"])
        is_import = token_hash.scheme == "import"
        rgba = _read_palette(record["palette"], MAX_IMPORT_COLORS if is_import else MAX_COLORS)
        if not record["sprites"]:
            raise ValueError("it lists no sprites")
        if len(record["sprites"]) > MAX_SPRITES:
            raise ValueError(f"it lists more than {MAX_SPRITES} sprites")
        sprites = tuple(_import_record(entry) if is_import else _sprite_record(entry) for entry in record["sprites"])
        return TokenFolder(
            path=folder,
            hash=token_hash,
            generator_version=_count(record["generator"]),
            features={
                _text(name): value if isinstance(value, str) and _text(value) else _count(value)
                for name, value in record["features"].items()
            },
            rgba=rgba,
            sprites=sprites,
            pixels=_read_sprites(folder, sprites, rgba, record.get("size")),
            labels=_read_labels(record.get("labels", []), sprites),
            import_name=_text(record["name"]) if is_import else "",
        )
    except _UNREADABLE as error:
        raise TokenError(f"the token {folder} cannot be read: {_reason(error)}; {_repair(error)}") from error


_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, HashError)


def _read_palette(colors: Sequence[str], max_colors: int) -> NDArray[np.uint8]:
    """Return the colours (K, 4) of texts like ``#rrggbbaa``. Raises ValueError and what a value of another type raises."""
    problem = f"its palette is not 2 to {max_colors} colours #rrggbbaa"
    if not 2 <= len(colors) <= max_colors:
        raise ValueError(problem)
    rgba = np.array([list(bytes.fromhex(color.removeprefix("#"))) for color in colors], np.uint8)
    if rgba.ndim != 2 or rgba.shape[1] != 4:
        raise ValueError(problem)
    return rgba


def _sprite_record(entry: Mapping[str, Any]) -> SpriteRecord:
    return SpriteRecord(
        file=_text(entry["file"]),
        family=_text(entry["family"]),
        values=_values(entry["features"]),
        text=_text(entry["text"]) if "text" in entry else None,
        inner={_text(family): _values(values) for family, values in entry.get("inner", {}).items()},
        labels=tuple(_text(label) for label in entry.get("labels", [])),
    )


def _import_record(entry: Mapping[str, Any]) -> SpriteRecord:
    x, y = entry.get("at", (0, 0))
    return SpriteRecord(
        file=_text(entry["file"]),
        family="",
        values={},
        labels=tuple(_text(label) for label in entry["labels"]),
        name=_text(entry["name"]),
        at=(_count(x), _count(y)) if "at" in entry else None,
    )


def _read_labels(names: list[object], sprites: tuple[SpriteRecord, ...]) -> tuple[str, ...]:
    labels = tuple(_text(name) for name in names)
    if len(set(labels)) < len(labels):
        raise ValueError("it lists a label twice")
    unknown = {label for sprite in sprites for label in sprite.labels} - set(labels)
    if unknown:
        raise ValueError(f"a sprite has the label {printable(repr(min(unknown)))}, which the token does not list")
    return labels


def _read_sprites(folder: Path, sprites: tuple[SpriteRecord, ...], rgba: NDArray[np.uint8], size: Any) -> Pixels:
    if len({os.path.normpath(sprite.file) for sprite in sprites}) > MAX_FILES:
        raise ValueError(f"its sprites are in more than {MAX_FILES} files")
    if any(sprite.at for sprite in sprites):
        return _read_from_sheets(folder, sprites, rgba, _count(size[0]), _count(size[1]))
    if len(sprites) > MAX_FILES:
        raise ValueError(f"it lists more than {MAX_FILES} sprites with files of their own")
    pictures = [_read_sprite(folder, sprite.file, rgba) for sprite in sprites]
    if len({picture.shape for picture in pictures}) != 1:
        raise ValueError("its sprites differ in size")
    return np.stack(pictures)


def _read_from_sheets(folder: Path, sprites: tuple[SpriteRecord, ...], rgba: NDArray[np.uint8], height: int, width: int) -> Pixels:
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise ValueError(f"its sprites are {width} x {height} pixels, which is not 1 to {MAX_SIDE} on each side")
    if len(sprites) * height * width > MAX_PIXELS:
        raise ValueError(f"its sprites have more than {MAX_PIXELS >> 20} million pixels together")
    out = np.empty((len(sprites), height, width), np.uint8)
    sheets: dict[str, Pixels] = {}
    for number, sprite in enumerate(sprites):
        file = os.path.normpath(sprite.file)
        if file not in sheets:
            sheets[file] = _read_sprite(folder, file, rgba, MAX_SHEET_SIDE, MAX_SHEET_BYTES)
            if sum(sheet.size for sheet in sheets.values()) > MAX_PIXELS:
                raise ValueError(f"its sheets have more than {MAX_PIXELS >> 20} million pixels together")
        x, y = sprite.at or (0, 0)
        part = sheets[file][y : y + height, x : x + width]
        if part.shape != (height, width):
            raise ValueError(f"the sprite {printable(repr(sprite.name))} lies outside {printable(sprite.file)}")
        out[number] = part
    return out


def _read_sprite(folder: Path, file: str, rgba: NDArray[np.uint8], max_side: int = MAX_SIDE, max_bytes: int = MAX_BYTES) -> Pixels:
    path = folder / file
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise ValueError(f"{printable(file)} lies outside the folder")
    try:
        return read_indexed_png(path, rgba, max_side, max_bytes, within=folder)
    except ValueError as error:
        raise ValueError(f"{printable(file)} {error}") from error


def _read_json(path: Path, max_bytes: int = MAX_JSON_BYTES) -> Any:
    return json.loads(read_regular_file(path, max_bytes, within=path.parent))


def _values(features: Mapping[str, object]) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in features.items()}


def _text(value: object) -> str:
    """Return printable text: control characters in an untrusted token must not reach the terminal."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(f"{printable(repr(value))} is not printable text")
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(f"{printable(repr(value))} is not a whole number")
    return value


def _json(record: dict[str, object]) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{printable(repr(error.args[0]))} is missing"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return printable(error, 400)


def _repair(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "see that this user may read it"
    return "draw the token again into another folder"
