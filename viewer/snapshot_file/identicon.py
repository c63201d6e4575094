"""Identicons: a small pixel face drawn from a public key, so that people recognise a key by sight.

Integers alone decide, from SHA-256, so that Python and a page draw the same face. A face tells apart far fewer keys than a
fingerprint: it is for recognising, the fingerprint for comparing.
"""

import hashlib
from typing import Final

SIDE: Final = 12

Face = tuple[tuple[str, ...], ...]  # SIDE rows of SIDE colours, "#rrggbb"

_CONTEXT: Final = b"pixelmint face 1\n"
_BACKGROUNDS: Final = (
    *("#1d2b53", "#3a1f5d", "#0f4c4a", "#5f1e3c", "#26432a", "#4a3322"),
    *("#7fb7d6", "#e8c07d", "#d98fa8", "#9ccf8a", "#b9a3e0", "#d9d3c4"),
)
_SKINS: Final = (
    *("#f6d7b8", "#e3ab7f", "#b97a4f", "#8a5433", "#5b3623", "#f2b8a0"),
    *("#8fd16a", "#6cc5c1", "#7f9bf0", "#c98fe6", "#f08a5d", "#b8bcc4"),
)
_HAIRS: Final = (
    *("#17141c", "#4b2a1a", "#8c4f1f", "#d9a441", "#f2e6c2", "#9aa0a8"),
    *("#d7263d", "#ff7a2f", "#ff5fa2", "#7b3ff2", "#1fa2ff", "#1faa59"),
)
_CLOTHES: Final = ("#ef476f", "#ffd166", "#06d6a0", "#118ab2", "#f4f1de", "#6a4c93", "#ff9f1c", "#2d3142")
_EYES: Final = ("#1b1b26", "#123c8c", "#0d5c3f", "#6b2a12", "#7a0f4f", "#3d2c8d", "#0b5a73", "#4a4a4a")
_WHITE, _MOUTH, _BLUSH = "#fbfbf3", "#8c2336", "#f0857d"

# The left half of each row; the right half mirrors it. "." is background, "s" skin, "h" hair, "c" clothes.
_HEADS: Final = (
    ("......", "......", "..ssss", ".sssss", ".sssss", ".sssss", ".sssss", ".sssss", ".sssss", "..ssss", "....ss", "..cccc"),
    ("......", "......", "...sss", "..ssss", ".sssss", ".sssss", ".sssss", "..ssss", "..ssss", "...sss", "....ss", ".ccccc"),
    ("......", "......", ".sssss", ".sssss", ".sssss", ".sssss", ".sssss", ".sssss", ".sssss", ".sssss", "....ss", "cccccc"),
    ("......", "......", "...sss", "..ssss", "..ssss", ".sssss", ".sssss", ".sssss", "..ssss", "..ssss", "....ss", "..cccc"),
)
_EYE_ROW, _CHEEK_ROW, _MOUTH_ROW = 5, 7, 8
# Of the left eye: colours of the columns 2 to 4 in two rows. "w" is white, "e" the eye, "s" skin.
_EYE_SHAPES: Final = ("sws ses", "swe sss", "sew sss", "ses ses", "www wew", "sss ses", "eee sws", "ses sws")
# Of the columns 2 to 5 in two rows. "m" is the mouth.
_MOUTHS: Final = ("ssss ssmm", "ssms sssm", "sssm ssms", "ssmm ssmm", "smmm ssmw", "ssss sssm", "sssm sssm", "smww ssmm")


def draw_face(public_key: str) -> Face:
    """Return the face of a public key (hex of 32 bytes); its right half mirrors the left."""
    digest = hashlib.sha256(_CONTEXT + bytes.fromhex(public_key)).digest()
    colors = {
        ".": _BACKGROUNDS[digest[0] % len(_BACKGROUNDS)],
        "s": _SKINS[digest[1] % len(_SKINS)],
        "h": _HAIRS[digest[2] % len(_HAIRS)],
        "c": _CLOTHES[digest[3] % len(_CLOTHES)],
        "e": _EYES[digest[4] % len(_EYES)],
        "w": _WHITE,
        "m": _MOUTH,
        "b": _BLUSH,
    }
    rows = [list(row) for row in _HEADS[digest[5] % len(_HEADS)]]
    _draw_hair(rows, digest)
    _draw_part(rows, _EYE_ROW, 2, _EYE_SHAPES[digest[6] % len(_EYE_SHAPES)])
    _draw_part(rows, _MOUTH_ROW, 2, _MOUTHS[digest[7] % len(_MOUTHS)])
    if digest[8] % 3 == 0:
        rows[_CHEEK_ROW][2] = "b"
    for column in range(6):
        # A pattern on the clothes, in the colour of the hair.
        if rows[11][column] == "c" and digest[9] >> column & 1:
            rows[11][column] = "h"
    return tuple(tuple(colors[cell] for cell in [*row, *reversed(row)]) for row in rows)


def _draw_hair(rows: list[list[str]], digest: bytes) -> None:
    """Cover the top of a head, let tufts stand out by bits of the digest, and let hair fall at the sides or a beard grow."""
    fringe = 2 + digest[10] % 3
    for column in range(1, 6):
        for row in range(2, 2 + fringe):
            if rows[row][column] == "s" and (row == 2 or digest[11 + row] >> column & 1):
                rows[row][column] = "h"
    for column in range(1, 6):
        # A tuft is one or two pixels high and stands on the head.
        height = digest[16] >> column & 1
        height += height and digest[17] >> column & 1
        for row in range(1, 1 - height, -1):
            if rows[2][column] == "h":
                rows[row][column] = "h"
    for row in range(3, 3 + digest[18] % 8):
        rows[row][1] = "h"
        if digest[19] % 4 == 0:
            rows[row][0] = "h"
    if digest[20] % 4 == 0:
        for row in (8, 9):
            for column in range(1, 6):
                if rows[row][column] == "s":
                    rows[row][column] = "h"


def _draw_part(rows: list[list[str]], row: int, column: int, shape: str) -> None:
    for below, cells in enumerate(shape.split(" ")):
        for right, cell in enumerate(cells):
            if cell != "s":
                rows[row + below][column + right] = cell
