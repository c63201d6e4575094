"""Held-out sprites: chosen by seed and content, never learned, and the same when a training is resumed."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.errors import TrainingError
from mint.recipes.autoencoder import Autoencoder, PlainAutoencoderConfig
from mint.recipes.cvae import Cvae, CvaeConfig
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.saving.checkpoint import recorded_recipe
from mint.training.session import Session
from mint.training.sprites import TrainingSprites, held_out
from tests.portraits import portraits

SPRITES = portraits(40)
RECIPE = Autoencoder(PlainAutoencoderConfig(latent_dim=4, width=8, layers="dense", hidden=16, batch_size=8))


def open_session(folder: Path, holdout: float | None, seed: int | None = 3) -> Session:
    return Session(folder, SPRITES, RECIPE, torch.device("cpu"), seed, holdout)


def run(session: Session, steps: int) -> None:
    session.run(Limits(steps=steps), Control(), TrainingCallbacks(on_warning=pytest.fail))


def test_a_share_of_the_different_sprites_is_held_out() -> None:
    pixels = portraits(200).pixels
    chosen = held_out(pixels, 0.1, seed=1)
    assert chosen.sum() == pytest.approx(0.1 * len(np.unique(pixels, axis=0)), abs=3)
    assert (held_out(pixels, 0.1, seed=2) != chosen).any()
    assert not held_out(pixels, 0, seed=1).any()


def test_the_choice_depends_on_neither_order_nor_number() -> None:
    pixels = np.unique(portraits(60).pixels, axis=0)
    chosen = held_out(pixels, 0.25, seed=1)
    order = np.random.default_rng(4).permutation(len(pixels))
    assert np.array_equal(held_out(pixels[order], 0.25, seed=1), chosen[order])


def test_equal_sprites_are_on_the_same_side() -> None:
    pixels = np.concatenate([portraits(30).pixels] * 3)
    chosen = held_out(pixels, 0.2, seed=5).reshape(3, 30)
    assert (chosen == chosen[0]).all()
    assert chosen.any()


def test_too_few_sprites_are_an_error() -> None:
    with pytest.raises(TrainingError, match=r"only 1 of the sprites are different, too few to hold 0\.1 of them out"):
        held_out(np.zeros((9, 4, 4), np.uint8), 0.1, seed=1)


def test_held_out_sprites_are_never_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = open_session(tmp_path, 0.25)
    step: Callable[..., dict[str, torch.Tensor]] = session.learner.step
    learned: set[bytes] = set()

    def record(sprites: torch.Tensor, *rest: object) -> dict[str, torch.Tensor]:
        learned.update(sprite.numpy().tobytes() for sprite in sprites)
        return step(sprites, *rest)

    monkeypatch.setattr(session.learner, "step", record)
    run(session, 3)
    held = {sprite.tobytes() for sprite in SPRITES.pixels[session.held_out]}
    assert held
    assert learned == {sprite.tobytes() for sprite in SPRITES.pixels} - held


def test_the_share_is_recorded_and_kept(tmp_path: Path) -> None:
    session = open_session(tmp_path, 0.25)
    run(session, 3)
    assert json.loads((tmp_path / "config.json").read_text())["holdout"] == 0.25
    resumed = open_session(tmp_path, None, None)
    assert resumed.holdout == 0.25
    assert np.array_equal(resumed.held_out, session.held_out)
    run(open_session(tmp_path, 0.25), 1)
    with pytest.raises(TrainingError, match=r"this training began with --holdout 0\.25, not 0\.1; leave --holdout out"):
        open_session(tmp_path, 0.1)


def test_the_recipe_is_read_from_the_training_folder(tmp_path: Path) -> None:
    assert recorded_recipe(tmp_path) is None
    run(open_session(tmp_path, None), 1)
    assert recorded_recipe(tmp_path) == ("autoencoder", RECIPE.config())
    run(open_session(tmp_path, None), 1)
    newest = max((tmp_path / "checkpoints").iterdir())
    (newest / "checkpoint.json").write_text('{"recipe": 3}')
    assert recorded_recipe(tmp_path) == ("autoencoder", RECIPE.config())
    for path in (tmp_path / "checkpoints").iterdir():
        (path / "checkpoint.json").unlink()
    assert recorded_recipe(tmp_path) is None


def test_a_conditional_training_resumes_bit_for_bit(tmp_path: Path) -> None:
    recipe = Cvae(CvaeConfig(latent_dim=4, width=8, batch_size=8, num_dreams=2, embedding_dim=4))

    def train(folder: Path, steps: int) -> Session:
        session = Session(folder, SPRITES, recipe, torch.device("cpu"), 3, 0.25)
        run(session, steps)
        return session

    unbroken = train(tmp_path / "long", 7).learner.state()
    train(tmp_path / "short", 3)
    resumed = train(tmp_path / "short", 4).learner.state()
    assert unbroken.keys() == resumed.keys()
    assert all(torch.equal(tensor, resumed[name]) for name, tensor in unbroken.items())


def test_sprites_take_a_byte_a_pixel() -> None:
    pixels = np.random.default_rng(0).integers(0, 222, (10_000, 24, 24), np.uint8)
    session = Session(Path("nowhere"), TrainingSprites(pixels=pixels, num_colors=222), RECIPE, torch.device("cpu"), 1)
    tensors = [value for value in vars(session.state).values() if isinstance(value, torch.Tensor)]
    assert sum(tensor.nbytes for tensor in tensors) == 10_000 * 24 * 24  # 5.76 MB
