"""Latents of ``cyclegan``: which pieces of which photographs they stand for, for whoever shows both."""

import numpy as np
import pytest
import torch

from mint.errors import PictureError
from mint.live.photographs import MAX_SHOWN, training_photographs
from mint.pixelate.training_crops import FILE_NAME, save_crops
from mint.recipes.cyclegan import CycleGan, CycleGanLearner
from mint.recipes.recipe import Canvas
from mint.token.folder import TokenFolder, read_token
from tests.recipes.tiny_recipes import RECIPES, views
from tests.small_token import small_token


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> TokenFolder:
    return read_token(small_token("open sesame", tmp_path_factory.mktemp("tokens")))


@pytest.mark.parametrize("num_views", [1, 7, 40, 600])
def test_what_is_shown_beside_a_photograph_is_painted_of_it(token: TokenFolder, num_views: int) -> None:
    photographs = views(num_views, side=64)
    save_crops(token.training / FILE_NAME, photographs)
    shown = training_photographs(token)
    num_shown = min(num_views, MAX_SHOWN)
    assert shown.pixels.shape == (num_shown, 32, 32)
    assert shown.told.size == (32, 32)
    pieces = shown.rgb[shown.pixels]
    recipe = RECIPES["cyclegan"]
    assert isinstance(recipe, CycleGan)
    palette = tuple((int(r), int(g), int(b), int(a)) for r, g, b, a in token.rgba)
    learner = recipe.with_pictures(photographs).learner(
        Canvas(16, 16, len(palette), palette=palette), 9, torch.device("cpu"), torch.Generator().manual_seed(1)
    )
    assert isinstance(learner, CycleGanLearner)
    networks = learner.snapshot()
    with torch.no_grad():
        painted = networks.dream(torch.from_numpy(shown.latents), 0).numpy()
        for piece, pixels in zip(pieces, painted, strict=True):
            # The photograph it is, and the painter's answer to just this part of it.
            (original,) = [p[16:48, 16:48] for p in photographs if np.abs(p[16:48, 16:48].astype(int) - piece).mean() < 4]
            answer = learner.trained.painter(torch.from_numpy(original.copy()).permute(2, 0, 1)[None].float() / 255)
            assert np.array_equal(answer.argmax(1)[0].numpy(), pixels)


def test_damaged_photographs_are_a_sentence(token: TokenFolder) -> None:
    (token.training / FILE_NAME).write_bytes(b"torn")
    with pytest.raises(PictureError, match="cannot be read; give the pictures again"):
        training_photographs(token)
