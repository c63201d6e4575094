"""Towns one may have walked through: skyline, village, port, lighthouse, windmills, temple, cathedral, factory."""

from mint.token.families.town.buildings import battlement, box, dome, gable, house, smoke, tower, townhouse
from mint.token.families.town.land import hills, peaks, roofline
from mint.token.families.town.plants import grove, tree
from mint.token.families.town.sprites import CRANE, SAIL_SHIP, SHEEP, SNOWMAN, STEAMER, TORII, WINDMILL_SAILS
from mint.token.families.town.stage import Stage


def skyline(stage: Stage) -> None:
    """Build high-rises, one of them the hero, over a paler row of others."""
    random, base = stage.random, stage.ground
    roofline(stage)
    x = random.between(-3, 0)
    while x < 31:
        width = random.between(4, 8)
        stage.dress()
        tower(stage, x, stage.ceiling(x, width, random.between(7, 17)), width, base)
        x += width + random.below(3)
    grove(stage, "broadleaf", 2, base + 1)


def village(stage: Stage) -> None:
    """Build gabled houses below hills, with a steeple and smoke from a chimney."""
    random, base = stage.random, stage.ground
    hills(stage, 6)
    steeple = random.between(5, 26)
    stage.dress()
    _steeple(stage, steeple, base - 1)
    x = random.between(-3, 1)
    for _ in range(4):
        width, walls = random.between(6, 8), random.between(4, 6)
        stage.dress()
        stage.fill(x + 1, base - walls - 5, 2, 4, "s")
        if random.chance(1, 3):
            smoke(stage, x + 1, base - walls - 6, 3)
        house(stage, x, base, width, walls, random.between(3, 4))
        x += width + random.between(1, 3)
    tree(stage, "broadleaf", random.between(1, 30), base + 2, 0)
    tree(stage, "conifer", random.between(1, 30), base + 1, 1)
    stage.stand(SNOWMAN if stage.values["season"] == "winter" else SHEEP, random.between(3, 28), base + 4)


def _steeple(stage: Stage, x: int, base: int) -> None:
    box(stage, x - 2, base - 11, 5, base)
    gable(stage, x - 2, base - 17, 5, 6)
    stage.fill(x, base - 19, 1, 3, "k")
    stage.panes(x, base - 10, 1, 3, 2, 2)


def port(stage: Stage) -> None:
    """Line up stepped gables on a quay, with a ship under sail or steam and a crane."""
    random, base = stage.random, stage.ground
    roofline(stage)
    x = random.between(-2, 0)
    end = random.between(14, 19)
    while x < end:
        width = random.between(5, 6)
        stage.dress()
        townhouse(stage, x, base, width, random.between(6, 11))
        x += width
    tree(stage, "broadleaf", x + 1, base + 1, 2)
    if random.chance(1, 3):
        stage.stand(CRANE, 26, base)
    stage.stand(SAIL_SHIP if random.chance(2, 3) else STEAMER, random.between(25, 28), base + 1)


def lighthouse(stage: Stage) -> None:
    """Raise a striped lighthouse on a rock, its beam across the sky, the keeper's house beside it."""
    random, base = stage.random, stage.ground
    hills(stage, 3)
    x = random.between(7, 10)
    top = random.between(8, 9)
    beam_end = 31
    for step in range(x + 3, beam_end + 1):
        half = (step - x) // 8
        stage.back[max(top - 2 - half, 0) : top - 1 + half, step] = stage.inks.lamp
    dome(stage, x, base + 1, 7, "g")
    stage.fill(x + 2, base - 2, 6, 3, "G")
    for row in range(top, base - 3):
        half = 1 + (row - top) // 6
        letter = "n" if (row - top) // 3 % 2 else "p"
        stage.fill(x - half, row, 2 * half + 1, 1, letter)
        stage.fill(x + half, row, 1, 1, "G")
    for row in range(top + 1, base - 4, 3):
        stage.panes(x, row, 1, 1)
    stage.fill(x - 2, top - 1, 5, 1, "k")
    stage.fill(x - 1, top - 4, 3, 3, "y")
    stage.fill(x - 1, top - 5, 3, 1, "k")
    stage.fill(x, top - 6, 1, 1, "k")
    stage.dress()
    house(stage, x + 9, base, 9, 5, 3)
    tree(stage, "conifer", random.between(27, 30), base + 1, 0)


def windmills(stage: Stage) -> None:
    """Set windmills among rows of tulips."""
    random, base = stage.random, stage.ground
    hills(stage, 3)
    for x, top in ((random.between(6, 9), random.between(10, 12)), (random.between(22, 25), random.between(12, 14))):
        stage.dress()
        for row in range(top, base):
            half = 2 + (row - top) // 4
            stage.fill(x - half, row, 2 * half + 1, 1, "w")
            stage.fill(x + 1, row, half, 1, "s")
        dome(stage, x, top + 1, 2, "r")
        stage.panes(x - 2, base - 6, 2, 3)
        sails = random.choice(WINDMILL_SAILS)
        stage.put(sails, x - sails.shape[1] // 2, top - sails.shape[0] // 2)
    stage.dress()
    house(stage, random.between(11, 14), base, 7, 4, 3)
    tree(stage, "broadleaf", random.choice((2, 29)), base + 1, 1)


def temple(stage: Stage) -> None:
    """Stack a pagoda's roofs before mountains, with a gate and blossoming trees."""
    random, base = stage.random, stage.ground
    peaks(stage)
    x, tiers = random.between(8, 12), random.between(3, 4)
    stage.dress()
    for tier in range(tiers):
        y, half = base - 5 * tier, 6 - tier
        box(stage, x - half + 2, y - 4, 2 * half - 3, y)
        stage.panes(x - half + 3, y - 2, half - 2, 1)
        stage.fill(x - half + 1, y - 5, 2 * half - 1, 1, "r")
        stage.fill(x - half, y - 4, 2 * half + 1, 1, "r")
        stage.fill(x - half - 1, y - 5, 1, 1, "r")
        stage.fill(x + half + 1, y - 5, 1, 1, "R")
        stage.fill(x + half - 1, y - 4, 2, 1, "R")
    stage.fill(x, base - 5 * tiers - 3, 1, 3, "k")
    stage.ink[ord("r")] = stage.inks.neon
    stage.stand(TORII, random.between(22, 26), base + 2)
    tree(stage, "broadleaf", random.between(28, 31), base, 0)
    tree(stage, "broadleaf", random.between(0, 2), base + 1, 0)


def cathedral(stage: Stage) -> None:
    """Build a twin-spired front with a rose window above low roofs."""
    random, base = stage.random, stage.ground
    hills(stage, 4)
    for x in (-2, 5, 19, 26):
        stage.dress()
        house(stage, x + random.below(2), base, 7, random.between(3, 5), 3)
    x = random.between(13, 18)
    stage.dress()
    box(stage, x - 4, base - 11, 9, base)
    gable(stage, x - 2, base - 14, 5, 3)
    for left in (x - 7, x + 4):
        box(stage, left, base - 12, 4, base)
        gable(stage, left, base - 19, 4, 7)
        stage.fill(left + 1, base - 21, 1, 3, "k")
        stage.panes(left + 1, base - 12, 1, 4, 2, 3)
    for dx, dy in ((0, -9), (-1, -8), (1, -8), (0, -7), (-2, -8), (2, -8)):
        stage.panes(x + dx, base + dy, 1, 1)
    stage.panes(x - 2, base - 5, 3, 1)
    dome(stage, x, base, 1, "k")
    stage.fill(x - 1, base - 2, 3, 2, "k")
    tree(stage, "broadleaf", random.between(1, 4), base + 2, 1)
    tree(stage, "broadleaf", random.between(27, 30), base + 2, 0)


def factory(stage: Stage) -> None:
    """Build sawtooth halls under smoking chimneys."""
    random, base = stage.random, stage.ground
    roofline(stage)
    for x, top in ((random.between(4, 6), random.between(8, 10)), (random.between(12, 14), random.between(6, 9))):
        stage.wear(random.below(8))
        box(stage, x, top, 3, base)
        stage.fill(x - 1, top, 5, 1, "r")
        stage.fill(x, top + 3, 3, 1, "n")
        smoke(stage, x + 1, top - 1, 4)
    stage.dress()
    left = random.between(-3, 1)
    for hall in range(4):
        x = left + hall * 7
        box(stage, x, base - 7, 7, base)
        for row in range(4):
            stage.fill(x, base - 11 + row, 2 * row + 1, 1, "r")
        stage.panes(x + 1, base - 5, 3, 2, 2, 3)
    stage.dress()
    battlement(stage, 25, base - 4, 7, base)
    tree(stage, "conifer", random.between(25, 30), base + 2, random.below(2))
