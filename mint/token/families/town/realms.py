"""Towns one may only dream of: castle, desert, floating islands, space colony, sunken city, tree city, walking castle."""

import numpy as np

from mint.token.families.town.buildings import battlement, box, dome, house, smoke, turret
from mint.token.families.town.land import dunes, hills, peaks
from mint.token.families.town.plants import grove, tree
from mint.token.families.town.sprites import AIRSHIP, BALLOON, CAMEL, DISH, FISH, ROCKET, SUBMARINE, WALKER
from mint.token.families.town.stage import Stage
from mint.token.raster import grids

_ys, _xs = grids()


def castle(stage: Stage) -> None:
    """Crown a hill with walls, pointed turrets and a flag."""
    random, base = stage.random, stage.ground
    peaks(stage)
    x, foot = random.between(13, 18), base - 3
    stage.front[(_ys >= base - 4 + (_xs - x) ** 2 // 40) & (_ys < base)] = stage.ink[ord("M")]
    stage.dress()
    turret(stage, x - 2, stage.ceiling(x - 2, 5, random.between(9, 10)), 5, foot, flag=True)
    turret(stage, x - 9, stage.ceiling(x - 9, 4, random.between(11, 13)), 4, foot + 1)
    turret(stage, x + 5, stage.ceiling(x + 5, 4, random.between(11, 14)), 4, foot + 1, flag=random.chance(1, 2))
    battlement(stage, x - 6, foot - 5, 12, foot + 1)
    stage.panes(x - 5, foot - 4, 2, 2)
    stage.panes(x + 2, foot - 4, 2, 2)
    dome(stage, x, foot, 1, "k")
    stage.fill(x - 1, foot - 1, 3, 2, "k")
    for spot in (random.between(1, 4), random.between(26, 30)):
        tree(stage, "conifer", spot, base + 1, random.below(2))
    tree(stage, "broadleaf", x + random.choice((-11, 11)), base + 2, 1)


def desert(stage: Stage) -> None:
    """Pile clay cubes and domes under a pyramid, among palms and cacti."""
    random, base = stage.random, stage.ground
    dunes(stage)
    x = random.between(1, 5)
    for number in range(3):
        width, height = random.between(6, 8), random.between(5, 9)
        stage.dress()
        box(stage, x, base - height, width, base)
        if number == 1 or random.chance(1, 3):
            dome(stage, x + width // 2, base - height, width // 2 - 1, "r")
        else:
            stage.fill(x - 1, base - height, width + 2, 1, "r")
        stage.panes(x + 1, base - height + 2, (width - 1) // 2, max((height - 2) // 2, 2))
        stage.fill(x + width // 2, base - 2, 1, 2, "k")
        x += width + random.between(-1, 1)
    tree(stage, "palm", random.choice((x + 3, 3)), base + 1, 0)
    tree(stage, "palm", random.between(26, 29), base + 2, random.below(2))
    tree(stage, "cactus", random.between(2, 29), base + 3, random.below(2))
    stage.stand(CAMEL, random.between(5, 26), base + 6)


def floating_islands(stage: Stage) -> None:
    """Hang islands with houses in the air, a bridge between them and an airship or a balloon beside."""
    random = stage.random
    y, x = random.between(18, 20), random.between(9, 11)
    _island(stage, x, y, 9)
    stage.dress()
    house(stage, x - 7, y, 9, 6, 4)
    tree(stage, "broadleaf", x + 5, y, random.below(2))
    top, left = random.between(11, 14), random.between(24, 26)
    _island(stage, left, top + 2, 6)
    stage.dress()
    turret(stage, left - 2, stage.ceiling(left - 2, 3, top - 5), 3, top + 2)
    stage.dress()
    house(stage, left - 5, top + 2, 5, 3, 2)
    tree(stage, "conifer", left + 4, top + 2, 1)
    for step in range(left - 6 - x - 8):
        stage.fill(
            x + 9 + step, y - step * (y - top - 2) // max(left - 15 - x, 1) + (1 if 0 < step < left - 15 - x else 0), 1, 1, "t"
        )
    stage.put(BALLOON if random.chance(1, 2) else AIRSHIP, random.between(0, 6), random.between(1, 4))
    stage.spout = (x - 6, y)


def _island(stage: Stage, x: int, y: int, half: int) -> None:
    """Hang an island with its meadow on rows y and y + 1, tapering below."""
    stage.fill(x - half, y, 2 * half + 1, 1, "l")
    stage.fill(x - half + 1, y + 1, 2 * half - 1, 1, "d")
    for row in range(half - 1):
        reach = half - 2 - row + (row % 3 == 1)
        stage.fill(x - reach, y + 2 + row, 2 * reach + 1, 1, "g")
        stage.fill(x + reach // 3, y + 2 + row, reach - reach // 3 + 1, 1, "G")


def space_colony(stage: Stage) -> None:
    """Set a glass dome full of towers on grey ground, with a rocket or a second dome and a dish beside it."""
    random, base = stage.random, stage.ground
    hills(stage, 4)
    x = random.between(9, 11)
    _bubble(stage, x, base, 10)
    if random.chance(1, 2):
        _bubble(stage, x + 16, base, 5)
        stage.stand(DISH, x + 18, base + 3)
    else:
        stage.stand(ROCKET, random.between(25, 27), base + 1)
    tree(stage, "broadleaf", x + random.between(9, 11), base + 2, 1)


def _bubble(stage: Stage, x: int, base: int, radius: int) -> None:
    """Blow a dome of glass, with a glint on it and towers under it, the tallest in the middle."""
    dome(stage, x, base, radius, "p")
    dome(stage, x, base, radius - 1, "G")
    for left in range(x - radius + 3, x + radius - 3, 4):
        top = base - radius + 1 + abs(left + 1 - x) * 2 // 3 + stage.random.below(3)
        stage.dress()
        box(stage, left, top, 3, base)
        stage.panes(left, top + 1, 2, max((base - top) // 2, 1), 1, 2)
    stage.fill(x - radius // 2 - 1, base - radius * 3 // 4, 2, 1, "p")


def sunken_city(stage: Stage) -> None:
    """Sink domed towers into the sea, with coral, fish and a submarine under the waves."""
    random, base = stage.random, stage.ground
    surface = random.between(11, 13)
    deep = (_ys >= surface + (_xs // 3 + surface) % 2) & (_ys <= base)
    stage.front[deep & (_ys < 32)] = stage.inks.water
    stage.front[deep & (_ys > surface + 5)] = stage.inks.deep
    stage.front[deep & (_ys > surface + 3) & (_ys < surface + 8) & ((_xs + _ys) % 2 == 0)] = stage.inks.deep
    stage.front[surface + 1, :][(_xs[0] % 6) < 3] = stage.inks.glint
    x = random.between(2, 4)
    for _ in range(4):
        width, top = random.between(4, 6), min(surface + random.between(3, 7), base - 5)
        stage.dress()
        box(stage, x, top, width, base)
        dome(stage, x + width // 2, top, width // 2, "r")
        stage.panes(x + 1, top + 1, (width - 1) // 2, (base - top - 1) // 2)
        x += width + random.between(1, 3)
    grove(stage, "coral", 4, base + 2)
    stage.put(FISH, random.between(2, 24), surface + random.between(2, 5))
    stage.put(SUBMARINE if random.chance(1, 2) else FISH, random.between(2, 22), base - random.between(3, 5))


def tree_city(stage: Stage) -> None:
    """Grow one tree as large as a town, with houses in its trunk and crown."""
    random, base = stage.random, stage.ground
    hills(stage, 4)
    x = random.between(20, 22) if stage.body[0] < 16 else random.between(9, 11)
    for row in range(12, base + 1):
        half = 2 + abs(row - 16) // 3
        stage.fill(x - half, row, 2 * half + 1, 1, "t")
    for dx, dy, radius in ((-8, 13, 4), (8, 13, 4), (0, 9, 5), (-4, 13, 4), (5, 14, 3)):
        area = (_xs - x - dx) ** 2 + (_ys - dy) ** 2 <= radius * (radius + 1)
        stage.front[area] = stage.ink[ord("d")]
        lit = (_xs - x - dx + 1) ** 2 + (_ys - dy + 1) ** 2 <= (radius - 1) * radius
        stage.front[lit] = stage.ink[ord("l")]
        stage.front[np.asarray(lit & ((_xs * 2 + _ys * 5) % 11 == 0))] = stage.ink[ord("b")]
    for dx, dy in ((-10, 13), (7, 14), (-3, 8)):
        stage.dress()
        house(stage, x + dx, dy + 3, 5, 3, 2)
    stage.panes(x - 1, 16, 2, 2, 2, 3)
    stage.fill(x - 1, base - 3, 3, 4, "k")


def walking_castle(stage: Stage) -> None:
    """Let a castle of scrap stride over the land."""
    random, base = stage.random, stage.ground
    hills(stage, 1)
    x = random.between(2, 7)
    stage.dress()
    stage.put(WALKER, x, base + 1 - WALKER.shape[0])
    smoke(stage, x + 13, base - WALKER.shape[0], 2)
    tree(stage, "conifer", random.between(0, 1), base + 2, 0)
    tree(stage, "broadleaf", random.between(29, 30), base + 2, 1)
