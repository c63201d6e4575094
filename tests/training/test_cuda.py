"""Training on a CUDA device: run with ``pytest -m gpu`` where there is one."""

from pathlib import Path

import pytest
import torch

from mint.recipes.vaegan import VaeGan
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from mint.training.control import Control
from mint.training.device import choose_device
from mint.training.loop import Limits
from mint.training.session import Follower, Session
from mint.training.sprites import Sprites
from mint.training.stats import Stats

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")]


def test_the_nine_are_learnt_and_a_resumed_training_goes_on(tmp_path: Path) -> None:
    token = draw_token(parse_hash("open sesame"))
    sprites = Sprites(pixels=token.pixels, num_colors=len(token.palette))
    lines: list[Stats] = []
    follower = Follower(on_stats=lines.append, on_step=lambda _: None, on_snapshot=lambda *_: None, on_trouble=pytest.fail)
    for steps in (150, 50):
        session = Session(tmp_path, sprites, VaeGan(), choose_device("cuda"), seed=1)
        session.run(Limits(steps=steps), Control(), follower)
    assert session.position.step == 200
    assert lines[-1].accuracy >= 0.99
    assert torch.cuda.max_memory_allocated() < 512 * 2**20
