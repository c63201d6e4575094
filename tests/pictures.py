"""Golden pictures: what a test draws is compared, pixel by pixel, with a PNG that was stored when it was right."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rgb = NDArray[np.uint8]

_REPORT_SCALE = 4
_MOVED = (255, 0, 80)


@dataclass(frozen=True)
class GoldenPictures:
    """The pictures stored in a folder; ``update`` stores what comes instead of comparing.

    Of a picture that is not as stored, ``report`` gets a PNG: the stored one, the new one, and where they differ.
    """

    folder: Path
    report: Path
    update: bool = False

    def check(self, name: str, picture: Rgb) -> None:
        """Compare a picture (H, W, 3) with the one of its name. Raises AssertionError, with the place of the report."""
        path = self.folder / f"{name}.png"
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path, optimize=True)
            return
        assert path.is_file(), f"{path} is missing; store it with: pytest --update-golden"
        with Image.open(path) as image:
            golden = np.asarray(image.convert("RGB"))
        assert golden.shape == picture.shape, f"{name} is {picture.shape}, {path} is {golden.shape}"
        moved = (golden != picture).any(axis=2)
        if moved.any():
            report = self._write_report(name, golden, picture, moved)
            raise AssertionError(
                f"{name} differs from {path} in {moved.sum()} of {moved.size} pixels, see {report}; "
                "a change that is meant is a new GENERATOR_VERSION, and stored with: pytest --update-golden"
            )

    def _write_report(self, name: str, golden: Rgb, picture: Rgb, moved: NDArray[np.bool_]) -> Path:
        difference = golden // 4
        difference[moved] = _MOVED
        row = np.concatenate([golden, picture, difference], axis=1)
        self.report.mkdir(parents=True, exist_ok=True)
        path = self.report / f"{name}.png"
        Image.fromarray(row.repeat(_REPORT_SCALE, axis=0).repeat(_REPORT_SCALE, axis=1)).save(path)
        return path
