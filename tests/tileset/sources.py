"""Sources and options of the tilesets that the tests make."""

from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from mint.art.colors.hardware_palettes import hardware_palette
from mint.tileset.source import TilesetSource
from mint.tileset.tileset import TilesetOptions
from mint.token.hash import parse_hash
from mint.token.token import draw_token


class TilesetChanges(TypedDict, total=False):
    """Options other than the default ones."""

    tile_px: int
    count: int
    palette: NDArray[np.uint8] | None
    strict: bool
    original: bool
    seed: int


def tileset_options(**changes: Unpack[TilesetChanges]) -> TilesetOptions:
    """Return the default options with changes."""
    default = TilesetOptions(tile_px=16, count=48, palette=hardware_palette("nes"), strict=False, original=False, seed=3)
    return replace(default, **changes)


def sprites_source(text: str) -> TilesetSource:
    """Return the sprites of a token."""
    token = draw_token(parse_hash(text))
    pixels = np.stack([sprite.pixels for sprite in token.sprites])
    return TilesetSource(title=text, pictures=pixels, originals=pixels, rgba=token.palette.rgba)


def screen_source() -> TilesetSource:
    """Return a picture of a console's screen: a sky, hills, and bricks on a grid."""
    y, x = np.mgrid[:128, :160]
    pixels = np.zeros((128, 160), np.uint8)
    pixels[y > 70 + 12 * np.sin(x / 18)] = 1
    pixels[(y > 96) & ((x % 16 > 0) & (y % 8 > 0))] = 2
    pixels[(x // 16 % 4 == 1) & (y // 16 == 2)] = 3
    pixels[(x - 120) ** 2 + (y - 24) ** 2 < 100] = 4
    rgba = np.array(
        [[92, 148, 252, 255], [0, 168, 0, 255], [200, 76, 12, 255], [252, 252, 252, 255], [252, 216, 168, 255]], np.uint8
    )
    return TilesetSource(title='screen <&> "1"', pictures=pixels[None], originals=pixels[None], rgba=rgba)


def dreams_source(source: TilesetSource) -> TilesetSource:
    """Return pictures that each join two sprites, as dreams do: some of their tiles are copies, some are not."""
    x, y = np.meshgrid(np.arange(32), np.arange(32))
    pairs = [(first, second) for first in range(9) for second in range(9) if first != second]
    dreams = np.stack([np.where(x + y // 2 < 18, source.originals[first], source.originals[second]) for first, second in pairs])
    return TilesetSource(title="dreams", pictures=dreams, originals=source.originals, rgba=source.rgba)
