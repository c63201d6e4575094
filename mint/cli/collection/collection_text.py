"""A collection as text: its rules and what it has of them, its traits, and its rarest tokens."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from mint.cli.token_text import print_sprites
from mint.collection.folder import CollectionFolder
from mint.collection.rarity import TokenRarity
from mint.collection.summary import counted_rules, rarest_tokens, trait_counts
from mint.token.folder import read_token

MAX_VALUES: Final = 12  # of a trait; --json has all
# Wide enough that no line breaks when the output is not a terminal.
_FILE_WIDTH: Final = 240


def print_collection(folder: CollectionFolder, rarities: Sequence[TokenRarity]) -> None:
    """Print a collection to standard output. Raises RulesError where its rules cannot be read, TokenError for a broken token."""
    # Names and hashes are not markup.
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    collection = folder.collection
    origin = f"seed {collection.seed!r}, chosen from {collection.candidates:,}" if collection.seed else "of given hashes"
    console.print(Text(collection.name, "bold"), Text(f"({len(collection.tokens):,} tokens, {origin})", "dim"))
    for table in (_rules(folder), _traits(folder), _rarest(folder, rarities)):
        if table.row_count:
            console.print()
            console.print(table)
    rarest = read_token(folder.token_path(rarest_tokens(folder, rarities)[0][0].number))
    print_sprites(console, rarest)


def _rules(folder: CollectionFolder) -> Table:
    table = _table("line", "asked", Column("got", justify="right"), "")
    for count in counted_rules(folder):
        table.add_row(
            str(count.rule.line), count.rule.words, f"{count.count:,}", Text("" if count.is_kept else "not kept", "bold red")
        )
    return table


def _traits(folder: CollectionFolder) -> Table:
    table = _table("trait", "value", Column("tokens", justify="right"), Column("share", justify="right"))
    total = len(folder.collection.tokens)
    for name, values in trait_counts(folder).items():
        if len(values) > MAX_VALUES and all(isinstance(value, int) for value in values):
            table.add_row(name, f"{min(values)} to {max(values)}", f"{total:,}", "")
            continue
        for place, (value, count) in enumerate(_listed(values)):
            table.add_row(name if place == 0 else "", str(value), f"{count:,}", f"{100 * count / total:.1f} %")
        if len(values) > MAX_VALUES:
            table.add_row("", Text(f"and {len(values) - MAX_VALUES} rarer values", "dim"), "", "")
    return table


def _listed(values: Counter[str | int]) -> list[tuple[str | int, int]]:
    """Return the most frequent values: numbers in order, texts from the most frequent."""
    common = values.most_common(MAX_VALUES)
    return sorted(common) if all(isinstance(value, int) for value in values) else common


def _rarest(folder: CollectionFolder, rarities: Sequence[TokenRarity]) -> Table:
    counts = trait_counts(folder)
    table = _table(*(Column(name, justify="right") for name in ("rank", "token", "score")), "rarest trait", "hash")
    for token, rarity in rarest_tokens(folder, rarities):
        texts = [(counts[name][value], name, value) for name, value in token.traits.items() if isinstance(value, str)]
        count, name, value = min(texts, default=(0, "", ""))
        table.add_row(f"{rarity.rank:,}", f"#{token.number}", f"{rarity.score:.3f}", f"{name} {value} ({count:,})", token.hash)
    return table


def _table(*columns: str | Column) -> Table:
    # On a narrow terminal, long cells continue on the next line.
    made = (Column(column, overflow="fold") if isinstance(column, str) else column for column in columns)
    return Table(*made, box=None, pad_edge=False, header_style="dim")
