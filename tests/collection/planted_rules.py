"""Rules that contradict each other, with the lines of the fewest that do, and rules that can be kept.

Every set begins with three lines: name, size and seed. The smallest contradiction is the only one of its size.
"""


def document(size: int, rules: str) -> str:
    """Return a file of rules."""
    return f'name = "Planted"\nsize = {size}\nseed = "planted"\n{rules}'


# Size, rules, and the lines of the smallest set that contradicts itself.
CONTRADICTING: list[tuple[int, str, set[int]]] = [
    # Sums over or under the size.
    (100, '[quota."Palette tier"]\nlegendary = 60\nepic = 41\n', {2, 5, 6}),
    (100, '[quota."Palette tier"]\nlegendary = { max = 30 }\nepic = { max = 30 }\nrare = { max = 39 }\n', {2, 5, 6, 7}),
    (100, "[quota.Colors]\n16 = 101\n", {2, 5}),
    (
        100,
        '[quota."Palette tier"]\nlegendary = { min = 50 }\nepic = { min = 20 }\n[quota."Rarest tier"]\nlegendary = 9\nrare = 92\n',
        {2, 8, 9},
    ),
    (50, "[quota.Town]\n9 = 20\n8 = 20\n7 = 20\n", {2, 5, 6, 7}),
    (1000, "[quota.Symmetry]\nnone = 400\nmirror = 300\npoint = 200\nfourfold = 50\nkaleidoscope = 49\n", {2, 5, 6, 7, 8, 9}),
    # What is excluded is required.
    (100, '[quota.Palette]\n"green phosphor" = 1\n[[forbid]]\nPalette = "green phosphor"\n', {5, 6}),
    (100, '[[forbid]]\n"Rarest tier" = ["legendary", "epic"]\n[quota."Rarest tier"]\nlegendary = 3\nrare = 5\n', {4, 7}),
    (100, "[quota.Town]\n9 = 2\n[[forbid]]\nTown = { min = 7 }\n[[forbid]]\nMix = 1\n", {5, 6}),
    (100, '[[token]]\nhash = "open sesame"\n[[forbid]]\nPalette = "{open sesame: Palette}"\n', {4, 6}),
    (100, '[[forbid]]\n"Palette tier" = "epic"\n[[forbid]]\n"Palette tier" = ["legendary", "rare"]\n', {2, 4, 6}),
    # Requirements that cannot be met.
    (
        100,
        '[[require]]\nif = { Palette = "green phosphor" }\nthen = { Colors = 16 }\n[quota.Palette]\n"green phosphor" = 2\n',
        {4, 8},
    ),
    (100, "[[require]]\nif = { Town = 3 }\nthen = { Text = 7 }\n[quota.Town]\n3 = 1\n", {4, 8}),
    (100, '[[require]]\nif = { Symmetry = "none" }\nthen = { "Symmetric sprites" = 2 }\n[quota.Symmetry]\nnone = 1\n', {4, 8}),
    (
        100,
        '[[require]]\nif = { "Palette tier" = "epic" }\nthen = { Difficulty = "gentle" }\n[quota."Palette tier"]\nepic = 60\n'
        "[quota.Difficulty]\ngentle = 59\n",
        {4, 8, 10},
    ),
    # Uniqueness over too few values.
    (100, 'unique = ["Palette tier"]\n', {2, 4}),
    (100, 'unique = ["Palette"]\n', {2, 4}),
    (100, 'unique = ["Palette tier", "Symmetry"]\n', {2, 4}),
    (20, 'unique = ["Colors"]\n[quota."Palette tier"]\nepic = 5\n', {2, 4}),
    (40, 'unique = ["Palette"]\n[quota.Colors]\n16 = { min = 38 }\n', {4, 6}),
    (9, 'unique = ["Symmetry", "Difficulty"]\n[quota.Symmetry]\nnone = 5\n', {4, 6}),
    # Three that only contradict together.
    (
        100,
        '[[require]]\nif = { "Palette tier" = "epic" }\nthen = { Difficulty = "gentle" }\n[[forbid]]\nDifficulty = "gentle"\n'
        'Symmetry = ["none", "mirror", "point", "fourfold", "kaleidoscope"]\n[quota."Palette tier"]\nepic = 10\n',
        {4, 7, 11},
    ),
    (100, "[quota.Town]\n9 = 50\n[quota.Text]\n9 = 30\n[quota.Geometry]\n9 = 21\n", {2, 5, 7, 9}),
    (
        100,
        '[[require]]\nif = { Town = 4 }\nthen = { Symmetry = "none" }\n[[require]]\nif = { Symmetry = "none" }\n'
        'then = { "Palette tier" = "rare" }\n[[forbid]]\n"Palette tier" = "rare"\nTown = 4\n[quota.Town]\n4 = 3\n',
        {4, 7, 10, 14},
    ),
    (
        30,
        'unique = ["Palette tier", "Symmetry", "Difficulty"]\n[quota."Palette tier"]\nlegendary = 15\n[quota.Symmetry]\nnone = 12\n'
        '[[forbid]]\nDifficulty = "fierce"\nSymmetry = "kaleidoscope"\n'
        '[[forbid]]\n"Palette tier" = "legendary"\nSymmetry = "none"\n',
        {4, 8, 12},
    ),
    # What belongs together by nature.
    (100, '[quota.Difficulty]\ngentle = 3\n[quota."Difficulty score"]\n10 = 4\n', {5, 7}),
    (100, '[quota.Palette]\n"green phosphor" = 30\n[quota.Colors]\n{green phosphor: Colors} = 29\n', {5, 7}),
    (100, '[quota.Rarest]\n"town sky: aurora" = 40\n[quota.Town]\n0 = 61\n', {2, 5, 7}),
    (100, '[quota.Symmetry]\nnone = 70\n[quota."Symmetric sprites"]\n0 = 71\n', {5, 7}),
    (100, "[quota.Town]\n5 = 60\n[quota.Text]\n5 = 41\n", {2, 5, 7}),
]

KEEPABLE: list[tuple[int, str]] = [
    (100, ""),
    (100, '[quota."Palette tier"]\nlegendary = 60\nepic = 40\n'),
    (100, '[quota."Palette tier"]\nlegendary = { max = 30 }\nepic = { max = 30 }\nrare = { max = 40 }\n'),
    (100, "[quota.Colors]\n16 = 100\n"),
    (100, '[quota."Palette tier"]\nlegendary = 0\n'),
    (50, "[quota.Town]\n5 = 10\n4 = 15\n3 = 25\n"),
    (100, "[quota.Symmetry]\nnone = 40\nmirror = 30\npoint = 20\nfourfold = 5\nkaleidoscope = 5\n"),
    (100, '[quota.Palette]\n"green phosphor" = { max = 1 }\n[[forbid]]\nPalette = "green phosphor"\n'),
    (100, '[[forbid]]\n"Rarest tier" = ["rare", "uncommon"]\n[quota."Rarest tier"]\nlegendary = 30\nepic = 70\n'),
    (100, "[quota.Town]\n6 = 2\n[[forbid]]\nTown = { min = 7 }\n[[forbid]]\nMix = 1\n"),
    (100, '[[token]]\nhash = "open sesame"\n[[forbid]]\nPalette = "green phosphor"\n'),
    (100, '[[forbid]]\n"Palette tier" = "epic"\n[[forbid]]\n"Palette tier" = ["legendary"]\n'),
    (100, '[[require]]\nif = { Palette = "green phosphor" }\nthen = { Colors = 16 }\n'),
    (100, "[[require]]\nif = { Town = 3 }\nthen = { Text = 3 }\n[quota.Town]\n3 = 20\n"),
    (100, '[[require]]\nif = { Symmetry = "none" }\nthen = { "Palette tier" = "epic" }\n[quota.Symmetry]\nnone = 50\n'),
    (
        100,
        '[[require]]\nif = { "Palette tier" = "legendary" }\nthen = { Difficulty = "gentle" }\n'
        '[quota."Palette tier"]\nlegendary = 6\n'
        "[quota.Difficulty]\ngentle = 6\n",
    ),
    (3, 'unique = ["Palette tier"]\n'),
    (40, 'unique = ["Palette"]\n'),
    (12, 'unique = ["Palette tier", "Symmetry"]\n'),
    (100, 'unique = ["Palette", "Rarest"]\n'),
    (30, 'unique = ["Palette"]\n[quota.Symmetry]\nmirror = 15\nnone = 15\n'),
    (8, 'unique = ["Symmetry", "Difficulty"]\n[quota.Symmetry]\nnone = 4\n'),
    (100, 'unique = ["Palette", "Town"]\n[quota."Palette tier"]\nlegendary = 20\n[quota.Town]\n3 = 25\n'),
    (100, "[quota.Town]\n5 = 20\n[quota.Text]\n4 = 20\n[quota.Geometry]\n0 = 30\n"),
    (
        100,
        '[[require]]\nif = { Town = 4 }\nthen = { Symmetry = "none" }\n[[require]]\nif = { Symmetry = "none" }\n'
        'then = { "Palette tier" = ["rare", "epic"] }\n[quota.Town]\n4 = 10\n',
    ),
    (100, "[quota.Difficulty]\ngentle = 30\nfair = 40\ndemanding = 20\nfierce = 10\n"),
    (100, '[quota.Difficulty]\ngentle = 4\n[quota."Difficulty score"]\n50 = 4\n'),
    (100, '[quota.Symmetry]\nnone = 60\n[quota."Symmetric sprites"]\n0 = 60\n1 = 40\n'),
    (
        200,
        '[quota."Palette tier"]\nlegendary = 20\n[quota."Rarest tier"]\nepic = 120\n[quota.Symmetry]\nnone = 100\n'
        "[quota.Mix]\n0 = 150\n"
        '[[forbid]]\nColors = { max = 4 }\nSymmetry = "none"\n[[token]]\nhash = "one"\n[[token]]\nhash = "two"\n',
    ),
    (
        100,
        'unique = ["Palette", "Town", "Text"]\n[quota."Palette tier"]\nlegendary = { min = 5, max = 9 }\nepic = { min = 60 }\n'
        "[quota.Difficulty]\ngentle = { max = 10 }\n",
    ),
]
