"""A training on pictures from the command line to its export, and ``mint pixelate`` with the exported model."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from mint.cli import main
from mint.errors import PixelModelError
from mint.pixelate.manifest import format_manifest, parse_manifest
from mint.pixelate.model_renderer import MARGIN, ModelRenderer, PixelModel, load_pixel_model
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from tests.export.cuda_kernels import missing_kernels
from tests.pixelate.example_pictures import disc_on_transparency, scene
from viewer.cli import main as viewer

SMALL = ("width=8", "num_blocks=1", "discriminator_width=8", "crop=16", "pool_size=8")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a token trained on pictures for three steps, in two runs; the pictures are deleted after the first."""
    folder = tmp_path_factory.mktemp("tokens")
    photos = folder / "photos"
    photos.mkdir()
    for number in range(3):
        scene(200 + 40 * number, 150, number).convert("RGB").save(photos / f"{number}.png")
    token = mint_token(parse_hash("open sesame"), folder)
    settings = [text for setting in SMALL for text in ("--set", setting)]
    arguments = ["train", str(token), "--headless", "--recipe", "cyclegan", "--threads", "1", "--steps", "2", "--seed", "1"]
    first = run(*arguments, "--pictures", str(photos), *settings)
    assert first.exit_code == 0, first.stderr
    for path in photos.iterdir():
        path.unlink()
    second = run("train", str(token), "--headless", "--steps", "1")
    assert second.exit_code == 0, second.stderr
    assert "going on after step 2" in second.stderr
    return token


@pytest.fixture(scope="module")
def model(token: Path) -> PixelModel:
    return load_pixel_model(token)


def test_the_manifest_describes_the_model(token: Path, model: PixelModel) -> None:
    assert {path.name for path in (token / "models").iterdir()} == {"pixelate.onnx", "manifest.json"}
    manifest = model.manifest
    assert (manifest.token, manifest.recipe, manifest.step, manifest.seed) == ("open sesame", "cyclegan", 3, 1)
    assert np.array_equal(model.palette, read_token(token).rgba[:, :3])
    assert parse_manifest(format_manifest(manifest)) == manifest


def test_cuda_has_a_kernel_for_every_node(token: Path, model: PixelModel) -> None:
    assert missing_kernels((token / "models" / "pixelate.onnx").read_bytes()) == []


@pytest.mark.parametrize("command", [("snapshot", "-o", "dreams.png"), ("show", "--no-browser")])
def test_the_viewer_refuses_the_model_in_one_sentence(token: Path, command: tuple[str, ...], tmp_path: Path) -> None:
    result = CliRunner().invoke(viewer, [command[0], str(token), *command[1:]])
    assert result.exit_code == 1
    assert "turns pictures into pixel art and does not dream; give it to mint pixelate --model" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("width", "height", "grid"), [(300, 200, 64), (90, 91, 33), (7, 900, 64), (400, 310, 150)])
def test_any_size_fits_the_grid_and_the_palette(model: PixelModel, width: int, height: int, grid: int) -> None:
    art = ModelRenderer(model=model, grid=grid).render(scene(width, height))
    assert max(art.pixels.shape) == grid
    assert art.pixels.max() < len(model.palette)
    assert (art.alpha == 255).all()


def test_windows_meet_without_a_seam(model: PixelModel) -> None:
    picture = scene(300, 300).resize((300, 300))
    whole = ModelRenderer(model=model, grid=150).render(picture).pixels
    resized = picture.convert("RGBa").resize((300, 300), Image.Resampling.BOX).convert("RGBA")
    for top, left in ((0, 0), (30, 47), (86, 86)):  # the middle of any window equals the same place in the whole
        window = np.asarray(resized)[2 * top : 2 * top + 128, 2 * left : 2 * left + 128]
        pixels = model.run(window[None])[0][MARGIN:-MARGIN, MARGIN:-MARGIN]
        expected = whole[top + MARGIN : top + 64 - MARGIN, left + MARGIN : left + 64 - MARGIN]
        assert (pixels == expected).mean() > 0.99


def test_a_given_palette_replaces_the_models_and_alpha_is_kept(model: PixelModel) -> None:
    black_and_white = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)
    art = ModelRenderer(model=model, grid=40, palette=black_and_white).render(disc_on_transparency())
    assert set(np.unique(art.pixels)) <= {0, 1}
    assert art.alpha[0, 0] == 0
    assert art.alpha[20, 10] == 255


def test_the_command_renders_with_a_model_and_writes_a_sheet(token: Path, tmp_path: Path) -> None:
    scene().save(tmp_path / "scene.png")
    arguments = [str(tmp_path / "scene.png"), "-o", str(tmp_path / "out"), "--model", str(token)]
    result = run("pixelate", *arguments, "--grid", "48", "--sheet", str(tmp_path / "sheet.png"))
    assert result.exit_code == 0, result.stderr
    with Image.open(tmp_path / "out" / "scene.png") as image:
        assert image.size == (48, 32)
        colors = {tuple(color) for color in np.asarray(image.convert("RGB")).reshape(-1, 3).tolist()}
    assert colors <= {tuple(color) for color in read_token(token).rgba[:, :3].tolist()}
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 3 * 256


def test_pictures_are_refused_later_and_by_other_recipes(token: Path, tmp_path: Path) -> None:
    scene().save(tmp_path / "scene.png")
    continued = run("train", str(token), "--headless", "--pictures", str(tmp_path))
    assert (continued.exit_code, continued.stdout) == (1, "")
    assert "this training has already begun; leave --pictures out" in continued.stderr
    fresh = mint_token(parse_hash("another"), tmp_path)
    other = run("train", str(fresh), "--headless", "--pictures", str(tmp_path), "--recipe", "vae")
    assert "only the recipe cyclegan learns from pictures; add --recipe cyclegan, or leave --pictures out" in other.stderr
    without = run("train", str(fresh), "--headless", "--recipe", "cyclegan", "--steps", "1")
    assert without.stderr.splitlines()[-1] == "Error: the recipe cyclegan learns from pictures; give some with --pictures"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 1}, "does not belong to a model that turns pictures into pixel art"),
        ({"size": [64, 0]}, r"size\[1\] is 0, not an integer from 32 to 256; export the model again"),
        ({"palette": ["#12"]}, "palette is .*, not a list of 2 to 256 values"),
        ({"step": True}, "step is True, not an integer"),
        ({"colour": 1}, "has the unknown key 'colour'"),
        ({"sha256": "0" * 64}, "is not the file that manifest.json describes"),
        ({"bytes": 2**40}, "bytes is 1099511627776, not an integer from 0 to 67108864"),
    ],
)
def test_a_false_manifest_is_refused(token: Path, tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    document = json.loads((token / "models" / "manifest.json").read_bytes())
    (tmp_path / "manifest.json").write_text(json.dumps(document | change))
    (tmp_path / "pixelate.onnx").write_bytes((token / "models" / "pixelate.onnx").read_bytes())
    with pytest.raises(PixelModelError, match=sentence):
        load_pixel_model(tmp_path)
