"""Actions of the tests of the live page, and scripts for it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

from mint.live.run_config import RunConfig, open_run
from mint.token.folder import read_token
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits

TOKEN = "open sesame"
REMEMBER = "() => { window.before = document.querySelector('#mosaic').toDataURL(); }"
HAS_CHANGED = "window.before !== document.querySelector('#mosaic').toDataURL()"


def indices(path: Path) -> NDArray[np.uint8]:
    """Read the palette indices of a PNG, (H, W)."""
    with Image.open(path) as image:
        return np.asarray(image)


def save_mosaic(page: Page, path: Path) -> Path:
    """Save the mosaic as a person does, and return its path."""
    with page.expect_download() as download:
        page.keyboard.press("p")
    download.value.save_as(path)
    return path


def num_colors(canvas: Locator) -> int:
    """Return the number of colours on a canvas."""
    script = """canvas => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        return new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
    }"""
    return int(canvas.evaluate(script))


def train_briefly(folder: Path, steps: int) -> None:
    """Train for a few steps, and save a checkpoint."""
    session, _ = open_run(RunConfig(token=folder, device="cpu", threads=1), read_token(folder))
    session.run(Limits(steps=steps), Control(), TrainingCallbacks())


def newest_checkpoint(token: Path) -> int:
    """Return the step of the newest checkpoint."""
    return max(int(path.name.removeprefix("step-")) for path in (token / "training" / "checkpoints").glob("step-*"))
