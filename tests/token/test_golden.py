"""Golden tests: tokens and sprites of every family equal their stored pictures and digests."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mint.token.families import FAMILIES
from mint.token.hash import parse_hash
from mint.token.palettes import PALETTE_FEATURE, draw_palette
from mint.token.random import Stream
from mint.token.token import GENERATOR_VERSION, Token, draw_token
from tests.pictures import GoldenPictures

HASHES = {
    "tezos-oo": "ooj2HmX8dgniNPuPRcapyXBn9vYpsNwgD1uwx98SLceF6iCZJZK",
    "tezos-op": "opXnGtQiUMfyKL2AHq6c13E3tg7fxUKx1eTD4UoxFdVWBR1YuE8",
    "evm": "0x11ac16678959949c12d5410212301960fc496813cbc3495bf77aeed738579738",
    "text": "open sesame",
    "unicode": "Grüße, 世界 🌊",
}
SIDE = 4
DIGESTS = Path(__file__).parents[1] / "golden" / "tokens.json"
NUM_DIGESTS = 100


def _sheet(pictures: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    rows = [np.concatenate(pictures[start : start + columns], axis=1) for start in range(0, len(pictures), columns)]
    return np.concatenate(rows, axis=0)


def _digest(token: Token) -> str:
    """Return a digest of everything that depends on the hash: palette, families, features, texts and pixels."""
    content = [token.palette_name, [[sprite.family, dict(sprite.values), sprite.text, sprite.inner] for sprite in token.sprites]]
    return hashlib.sha256(json.dumps(content).encode() + token.palette.rgba.tobytes() + token.pixels.tobytes()).hexdigest()[:16]


@pytest.mark.parametrize("name", HASHES)
def test_token_equals_golden_picture(name: str, golden: GoldenPictures) -> None:
    token = draw_token(parse_hash(HASHES[name]))
    golden.check(f"token-{name}", _sheet([token.palette.rgba[sprite.pixels, :3] for sprite in token.sprites], 3))


@pytest.mark.parametrize("family", FAMILIES)
def test_sprites_of_a_family_equal_golden_picture(family: str, golden: GoldenPictures) -> None:
    pictures = []
    for number in range(SIDE * SIDE):
        random = Stream("golden", f"{family}/{number}")
        palette = draw_palette(PALETTE_FEATURE.draw(random), random)
        values = FAMILIES[family].draw_values(random)
        pictures.append(palette.rgba[FAMILIES[family].draw(values, random, palette), :3])
    golden.check(f"family-{family}", _sheet(pictures, SIDE))


def test_hundred_tokens_have_stored_digests(update_golden: bool) -> None:
    digests = {text: _digest(draw_token(parse_hash(text))) for text in (f"golden {number}" for number in range(NUM_DIGESTS))}
    if update_golden:
        DIGESTS.write_text(json.dumps({"generator": GENERATOR_VERSION, "tokens": digests}, indent=1) + "\n", encoding="utf-8")
    stored = json.loads(DIGESTS.read_text(encoding="utf-8"))
    assert stored["generator"] == GENERATOR_VERSION
    moved = [text for text, digest in digests.items() if stored["tokens"][text] != digest]
    assert not moved, f"{len(moved)} tokens changed, the first is {moved[0]!r}"


def test_wrong_picture_fails_and_is_reported(golden: GoldenPictures, tmp_path: Path) -> None:
    token = draw_token(parse_hash(HASHES["text"]))
    right = _sheet([token.palette.rgba[sprite.pixels, :3] for sprite in token.sprites], 3)
    wrong = right.copy()
    wrong[40, 50] ^= 1
    compared = GoldenPictures(golden.folder, tmp_path / "report")
    compared.check("token-text", right)
    with pytest.raises(AssertionError, match=r"differs from .*token-text\.png in 1 of 9216 pixels, see .*report"):
        compared.check("token-text", wrong)
    assert [path.name for path in (tmp_path / "report").iterdir()] == ["token-text.png"]
    with pytest.raises(AssertionError, match=r"is \(95, 96, 3\)"):
        compared.check("token-text", right[1:])
    with pytest.raises(AssertionError, match="is missing; store it with: pytest --update-golden"):
        compared.check("token-unknown", right)


def test_stored_picture_compares_equal(tmp_path: Path) -> None:
    picture = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    GoldenPictures(tmp_path, tmp_path / "report", update=True).check("new", picture)
    GoldenPictures(tmp_path, tmp_path / "report").check("new", picture)
    assert not (tmp_path / "report").exists()
