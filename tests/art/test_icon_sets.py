"""Icon sets by artists: thousands of icons on one sheet, and a thousand in separate files."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from mint.cli import main
from mint.token.folder import read_token
from tests.icon_sets import FUGUE, SIGNS, SILK, NotFetchedError, fetch, fugue_places, fugue_sheet, silk_icons, write_fugue_labels

pytestmark = pytest.mark.slow


def _fetched(package: tuple[str, str], folder: Path) -> Path:
    try:
        return fetch(package, folder)
    except NotFetchedError as error:
        pytest.skip(str(error))


def _import(*arguments: str) -> Path:
    result = CliRunner().invoke(main, ["import", *arguments])
    assert result.exit_code == 0, result.output
    return Path(result.stdout.strip())


def test_all_icons_of_a_sheet_are_found(tmp_path: Path) -> None:
    package = _fetched(FUGUE, tmp_path)
    counts = write_fugue_labels(package, tmp_path / "labels.csv")
    arguments = ["--cell", "16x16", "--labels", str(tmp_path / "labels.csv"), "--tokens-dir", str(tmp_path), "--name", "fugue"]
    folder = _import(str(fugue_sheet(package)), *arguments, "--colors", "128")
    token = read_token(folder)
    assert len(token.pixels) == len(fugue_places(package)) == 3570
    assert token.labels == SIGNS
    assert dict(zip(token.labels, token.sprite_labels.sum(0).tolist(), strict=True)) == counts
    places = json.loads(fugue_sheet(package).with_suffix(".json").read_bytes())
    with Image.open(fugue_sheet(package)) as image:
        sheet = np.asarray(image.convert("RGBA")).astype(int)
    differences = []
    for name, pixels in zip(fugue_places(package), token.pixels, strict=True):
        x, y = places[name]
        icon, shown = sheet[y : y + 16, x : x + 16], token.rgba[pixels].astype(int)
        assert np.abs(icon[..., 3] - shown[..., 3]).max() <= 48, name
        differences.extend(np.abs(icon - shown)[icon[..., 3] == 255, :3].mean(1).tolist())
    assert np.mean(differences) < 12


def test_a_folder_of_icons_becomes_a_token(tmp_path: Path) -> None:
    icons = silk_icons(_fetched(SILK, tmp_path))
    (icons / "blank.gif").unlink()
    token = read_token(_import(str(icons), "--colors", "256", "--tokens-dir", str(tmp_path)))
    assert token.pixels.shape == (1003, 16, 16)


@pytest.mark.parametrize("scale", [4, 7.5])
def test_an_enlarged_sheet_of_icons_is_restored(scale: float, tmp_path: Path) -> None:
    package = _fetched(FUGUE, tmp_path)
    with Image.open(fugue_sheet(package)) as image:
        part = image.convert("RGBA").crop((0, 0, 160, 160))
    part.resize((round(160 * scale),) * 2, Image.Resampling.NEAREST).save(tmp_path / "large.png")
    part.save(tmp_path / "native.png")
    arguments = ["--cell", "16", "--colors", "64", "--tokens-dir", str(tmp_path)]
    small, large = (read_token(_import(str(tmp_path / f"{name}.png"), *arguments)) for name in ("native", "large"))
    assert np.array_equal(small.rgba[small.pixels], large.rgba[large.pixels])
