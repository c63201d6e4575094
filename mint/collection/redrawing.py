"""Draw single tokens of a collection anew, or write only their metadata; trainings and exports of these tokens stay."""

from collections.abc import Sequence
from pathlib import Path

from mint.collection.folder import read_collection, rules_digest
from mint.collection.rules.rules_file import read_rules
from mint.collection.token_writer import rewrite_token
from mint.errors import CollectionError
from mint.token.token import GENERATOR_VERSION

METADATA = "metadata"


def redraw(rules_file: Path, folder: Path, only: Sequence[str]) -> None:
    """Write anew what ``only`` names: numbers of tokens, and ``metadata`` for nothing but metadata.json, of all tokens or of those.

    Raises CollectionError for a number that the collection does not have, and where it was drawn by other rules or cannot be
    written.
    """
    found = read_collection(folder)
    if found.collection.rules_sha256 != rules_digest(read_rules(rules_file).text):
        raise CollectionError(f"{folder} was drawn by other rules than {rules_file}; give {folder / 'rules.toml'}")
    if found.collection.generator != GENERATOR_VERSION:
        raise CollectionError(
            f"{folder} was drawn by generator {found.collection.generator}, this version has {GENERATOR_VERSION}; "
            "use the version of Pixelmint that drew it"
        )
    for text in only:
        if text != METADATA and not text.isdecimal():
            raise CollectionError(f"--only {text} is neither the number of a token nor {METADATA!r}; give for instance --only 17")
    named = [found.token(int(text)) for text in only if text != METADATA]
    try:
        for token in named or found.collection.tokens:
            rewrite_token(found.token_path(token.number), token.hash, metadata_only=METADATA in only)
    except OSError as error:
        raise CollectionError(f"{folder} cannot be written: {error.strerror or error}; make it writable, and room") from error
