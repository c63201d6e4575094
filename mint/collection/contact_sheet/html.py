"""A collection as one HTML file: every token, with its rank and traits, to scroll, filter, sort and search.

The file needs nothing else and makes no request. Sprites lie in it as 4-bit palette indices, deflated; the page decodes those
that it shows. Its modules are joined to one script, and its style builds on the viewer's.
"""

import base64
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Final

import numpy as np

import viewer
from mint.collection.folder import CollectionFolder
from mint.collection.rarity import TokenRarity
from mint.collection.worker_pool import map_over_cores
from mint.errors import CollectionError
from mint.module_joiner import join_modules
from mint.token.folder import read_token

OnProgress = Callable[[str, int, int], None]  # stage, done, total

MAX_TOKENS: Final = 50_000
TOKENS_PER_PART: Final = 16
_HERE: Final = Path(__file__).parent
_STYLES: Final = (Path(viewer.__file__).with_name("static") / "style.css", _HERE / "sheet.css", _HERE / "token_dialog.css")
_MAX_COLORS: Final = 16


def contact_sheet(folder: CollectionFolder, rarities: Sequence[TokenRarity], on_progress: OnProgress) -> bytes:
    """Return the HTML file of a collection whose tokens have these rarities; equal collections give equal bytes.

    Raises CollectionError where the collection is too large for a page, TokenError where a token cannot be read.
    """
    tokens = folder.collection.tokens
    if len(tokens) > MAX_TOKENS:
        raise CollectionError(
            f"a page shows at most {MAX_TOKENS:,} tokens, and {folder.path} has {len(tokens):,}; leave out --html"
        )
    packed = []
    paths = [folder.token_path(token.number) for token in tokens]
    for done, sprites in enumerate(map_over_cores(packed_sprites, paths), 1):
        packed.append(sprites)
        on_progress("reading sprites", done, len(paths))
    script = join_modules(_HERE / "main.js").script
    style = "".join(path.read_text(encoding="utf-8") for path in _STYLES)
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'"
    )
    page = Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
        policy=policy,
        name=escape(folder.collection.name),
        facts=f"seed {escape(folder.collection.seed)}" if folder.collection.seed else "",
        style=style,
        script=script,
        data=_json_in_html(_page_data(folder, rarities)),
        sprites="\n".join(_parts(packed)),
    )
    return page.encode()


def packed_sprites(token: Path) -> bytes:
    """Return a token's palette, 16 colours RGBA, and its nine sprites, two pixels a byte. Raises TokenError."""
    folder = read_token(token)
    palette = np.zeros((_MAX_COLORS, 4), np.uint8)
    palette[: len(folder.rgba)] = folder.rgba
    pixels = folder.pixels.reshape(-1, 2)
    return palette.tobytes() + (pixels[:, 0] << 4 | pixels[:, 1]).tobytes()


def _parts(packed: Sequence[bytes]) -> Iterable[str]:
    for part, start in enumerate(range(0, len(packed), TOKENS_PER_PART)):
        data = zlib.compress(b"".join(packed[start : start + TOKENS_PER_PART]), 9)
        yield f'<script type="text/plain" id="sprites-{part}">{base64.b64encode(data).decode()}</script>'


def _page_data(folder: CollectionFolder, rarities: Sequence[TokenRarity]) -> dict[str, object]:
    tokens = folder.collection.tokens
    names = list(dict.fromkeys(name for token in tokens for name in token.traits))
    return {
        "name": folder.collection.name,
        "firstNumber": tokens[0].number,
        "hashes": [token.hash for token in tokens],
        "ranks": [rarity.rank for rarity in rarities],
        "scores": [round(rarity.score, 6) for rarity in rarities],
        "traits": [_trait(name, [token.traits.get(name) for token in tokens]) for name in names],
        "tokensPerPart": TOKENS_PER_PART,
    }


def _trait(name: str, column: Sequence[str | int | None]) -> dict[str, object]:
    """Return the values of a trait, numbers in order and texts from the most frequent, and which of them each token has."""
    counts = Counter(value for value in column if value is not None)
    is_number = all(isinstance(value, int) for value in counts)
    values = sorted(counts, key=lambda value: (0 if is_number else -counts[value], value if is_number else str(value)))
    index = {value: place for place, value in enumerate(values)}
    return {
        "name": name,
        "isNumber": is_number,
        "values": values,
        "counts": [counts[value] for value in values],
        "column": [-1 if value is None else index[value] for value in column],
    }


def _json_in_html(data: dict[str, object]) -> str:
    """Return JSON that cannot end the element it is in."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
