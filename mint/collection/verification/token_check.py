"""Draw a token anew and compare: its traits, every file of its folder, its export, and its published pictures."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.collection.folder import CollectionToken
from mint.collection.verification.problem import Problem
from mint.errors import HashError
from mint.token.folder import write_token
from mint.token.hash import parse_hash
from mint.token.preview import PREVIEW_SCALE
from mint.token.token import Token, draw_token
from viewer.errors import ViewerError
from viewer.regular_file import UnsuitableFileError, read_regular_file

_MAX_BYTES: Final = 1 << 26
_MISSING: Final = "it is missing"


@dataclass(frozen=True, kw_only=True)
class PublishedPicture:
    """A published picture of a token's nine sprites, and how much larger than the preview it is."""

    path: Path
    scale: int


@dataclass(frozen=True, kw_only=True)
class TokenCheck:
    """A token to check; ``root`` is the collection's folder, relative to which places are named."""

    root: Path
    path: Path
    token: CollectionToken
    pictures: tuple[PublishedPicture, ...] = ()


def check_token(check: TokenCheck) -> list[Problem]:
    """Return what is wrong with a token. Raises OSError where a file cannot be read, or nothing can be written to compare with."""
    name = check.path.relative_to(check.root).as_posix()
    try:
        token = draw_token(parse_hash(check.token.hash))
    except HashError as error:
        return [Problem(f"token {check.token.number}", str(error))]
    problems = []
    if dict(check.token.traits) != token.features:
        wrong = next(trait for trait in {**check.token.traits, **token.features} if _differs(trait, check.token, token))
        drawn, listed = token.features.get(wrong), check.token.traits.get(wrong)
        problems.append(
            Problem(f"token {check.token.number}", f"its {wrong} is listed as {listed!r}, and its hash draws {drawn!r}")
        )
    if not check.path.is_dir():
        return [*problems, Problem(name, "the folder of the token is missing")]
    problems += [Problem(f"{name}/{file}", what) for file, what in _folder_problems(check.path, token)]
    if (check.path / "models").exists():
        from viewer.exported.folder import read_export

        try:
            read_export(check.path)
        except ViewerError as error:
            problems.append(Problem(f"{name}/models", str(error)))
    for picture in check.pictures:
        drawn_picture = np.asarray(token.image(PREVIEW_SCALE)).repeat(picture.scale, 0).repeat(picture.scale, 1)
        data = _content(picture.path, check.root)
        what = data if isinstance(data, str) else "" if _shows(data, drawn_picture) else f"it does not show {check.token.hash!r}"
        if what not in ("", _MISSING):  # a missing one is told with the hashes
            problems.append(Problem(picture.path.relative_to(check.root).as_posix(), what))
    return problems


def _differs(trait: str, listed: CollectionToken, drawn: Token) -> bool:
    return listed.traits.get(trait) != drawn.features.get(trait)


def _folder_problems(folder: Path, token: Token) -> Iterator[tuple[str, str]]:
    """Yield name and problem of each file that differs from what the token would be written as.

    Another version of Pillow may compress a picture otherwise, so pictures are compared pixel by pixel.
    """
    with tempfile.TemporaryDirectory() as name:
        drawn = Path(name)
        write_token(token, drawn)
        for path in sorted(drawn.rglob("*")):
            file = path.relative_to(drawn).as_posix()
            if path.is_dir():
                continue
            data, expected = _content(folder / file, folder), path.read_bytes()
            if isinstance(data, str):
                yield file, data
            elif data != expected:
                if path.suffix != ".png":
                    yield file, "it differs from what its hash draws"
                elif not _shows(data, np.asarray(token.palette.rgba[np.asarray(Image.open(BytesIO(expected)))])):
                    yield file, "it shows something else than its hash draws"


def _content(path: Path, folder: Path) -> bytes | str:
    """Return the content of a file in a folder, or what is wrong with it. Raises OSError where this user may not read it."""
    try:
        return read_regular_file(path, _MAX_BYTES, within=folder)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return _MISSING
    except UnsuitableFileError as error:
        return str(error.strerror)


def _shows(data: bytes, rgba: NDArray[np.uint8]) -> bool:
    """Whether a PNG has exactly these colours (H, W, 4)."""
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            if image.size != (rgba.shape[1], rgba.shape[0]):
                return False
            return np.array_equal(np.asarray(image.convert("RGBA")), rgba)
    except Exception:  # for a damaged file, Pillow raises any error of its parsers
        return False
