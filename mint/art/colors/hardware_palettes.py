"""The palettes of game consoles and home computers, each with the source of its values."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

# The four greens that emulators show for the four shades of the first Game Boy's screen.
_GAME_BOY = "0f380f 306230 8bac0f 9bbc0f"
# The palette of the fantasy console PICO-8, published under CC0 by its maker (lexaloffle.com, FAQ).
_PICO_8 = "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 ff004d ffa300 ffec27 00e436 29adff 83769c ff77a8 ffccaa"
# Philip "Pepto" Timmermann, Calculating the color palette of the VIC II (pepto.de/projects/colorvic), 2001.
_C64 = "000000 ffffff 68372b 70a4b2 6f3d86 588d43 352879 b8c76f 6f4f25 433900 9a6759 444444 6c6c6c 9ad284 6c5eb5 959595"

NAMES: Final = ("nes", "game-boy", "pico-8", "cga", "zx-spectrum", "c64")


def hardware_palette(name: str) -> NDArray[np.uint8]:
    """Return the palette of a machine, one of ``NAMES``, as opaque colours (K, 4)."""
    palettes: dict[str, Callable[[], NDArray[np.uint8]]] = {
        "nes": _nes,
        "game-boy": lambda: _parse(_GAME_BOY),
        "pico-8": lambda: _parse(_PICO_8),
        "cga": _cga,
        "zx-spectrum": _zx_spectrum,
        "c64": lambda: _parse(_C64),
    }
    return palettes[name]()


def _parse(text: str) -> NDArray[np.uint8]:
    return np.array([[*bytes.fromhex(color), 255] for color in text.split()], np.uint8)


def _cga() -> NDArray[np.uint8]:
    """Return the 16 RGBI colours: two thirds for a colour bit, one third for intensity; brown has half its green (IBM 5153)."""
    colors = []
    for number in range(16):
        light = 0x55 * (number >> 3)
        red, green, blue = (0xAA * (number >> bit & 1) + light for bit in (2, 1, 0))
        colors.append([red, 0x55 if number == 6 else green, blue, 255])
    return np.array(colors, np.uint8)


def _zx_spectrum() -> NDArray[np.uint8]:
    """Return the eight colours (bits green, red, blue) at the levels d7 and ff; black only once."""
    colors = []
    for level in (0xD7, 0xFF):
        for number in range(8):
            color = [level * (number >> bit & 1) for bit in (1, 2, 0)]
            if [*color, 255] not in colors:
                colors.append([*color, 255])
    return np.array(colors, np.uint8)


def _nes() -> NDArray[np.uint8]:
    """Return the 2C02's NTSC signal decoded to YIQ and RGB (levels from nesdev.org/wiki/NTSC_video)."""
    low, high = (0.350, 0.518, 0.962, 1.550), (1.094, 1.506, 1.962, 1.962)
    black, white = 0.518, 1.962
    colors: list[list[int]] = []
    for level in range(4):
        for hue in range(0x0E):
            y = i = q = 0.0
            for phase in range(12):
                is_high = hue == 0 or (hue != 0x0D and (hue + phase + 8) % 12 < 6)
                signal = ((high if is_high else low)[level] - black) / (white - black) / 12
                y, i, q = y + signal, i + signal * math.cos(math.pi * phase / 6), q + signal * math.sin(math.pi * phase / 6)
            linear = (y + 0.946882 * i + 0.623557 * q, y - 0.274788 * i - 0.635691 * q, y - 1.108545 * i + 1.709007 * q)
            color = [round(255 * min(max(value, 0.0), 1.0) ** (2.2 / 1.8)) for value in linear]
            if [*color, 255] not in colors:
                colors.append([*color, 255])
    return np.array(colors, np.uint8)
