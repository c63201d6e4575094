"""Held-out sprites: chosen by seed and content, never learnt, and kept when a training goes on."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.errors import TrainingError
from mint.recipes.autoencoder import Autoencoder
from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.cvae import Cvae, CvaeConfig
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.saving.checkpoint import recorded_recipe
from mint.training.session import Session, TrainingCallbacks
from mint.training.sprites import TrainingSprites, held_out
from mint.training.stats import Stats
from tests.portraits import portraits

SPRITES = portraits(40)
RECIPE = Autoencoder(AutoencoderConfig(latent_dim=4, width=8, layers="dense", hidden=16, batch_size=8))


def session(folder: Path, holdout: float | None, seed: int | None = 3) -> Session:
    return Session(folder, SPRITES, RECIPE, torch.device("cpu"), seed, holdout)


def run(opened: Session, steps: int) -> None:
    def ignore(_: object, __: object = None) -> None:
        return None

    def forget(_: Stats) -> None:
        return None

    opened.run(
        Limits(steps=steps), Control(), TrainingCallbacks(on_stats=forget, on_step=ignore, on_snapshot=ignore, on_trouble=print)
    )


def test_a_share_of_the_different_sprites_is_held_out() -> None:
    pixels = portraits(200).pixels
    chosen = held_out(pixels, 0.1, seed=1)
    assert chosen.sum() == pytest.approx(0.1 * len(np.unique(pixels, axis=0)), abs=3)
    assert (held_out(pixels, 0.1, seed=2) != chosen).any()
    assert not held_out(pixels, 0, seed=1).any()


def test_neither_order_nor_company_decides() -> None:
    pixels = np.unique(portraits(60).pixels, axis=0)
    chosen = held_out(pixels, 0.25, seed=1)
    order = np.random.default_rng(4).permutation(len(pixels))
    assert np.array_equal(held_out(pixels[order], 0.25, seed=1), chosen[order])


def test_equal_sprites_are_on_one_side() -> None:
    pixels = np.concatenate([portraits(30).pixels] * 3)
    chosen = held_out(pixels, 0.2, seed=5).reshape(3, 30)
    assert (chosen == chosen[0]).all()
    assert chosen.any()


def test_too_few_sprites_are_told() -> None:
    with pytest.raises(TrainingError, match=r"only 1 of the sprites are different, too few to hold 0\.1 of them out"):
        held_out(np.zeros((9, 4, 4), np.uint8), 0.1, seed=1)


class Witness:
    """Remembers which sprites a learner is given."""

    def __init__(self, opened: Session) -> None:
        self.seen: set[bytes] = set()
        step = opened.learner.step

        def watch(sprites: torch.Tensor, *rest: object) -> dict[str, torch.Tensor]:
            self.seen |= {sprite.numpy().tobytes() for sprite in sprites}
            return step(sprites, *rest)  # type: ignore[arg-type]

        opened.learner.step = watch  # type: ignore[method-assign,assignment]


def test_held_out_sprites_are_never_learnt(tmp_path: Path) -> None:
    opened = session(tmp_path, 0.25)
    witness = Witness(opened)
    run(opened, 3)
    held = {sprite.tobytes() for sprite in SPRITES.pixels[opened.held_out]}
    assert held
    assert witness.seen == {sprite.tobytes() for sprite in SPRITES.pixels} - held


def test_the_share_is_recorded_and_kept(tmp_path: Path) -> None:
    first = session(tmp_path, 0.25)
    run(first, 3)
    assert json.loads((tmp_path / "config.json").read_text())["holdout"] == 0.25
    again = session(tmp_path, None, None)
    assert again.holdout == 0.25
    assert np.array_equal(again.held_out, first.held_out)
    run(session(tmp_path, 0.25), 1)
    with pytest.raises(TrainingError, match=r"this training began with --holdout 0\.25, not 0\.1; leave --holdout out"):
        session(tmp_path, 0.1)


def test_a_training_folder_knows_its_recipe(tmp_path: Path) -> None:
    assert recorded_recipe(tmp_path) is None
    run(session(tmp_path, None), 1)
    assert recorded_recipe(tmp_path) == ("autoencoder", RECIPE.config())
    run(session(tmp_path, None), 1)
    newest = max((tmp_path / "checkpoints").iterdir())
    (newest / "checkpoint.json").write_text('{"recipe": 3}')
    assert recorded_recipe(tmp_path) == ("autoencoder", RECIPE.config())
    for path in (tmp_path / "checkpoints").iterdir():
        (path / "checkpoint.json").unlink()
    assert recorded_recipe(tmp_path) is None


def test_a_conditional_training_resumes_bit_for_bit(tmp_path: Path) -> None:
    recipe = Cvae(CvaeConfig(latent_dim=4, width=8, batch_size=8, num_dreams=2, embedding_dim=4))

    def go(folder: Path, steps: int) -> Session:
        opened = Session(folder, SPRITES, recipe, torch.device("cpu"), 3, 0.25)
        run(opened, steps)
        return opened

    unbroken = go(tmp_path / "long", 7).learner.state()
    go(tmp_path / "short", 3)
    resumed = go(tmp_path / "short", 4).learner.state()
    assert unbroken.keys() == resumed.keys()
    assert all(torch.equal(tensor, resumed[name]) for name, tensor in unbroken.items())


def test_a_data_set_is_a_byte_a_pixel() -> None:
    pixels = np.random.default_rng(0).integers(0, 222, (10_000, 24, 24), np.uint8)
    opened = Session(Path("nowhere"), TrainingSprites(pixels=pixels, num_colors=222), RECIPE, torch.device("cpu"), 1)
    tensors = [value for value in vars(opened).values() if isinstance(value, torch.Tensor)]
    assert sum(tensor.nbytes for tensor in tensors) == 10_000 * 24 * 24  # 5.76 MB
