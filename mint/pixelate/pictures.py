"""The pictures to turn into pixel art: find their files and the paths of their results, and read them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from mint.errors import PictureFileError
from mint.picture_files.formats import READ_FORMATS, SUFFIXES
from mint.picture_files.reader import decode_frames, read_file

MAX_PIXELS: Final = 1 << 28


@dataclass(frozen=True)
class PictureFile:
    """A picture's file, and the path of its result below the output folder."""

    path: Path
    output: Path
    within: Path | None = None  # the folder that it was found in

    def read(self) -> bytes:
        """Read the file. Raises PictureFileError."""
        return read_file(self.path, self.within)

    def decode(self, data: bytes, min_px: int) -> Image.Image:
        """Decode the file's bytes, the first frame of an animation, as upright RGBA.

        A JPEG may be decoded at a smaller size, whose sides have at least ``min_px`` pixels. Raises PictureFileError.
        """
        return Image.fromarray(next(decode_frames(data, str(self.path), max_pixels=MAX_PIXELS, min_px=min_px)).rgba)


def find_pictures(paths: Sequence[Path]) -> list[PictureFile]:
    """Return the given pictures and those in the given folders, at any depth, in a stable order.

    Results keep the structure of the folders. Where two results would have the same name, both keep the suffix of their picture in
    it. Raises PictureFileError where a path is missing, no picture is found, or two results would have the same path.
    """
    found: list[PictureFile] = []
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix.casefold() in SUFFIXES and file.is_file())
            found += [PictureFile(file, file.relative_to(path), path) for file in files]
        elif path.exists():
            found.append(PictureFile(path, Path(path.name)))
        else:
            raise PictureFileError(f"{path} does not exist; give pictures or folders of pictures")
    if not found:
        raise PictureFileError(
            f"there is no picture in {paths[0] if paths else 'no folder'}; give {READ_FORMATS} files, or folders of them"
        )
    return list(_with_unique_outputs(found))


def _with_unique_outputs(found: Sequence[PictureFile]) -> Iterator[PictureFile]:
    """Yield each file with the path of a PNG file as its output."""
    short_outputs = [file.output.with_suffix(".png") for file in found]
    counts = Counter(short_outputs)
    outputs: set[Path] = set()
    for file, short_output in zip(found, short_outputs, strict=True):
        output = short_output if counts[short_output] == 1 else file.output.with_name(f"{file.output.name}.png")
        if output in outputs:
            raise PictureFileError(f"two pictures would both become {output}; give their folders one at a time")
        outputs.add(output)
        yield PictureFile(file.path, output, file.within)


def read_picture(file: PictureFile, min_px: int) -> Image.Image:
    """Read a picture, or the first frame of an animation, as upright RGBA.

    A JPEG may be decoded at a smaller size, whose sides have at least ``min_px`` pixels. Raises PictureFileError where the picture
    cannot be read.
    """
    return file.decode(file.read(), min_px)
