"""Python's access to exported models: load one, draw its dreams, look at them and film them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewer.exported.devices import Device
from viewer.exported.labels import label_values
from viewer.exported.model import ExportedModel, load_model
from viewer.latents.modes import Mode
from viewer.latents.seeds import latents
from viewer.pictures.loop import Loop
from viewer.pictures.mosaic import darkest, encode_png, mosaic, write_png
from viewer.pictures.palette import rgba
from viewer.pictures.recording import record_loop


@dataclass(frozen=True, kw_only=True, eq=False)
class Mosaic:
    """A picture of tiles side by side. A notebook displays it.

    ``pixels`` (h, w) uint8 are indices into ``palette``, colours "#rrggbbaa"; each is drawn scale x scale large.

    >>> import viewer
    >>> model = viewer.load("tokens/moonrise-533a084b8750")
    >>> mosaic = model.image(model.dream(9, seed=3))
    >>> mosaic.pixels.shape
    (104, 104)
    >>> mosaic.save("dreams.png")
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    palette: tuple[str, ...] = field(repr=False)
    scale: int

    def save(self, path: str | Path) -> None:
        """Write it as a PNG file. Raises PictureError where it is too large or cannot be written."""
        write_png(Path(path), self.pixels, self.palette, None, scale=self.scale)

    def _repr_png_(self) -> bytes:
        return encode_png(self.pixels, self.palette, scale=self.scale)


class Model:
    """An exported model; ``load`` returns it. All its results are deterministic on one machine and device.

    >>> import viewer
    >>> viewer.load("tokens/moonrise-533a084b8750", device="cpu")
    <Model of moonrise-533a084b8750 at step 5000, drawn by CPU>
    """

    def __init__(self, exported: ExportedModel) -> None:
        self._exported = exported

    def __repr__(self) -> str:
        origin = self._exported.manifest.origin
        return f"<{type(self).__name__} of {origin.token.name} at step {origin.step}, drawn by {self._exported.device}>"

    @property
    def palette(self) -> NDArray[np.uint8]:
        """Its colours, (K, 4) uint8 RGBA.

        >>> import viewer
        >>> viewer.load("tokens/moonrise-533a084b8750").palette.shape
        (16, 4)
        """
        return rgba(self._exported.manifest.origin.palette)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels by which dreams can be requested; most models have none."""
        return self._exported.manifest.origin.labels

    def dream(self, n: int, *, seed: int = 0, labels: Mapping[str, float] | None = None) -> NDArray[np.uint8]:
        """Draw n dreams: tiles (n, H, W) uint8, indices into the palette.

        They are the dreams that ``viewer snapshot`` shows for the seed. ``labels`` requests a label with 1 and excludes it with 0.
        Raises ValueError where n is negative, and ModelError where the model does not know a label or fails.

        >>> import viewer
        >>> dreams = viewer.load("tokens/moonrise-533a084b8750").dream(64, seed=3)
        >>> dreams.shape, dreams.dtype
        ((64, 32, 32), dtype('uint8'))
        """
        if n < 0:
            raise ValueError(f"n is {n}; give 0 or more")
        origin = self._exported.manifest.origin
        return self._exported.generate(latents(seed, n, origin.latent_dim), label_values(origin.labels, labels or {}))

    def image(self, tiles: NDArray[np.uint8], *, scale: int = 4) -> Mosaic:
        """Arrange tiles (n, H, W) in a mosaic, which a notebook displays; each pixel is scale x scale large.

        Raises PictureError where n is 0.

        >>> import viewer
        >>> model = viewer.load("tokens/moonrise-533a084b8750")
        >>> model.image(model.dream(64, seed=3))
        Mosaic(scale=4)
        """
        palette = self._exported.manifest.origin.palette
        return Mosaic(pixels=mosaic(tiles, background=darkest(palette)), palette=palette, scale=scale)

    def film(
        self,
        path: str | Path,
        *,
        seconds: float = 8,
        mode: Mode = "walk",
        tiles: int = 16,
        seed: int = 0,
        labels: Mapping[str, float] | None = None,
        scale: int = 4,
        fps: int = 20,
    ) -> None:
        """Record a seamless loop of dreams to a .gif, .webp or .mp4 file, as ``viewer record`` does.

        The mode "walk" moves smoothly from dream to dream, "refresh" replaces them. Raises ModelError where the model does not know
        a label or fails, and PictureError where the film is too large, its suffix is another or it cannot be written.

        >>> import viewer
        >>> viewer.load("tokens/moonrise-533a084b8750").film("dreams.webp", seconds=2, tiles=4)
        """
        loop = Loop(mode=mode, tiles=tiles, seed=seed, frames=max(2, round(seconds * fps)), fps=fps)
        record_loop(Path(path), self._exported, loop, scale=scale, labels=labels or {})


def load(path: str | Path, device: Device = "auto") -> Model:
    """Load the exported model in a token folder, its models/ or a snapshot file.

    "auto" computes on CUDA where that works and on the CPU elsewhere. Raises ViewerError: ModelError or ManifestError where the
    folder is not a whole export, SnapshotError where a snapshot file is refused, GraphError where the generator is refused, and
    DeviceError where "cuda" does not work.

    >>> import viewer
    >>> model = viewer.load("tokens/moonrise-533a084b8750")
    """
    return Model(load_model(Path(path), device))
