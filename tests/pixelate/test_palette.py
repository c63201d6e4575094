"""Palettes by name, by file and from a token folder."""

from pathlib import Path

import numpy as np
import pytest

from mint.errors import ArtError
from mint.pixelate.palette import find_palette
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash


def test_a_name_is_found_in_any_case() -> None:
    assert np.array_equal(find_palette("PICO-8"), find_palette("pico-8"))
    assert find_palette("Toy Box").shape[1] == 3


def test_a_file_gives_each_colour_once_in_order(tmp_path: Path) -> None:
    path = tmp_path / "three.hex"
    path.write_text("ff0000\n000000\nff0000\n00ff00\n")
    assert find_palette(str(path)).tolist() == [[255, 0, 0], [0, 0, 0], [0, 255, 0]]


def test_a_token_gives_its_visible_colours(tmp_path: Path) -> None:
    folder = mint_token(parse_hash("open sesame"), tmp_path)
    rgba = read_token(folder).rgba
    assert {tuple(color) for color in find_palette(str(folder)).tolist()} == {
        tuple(color[:3]) for color in rgba.tolist() if color[3]
    }


def test_one_visible_colour_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token.json").write_text('{"palette": ["#ff0000ff", "#00ff0000"]}')
    with pytest.raises(ArtError, match="has 1 visible colours; give one with at least 2"):
        find_palette(str(tmp_path))


@pytest.mark.parametrize("text", ["{", "{}", '{"palette": 1}', '{"palette": ["#xyz"]}'])
def test_a_damaged_token_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "token.json").write_text(text)
    with pytest.raises(ArtError, match="cannot be read; give a token folder, a file or a name"):
        find_palette(str(tmp_path))
