"""The members of a snapshot file: their exact names, their order, and how long each may be."""

import re
from typing import Final

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
TOKEN: Final = "token.json"
METADATA: Final = "metadata.json"
MOSAIC: Final = "mosaic.png"
MODELS_MANIFEST: Final = "models/manifest.json"
MODELS: Final = ("models/encoder.onnx", "models/generator.onnx", "models/discriminator.onnx", MODELS_MANIFEST)
HISTORY: Final = "history.webp"
REQUIRED: Final = (MANIFEST, TOKEN, METADATA, MOSAIC, *MODELS)

MAX_SNAPSHOT_BYTES: Final = 1 << 26
# Drawn tokens have nine sprites; imported art has up to 256, or sheets of many.
MAX_MEMBERS: Final = 512
MAX_NAME_BYTES: Final = 32

_SPRITE: Final = re.compile(r"sprites/(sheet-)?(0|[1-9]\d{0,3})\.png")
_BEFORE: Final = (MANIFEST, SIGNATURE, TOKEN, METADATA)
_AFTER: Final = (MOSAIC, *MODELS, HISTORY)
_MAX_BYTES: Final = {
    MANIFEST: 1 << 18,
    SIGNATURE: 1 << 10,
    TOKEN: 1 << 20,
    METADATA: 1 << 16,
    MOSAIC: 1 << 23,
    MODELS_MANIFEST: 1 << 16,
    HISTORY: 1 << 25,
}
_MAX_SPRITE_BYTES: Final = 1 << 22


def is_member(name: str) -> bool:
    """Whether a snapshot file may have a member of this name."""
    return name in _BEFORE or name in _AFTER or is_sprite(name)


def is_sprite(name: str) -> bool:
    """Whether a member is a sprite, or a sheet of imported sprites."""
    return _SPRITE.fullmatch(name) is not None


def place(name: str) -> tuple[int, int, int]:
    """Return what members are ordered by. The name has to be that of a member."""
    if (match := _SPRITE.fullmatch(name)) is not None:
        return len(_BEFORE), bool(match[1]), int(match[2])
    if name in _BEFORE:
        return _BEFORE.index(name), 0, 0
    return len(_BEFORE) + 1 + _AFTER.index(name), 0, 0


def max_bytes(name: str) -> int:
    """Return how long a member may be."""
    return _MAX_BYTES.get(name, _MAX_SPRITE_BYTES if is_sprite(name) else MAX_SNAPSHOT_BYTES)
