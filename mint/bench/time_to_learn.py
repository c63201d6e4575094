"""The time to learn a token: a process that trains on a new token, as ``mint train`` does, until it is learned.

``python -m mint.bench.time_to_learn HASH TOKENS_DIR DEVICE`` prints a JSON line when 99 % of the pixels of the nine sprites are
reconstructed, and one when 97 % of the ink of their texts is: pixels that are not a sprite's most common colour, and their four
neighbours.
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mint.training.speed.memory import keep_freed_memory
from mint.training.speed.threads import let_idle_threads_sleep

PIXELS_SHARE = 0.99
INK_SHARE = 0.97
_MAX_SECONDS = 300.0
_INTERVAL = 5


def main() -> None:
    """Train, and print when each goal is reached."""
    text, tokens_dir, device = sys.argv[1:]
    from mint.token.folder import mint_token, read_token
    from mint.token.hash import parse_hash

    folder = read_token(mint_token(parse_hash(text), Path(tokens_dir)))
    let_idle_threads_sleep()
    keep_freed_memory()
    import rich.live  # noqa: F401  # the command loads it, too
    import torch

    from mint.recipes.vaegan import VaeGan
    from mint.training.control import Control
    from mint.training.loop import Limits
    from mint.training.progress import Progress
    from mint.training.session import Session, TrainingCallbacks
    from mint.training.speed.device import choose_device
    from mint.training.sprites import sprites_of

    session = Session(folder.training, sprites_of(folder), VaeGan(), choose_device(device), 1)
    session.tune(None)
    control = Control()
    families = [sprite.family for sprite in folder.sprites]
    inks = [(index, ink(folder.pixels[index])) for index, family in enumerate(families) if family == "text"]
    pending = {"pixels", "ink"} if inks else {"pixels"}

    def check(progress: Progress) -> None:
        if progress.step % _INTERVAL:
            return
        with torch.inference_mode():
            networks = session.networks
            mu, _ = networks.encoder(torch.from_numpy(folder.pixels).to(session.device))
            is_right = networks.generator(mu).cpu().numpy() == folder.pixels
        reached = {"pixels": is_right.mean() >= PIXELS_SHARE}
        if inks:
            reached["ink"] = float(np.mean([is_right[index][mask].mean() for index, mask in inks])) >= INK_SHARE
        for name in sorted(pending):
            if reached[name]:
                print(json.dumps({"reached": name, "step": progress.step}), flush=True)
                pending.remove(name)
        if not pending:
            control.stop()

    callbacks = TrainingCallbacks(on_stats=lambda _: None, on_step=check, on_snapshot=lambda *_: None, on_trouble=sys.exit)
    session.run(Limits(seconds=_MAX_SECONDS), control, callbacks)


def ink(sprite: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where a sprite (H, W) is not its most common colour, dilated by the four neighbours."""
    mask = sprite != np.bincount(sprite.ravel()).argmax()
    framed = np.pad(mask, 1)
    dilated: NDArray[np.bool_] = mask | framed[2:, 1:-1] | framed[:-2, 1:-1] | framed[1:-1, 2:] | framed[1:-1, :-2]
    return dilated


if __name__ == "__main__":
    main()
