"""Show what exported models dream: check them, run them, and display their tiles.

Imports neither mint nor torch: the four files of an export are all it needs. NumPy and onnxruntime are imported on first use.

>>> import viewer
>>> model = viewer.load("tokens/moonrise-533a084b8750")
>>> dreams = model.dream(64, seed=3)
>>> model.image(dreams).save("dreams.png")
"""

from typing import TYPE_CHECKING

from viewer.errors import ViewerError

__all__ = ["Model", "Mosaic", "ViewerError", "load"]

if TYPE_CHECKING:
    from viewer.model import Model, Mosaic, load
else:  # hidden from type checkers, which would take any name for valid

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from viewer import model

        return getattr(model, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
