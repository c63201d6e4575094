"""Fantasy scenes: castle, desert, floating islands, space colony, sunken city, tree city, walking castle."""

import numpy as np

from mint.token.families.town.buildings import battlement, box, dome, house, smoke, turret
from mint.token.families.town.canvas import TownCanvas
from mint.token.families.town.horizon import hills, peaks, pyramids
from mint.token.families.town.sprites import AIRSHIP, BALLOON, CAMEL, DISH, FISH, ROCKET, SUBMARINE, WALKER
from mint.token.families.town.trees import grove, tree
from mint.token.raster import grids

_ys, _xs = grids()


def castle(canvas: TownCanvas) -> None:
    """Draw a hill with castle walls, pointed turrets and a flag."""
    random, base = canvas.random, canvas.ground_row
    peaks(canvas)
    x, foot = random.between(13, 18), base - 3
    canvas.foreground[(_ys >= base - 4 + (_xs - x) ** 2 // 40) & (_ys < base)] = canvas.letter_colors[ord("M")]
    canvas.choose_building_colors()
    turret(canvas, x - 2, canvas.top_limit(x - 2, 5, random.between(9, 10)), 5, foot, flag=True)
    turret(canvas, x - 9, canvas.top_limit(x - 9, 4, random.between(11, 13)), 4, foot + 1)
    turret(canvas, x + 5, canvas.top_limit(x + 5, 4, random.between(11, 14)), 4, foot + 1, flag=random.chance(1, 2))
    battlement(canvas, x - 6, foot - 5, 12, foot + 1)
    canvas.add_windows(x - 5, foot - 4, 2, 2)
    canvas.add_windows(x + 2, foot - 4, 2, 2)
    dome(canvas, x, foot, 1, "k")
    canvas.fill(x - 1, foot - 1, 3, 2, "k")
    for spot in (random.between(1, 4), random.between(26, 30)):
        tree(canvas, "conifer", spot, base + 1, random.below(2))
    tree(canvas, "broadleaf", x + random.choice((-11, 11)), base + 2, 1)


def desert(canvas: TownCanvas) -> None:
    """Draw clay cubes and domes in front of pyramids, with palms, a cactus and a camel."""
    random, base = canvas.random, canvas.ground_row
    pyramids(canvas)
    x = random.between(1, 5)
    for number in range(3):
        width, height = random.between(6, 8), random.between(5, 9)
        canvas.choose_building_colors()
        box(canvas, x, base - height, width, base)
        if number == 1 or random.chance(1, 3):
            dome(canvas, x + width // 2, base - height, width // 2 - 1, "r")
        else:
            canvas.fill(x - 1, base - height, width + 2, 1, "r")
        canvas.add_windows(x + 1, base - height + 2, (width - 1) // 2, max((height - 2) // 2, 2))
        canvas.fill(x + width // 2, base - 2, 1, 2, "k")
        x += width + random.between(-1, 1)
    tree(canvas, "palm", random.choice((x + 3, 3)), base + 1, 0)
    tree(canvas, "palm", random.between(26, 29), base + 2, random.below(2))
    tree(canvas, "cactus", random.between(2, 29), base + 3, random.below(2))
    canvas.stand_sprite(CAMEL, random.between(5, 26), base + 6)


def floating_islands(canvas: TownCanvas) -> None:
    """Draw floating islands with houses, a bridge between them, and an airship or a balloon."""
    random = canvas.random
    y, x = random.between(18, 20), random.between(9, 11)
    _island(canvas, x, y, 9)
    canvas.choose_building_colors()
    house(canvas, x - 7, y, 9, 6, 4)
    tree(canvas, "broadleaf", x + 5, y, random.below(2))
    top, left = random.between(11, 14), random.between(24, 26)
    _island(canvas, left, top + 2, 6)
    canvas.choose_building_colors()
    turret(canvas, left - 2, canvas.top_limit(left - 2, 3, top - 5), 3, top + 2)
    canvas.choose_building_colors()
    house(canvas, left - 5, top + 2, 5, 3, 2)
    tree(canvas, "conifer", left + 4, top + 2, 1)
    for step in range(left - 6 - x - 8):
        canvas.fill(
            x + 9 + step, y - step * (y - top - 2) // max(left - 15 - x, 1) + (1 if 0 < step < left - 15 - x else 0), 1, 1, "t"
        )
    canvas.draw_sprite(BALLOON if random.chance(1, 2) else AIRSHIP, random.between(0, 6), random.between(1, 4))
    canvas.waterfall_source = (x - 6, y)


def _island(canvas: TownCanvas, x: int, y: int, half: int) -> None:
    """Draw an island with a meadow on rows y and y + 1 and rock that tapers below."""
    canvas.fill(x - half, y, 2 * half + 1, 1, "l")
    canvas.fill(x - half + 1, y + 1, 2 * half - 1, 1, "d")
    for row in range(half - 1):
        reach = half - 2 - row + (row % 3 == 1)
        canvas.fill(x - reach, y + 2 + row, 2 * reach + 1, 1, "g")
        canvas.fill(x + reach // 3, y + 2 + row, reach - reach // 3 + 1, 1, "G")


def space_colony(canvas: TownCanvas) -> None:
    """Draw a glass dome full of towers on grey ground, beside a rocket or a second dome and a dish."""
    random, base = canvas.random, canvas.ground_row
    hills(canvas, 4)
    x = random.between(9, 11)
    _glass_dome(canvas, x, base, 10)
    if random.chance(1, 2):
        _glass_dome(canvas, x + 16, base, 5)
        canvas.stand_sprite(DISH, x + 18, base + 3)
    else:
        canvas.stand_sprite(ROCKET, random.between(25, 27), base + 1)
    tree(canvas, "broadleaf", x + random.between(9, 11), base + 2, 1)


def _glass_dome(canvas: TownCanvas, x: int, base: int, radius: int) -> None:
    """Draw a glass dome with a highlight, and towers under it, the tallest in the middle."""
    dome(canvas, x, base, radius, "p")
    dome(canvas, x, base, radius - 1, "G")
    for left in range(x - radius + 3, x + radius - 3, 4):
        top = base - radius + 1 + abs(left + 1 - x) * 2 // 3 + canvas.random.below(3)
        canvas.choose_building_colors()
        box(canvas, left, top, 3, base)
        canvas.add_windows(left, top + 1, 2, max((base - top) // 2, 1), 1, 2)
    canvas.fill(x - radius // 2 - 1, base - radius * 3 // 4, 2, 1, "p")


def sunken_city(canvas: TownCanvas) -> None:
    """Draw domed towers under water, with coral, fish and perhaps a submarine."""
    random, base = canvas.random, canvas.ground_row
    surface = random.between(11, 13)
    deep = (_ys >= surface + (_xs // 3 + surface) % 2) & (_ys <= base)
    canvas.foreground[deep & (_ys < 32)] = canvas.colors.water
    canvas.foreground[deep & (_ys > surface + 5)] = canvas.colors.deep
    canvas.foreground[deep & (_ys > surface + 3) & (_ys < surface + 8) & ((_xs + _ys) % 2 == 0)] = canvas.colors.deep
    canvas.foreground[surface + 1, :][(_xs[0] % 6) < 3] = canvas.colors.glint
    x = random.between(2, 4)
    for _ in range(4):
        width, top = random.between(4, 6), min(surface + random.between(3, 7), base - 5)
        canvas.choose_building_colors()
        box(canvas, x, top, width, base)
        dome(canvas, x + width // 2, top, width // 2, "r")
        canvas.add_windows(x + 1, top + 1, (width - 1) // 2, (base - top - 1) // 2)
        x += width + random.between(1, 3)
    grove(canvas, "coral", 4, base + 2)
    canvas.draw_sprite(FISH, random.between(2, 24), surface + random.between(2, 5))
    canvas.draw_sprite(SUBMARINE if random.chance(1, 2) else FISH, random.between(2, 22), base - random.between(3, 5))


def tree_city(canvas: TownCanvas) -> None:
    """Draw one tree as large as a town, with houses in its crown."""
    random, base = canvas.random, canvas.ground_row
    hills(canvas, 4)
    x = random.between(20, 22) if canvas.celestial_disc[0] < 16 else random.between(9, 11)
    for row in range(12, base + 1):
        half = 2 + abs(row - 16) // 3
        canvas.fill(x - half, row, 2 * half + 1, 1, "t")
    for dx, dy, radius in ((-8, 13, 4), (8, 13, 4), (0, 9, 5), (-4, 13, 4), (5, 14, 3)):
        area = (_xs - x - dx) ** 2 + (_ys - dy) ** 2 <= radius * (radius + 1)
        canvas.foreground[area] = canvas.letter_colors[ord("d")]
        lit = (_xs - x - dx + 1) ** 2 + (_ys - dy + 1) ** 2 <= (radius - 1) * radius
        canvas.foreground[lit] = canvas.letter_colors[ord("l")]
        canvas.foreground[np.asarray(lit & ((_xs * 2 + _ys * 5) % 11 == 0))] = canvas.letter_colors[ord("b")]
    for dx, dy in ((-10, 13), (7, 14), (-3, 8)):
        canvas.choose_building_colors()
        house(canvas, x + dx, dy + 3, 5, 3, 2)
    canvas.add_windows(x - 1, 16, 2, 2, 2, 3)
    canvas.fill(x - 1, base - 3, 3, 4, "k")


def walking_castle(canvas: TownCanvas) -> None:
    """Draw a castle on legs that walks across the land."""
    random, base = canvas.random, canvas.ground_row
    hills(canvas, 1)
    x = random.between(2, 7)
    canvas.choose_building_colors()
    canvas.draw_sprite(WALKER, x, base + 1 - WALKER.shape[0])
    smoke(canvas, x + 13, base - WALKER.shape[0], 2)
    tree(canvas, "conifer", random.between(0, 1), base + 2, 0)
    tree(canvas, "broadleaf", random.between(29, 30), base + 2, 1)
