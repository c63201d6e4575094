"""A small collection of tokens whose palettes have 16 colours, and settings with which a token is trained in a moment."""

from itertools import count
from pathlib import Path

from mint.collection.folder import Collection, CollectionFolder, CollectionToken, read_collection, token_path, write_collection
from mint.collection.training.job import TokenTraining
from mint.token.folder import write_token
from mint.token.hash import parse_hash
from mint.token.token import GENERATOR_VERSION, draw_token

RECIPE = "autoencoder"
SETTINGS = {"latent_dim": "4", "width": "8"}
TRAINING = TokenTraining(recipe=RECIPE, settings=SETTINGS, steps=2)
OPTIONS = ("--recipe", RECIPE, *(part for name, value in SETTINGS.items() for part in ("--set", f"{name}={value}")))


def write_small_collection(folder: Path, num_tokens: int, *, any_palette: bool = False) -> CollectionFolder:
    """Write a collection, as ``mint collection draw`` leaves it.

    All networks have the same shapes, so that one tracing serves all, unless tokens may have ``any_palette``.
    """
    tokens: list[CollectionToken] = []
    for candidate in count():
        token = draw_token(parse_hash(f"small {candidate}"))
        if len(token.palette.rgba) != 16 and not any_palette:
            continue
        number = len(tokens) + 1
        path = token_path(folder, number, len(str(num_tokens)))
        path.mkdir(parents=True)
        write_token(token, path)
        tokens.append(CollectionToken(number=number, hash=token.hash.text, traits=token.features))
        if number == num_tokens:
            break
    collection = Collection(
        generator=GENERATOR_VERSION,
        name="Small",
        seed="small",
        candidates=candidate + 1,
        rules_sha256="0" * 64,
        tokens=tuple(tokens),
    )
    write_collection(folder, collection)
    return read_collection(folder)
