"""The content of token.json: the hash, the palette, the features, and for each sprite its file and features."""

from mint.token.sprite import Sprite
from mint.token.token import GENERATOR_VERSION, Token

FORMAT = 1


def token_record(token: Token) -> dict[str, object]:
    """Return the content of a token's token.json, in the order in which its keys are written."""
    return {
        "format": FORMAT,
        "hash": token.hash.text,
        "scheme": token.hash.scheme,
        "generator": GENERATOR_VERSION,
        "palette": [f"{color}ff" for color in token.palette.colors],
        "features": dict(token.traits.values),
        "sprites": [{"file": sprite_file(number), **_entry(sprite)} for number, sprite in enumerate(token.sprites)],
    }


def sprite_file(number: int) -> str:
    """Return the path of a sprite's picture in the token's folder."""
    return f"sprites/{number}.png"


def _entry(sprite: Sprite) -> dict[str, object]:
    """Return the entry of a sprite; only sprites that have ``text`` or ``inner`` get these keys."""
    entry: dict[str, object] = {"family": sprite.family, "features": dict(sprite.values)}
    if sprite.text is not None:
        entry["text"] = sprite.text
    if sprite.inner:
        entry["inner"] = {family: dict(values) for family, values in sprite.inner.items()}
    return entry
