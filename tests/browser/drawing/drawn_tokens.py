"""Digests of tokens drawn by Python, as token_digests.mjs makes them of those drawn by JavaScript, and what they are made of."""

import hashlib
import json
import random
import unicodedata

import numpy as np

from mint.errors import HashError
from mint.token.families import FAMILIES
from mint.token.hash import BASE58, check_drawable, parse_hash
from mint.token.metadata import fxhash, opensea
from mint.token.palettes import PALETTE_FEATURE, draw_palette
from mint.token.random import Stream
from mint.token.record import token_record
from mint.token.token import draw_token

# Names of the runtime and of translated modules that only tests use.
TEST_EXPORTS = (
    "export { $, hexadecimal, sha256, $mint_token_families as families, $mint_token_hash as hashes, "
    "$mint_token_palettes as palettes, $mint_token_random as random };\n"
)
_LETTERS = "aé世界🌊Ωe\u0301ßñ각xyz'\"<&,"

ValueCase = tuple[str, str, list[tuple[str, str]]]


def token_texts(count: int, seed: int) -> list[str]:
    """Return hashes of all forms in turn: fxhash on Tezos, EVM, and texts in ASCII and beyond, composed and not."""
    chance = random.Random(seed)
    forms = (
        lambda number: chance.choice(["oo", "op", "on"]) + "".join(chance.choices(BASE58, k=49)),
        lambda number: chance.choice(["0x", "0X"]) + "".join(chance.choices("0123456789abcdefABCDEF", k=64)),
        lambda number: f"text {seed} {number}",
        lambda number: "".join(chance.choices(_LETTERS, k=chance.randrange(1, 30))) + str(number),
    )
    return [forms[number % len(forms)](number) for number in range(count)]


def token_digests(texts: list[str]) -> list[str]:
    """Return the digest of each text's token. An integer of NumPy that wraps around outside of an array is an error."""
    digests = []
    for text in texts:
        with np.errstate(all="raise"):
            token = draw_token(parse_hash(text))
        shape = ",".join(map(str, token.pixels.shape[1:]))
        documents = [_json(value) for value in (token_record(token), opensea(token.traits), fxhash(token.traits))]
        head = "\n".join([token.hash.text, token.hash.scheme, shape, *documents]).encode()
        digests.append(hashlib.sha256(head + token.palette.rgba.tobytes() + token.pixels.tobytes()).hexdigest())
    return digests


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def value_cases(count: int) -> list[ValueCase]:
    """Return, for each value of each feature of each family, ``count`` seeds to draw a sprite with it."""
    return [
        (family.name, f"{family.name}/{feature.name}/{value}/{number}", [(feature.name, value)])
        for family in FAMILIES.values()
        for feature in family.features
        for value in feature.values
        for number in range(count)
    ]


def value_digests(cases: list[ValueCase]) -> list[str]:
    """Return the palette's name and the digest of the sprite of each case."""
    digests = []
    for family, seed, changed in cases:
        stream = Stream(seed, "values")
        values = {**FAMILIES[family].draw_values(stream), **dict(changed)}
        name = PALETTE_FEATURE.draw(stream)
        palette = draw_palette(name, stream)
        with np.errstate(all="raise"):
            pixels = FAMILIES[family].draw(values, stream.fork("pixels"), palette)
        digests.append(f"{name} {hashlib.sha256(pixels.tobytes()).hexdigest()}")
    return digests


def parsed_hashes(texts: list[str]) -> list[list[str]]:
    """Return the normal form of each text, or the message with which it is refused."""
    found = []
    for text in texts:
        try:
            token_hash = parse_hash(text)
            check_drawable(token_hash)
            found.append([token_hash.text, token_hash.scheme])
        except HashError as error:
            found.append([type(error).__name__, str(error)])
    return found


def mangled_hashes(count: int, seed: int) -> list[str]:
    """Return hashes with characters missing, doubled and replaced, by any that Unicode has had since its version 3.2."""
    chance = random.Random(seed)
    characters = [chr(code) for code in range(0x30000) if unicodedata.ucd_3_2_0.category(chr(code)) != "Cn"]
    out = []
    for text in token_texts(count, seed):
        place = chance.randrange(len(text))
        middle = ["", text[place] * 2, chance.choice(characters), chance.choice("/\\ \n'\"0lIg")][chance.randrange(4)]
        out.append(text[:place] + middle + text[place + 1 :])
    return out
