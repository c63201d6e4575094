"""Tests of tokens: nine sprites that are not uniform and differ from each other, and are the same in every process."""

import itertools
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare

from mint.errors import TokenError
from mint.token.families import FAMILIES, FAMILY_FEATURE
from mint.token.features import Feature
from mint.token.hash import parse_hash
from mint.token.palettes import PALETTE_FEATURE
from mint.token.token import MIN_DIFFERENCE, MIN_MINORITY_PIXELS, NUM_SPRITES, Token, draw_token

REPOSITORY = Path(__file__).parents[2]
MIN_P = 0.001
MIN_EXPECTED = 5


@pytest.fixture(scope="module")
def tokens() -> list[Token]:
    return [draw_token(parse_hash(f"token {number}")) for number in range(60)]


def _check(token: Token) -> None:
    """Check the properties of every token."""
    assert token.pixels.shape == (NUM_SPRITES, 32, 32)
    assert token.pixels.dtype == np.uint8
    assert token.pixels.max() < len(token.palette)
    for one, other in itertools.combinations(token.pixels, 2):
        assert np.count_nonzero(one != other) >= MIN_DIFFERENCE, token.hash
    for sprite in token.sprites:
        counts = np.bincount(sprite.pixels.ravel(), minlength=16)
        least = FAMILIES[sprite.family].min_colors(sprite.values)
        assert np.count_nonzero(counts) >= min(least, len(token.palette)), (token.hash, sprite.values)
        assert counts.max() <= sprite.pixels.size - MIN_MINORITY_PIXELS, (token.hash, sprite.values)


def test_sprites_differ_and_none_is_blank(tokens: list[Token]) -> None:
    assert MIN_DIFFERENCE * 10 >= 32 * 32
    for token in tokens:
        _check(token)


def test_a_sprite_has_a_value_for_each_feature_of_its_family(tokens: list[Token]) -> None:
    for sprite in itertools.chain.from_iterable(token.sprites for token in tokens):
        features = FAMILIES[sprite.family].features
        assert list(sprite.values) == [feature.name for feature in features]
        assert all(sprite.values[feature.name] in feature.weights for feature in features)


def test_text_sprites_have_text_and_mix_sprites_have_inner_values(tokens: list[Token]) -> None:
    for sprite in itertools.chain.from_iterable(token.sprites for token in tokens):
        assert bool(sprite.text) == (sprite.family == "text")
        assert bool(sprite.inner) == (sprite.family == "mix")
        if sprite.inner:
            assert " + ".join(sprite.inner) == sprite.values["pair"]


def test_tokens_of_different_hashes_differ(tokens: list[Token]) -> None:
    assert len({token.pixels.tobytes() for token in tokens}) == len(tokens)
    assert len({sprite.pixels.tobytes() for token in tokens for sprite in token.sprites}) == NUM_SPRITES * len(tokens)


def test_drawing_is_stateless() -> None:
    first = draw_token(parse_hash("trace"))
    for number in range(10):
        draw_token(parse_hash(f"other {number}"))
    again = draw_token(parse_hash("trace"))
    assert np.array_equal(first.pixels, again.pixels)
    assert [sprite.values for sprite in first.sprites] == [sprite.values for sprite in again.sprites]


def test_a_token_tells_its_hash_and_shows_itself_in_any_scale() -> None:
    token = draw_token(parse_hash("moonrise"))
    assert repr(token) == "<Token 'moonrise': toy box, 9 sprites>"
    assert token.image(scale=1).size == (128, 128)
    for scale in (0, -1):
        with pytest.raises(TokenError, match=f"scale is {scale}; give 1 or more"):
            token.image(scale=scale)


def test_every_hash_scheme_is_drawn() -> None:
    for text in ("0x" + "0" * 64, "oo" + "1" * 49, "🌊", "x" * 256, ".."):
        _check(draw_token(parse_hash(text)))


def test_every_file_is_the_same_in_another_process(tmp_path: Path) -> None:
    hashes = ["open sesame", "0x" + "5" * 64, "on" + "x" * 49, "Grüße", "token 3"]
    code = "import sys\nfrom mint.cli import main\nfor text in sys.argv[1:]: main(['new', text], standalone_mode=False)"
    files = []
    for number, settings in enumerate(
        ({"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"})
    ):
        folder = tmp_path / f"somewhere {number}"
        folder.mkdir()
        environment = {**os.environ, **settings, "PYTHONPATH": str(REPOSITORY)}
        subprocess.run([sys.executable, "-c", code, *hashes], cwd=folder, env=environment, check=True, capture_output=True)
        files.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert len(files[0]) == len(hashes) * 12
    assert files[0] == files[1]


def _chi_square_fit(feature: Feature, counts: Counter[str]) -> tuple[float, int]:
    """Return the p-value of the counts of a feature, and the number of cells; values expected less than five times share one."""
    total = counts.total()
    assert set(counts) <= set(feature.values)
    pooled_expected, pooled_count, expected, observed = 0.0, 0, [], []
    for value in feature.values:
        mean = float(total * feature.odds(value))
        if mean < MIN_EXPECTED:
            pooled_expected, pooled_count = pooled_expected + mean, pooled_count + counts[value]
        else:
            expected.append(mean)
            observed.append(counts[value])
    if pooled_expected >= MIN_EXPECTED:
        expected.append(pooled_expected)
        observed.append(pooled_count)
    elif pooled_expected:
        # If they are too few even together, they are added to the rarest other value.
        rarest = expected.index(min(expected))
        expected[rarest] += pooled_expected
        observed[rarest] += pooled_count
    return float(chisquare(observed, expected).pvalue), len(expected)


def test_chi_square_fit_distinguishes_true_from_false_odds() -> None:
    feature = Feature("color", {"red": 600, "green": 390, "gold": 9, "prism": 1})
    fair = Counter({"red": 605, "green": 384, "gold": 9, "prism": 2})
    assert _chi_square_fit(feature, fair)[0] > 0.5
    assert _chi_square_fit(feature, fair)[1] == 3
    assert _chi_square_fit(feature, Counter({"red": 600, "green": 350, "gold": 50}))[0] < MIN_P
    assert _chi_square_fit(feature, Counter({"red": 595, "green": 375, "prism": 30}))[0] < MIN_P


@pytest.mark.slow
def test_ten_thousand_tokens_follow_their_odds(capsys: pytest.CaptureFixture[str]) -> None:
    """Test that every token is valid and that feature values occur as often as their odds (chi-square, p > 0.001)."""
    features = {("", FAMILY_FEATURE.name): FAMILY_FEATURE, ("", PALETTE_FEATURE.name): PALETTE_FEATURE}
    features |= {(family.name, feature.name): feature for family in FAMILIES.values() for feature in family.features}
    counts: dict[tuple[str, str], Counter[str]] = {key: Counter() for key in features}
    pictures = set()
    for number in range(10_000):
        token = draw_token(parse_hash(f"statistics {number}"))
        _check(token)
        pictures.add(token.pixels.tobytes())
        counts["", PALETTE_FEATURE.name][token.palette_name] += 1
        for sprite in token.sprites:
            counts["", FAMILY_FEATURE.name][sprite.family] += 1
            for name, value in sprite.values.items():
                counts[sprite.family, name][value] += 1
    assert len(pictures) == 10_000
    fits = {" ".join(filter(None, key)): _chi_square_fit(feature, counts[key]) for key, feature in features.items()}
    with capsys.disabled():
        print()
        for name, (p, num_cells) in sorted(fits.items(), key=lambda item: item[1]):
            print(f"{name:24} p {p:.4f}  {num_cells:3} cells")
    assert {name: p for name, (p, _) in fits.items() if p <= MIN_P} == {}
