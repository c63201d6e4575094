"""A collection in short: its rules with their counts, the values of its traits, and its rarest tokens."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from mint.collection.folder import RULES_NAME, CollectionFolder, CollectionToken
from mint.collection.picture_sheet import sheet_png
from mint.collection.publication.pictures import nine_sprites
from mint.collection.rarity import TokenRarity
from mint.collection.rules.rule_counts import RuleCount, count_rules
from mint.collection.rules.rules_file import read_rules
from mint.token.folder import read_token

NUM_RAREST: Final = 10
_COLUMNS: Final = 5
_GAP_PX: Final = 16


def counted_rules(folder: CollectionFolder) -> list[RuleCount]:
    """Return what a collection has of what its rules ask for; nothing was asked where the hashes were given.

    Raises RulesError where rules.toml cannot be read.
    """
    tokens = folder.collection.tokens
    if folder.collection.seed is None:
        return []
    rules = read_rules(folder.path / RULES_NAME)
    return count_rules(rules, [token.traits for token in tokens], [token.hash for token in tokens])


def rarest_tokens(folder: CollectionFolder, rarities: Sequence[TokenRarity]) -> list[tuple[CollectionToken, TokenRarity]]:
    """Return the ten rarest tokens with their rarities, the rarest first."""
    pairs = zip(folder.collection.tokens, rarities, strict=True)
    return sorted(pairs, key=lambda pair: (pair[1].rank, -pair[1].score, pair[0].number))[:NUM_RAREST]


def trait_counts(folder: CollectionFolder) -> dict[str, Counter[str | int]]:
    """Return how many tokens have each value of each trait, in the order in which traits are shown."""
    counts: dict[str, Counter[str | int]] = {}
    for token in folder.collection.tokens:
        for name, value in token.traits.items():
            counts.setdefault(name, Counter())[value] += 1
    return counts


def rarest_sheet(folder: CollectionFolder, rarities: Sequence[TokenRarity]) -> bytes:
    """Return a PNG of the ten rarest tokens, each with its rank, number and score. Raises TokenError."""
    rarest = rarest_tokens(folder, rarities)
    tokens = [read_token(folder.token_path(token.number)) for token, _ in rarest]
    captions = [f"{rarity.rank}. No. {token.number}  {rarity.score:.3f}" for token, rarity in rarest]
    return sheet_png([token.rgba[nine_sprites(token)] for token in tokens], _COLUMNS, _GAP_PX, captions=captions)


def json_summary(folder: CollectionFolder, rarities: Sequence[TokenRarity]) -> dict[str, object]:
    """Return everything that is known of a collection: counts of rules and traits, and the rarity of every token."""
    collection = folder.collection
    return {
        "name": collection.name,
        "size": len(collection.tokens),
        "seed": collection.seed,
        "rules": [
            {"line": count.rule.line, "asked": count.rule.words, "count": count.count, "kept": count.is_kept}
            for count in counted_rules(folder)
        ],
        "traits": {
            name: [{"value": value, "count": count} for value, count in values.most_common()]
            for name, values in trait_counts(folder).items()
        },
        "tokens": [
            {
                "number": token.number,
                "hash": token.hash,
                "score": rarity.score,
                "rank": rarity.rank,
                "unique_values": rarity.unique_values,
            }
            for token, rarity in zip(collection.tokens, rarities, strict=True)
        ],
    }
