"""Art that the tests of ``mint import`` import, and the command itself."""

from pathlib import Path

import numpy as np
from click.testing import Result
from numpy.typing import NDArray
from PIL import Image

from mint.token.folder import read_token
from tests.cli.runner import run_mint


def run_import(*arguments: str) -> Result:
    return run_mint("import", *arguments)


def make_sprite(number: int, side: int = 12) -> NDArray[np.uint8]:
    """Return a sprite of five colours, one of them transparent."""
    random = np.random.default_rng(number)
    palette = np.array([[0, 0, 0, 0], [40, 20, 60, 255], [200, 40, 40, 255], [250, 220, 90, 255], [60, 140, 200, 128]], np.uint8)
    pixels = random.integers(0, 5, (side, side))
    pixels[0, 0], pixels[-1, -1] = 1, 1
    return palette[pixels]


def save_picture(path: str, rgba: NDArray[np.uint8]) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rgba).save(path)


def make_folder(num_sprites: int = 4, side: int = 12) -> None:
    for number in range(num_sprites):
        save_picture(f"art/{'cats' if number % 2 else 'dogs'}/{number}.png", make_sprite(number, side))


def import_art(*arguments: str) -> Path:
    result = run_import(*arguments)
    assert result.exit_code == 0, result.stderr
    return Path(result.stdout.strip())


def check_art(folder: Path, sprites: list[NDArray[np.uint8]]) -> None:
    token = read_token(folder)
    assert np.array_equal(token.rgba[token.pixels], np.stack(sprites))


def make_sheet(side: int = 12, gap: int = 3) -> NDArray[np.uint8]:
    sheet = np.zeros((2 * (side + gap), 3 * (side + gap), 4), np.uint8)
    for number in range(6):
        y, x = number // 3 * (side + gap), number % 3 * (side + gap)
        sheet[y : y + side, x : x + side] = np.maximum(make_sprite(number, side), (1, 1, 1, 255))
    return sheet
