"""A token as text: its sprites if the terminal has enough colours, its features, odds and files."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text

from mint.errors import TokenError
from mint.token.folder import SpriteRecord, TokenFolder
from mint.token.token import GENERATOR_VERSION
from mint.token.traits import Rarity, palette_rarity, sprite_rarities
from viewer.printable import printable

TIER_STYLES = {"common": "dim", "uncommon": "", "rare": "cyan", "epic": "magenta", "legendary": "bold yellow"}
_SPRITES_PER_ROW = 3
_GAP = 2
# The number of a drawn token; preview.png shows all sprites of imported art.
_MAX_SPRITES = 9
# Wide enough that no line breaks when the output is not a terminal.
_FILE_WIDTH = 240


def print_token(folder: TokenFolder) -> None:
    """Print a token to standard output. Raises TokenError if it has features that this version does not know."""
    # A token's texts are not markup.
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    features, sprites = _features(folder), _labels(folder) if folder.is_import else _sprites(folder)
    print_sprites(console, folder)
    console.print(Text(folder.title, "bold"), Text(f"({folder.hash.scheme})", "dim"))
    console.print(features)
    if sprites.row_count:
        console.print(sprites)
    for name, path in _files(folder):
        console.print(f"{name:8}  {path}", soft_wrap=True)


def _files(folder: TokenFolder) -> Iterator[tuple[str, object]]:
    yield "files", folder.path
    yield "sprites", folder.path / "sprites"
    yield "preview", folder.path / "preview.png"
    for path in (folder.training, folder.models):
        if path.is_dir():
            yield path.name, path


def _features(folder: TokenFolder) -> Table:
    table = _table("feature", "value")
    for name, value in folder.features.items():
        table.add_row(printable(name), printable(value))
    return table


def _labels(folder: TokenFolder) -> Table:
    """Return the labels of imported art with their numbers of sprites."""
    table = _table("label", "sprites")
    for label, count in zip(folder.labels, folder.sprite_labels.sum(0).tolist(), strict=True):
        table.add_row(printable(label), str(count))
    return table


def _sprites(folder: TokenFolder) -> Table:
    """Return the features of each sprite, with their odds if this generator version drew them."""
    table = _table("sprite", "feature", "value", "odds", "tier")
    known = folder.generator_version == GENERATOR_VERSION
    try:
        if known:
            table.add_row("", *_odds(palette_rarity(str(folder.features["Palette"]))))
        for number, sprite in enumerate(folder.sprites):
            rows = [_odds(rarity) for rarity in sprite_rarities(sprite.family, sprite.values)] if known else _plain(sprite)
            for line, row in enumerate([*rows, *_details(sprite)]):
                table.add_row(str(number) if line == 0 else "", *row)
    except KeyError as error:
        raise TokenError(
            f"the token {folder.path} cannot be shown: generator {GENERATOR_VERSION} knows no {printable(repr(error.args[0]))}; "
            "draw the token again into another folder"
        ) from error
    return table


def _table(*names: str) -> Table:
    # On a narrow terminal, long cells continue on the next line.
    return Table(*(Column(name, overflow="fold") for name in names), box=None, pad_edge=False, header_style="dim")


def _odds(rarity: Rarity) -> tuple[str, Text, str, Text]:
    style = TIER_STYLES[rarity.tier]
    percent = f"{float(100 * rarity.odds):.2f} % ({rarity.odds})"
    return rarity.feature, Text(rarity.value, style), percent, Text(rarity.tier, style)


def _plain(sprite: SpriteRecord) -> list[tuple[str, str]]:
    family = printable(sprite.family)
    return [("family", family), *((f"{family} {printable(name)}", printable(value)) for name, value in sprite.values.items())]


def _details(sprite: SpriteRecord) -> Iterator[tuple[str, str]]:
    """Yield what has no odds: the text of a sprite, and the features of the sprites in a mix."""
    if sprite.text is not None:
        yield f"{printable(sprite.family)} reads", printable(sprite.text)
    for family, values in sprite.inner.items():
        for name, value in values.items():
            yield printable(f"{sprite.family} of {family}: {name}"), printable(value)


def print_sprites(console: Console, folder: TokenFolder) -> None:
    """Print the sprites as half blocks, each of which shows two pixels; nothing where colours or room are too few."""
    if console.color_system != "truecolor" or console.width < _SPRITES_PER_ROW * (folder.pixels.shape[2] + _GAP):
        return
    colors = [f"rgb({red},{green},{blue})" for red, green, blue, _ in folder.rgba.tolist()]
    for start in range(0, min(len(folder.pixels), _MAX_SPRITES), _SPRITES_PER_ROW):
        row: NDArray[np.uint8] = folder.pixels[start : start + _SPRITES_PER_ROW]
        if row.shape[1] % 2:
            row = np.concatenate([row, row[:, -1:]], 1)
        for upper, lower in zip(row[:, 0::2].swapaxes(0, 1), row[:, 1::2].swapaxes(0, 1), strict=True):
            text = Text()
            for tops, bottoms in zip(upper, lower, strict=True):
                for top, bottom in zip(tops, bottoms, strict=True):
                    text.append("▀", Style(color=colors[top], bgcolor=colors[bottom]))
                text.append(" " * _GAP)
            console.print(text)
        console.print()
