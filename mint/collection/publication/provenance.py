"""The provenance hash of a collection: a commitment to its pictures and their order, before anyone knows who gets which.

As the Bored Ape Yacht Club defined it (https://boredapeyachtclub.com/#/provenance): the SHA-256 of each picture, in the order in
which the collection was drawn; their hexadecimal digits one after the other; and the SHA-256 of that text. The token at place i
then shows picture (i + starting index) modulo the size of the collection.
"""

import hashlib
from collections.abc import Sequence

from mint.collection.folder import Collection, CollectionToken


def provenance_hash(digests: Sequence[str]) -> str:
    """Return the SHA-256, in hexadecimal digits, of the concatenated digests of pictures, each 64 lower-case hexadecimal digits."""
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def published_tokens(collection: Collection, starting_index: int) -> list[tuple[int, CollectionToken]]:
    """Return the numbers of a collection's tokens in order, each with the token that was drawn for what it shows."""
    tokens = collection.tokens
    return [(token.number, tokens[(place + starting_index) % len(tokens)]) for place, token in enumerate(tokens)]


def provenance_record(collection: Collection, starting_index: int, digests: dict[int, str]) -> dict[str, object]:
    """Return what provenance.json says. ``digests`` are the SHA-256 of the pictures by the number of the token that shows them."""
    shown_by = {drawn.number: number for number, drawn in published_tokens(collection, starting_index)}
    in_order = [(drawn.hash, shown_by[drawn.number]) for drawn in collection.tokens]
    return {
        "provenance": provenance_hash([digests[number] for _, number in in_order]),
        "starting_index": starting_index,
        "pictures": [
            {"index": index, "hash": text, "token": number, "sha256": digests[number]}
            for index, (text, number) in enumerate(in_order)
        ],
    }
