"""Everyday scenes: skyline, village, port, lighthouse, windmills, temple, cathedral, factory."""

from mint.token.families.town.buildings import battlement, box, dome, gable, house, smoke, tower, townhouse
from mint.token.families.town.canvas import TownCanvas
from mint.token.families.town.horizon import hills, peaks, roofline
from mint.token.families.town.sprites import CRANE, SAIL_SHIP, SHEEP, SNOWMAN, STEAMER, TORII, WINDMILL_SAILS
from mint.token.families.town.trees import grove, tree


def skyline(canvas: TownCanvas) -> None:
    """Draw high-rises in front of a distant row of buildings."""
    random, base = canvas.random, canvas.ground_row
    roofline(canvas)
    x = random.between(-3, 0)
    while x < 31:
        width = random.between(4, 8)
        canvas.choose_building_colors()
        tower(canvas, x, canvas.top_limit(x, width, random.between(7, 17)), width, base)
        x += width + random.below(3)
    grove(canvas, "broadleaf", 2, base + 1)


def village(canvas: TownCanvas) -> None:
    """Draw gabled houses below hills, with a steeple and smoke from chimneys."""
    random, base = canvas.random, canvas.ground_row
    hills(canvas, 6)
    steeple = random.between(5, 26)
    canvas.choose_building_colors()
    _steeple(canvas, steeple, base - 1)
    x = random.between(-3, 1)
    for _ in range(4):
        width, walls = random.between(6, 8), random.between(4, 6)
        canvas.choose_building_colors()
        canvas.fill(x + 1, base - walls - 5, 2, 4, "s")
        if random.chance(1, 3):
            smoke(canvas, x + 1, base - walls - 6, 3)
        house(canvas, x, base, width, walls, random.between(3, 4))
        x += width + random.between(1, 3)
    tree(canvas, "broadleaf", random.between(1, 30), base + 2, 0)
    tree(canvas, "conifer", random.between(1, 30), base + 1, 1)
    canvas.stand_sprite(SNOWMAN if canvas.values["season"] == "winter" else SHEEP, random.between(3, 28), base + 4)


def _steeple(canvas: TownCanvas, x: int, base: int) -> None:
    box(canvas, x - 2, base - 11, 5, base)
    gable(canvas, x - 2, base - 17, 5, 6)
    canvas.fill(x, base - 19, 1, 3, "k")
    canvas.add_windows(x, base - 10, 1, 3, 2, 2)


def port(canvas: TownCanvas) -> None:
    """Draw stepped gables on a quay, with a sailing ship or steamer and perhaps a crane."""
    random, base = canvas.random, canvas.ground_row
    roofline(canvas)
    x = random.between(-2, 0)
    end = random.between(14, 19)
    while x < end:
        width = random.between(5, 6)
        canvas.choose_building_colors()
        townhouse(canvas, x, base, width, random.between(6, 11))
        x += width
    tree(canvas, "broadleaf", x + 1, base + 1, 2)
    if random.chance(1, 3):
        canvas.stand_sprite(CRANE, 26, base)
    canvas.stand_sprite(SAIL_SHIP if random.chance(2, 3) else STEAMER, random.between(25, 28), base + 1)


def lighthouse(canvas: TownCanvas) -> None:
    """Draw a striped lighthouse on a rock with a beam across the sky and the keeper's house."""
    random, base = canvas.random, canvas.ground_row
    hills(canvas, 3)
    x = random.between(7, 10)
    top = random.between(8, 9)
    beam_end = 31
    for step in range(x + 3, beam_end + 1):
        half = (step - x) // 8
        canvas.background[max(top - 2 - half, 0) : top - 1 + half, step] = canvas.colors.lamp
    dome(canvas, x, base + 1, 7, "g")
    canvas.fill(x + 2, base - 2, 6, 3, "G")
    for row in range(top, base - 3):
        half = 1 + (row - top) // 6
        letter = "n" if (row - top) // 3 % 2 else "p"
        canvas.fill(x - half, row, 2 * half + 1, 1, letter)
        canvas.fill(x + half, row, 1, 1, "G")
    for row in range(top + 1, base - 4, 3):
        canvas.add_windows(x, row, 1, 1)
    canvas.fill(x - 2, top - 1, 5, 1, "k")
    canvas.fill(x - 1, top - 4, 3, 3, "y")
    canvas.fill(x - 1, top - 5, 3, 1, "k")
    canvas.fill(x, top - 6, 1, 1, "k")
    canvas.choose_building_colors()
    house(canvas, x + 9, base, 9, 5, 3)
    tree(canvas, "conifer", random.between(27, 30), base + 1, 0)


def windmills(canvas: TownCanvas) -> None:
    """Draw two windmills and a house."""
    random, base = canvas.random, canvas.ground_row
    hills(canvas, 3)
    for x, top in ((random.between(6, 9), random.between(10, 12)), (random.between(22, 25), random.between(12, 14))):
        canvas.choose_building_colors()
        for row in range(top, base):
            half = 2 + (row - top) // 4
            canvas.fill(x - half, row, 2 * half + 1, 1, "w")
            canvas.fill(x + 1, row, half, 1, "s")
        dome(canvas, x, top + 1, 2, "r")
        canvas.add_windows(x - 2, base - 6, 2, 3)
        sails = random.choice(WINDMILL_SAILS)
        canvas.draw_sprite(sails, x - sails.shape[1] // 2, top - sails.shape[0] // 2)
    canvas.choose_building_colors()
    house(canvas, random.between(11, 14), base, 7, 4, 3)
    tree(canvas, "broadleaf", random.choice((2, 29)), base + 1, 1)


def temple(canvas: TownCanvas) -> None:
    """Draw a pagoda in front of mountains, with a gate and trees."""
    random, base = canvas.random, canvas.ground_row
    peaks(canvas)
    x, tiers = random.between(8, 12), random.between(3, 4)
    canvas.choose_building_colors()
    for tier in range(tiers):
        y, half = base - 5 * tier, 6 - tier
        box(canvas, x - half + 2, y - 4, 2 * half - 3, y)
        canvas.add_windows(x - half + 3, y - 2, half - 2, 1)
        canvas.fill(x - half + 1, y - 5, 2 * half - 1, 1, "r")
        canvas.fill(x - half, y - 4, 2 * half + 1, 1, "r")
        canvas.fill(x - half - 1, y - 5, 1, 1, "r")
        canvas.fill(x + half + 1, y - 5, 1, 1, "R")
        canvas.fill(x + half - 1, y - 4, 2, 1, "R")
    canvas.fill(x, base - 5 * tiers - 3, 1, 3, "k")
    canvas.letter_colors[ord("r")] = canvas.colors.neon
    canvas.stand_sprite(TORII, random.between(22, 26), base + 2)
    tree(canvas, "broadleaf", random.between(28, 31), base, 0)
    tree(canvas, "broadleaf", random.between(0, 2), base + 1, 0)


def cathedral(canvas: TownCanvas) -> None:
    """Draw a twin-spired facade with a rose window above low roofs."""
    random, base = canvas.random, canvas.ground_row
    hills(canvas, 4)
    for x in (-2, 5, 19, 26):
        canvas.choose_building_colors()
        house(canvas, x + random.below(2), base, 7, random.between(3, 5), 3)
    x = random.between(13, 18)
    canvas.choose_building_colors()
    box(canvas, x - 4, base - 11, 9, base)
    gable(canvas, x - 2, base - 14, 5, 3)
    for left in (x - 7, x + 4):
        box(canvas, left, base - 12, 4, base)
        gable(canvas, left, base - 19, 4, 7)
        canvas.fill(left + 1, base - 21, 1, 3, "k")
        canvas.add_windows(left + 1, base - 12, 1, 4, 2, 3)
    for dx, dy in ((0, -9), (-1, -8), (1, -8), (0, -7), (-2, -8), (2, -8)):
        canvas.add_windows(x + dx, base + dy, 1, 1)
    canvas.add_windows(x - 2, base - 5, 3, 1)
    dome(canvas, x, base, 1, "k")
    canvas.fill(x - 1, base - 2, 3, 2, "k")
    tree(canvas, "broadleaf", random.between(1, 4), base + 2, 1)
    tree(canvas, "broadleaf", random.between(27, 30), base + 2, 0)


def factory(canvas: TownCanvas) -> None:
    """Draw sawtooth halls under smoking chimneys."""
    random, base = canvas.random, canvas.ground_row
    roofline(canvas)
    for x, top in ((random.between(4, 6), random.between(8, 10)), (random.between(12, 14), random.between(6, 9))):
        canvas.use_walls(random.below(8))
        box(canvas, x, top, 3, base)
        canvas.fill(x - 1, top, 5, 1, "r")
        canvas.fill(x, top + 3, 3, 1, "n")
        smoke(canvas, x + 1, top - 1, 4)
    canvas.choose_building_colors()
    left = random.between(-3, 1)
    for hall in range(4):
        x = left + hall * 7
        box(canvas, x, base - 7, 7, base)
        for row in range(4):
            canvas.fill(x, base - 11 + row, 2 * row + 1, 1, "r")
        canvas.add_windows(x + 1, base - 5, 3, 2, 2, 3)
    canvas.choose_building_colors()
    battlement(canvas, 25, base - 4, 7, base)
    tree(canvas, "conifer", random.between(25, 30), base + 2, random.below(2))
