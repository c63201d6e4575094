"""Colour schemes: which colours of a palette lie behind the letters, and which the letters may have."""

from dataclasses import dataclass
from functools import lru_cache

from mint.token.palette import Palette
from mint.token.random import Stream

# What a scheme should have, best first: number of inks, number of papers, and the least gap of brightness between the two.
_WISHES = (
    *((3, 3, gap) for gap in (95, 80)),
    *((2, 2, gap) for gap in (95, 80, 65)),
    *((2, 1, gap) for gap in (80, 65, 50)),
    *((1, 1, gap) for gap in (80, 50, 1)),
)
# The main ink stands off from the main paper by this much more, where the palette allows.
_STRONG = 125
# Gold is for dark papers: so much darker than lamp light, and than clay, its shadow.
_GOLD_GAP = 110
_CLAY_GAP = 40

Split = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Scheme:
    """Papers and inks, the main one of each first; any ink can be read on any paper."""

    papers: tuple[int, ...]
    inks: tuple[int, ...]

    @property
    def paper(self) -> int:
        """The colour behind everything."""
        return self.papers[0]

    @property
    def ink(self) -> int:
        """The colour of most letters."""
        return self.inks[0]

    @property
    def accent(self) -> int:
        """The colour of what stands out: a second ink, or the only one."""
        return self.inks[1 % len(self.inks)]

    @property
    def pattern(self) -> int:
        """The colour of a background's pattern: a second paper, or an ink where there is none."""
        return self.papers[1] if len(self.papers) > 1 else self.inks[-1]

    @property
    def shadow(self) -> int:
        """The colour of shadows: the third paper if there is one."""
        return self.papers[2] if len(self.papers) > 2 else self.pattern

    @property
    def glare(self) -> bool:
        """Whether patterns and shadows have an ink's colour, so that they must keep away from letters."""
        return len(self.papers) == 1


def draw_dark(palette: Palette, random: Stream) -> Scheme:
    """Draw a scheme of light inks on dark papers."""
    return _draw(palette, random, light_on_dark=True)


def draw_light(palette: Palette, random: Stream) -> Scheme:
    """Draw a scheme of dark inks on light papers."""
    return _draw(palette, random, light_on_dark=False)


def draw_any(palette: Palette, random: Stream) -> Scheme:
    """Draw a scheme of either kind, dark papers a little more often."""
    return _draw(palette, random, light_on_dark=random.chance(3, 5))


def draw_gold(palette: Palette, random: Stream) -> Scheme:
    """Draw a scheme of lamp light, the lightest and clay on whatever is dark enough."""
    roles, luma = palette.roles, palette.luma
    edge = min(luma[roles.lamp] - _GOLD_GAP, luma[roles.clay] - _CLAY_GAP)
    papers = [index for index in palette.ramp if luma[index] <= edge] or [roles.void]
    brightest = [index for index in palette.ramp[::-1] if luma[index] >= max(map(luma.__getitem__, papers)) + _CLAY_GAP]
    golden = [index for index in (roles.lamp, roles.light, roles.clay, *brightest) if index in brightest]
    return Scheme(tuple(random.shuffled(papers)), tuple(dict.fromkeys(golden))[:3])


def _draw(palette: Palette, random: Stream, *, light_on_dark: bool) -> Scheme:
    papers, inks = random.choice(_splits(palette, light_on_dark))
    paper = random.choice(papers)
    far = [ink for ink in inks if abs(palette.luma[ink] - palette.luma[paper]) >= _STRONG]
    ink = random.choice(far) if far else max(inks, key=lambda index: abs(palette.luma[index] - palette.luma[paper]))
    return Scheme(_first(paper, random.shuffled(papers)), _first(ink, random.shuffled(inks)))


def _first(first: int, others: list[int]) -> tuple[int, ...]:
    return (first, *(other for other in others if other != first))


@lru_cache(maxsize=256)
def _splits(palette: Palette, light_on_dark: bool) -> tuple[Split, ...]:
    """Return the ways to part a palette into papers and inks that meet the best wish which can be met."""
    for num_inks, num_papers, gap in _WISHES:
        splits = []
        for edge in sorted(set(palette.luma)):
            dark = tuple(index for index in palette.ramp if palette.luma[index] <= edge)
            light = tuple(index for index in palette.ramp if palette.luma[index] >= edge + gap)
            papers, inks = (dark, light) if light_on_dark else (light, dark)
            if len(inks) >= num_inks and len(papers) >= num_papers:
                splits.append((papers, inks))
        if splits:
            return tuple(splits)
    raise AssertionError("no two colours of a palette are equally bright")
