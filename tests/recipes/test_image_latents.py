"""The latents of ``cyclegan``: they stand for the parts of photographs that a page shows beside the pixel art."""

import numpy as np
import pytest
import torch

from mint.errors import PictureFileError
from mint.live.photographs import MAX_SHOWN, training_photographs
from mint.pixelate.training_crops import FILE_NAME, save_crops
from mint.recipes.cyclegan.learner import CycleGanLearner
from mint.recipes.recipe import Canvas, PictureRecipe
from mint.token.folder import TokenFolder, read_token
from tests.recipes.tiny_recipes import RECIPES, photographs
from tests.small_token import small_token


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> TokenFolder:
    return read_token(small_token("open sesame", tmp_path_factory.mktemp("tokens")))


@pytest.mark.parametrize("num_photographs", [1, 7, 40, 600])
def test_the_pixel_art_beside_a_photograph_is_made_of_it(token: TokenFolder, num_photographs: int) -> None:
    crops = photographs(num_photographs, side=64)
    save_crops(token.training / FILE_NAME, crops)
    shown = training_photographs(token)
    num_shown = min(num_photographs, MAX_SHOWN)
    assert shown.pixels.shape == (num_shown, 32, 32)
    assert shown.format.size == (32, 32)
    parts = shown.rgb[shown.pixels]
    recipe = RECIPES["cyclegan"]
    assert isinstance(recipe, PictureRecipe)
    palette = tuple((int(r), int(g), int(b), int(a)) for r, g, b, a in token.rgba)
    learner = recipe.with_pictures(crops).learner(
        Canvas(16, 16, len(palette), palette=palette), 9, torch.device("cpu"), torch.Generator().manual_seed(1)
    )
    assert isinstance(learner, CycleGanLearner)
    networks = learner.snapshot()
    with torch.no_grad():
        dreams = networks.dream(torch.from_numpy(shown.latents), 0).numpy()
        for part, pixels in zip(parts, dreams, strict=True):
            # Its photograph, and what the generator makes of just this part.
            (original,) = [p[16:48, 16:48] for p in crops if np.abs(p[16:48, 16:48].astype(int) - part).mean() < 4]
            logits = learner.trained.painter(torch.from_numpy(original.copy()).permute(2, 0, 1)[None].float() / 255)
            assert np.array_equal(logits.argmax(1)[0].numpy(), pixels)


def test_damaged_photographs_are_a_sentence(token: TokenFolder) -> None:
    (token.training / FILE_NAME).write_bytes(b"torn")
    with pytest.raises(PictureFileError, match="cannot be read; give the pictures again"):
        training_photographs(token)
