"""Python's access to tokens and trainings: draw a token, train on its sprites, look at its dreams, export them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from mint.token.folder import TokenFolder, mint_token, read_token
from mint.token.hash import parse_hash
from mint.token.lookup import find_token
from mint.token.token import Token, draw_token

if TYPE_CHECKING:  # loads torch
    from mint.export.publisher import Publisher
    from mint.training.session import Session
    from mint.training.stats import Stats
    from viewer.model import Mosaic

__all__ = ["Token", "Training", "draw", "load", "train"]

TOKENS_DIR: Final = Path("tokens")
_NUM_PREVIEW_DREAMS: Final = 36


def draw(text: str) -> Token:
    """Draw the token of a hash, or of any text of 1 to 256 printable characters. Nothing is written.

    The result is the same on every platform. Raises HashError where the text is not a hash.

    >>> import mint
    >>> token = mint.draw("open sesame")
    >>> token.pixels.shape, token.pixels.dtype
    ((9, 32, 32), dtype('uint8'))
    >>> token.palette_name, len(token.palette)
    ('golden hour', 16)
    >>> token.features["Rarest tier"]
    'epic'
    """
    return draw_token(parse_hash(text))


@dataclass(frozen=True, eq=False)
class Training:
    """A training that is not running, with its networks in memory; ``train`` and ``load`` return it.

    A notebook shows 36 of its dreams.
    """

    token: TokenFolder = field(repr=False)
    session: "Session" = field(repr=False)
    publisher: "Publisher" = field(repr=False)

    def __repr__(self) -> str:
        return f"<Training of {self.token.path.name} at step {self.step}>"

    @property
    def folder(self) -> Path:
        """The token's folder, which holds the training and its exports."""
        return self.token.path

    @property
    def step(self) -> int:
        """The number of steps trained so far, in all runs together."""
        return self.session.progress.step

    def dream(self, n: int, *, seed: int = 0) -> NDArray[np.uint8]:
        """Draw n dreams with the averaged weights: (n, H, W) uint8, indices into the token's palette.

        An export of this training dreams the same for the same seed.

        >>> import mint
        >>> training = mint.train("a token", steps=2, seed=1)
        >>> training.dream(4, seed=3).shape
        (4, 32, 32)
        """
        import torch

        from viewer.latents.seeds import latents

        z = torch.from_numpy(latents(seed, n, self.session.latent_dim)).to(self.session.device)
        with torch.inference_mode():
            return self.session.networks.dream(z, len(self.session.labels)).cpu().numpy()

    def image(self, tiles: NDArray[np.uint8], *, scale: int = 4) -> "Mosaic":
        """Arrange tiles (n, H, W) in a mosaic, as ``viewer.Model.image`` does; each pixel is scale x scale large.

        Raises PictureError of the viewer where n is 0.
        """
        from viewer.model import Mosaic
        from viewer.pictures.mosaic import darkest, mosaic

        palette = tuple(f"#{bytes(color).hex()}" for color in self.token.rgba)
        return Mosaic(pixels=mosaic(tiles, background=darkest(palette)), palette=palette, scale=scale)

    def export(self, to: str | Path | None = None) -> Path:
        """Export the networks as ONNX files, and return their folder, which ``viewer.load`` reads.

        They go to ``models`` in the token's folder, or to ``to``. Raises ExportError where they cannot be written or differ from
        the networks.

        >>> import mint, viewer
        >>> models = mint.train("a tree", steps=2, seed=1).export("exported")
        >>> viewer.load(models).dream(4, seed=3).shape
        (4, 32, 32)
        """
        target = self.publisher.target if to is None else Path(to)
        self.publisher.publish(self.session.networks, self.session.progress, target)
        return target

    def _repr_png_(self) -> bytes:
        return self.image(self.dream(_NUM_PREVIEW_DREAMS))._repr_png_()


def train(
    token: Token | str | Path,
    *,
    steps: int | None = None,
    seconds: float | None = None,
    tokens_dir: str | Path = TOKENS_DIR,
    recipe: str | None = None,
    settings: Mapping[str, str] | None = None,
    seed: int | None = None,
    device: str = "auto",
    threads: int | None = None,
    on_stats: "Callable[[Stats], None] | None" = None,
) -> Training:
    """Train on a token's sprites for a number of steps or seconds, save, and return the training.

    ``token`` is a token, a hash or a token folder; the first two get a folder in ``tokens_dir``. A training in the folder is
    continued. The options are those of ``mint train``; with a ``seed`` and ``threads`` the run is repeatable bit for bit.
    ``on_stats`` gets a line of statistics now and then. Ctrl-C stops after the present step, and saves.

    Raises ValueError where neither steps nor seconds are given, or are not above 0; TrainingError where another training of the
    token is running, the recipe or a setting is unknown, or the training diverges; CheckpointError where it cannot be read or
    written.

    >>> import mint
    >>> mint.train(mint.draw("open sesame"), steps=2, seed=1)
    <Training of opensesame-41ef4bb0b236 at step 2>
    """
    if steps is None and seconds is None:
        raise ValueError("neither steps nor seconds are given; a training needs one of them to end")
    for name, limit in (("steps", steps), ("seconds", seconds)):
        if limit is not None and not limit > 0:
            raise ValueError(f"{name} is {limit}; give more than 0")
    folder = _folder_of(token, Path(tokens_dir))

    from mint.live.run_config import RunConfig, open_run
    from mint.training.callbacks import TrainingCallbacks
    from mint.training.control import Control
    from mint.training.loop import Limits
    from mint.training.saving.lock import training_lock
    from mint.training.stop_on_signal import StopOnSignal

    config = RunConfig(token=folder.path, recipe=recipe, settings=settings or {}, device=device, seed=seed, threads=threads)
    with training_lock(folder.training):
        session, publisher = open_run(config, folder)
        control = Control()
        callbacks = TrainingCallbacks() if on_stats is None else TrainingCallbacks(on_stats=on_stats)
        with StopOnSignal(control):
            session.run(Limits(steps=steps, seconds=seconds), control, callbacks)
    return Training(folder, session, publisher)


def load(folder: str | Path, *, device: str = "auto") -> Training:
    """Load the newest checkpoint of the training in a token folder.

    Raises TokenError where it is not a token folder, TrainingError where it holds no training, and CheckpointError where no
    checkpoint can be used.

    >>> import mint
    >>> training = mint.train("a house", steps=2, seed=1)
    >>> mint.load(training.folder)
    <Training of ahouse-17c3773b607e at step 2>
    """
    from mint.live.run_config import open_trained

    token = read_token(Path(folder))
    session, publisher = open_trained(token, device)
    return Training(token, session, publisher)


def _folder_of(token: Token | str | Path, tokens_dir: Path) -> TokenFolder:
    if isinstance(token, Token):
        return read_token(mint_token(token.hash, tokens_dir))
    return read_token(find_token(str(token), tokens_dir, mint_token))
