"""Portraits drawn for tests: small faces with visible labels, in a palette of twelve colours."""

import numpy as np

from mint.training.sprites import TrainingSprites

LABELS = ("hat", "glasses", "gold earring", "beard")
_PALETTE = "1b1b22 3a4f7a 7a3f52 4f7a52 f0c8a0 c08858 7a5038 2a1c18 b0803c e8c840 f4f4ec c03c3c"
_INK, _BACKGROUNDS, _SKINS, _HAIRS, _GOLD, _WHITE, _RED = 0, (1, 2, 3), (4, 5, 6), (7, 8), 9, 10, 11


def portraits(count: int, seed: int = 0) -> TrainingSprites:
    """Draw portraits (count, 16, 16); each has each label with probability 0.5."""
    random = np.random.default_rng(seed)
    truths = random.random((count, len(LABELS))) < 0.5
    palette = tuple((*bytes.fromhex(color), 255) for color in _PALETTE.split())
    return TrainingSprites(
        pixels=np.stack([_portrait(random, *row) for row in truths.tolist()]),
        num_colors=len(palette),
        labels=LABELS,
        sprite_labels=truths,
        palette=palette,
    )


def _portrait(random: np.random.Generator, hat: bool, glasses: bool, earring: bool, beard: bool) -> np.ndarray:
    background, skin, hair = (int(random.choice(colors)) for colors in (_BACKGROUNDS, _SKINS, _HAIRS))
    left, right = 4 - int(random.integers(2)), 11 + int(random.integers(2))
    eyes, mouth = 7 + int(random.integers(2)), 11 + int(random.integers(2))
    picture = np.full((16, 16), background, np.uint8)
    picture[14:, left - 1 : right + 2] = random.choice((_INK, _WHITE, _RED))
    picture[4:14, left : right + 1] = skin
    picture[2:5, left : right + 1] = hair
    picture[4:8, left] = picture[4:8, right] = hair
    picture[eyes, [6, 10]] = _INK
    picture[mouth, 7:10] = _RED
    if beard:
        picture[mouth - 1 : 14, left : right + 1] = hair
        picture[mouth, 7:10] = _RED
    if glasses:
        picture[eyes - 1 : eyes + 2, 5:12] = _INK
        picture[eyes, [6, 10]] = _WHITE
    if hat:
        picture[0:3, left : right + 1] = _RED
        picture[3, left - 2 : right + 3] = _INK
    if earring:
        picture[9:11, left - 1] = _GOLD
    return picture
