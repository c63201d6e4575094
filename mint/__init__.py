"""Draw a token from a hash, train a VAE-GAN on its sprites, and export what it has learned.

The package ``viewer`` loads the exports and shows what they dream. PyTorch is imported by the first training.

>>> import mint
>>> token = mint.draw("open sesame")
>>> token.image().save("sprites.png")
>>> training = mint.train(token, steps=100)
>>> models = training.export()
"""

from typing import TYPE_CHECKING

from mint.errors import PixelmintError

__all__ = ["PixelmintError", "Token", "Training", "draw", "load", "train"]

if TYPE_CHECKING:
    from mint.api import Token, Training, draw, load, train
else:  # hidden from type checkers, which would take any name for valid

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from mint import api

        return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
