"""Verdicts on pictures whose kind is known: copies, collages and new drawings, and tiles cut from originals."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mint.token.folder import mint_token
from mint.token.hash import parse_hash
from tests.forbidden import forbid
from tests.originality.labelled_pictures import labelled_pictures, moved_copies, recoloured_collages, sprites_in_palette, sprites_of
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
def test_labelled_pictures_get_their_kind(text: str) -> None:
    sprites, rgba = sprites_of(text)
    labelled = labelled_pictures(sprites, sprites_in_palette(rgba, OTHERS), len(rgba), 200, seed=1)
    verdicts = Originals(sprites).classify(np.stack([example.pixels for example in labelled]))
    mismatches = Counter(
        (example.kind, verdict.kind) for example, verdict in zip(labelled, verdicts, strict=True) if example.kind != verdict.kind
    )
    assert mismatches.total() <= 0.05 * len(labelled), mismatches
    for example, verdict in zip(labelled, verdicts, strict=True):
        if example.kind == verdict.kind and example.kind != "new":
            assert {source.placement.original for source in verdict.sources} & example.sources, (example.kind, verdict)


@pytest.mark.parametrize("text", ["moonrise", "open sesame"])
def test_a_turned_or_moved_copy_in_other_colours_is_a_recoloured_copy(text: str) -> None:
    sprites, rgba = sprites_of(text)
    originals = Originals(sprites)
    labelled = moved_copies(sprites, len(rgba), 200, seed=1)
    verdicts = originals.classify(np.stack([example.pixels for example in labelled]))
    mismatches = Counter(verdict.kind for verdict in verdicts if verdict.kind != "recoloured copy")
    assert mismatches.total() <= 0.05 * len(labelled), mismatches
    for example, verdict in zip(labelled, verdicts, strict=True):
        if verdict.kind == "recoloured copy":
            assert verdict.sources[0].placement.original in example.sources
    moved = sum(verdict.sources[0].placement[2:] != (0, 0) for verdict in verdicts)
    assert 110 <= moved <= 140  # two of three are
    new = originals.classify(sprites_in_palette(rgba, tuple(f"other {number}" for number in range(23)))[:200])
    assert sum(verdict.is_copy for verdict in new) <= 0.05 * 200


@pytest.mark.parametrize("text", ["moonrise", "open sesame", "harbour"])
def test_recoloured_regions_of_a_collage_are_named(text: str) -> None:
    sprites, rgba = sprites_of(text)
    originals = Originals(sprites)
    labelled = recoloured_collages(sprites, len(rgba), 90, seed=1)
    verdicts = originals.classify(np.stack([example.pixels for example in labelled]))
    num_named = 0
    for example, verdict in zip(labelled, verdicts, strict=True):
        named = {source.placement.original for source in verdict.sources if source.is_recoloured}
        assert named <= example.sources
        num_named += verdict.kind == "collage" and bool(named)
    assert num_named >= 0.95 * len(labelled)
    new = originals.classify(sprites_in_palette(rgba, tuple(f"other {number}" for number in range(12)))[:100])
    assert sum(source.is_recoloured for verdict in new for source in verdict.sources) <= 2


def test_a_region_in_its_own_colours_is_not_called_recoloured() -> None:
    sprites, _ = sprites_of("moonrise")
    left = np.arange(32)[None, :] < 16
    (verdict,) = Originals(sprites).classify(np.where(left, sprites[4], sprites[6])[None])
    assert [source.is_recoloured for source in verdict.sources] == [False] * len(verdict.sources)
    table = np.roll(np.arange(16, dtype=np.uint8), 5)
    (verdict,) = Originals(sprites).classify(np.where(left, sprites[4], table[sprites[6]])[None])
    assert {(source.placement.original, source.is_recoloured) for source in verdict.sources} == {(4, False), (6, True)}


def test_simple_shapes_in_other_colours_and_places_are_not_copies() -> None:
    y, x = np.mgrid[:32, :32]
    disc, other = (((y - top) ** 2 + (x - left) ** 2 < 90).astype(np.uint8) for top, left in ((13, 13), (18, 17)))
    ring = disc + ((y - 13) ** 2 + (x - 13) ** 2 < 30)
    originals = np.stack([disc, ring.astype(np.uint8)])
    pictures = np.stack([other * 3 + 4, np.array([6, 7, 8], np.uint8)[np.roll(originals[1], (4, 3), (0, 1))]])
    assert [verdict.kind for verdict in Originals(originals).classify(pictures)] == ["new", "new"]


def test_a_copy_in_its_own_colours_is_not_called_recoloured() -> None:
    sprites, _ = sprites_of("moonrise")
    moved = np.stack([np.roll(sprites[n], (n, -3), (0, 1)) for n in range(1, 8)])
    assert {verdict.kind for verdict in Originals(sprites).classify(moved)} == {"shifted copy"}


def test_the_number_of_forms_does_not_depend_on_colours_and_symmetry() -> None:
    sprites, _ = sprites_of("moonrise")
    count = num_forms(sprites[4])
    assert {num_forms(transformed(sprites[4] + 3, symmetry)) for symmetry in range(8)} == {count}
    assert count > MIN_FORMS
    assert num_forms(np.zeros((8, 8), np.uint8)) == 0
    corner = np.zeros((8, 8), np.uint8)
    corner[:4, :4] = 1
    # Of the three positions of a straight edge, one mirrors another; of the nine positions of a corner, three do.
    assert num_forms(corner) == 2 + 6


def test_a_collage_has_the_source_of_each_region() -> None:
    sprites, _ = sprites_of("moonrise")
    left = np.arange(32)[None, :] < 16
    (verdict,) = Originals(sprites).classify(np.where(left, sprites[4], sprites[6])[None])
    assert verdict.kind == "collage"
    source_numbers = {source.placement.original: number for number, source in enumerate(verdict.sources)}
    assert set(source_numbers) == {4, 6}
    # A region that both have, such as sky, may be attributed to either.
    assert (verdict.regions[:, :15] == source_numbers[4]).mean() > 0.85
    assert (verdict.regions[:, 17:] == source_numbers[6]).mean() > 0.85


def test_a_copy_with_a_changed_area_is_an_altered_copy() -> None:
    sprites, _ = sprites_of("moonrise")
    picture = sprites[5].copy()
    picture[26:30, 4:12] = np.random.default_rng(0).integers(0, 16, (4, 8))
    (verdict,) = Originals(sprites).classify(picture[None])
    assert verdict.kind == "altered copy"
    assert verdict.is_copy


def test_originals_are_not_compared_with_themselves() -> None:
    sprites, _ = sprites_of("moonrise")
    verdicts = Originals(sprites).classify(sprites, np.arange(len(sprites)))
    assert all(verdict.nearest != number and not verdict.is_copy for number, verdict in enumerate(verdicts))
    twins = np.concatenate([sprites[:3], sprites[:1]])
    assert [verdict.kind for verdict in Originals(twins).classify(twins, np.arange(4))][::3] == ["exact copy", "exact copy"]


def test_no_picture_is_a_near_copy_of_two_originals() -> None:
    sprites, _ = sprites_of("moonrise")
    frame = sprites[5].copy()
    frame[20, 4:16] = (frame[20, 4:16] + 1) % 16  # The next frame of an animation: 12 pixels, under 2 %.
    between = sprites[5].copy()
    between[20, 4:10] = frame[20, 4:10]
    verdicts = Originals(np.stack([sprites[5], frame])).classify(np.stack([between, sprites[5]]))
    assert [verdict.kind for verdict in verdicts][1] == "exact copy"
    assert verdicts[0].kind != "near copy"


def test_a_common_background_is_no_evidence_of_copying() -> None:
    sprites = np.zeros((2, 32, 32), np.uint8)
    sprites[0, 4:8, 4:8], sprites[1, 24:28, 20:26] = 1, 2
    picture = np.zeros((1, 32, 32), np.uint8)
    picture[0, 10:14, 12:20] = 3
    picture[0, 11:13, 14:18] = 2
    assert not any(verdict.kind in ("shifted copy", "recoloured copy") for verdict in Originals(sprites).classify(picture))


def test_tiles_are_compared_with_all_windows() -> None:
    sprites, _ = sprites_of("moonrise")
    originals = Originals(windows(sprites, (16, 16)), overlapping=True)
    tiles = np.stack([sprites[4, 9:25, 3:19], transformed(sprites[5, 8:24, 11:27], 1), sprites[6, :16, :16]])
    tiles[2] = np.random.default_rng(1).integers(0, 16, (16, 16))
    assert [verdict.kind for verdict in originals.classify(tiles)] == ["exact copy", "flipped copy", "new"]


def test_a_verdict_does_not_depend_on_the_other_pictures() -> None:
    sprites, rgba = sprites_of("moonrise")
    pixels = np.stack(
        [example.pixels for example in labelled_pictures(sprites, sprites_in_palette(rgba, OTHERS[:1]), 16, 14, seed=3)]
    )
    originals = Originals(sprites)
    together = [(verdict.kind, verdict.sources) for verdict in originals.classify(pixels)]
    assert together == [(verdict.kind, verdict.sources) for pixel in pixels for verdict in originals.classify(pixel[None])]


def test_many_originals_are_compared_in_blocks() -> None:
    random = np.random.default_rng(0)
    originals = random.integers(0, 8, (1100, 8, 8), dtype=np.uint8).repeat(2, axis=1).repeat(2, axis=2)
    pictures = np.stack([originals[3], originals[700][:, ::-1], np.roll(originals[1099], 3, axis=1)])
    verdicts = Originals(originals).classify(pictures)
    assert [(verdict.kind, verdict.sources[0].placement.original) for verdict in verdicts] == [
        ("exact copy", 3),
        ("flipped copy", 700),
        ("shifted copy", 1099),
    ]


@pytest.mark.parametrize(
    ("pictures", "own", "message"),
    [
        (
            np.zeros((1, 8, 9), np.uint8),
            None,
            "pictures of 9x8 cannot be compared with originals of 8x8; give pictures of that size",
        ),
        (np.zeros((1, 8, 8), np.uint8), np.zeros(1, np.int64), "1 original is too few to compare with others; give at least 2"),
    ],
)
def test_pictures_that_cannot_be_compared_are_refused(
    pictures: NDArray[np.uint8], own: NDArray[np.int64] | None, message: str
) -> None:
    with pytest.raises(PictureError) as caught:
        Originals(np.zeros((1, 8, 8), np.uint8)).classify(pictures, own)
    assert str(caught.value) == message


def test_sprites_without_read_permission_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = mint_token(parse_hash("open sesame"), tmp_path)
    forbid(monkeypatch, os, "open", "0.png")
    with pytest.raises(
        PictureError, match=r"^the sprites of .* cannot be read: Permission denied; see that this user may read them$"
    ):
        sprites_beside(folder, ())


@pytest.mark.parametrize("symmetry", range(len(SYMMETRIES)))
def test_a_placement_places_an_original(symmetry: int) -> None:
    original = np.arange(16, dtype=np.uint8).reshape(4, 4)
    canvas = placed(original, Placement(0, symmetry, 1, -2), (4, 4))
    assert (canvas[0] == -1).all()
    assert (canvas[:, 2:] == -1).all()
    assert (canvas[1:, :2] == transformed(original, symmetry)[:3, 2:]).all()


def test_the_eight_symmetries_differ() -> None:
    original = np.arange(9, dtype=np.uint8).reshape(3, 3)
    assert len({transformed(original, symmetry).tobytes() for symmetry in range(8)}) == 8
    assert (transformed(original, 6) == np.rot90(original, -1)).all()
    assert (transformed(original, 5) == np.rot90(original)).all()


pictures = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).integers(0, 4, (3, 7, 9), dtype=np.uint8))


@settings(max_examples=50, deadline=None)
@given(pictures, st.integers(0, 2**32 - 1))
def test_measures_agree_with_their_definitions(pixels: NDArray[np.uint8], seed: int) -> None:
    assert differences(pixels, pixels) == pytest.approx(np.array([[(a != b).mean() for b in pixels] for a in pixels]), abs=1e-6)
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)), mode="edge")
    neighbours = [padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]]
    assert (detail(pixels) == np.any([pixels != neighbour for neighbour in neighbours], axis=0)).all()
    table = np.random.default_rng(seed).permutation(4).astype(np.uint8)
    assert (recoloured(table[pixels[0]], pixels[0].astype(np.int16)) == table[pixels[0]]).mean() > 0.8
    blocks = [pixels[n, y : y + 3, x : x + 3].tobytes() for n in range(3) for y in range(5) for x in range(7)]
    assert len(set(blocks)) == len(np.unique(codes(pixels)))
    matches = agreement(pixels[0], np.stack([pixels[0], pixels[1]]).astype(np.int16))
    assert matches[0].all()
    assert (pixels[0] == pixels[1])[matches[1]].all()
