"""Draw a collection: candidates, choice, and token folders."""

import tomllib
from functools import partial
from hashlib import sha256
from pathlib import Path

from mint import atomic_write
from mint.collection.folder import RULES_NAME, Collection, CollectionToken, rules_digest, token_path, write_collection
from mint.token.folder import write_token
from mint.token.hash import parse_hash
from mint.token.token import GENERATOR_VERSION, draw_token


def draw_collection(rules_file: Path, folder: Path) -> None:
    """Draw a collection into a folder."""
    text = rules_file.read_bytes()
    rules = tomllib.loads(text.decode())
    (folder / "tokens").mkdir(parents=True, exist_ok=True)
    tokens = []
    for number in range(1, rules["size"] + 1):
        token = draw_token(parse_hash("0x" + sha256(f"{rules['seed']}/{number}".encode()).hexdigest()))
        path = token_path(folder, number, len(str(rules["size"])))
        atomic_write.write_folder(path, partial(write_token, token))
        tokens.append(CollectionToken(number=number, hash=token.hash.text, traits=token.features))
    atomic_write.write_bytes(folder / RULES_NAME, text)
    collection = Collection(
        generator=GENERATOR_VERSION,
        name=rules["name"],
        seed=rules["seed"],
        candidates=rules["size"],
        rules_sha256=rules_digest(text),
        tokens=tuple(tokens),
    )
    write_collection(folder, collection)
