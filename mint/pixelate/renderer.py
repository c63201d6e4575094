"""The protocol of a renderer, which turns one picture into pixel art."""

from typing import Protocol

from PIL import Image

from mint.pixelate.pixel_art import PixelArt


class Renderer(Protocol):
    """Turns pictures into pixel art; safe to call from several threads."""

    @property
    def input_px(self) -> int:
        """How many pixels of a picture's longer side are sampled at most."""

    def render(self, image: Image.Image) -> PixelArt:
        """Return the pixel art of an RGBA picture of any size."""
