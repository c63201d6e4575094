"""Golden pictures: a test compares what it draws, pixel by pixel, with a stored PNG."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rgb = NDArray[np.uint8]

_REPORT_SCALE = 4
_DIFFERENT = (255, 0, 80)


@dataclass(frozen=True)
class GoldenPictures:
    """The pictures stored in a folder; with ``update``, pictures are stored instead of compared.

    If a picture differs from the stored one, a PNG in ``report`` shows the stored one, the new one, and where they differ.
    """

    folder: Path
    report: Path
    update: bool = False

    def check(self, name: str, picture: Rgb) -> None:
        """Compare a picture (H, W, 3) with the stored one. Raises AssertionError, with the path of the report."""
        path = self.folder / f"{name}.png"
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path, optimize=True)
            return
        assert path.is_file(), f"{path} is missing; store it with: pytest --update-golden"
        with Image.open(path) as image:
            golden = np.asarray(image.convert("RGB"))
        assert golden.shape == picture.shape, f"{name} is {picture.shape}, {path} is {golden.shape}"
        differs = (golden != picture).any(axis=2)
        if differs.any():
            report = self._write_report(name, golden, picture, differs)
            raise AssertionError(
                f"{name} differs from {path} in {differs.sum()} of {differs.size} pixels, see {report}; "
                "an intended change needs a new GENERATOR_VERSION; store it with: pytest --update-golden"
            )

    def _write_report(self, name: str, golden: Rgb, picture: Rgb, differs: NDArray[np.bool_]) -> Path:
        difference = golden // 4
        difference[differs] = _DIFFERENT
        row = np.concatenate([golden, picture, difference], axis=1)
        self.report.mkdir(parents=True, exist_ok=True)
        path = self.report / f"{name}.png"
        Image.fromarray(row.repeat(_REPORT_SCALE, axis=0).repeat(_REPORT_SCALE, axis=1)).save(path)
        return path
