"""Text colours: the palette colours of the background, and those of the letters."""

from dataclasses import dataclass
from functools import lru_cache

from mint.token.palette import Palette
from mint.token.random import Stream

# Requirements, best first: numbers of foreground and background colours, and the smallest luma gap between the two groups.
_REQUIREMENTS = (
    *((3, 3, gap) for gap in (95, 80)),
    *((2, 2, gap) for gap in (95, 80, 65)),
    *((2, 1, gap) for gap in (80, 65, 50)),
    *((1, 1, gap) for gap in (80, 50, 1)),
)
# Preferred smallest luma gap between the main foreground and the main background colour.
_MAIN_MIN_GAP = 125
# Backgrounds of gold text are darker than lamp and than clay, its shadow, by at least these luma gaps.
_GOLD_GAP = 110
_CLAY_GAP = 40

ColorSplit = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class TextColors:
    """Background and foreground colours, the main one of each first; every foreground is legible on every background."""

    backgrounds: tuple[int, ...]
    foregrounds: tuple[int, ...]

    @property
    def background(self) -> int:
        """The main background colour."""
        return self.backgrounds[0]

    @property
    def foreground(self) -> int:
        """The main colour of letters."""
        return self.foregrounds[0]

    @property
    def accent(self) -> int:
        """The colour of accents: the second foreground colour if there is one, else the only one."""
        return self.foregrounds[1 % len(self.foregrounds)]

    @property
    def pattern(self) -> int:
        """The colour of background patterns: the second background colour, or a foreground colour if there is only one."""
        return self.backgrounds[1] if len(self.backgrounds) > 1 else self.foregrounds[-1]

    @property
    def shadow(self) -> int:
        """The colour of shadows: the third background colour if there is one, else the pattern colour."""
        return self.backgrounds[2] if len(self.backgrounds) > 2 else self.pattern

    @property
    def needs_clearance(self) -> bool:
        """Whether patterns and shadows use a foreground colour and must not touch the letters."""
        return len(self.backgrounds) == 1


def choose_light_on_dark(palette: Palette, random: Stream) -> TextColors:
    """Choose light letters on a dark background."""
    return _choose_colors(palette, random, light_on_dark=True)


def choose_dark_on_light(palette: Palette, random: Stream) -> TextColors:
    """Choose dark letters on a light background."""
    return _choose_colors(palette, random, light_on_dark=False)


def choose_either(palette: Palette, random: Stream) -> TextColors:
    """Choose either kind, a dark background in three of five cases."""
    return _choose_colors(palette, random, light_on_dark=random.chance(3, 5))


def choose_gold(palette: Palette, random: Stream) -> TextColors:
    """Choose letters in lamp, light and clay on backgrounds that are dark enough."""
    roles, luma = palette.roles, palette.luma
    edge = min(luma[roles.lamp] - _GOLD_GAP, luma[roles.clay] - _CLAY_GAP)
    backgrounds = [index for index in palette.ramp if luma[index] <= edge] or [roles.void]
    brightest = [index for index in palette.ramp[::-1] if luma[index] >= max(map(luma.__getitem__, backgrounds)) + _CLAY_GAP]
    golden = [index for index in (roles.lamp, roles.light, roles.clay, *brightest) if index in brightest]
    return TextColors(tuple(random.shuffled(backgrounds)), tuple(dict.fromkeys(golden))[:3])


def _choose_colors(palette: Palette, random: Stream, *, light_on_dark: bool) -> TextColors:
    backgrounds, foregrounds = random.choice(_splits(palette, light_on_dark))
    background = random.choice(backgrounds)
    far = [foreground for foreground in foregrounds if abs(palette.luma[foreground] - palette.luma[background]) >= _MAIN_MIN_GAP]
    foreground = (
        random.choice(far) if far else max(foregrounds, key=lambda index: abs(palette.luma[index] - palette.luma[background]))
    )
    return TextColors(
        _starting_with(background, random.shuffled(backgrounds)), _starting_with(foreground, random.shuffled(foregrounds))
    )


def _starting_with(first: int, others: list[int]) -> tuple[int, ...]:
    return (first, *(other for other in others if other != first))


@lru_cache(maxsize=256)
def _splits(palette: Palette, light_on_dark: bool) -> tuple[ColorSplit, ...]:
    """Return the splits of a palette into backgrounds and foregrounds that meet the best requirement possible."""
    for num_foregrounds, num_backgrounds, gap in _REQUIREMENTS:
        splits = []
        for edge in sorted(set(palette.luma)):
            dark = tuple(index for index in palette.ramp if palette.luma[index] <= edge)
            light = tuple(index for index in palette.ramp if palette.luma[index] >= edge + gap)
            backgrounds, foregrounds = (dark, light) if light_on_dark else (light, dark)
            if len(foregrounds) >= num_foregrounds and len(backgrounds) >= num_backgrounds:
                splits.append((backgrounds, foregrounds))
        if splits:
            return tuple(splits)
    raise AssertionError("a palette has at least two different lumas")
