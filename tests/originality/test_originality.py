"""Pictures are named for what they are: planted copies, collages and new drawings, and tiles cut from originals."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mint.token.folder import mint_token
from mint.token.hash import parse_hash
from tests.forbidden import forbid
from tests.originality.planted import fresh_drawings, plant, plant_moved, sprites_of
from viewer.errors import PictureError
from viewer.originality.comparison import (
    SYMMETRIES,
    Placement,
    agreement,
    codes,
    detail,
    differences,
    num_forms,
    placed,
    recoloured,
    transformed,
)
from viewer.originality.original_dreams import sprites_beside
from viewer.originality.originals import Originals, windows
from viewer.originality.verdict import MIN_FORMS

OTHERS = ("harbour", "lighthouse", "sunrise")


@pytest.mark.parametrize("text", ["moonrise", "open sesame"])
def test_planted_pictures_are_named_rightly(text: str) -> None:
    sprites, rgba = sprites_of(text)
    planted = plant(sprites, fresh_drawings(rgba, OTHERS), len(rgba), 200, seed=1)
    findings = Originals(sprites).judge(np.stack([each.pixels for each in planted]))
    wrong = Counter((each.kind, finding.kind) for each, finding in zip(planted, findings, strict=True) if each.kind != finding.kind)
    assert wrong.total() <= 0.05 * len(planted), wrong
    for each, finding in zip(planted, findings, strict=True):
        if each.kind == finding.kind and each.kind != "new":
            assert {source.placement.original for source in finding.sources} & each.sources, (each.kind, finding)


@pytest.mark.parametrize("text", ["moonrise", "open sesame"])
def test_what_is_turned_or_moved_in_other_colours_is_a_recoloured_copy(text: str) -> None:
    sprites, rgba = sprites_of(text)
    measure = Originals(sprites)
    planted = plant_moved(sprites, len(rgba), 200, seed=1)
    findings = measure.judge(np.stack([each.pixels for each in planted]))
    wrong = Counter(finding.kind for finding in findings if finding.kind != "recoloured copy")
    assert wrong.total() <= 0.05 * len(planted), wrong
    for each, finding in zip(planted, findings, strict=True):
        if finding.kind == "recoloured copy":
            assert finding.sources[0].placement.original in each.sources
    moved = sum(finding.sources[0].placement[2:] != (0, 0) for finding in findings)
    assert 110 <= moved <= 140  # Two of three are.
    fresh = measure.judge(fresh_drawings(rgba, tuple(f"other {number}" for number in range(23)))[:200])
    assert sum(finding.is_copy for finding in fresh) <= 0.05 * 200


def test_any_disc_is_another_one_elsewhere_in_other_colours_and_no_copy_of_it() -> None:
    y, x = np.mgrid[:32, :32]
    disc, other = (((y - top) ** 2 + (x - left) ** 2 < 90).astype(np.uint8) for top, left in ((13, 13), (18, 17)))
    ring = disc + ((y - 13) ** 2 + (x - 13) ** 2 < 30)
    originals = np.stack([disc, ring.astype(np.uint8)])
    pictures = np.stack([other * 3 + 4, np.array([6, 7, 8], np.uint8)[np.roll(originals[1], (4, 3), (0, 1))]])
    assert [finding.kind for finding in Originals(originals).judge(pictures)] == ["new", "new"]


def test_a_copy_in_its_own_colours_is_not_called_recoloured() -> None:
    sprites, _ = sprites_of("moonrise")
    moved = np.stack([np.roll(sprites[n], (n, -3), (0, 1)) for n in range(1, 8)])
    assert {finding.kind for finding in Originals(sprites).judge(moved)} == {"shifted copy"}


def test_forms_are_counted_whatever_the_colours_and_the_way_up() -> None:
    sprites, _ = sprites_of("moonrise")
    count = num_forms(sprites[4])
    assert {num_forms(transformed(sprites[4] + 3, symmetry)) for symmetry in range(8)} == {count}
    assert count > MIN_FORMS
    assert num_forms(np.zeros((8, 8), np.uint8)) == 0
    corner = np.zeros((8, 8), np.uint8)
    corner[:4, :4] = 1
    # Of three places of a straight edge two are each other's mirror images; of nine of a corner three are.
    assert num_forms(corner) == 2 + 6


def test_a_collage_tells_which_original_gave_which_region() -> None:
    sprites, _ = sprites_of("moonrise")
    left = np.arange(32)[None, :] < 16
    (finding,) = Originals(sprites).judge(np.where(left, sprites[4], sprites[6])[None])
    assert finding.kind == "collage"
    originals = {source.placement.original: number for number, source in enumerate(finding.sources)}
    assert set(originals) == {4, 6}
    # What both have, sky for instance, may be said of either.
    assert (finding.regions[:, :15] == originals[4]).mean() > 0.85
    assert (finding.regions[:, 17:] == originals[6]).mean() > 0.85


def test_an_altered_copy_is_none_of_the_others() -> None:
    sprites, _ = sprites_of("moonrise")
    picture = sprites[5].copy()
    picture[26:30, 4:12] = np.random.default_rng(0).integers(0, 16, (4, 8))
    (finding,) = Originals(sprites).judge(picture[None])
    assert finding.kind == "altered copy"
    assert finding.is_copy


def test_originals_among_themselves_are_no_copies_and_never_compared_with_themselves() -> None:
    sprites, _ = sprites_of("moonrise")
    findings = Originals(sprites).judge(sprites, np.arange(len(sprites)))
    assert all(finding.nearest != number and not finding.is_copy for number, finding in enumerate(findings))
    twins = np.concatenate([sprites[:3], sprites[:1]])
    assert [finding.kind for finding in Originals(twins).judge(twins, np.arange(4))][::3] == ["exact copy", "exact copy"]


def test_nothing_is_near_two_originals_at_once() -> None:
    sprites, _ = sprites_of("moonrise")
    frame = sprites[5].copy()
    frame[20, 4:16] = (frame[20, 4:16] + 1) % 16  # The next picture of an animation: 12 pixels, under 2 %.
    between = sprites[5].copy()
    between[20, 4:10] = frame[20, 4:10]
    findings = Originals(np.stack([sprites[5], frame])).judge(np.stack([between, sprites[5]]))
    assert [finding.kind for finding in findings][1] == "exact copy"
    assert findings[0].kind != "near copy"


def test_flat_pictures_have_nothing_in_common_but_their_colour() -> None:
    sprites = np.zeros((2, 32, 32), np.uint8)
    sprites[0, 4:8, 4:8], sprites[1, 24:28, 20:26] = 1, 2
    picture = np.zeros((1, 32, 32), np.uint8)
    picture[0, 10:14, 12:20] = 3
    picture[0, 11:13, 14:18] = 2
    assert not any(finding.kind in ("shifted copy", "recoloured copy") for finding in Originals(sprites).judge(picture))


def test_tiles_are_compared_with_all_windows() -> None:
    sprites, _ = sprites_of("moonrise")
    measure = Originals(windows(sprites, (16, 16)), overlapping=True)
    tiles = np.stack([sprites[4, 9:25, 3:19], transformed(sprites[5, 8:24, 11:27], 1), sprites[6, :16, :16]])
    tiles[2] = np.random.default_rng(1).integers(0, 16, (16, 16))
    assert [finding.kind for finding in measure.judge(tiles)] == ["exact copy", "flipped copy", "new"]


def test_what_is_asked_of_one_is_answered_whatever_the_others() -> None:
    sprites, rgba = sprites_of("moonrise")
    pixels = np.stack([each.pixels for each in plant(sprites, fresh_drawings(rgba, OTHERS[:1]), 16, 14, seed=3)])
    measure = Originals(sprites)
    together = [(finding.kind, finding.sources) for finding in measure.judge(pixels)]
    assert together == [(finding.kind, finding.sources) for pixel in pixels for finding in measure.judge(pixel[None])]


def test_many_originals_are_compared_in_blocks() -> None:
    random = np.random.default_rng(0)
    originals = random.integers(0, 8, (1100, 8, 8), dtype=np.uint8).repeat(2, axis=1).repeat(2, axis=2)
    pictures = np.stack([originals[3], originals[700][:, ::-1], np.roll(originals[1099], 3, axis=1)])
    findings = Originals(originals).judge(pictures)
    assert [(f.kind, f.sources[0].placement.original) for f in findings] == [
        ("exact copy", 3),
        ("flipped copy", 700),
        ("shifted copy", 1099),
    ]


@pytest.mark.parametrize(
    ("pictures", "own", "sentence"),
    [
        (
            np.zeros((1, 8, 9), np.uint8),
            None,
            "pictures of 9x8 cannot be compared with originals of 8x8; give pictures of that size",
        ),
        (np.zeros((1, 8, 8), np.uint8), np.zeros(1, np.int64), "1 original is too few to compare with others; give at least 2"),
    ],
)
def test_what_cannot_be_compared_is_told(pictures: np.ndarray, own: np.ndarray | None, sentence: str) -> None:
    with pytest.raises(PictureError) as caught:
        Originals(np.zeros((1, 8, 8), np.uint8)).judge(pictures, own)
    assert str(caught.value) == sentence


def test_sprites_that_may_not_be_read_are_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = mint_token(parse_hash("open sesame"), tmp_path)
    forbid(monkeypatch, Image, "open", "0.png")
    with pytest.raises(
        PictureError, match=r"^the sprites of .* cannot be read: Permission denied; see that this user may read them$"
    ):
        sprites_beside(folder, ())


@pytest.mark.parametrize("symmetry", range(len(SYMMETRIES)))
def test_a_placement_puts_an_original_where_it_says(symmetry: int) -> None:
    original = np.arange(16, dtype=np.uint8).reshape(4, 4)
    laid = placed(original, Placement(0, symmetry, 1, -2), (4, 4))
    assert (laid[0] == -1).all()
    assert (laid[:, 2:] == -1).all()
    assert (laid[1:, :2] == transformed(original, symmetry)[:3, 2:]).all()


def test_the_symmetries_are_eight_different_ones() -> None:
    original = np.arange(9, dtype=np.uint8).reshape(3, 3)
    assert len({transformed(original, symmetry).tobytes() for symmetry in range(8)}) == 8
    assert (transformed(original, 6) == np.rot90(original, -1)).all()
    assert (transformed(original, 5) == np.rot90(original)).all()


pictures = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).integers(0, 4, (3, 7, 9), dtype=np.uint8))


@settings(max_examples=50, deadline=None)
@given(pictures, st.integers(0, 2**32 - 1))
def test_measures_are_what_their_definitions_say(pixels: np.ndarray, seed: int) -> None:
    assert differences(pixels, pixels) == pytest.approx(np.array([[(a != b).mean() for b in pixels] for a in pixels]), abs=1e-6)
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)), mode="edge")
    around = [padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]]
    assert (detail(pixels) == np.any([pixels != each for each in around], axis=0)).all()
    table = np.random.default_rng(seed).permutation(4).astype(np.uint8)
    assert (recoloured(table[pixels[0]], pixels[0].astype(np.int16)) == table[pixels[0]]).mean() > 0.8
    blocks = [pixels[n, y : y + 3, x : x + 3].tobytes() for n in range(3) for y in range(5) for x in range(7)]
    assert len(set(blocks)) == len(np.unique(codes(pixels)))
    given_by = agreement(pixels[0], np.stack([pixels[0], pixels[1]]).astype(np.int16))
    assert given_by[0].all()
    assert (pixels[0] == pixels[1])[given_by[1]].all()
