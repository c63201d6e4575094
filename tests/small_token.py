"""A token with small sprites, so that training is fast."""

from pathlib import Path

from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.token.png import indexed_png


def small_token(text: str, tokens_dir: Path) -> Path:
    """Draw a token and keep every second pixel of its sprites: 16 x 16."""
    folder = mint_token(parse_hash(text), tokens_dir)
    token = read_token(folder)
    for sprite, pixels in zip(token.sprites, token.pixels[:, ::2, ::2], strict=True):
        (folder / sprite.file).write_bytes(indexed_png(pixels, token.rgba))
    return folder
