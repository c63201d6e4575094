"""A collection of six tokens, written without choosing: its rules ask for what its tokens are."""

from pathlib import Path

from mint.collection.folder import RULES_NAME, Collection, CollectionToken, rules_digest, token_path, write_collection
from mint.token.folder import write_token
from mint.token.hash import parse_hash
from mint.token.token import GENERATOR_VERSION, draw_token

HASHES = ("open sesame", "moonrise", "0x" + 32 * "5a", "harbour", "first light", "low tide")
FIRST_NUMBER = 5
RULES = """\
name = "Moons"
size = 6
first_number = 5
seed = "moons 2026"
unique = ["Palette", "Rarest"]

[quota."Palette tier"]
epic = {epic}

[[forbid]]
Town = 9

[[require]]
if = {{ Symmetry = "none" }}
then = {{ "Symmetric sprites" = 0 }}

[[token]]
hash = "open sesame"
"""


def write_small_collection(folder: Path) -> Path:
    """Write the collection into a new folder, and return the folder."""
    (folder / "tokens").mkdir(parents=True)
    tokens = []
    for number, text in enumerate(HASHES, FIRST_NUMBER):
        token = draw_token(parse_hash(text))
        path = token_path(folder, number, len(str(FIRST_NUMBER + len(HASHES) - 1)))
        path.mkdir()
        write_token(token, path)
        tokens.append(CollectionToken(number=number, hash=token.hash.text, traits=token.features))
    rules = RULES.format(epic=sum(token.traits["Palette tier"] == "epic" for token in tokens)).encode()
    (folder / RULES_NAME).write_bytes(rules)
    collection = Collection(
        generator=GENERATOR_VERSION,
        name="Moons",
        seed="moons 2026",
        candidates=len(tokens),
        rules_sha256=rules_digest(rules),
        tokens=tuple(tokens),
    )
    write_collection(folder, collection)
    return folder
