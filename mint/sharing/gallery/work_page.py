"""The page of a work: its dreams, which a worker draws in the browser, and everything that is known of it as text."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from mint.sharing.gallery.elements import Child, element
from mint.sharing.gallery.page_frame import INDEX, page_frame
from mint.sharing.gallery.sprite_features import FeatureRow
from mint.sharing.gallery.work import SpriteView, Work
from viewer.pictures.receipts import NUM_COLUMNS
from viewer.snapshot_file.manifest import NUM_DREAMS

SNAPSHOT: Final = "snapshot.pixelmint"
FACE: Final = "face.png"
SPRITES: Final = "sprites"
_ROOT: Final = "../../"
_SPRITE_PX: Final = 96  # of the longer side on the page
_FACE_PX: Final = 48
_STILL_PX: Final = 512  # of the mosaic's longer side, where it is not larger by itself


def work_page(work: Work, num_bytes: int, gallery: str, num_same_key: int) -> Element:
    """Return the page of a work, whose snapshot file is ``num_bytes`` long.

    ``gallery`` is the title of the gallery, which holds ``num_same_key`` other works by the same key.
    """
    back = element("a", {"class": "back", "href": f"{_ROOT}{INDEX}"}, "‹ ", element("bdi", {}, gallery))
    header = element("header", {"class": "work-head"}, back)
    main = element(
        "main",
        {
            "id": "main",
            "data-snapshot": SNAPSHOT,
            "data-bytes": num_bytes,
            "data-manifest": work.record.manifest_sha256,
            "data-key": work.record.public_key,
        },
        _dreams(work),
        element(
            "div",
            {"class": "about"},
            _title(work),
            _signature(work, num_same_key),
            _sprites(work),
            _traits(work),
            *_film(work),
            _receipt(work),
            _download(work, num_bytes),
        ),
    )
    return page_frame(
        title=f"{work.title} · {gallery}",
        description=work.picture_text,
        root=_ROOT,
        script="work.js",
        style="work.css",
        body=(header, main),
    )


def _dreams(work: Work) -> Element:
    height, width = (NUM_COLUMNS * side for side in work.record.size)
    scale = max(1, _STILL_PX // max(height, width))
    still = element(
        "img",
        {
            "id": "still",
            "src": "mosaic.png",
            "alt": work.picture_text,
            "width": scale * width,
            "height": scale * height,
        },
    )
    canvas = element(
        "canvas", {"id": "mosaic", "role": "img", "aria-label": work.picture_text, "width": 1, "height": 1, "hidden": ""}
    )
    buttons = (
        element("button", {"id": "run", "type": "button", "data-icon": "play", "aria-label": "Play"}),
        element("button", {"id": "walk", "type": "button", "aria-pressed": "false"}, "Walk"),
        element("button", {"id": "fewer", "type": "button", "data-icon": "minus", "aria-label": "Fewer dreams"}),
        element("output", {"id": "tiles"}, "–"),
        element("button", {"id": "more", "type": "button", "data-icon": "plus", "aria-label": "More dreams"}),
        element("button", {"id": "other", "type": "button"}, "Other seed"),
    )
    return element(
        "section",
        {"class": "dreams", "aria-label": "Dreams"},
        element("div", {"id": "stage"}, still, canvas),
        element("div", {"id": "controls", "role": "toolbar", "aria-label": "Controls of the dreams"}, *buttons),
        element("p", {"id": "dream", "class": "quiet"}),
        element("p", {"id": "state", "class": "quiet", "role": "status"}),
        element("noscript", {}, "These are 64 of its dreams. With JavaScript, the network dreams on here, in your browser."),
    )


def _title(work: Work) -> Element:
    record = work.record
    by = [element("p", {"class": "by"}, "by ", element("bdi", {}, record.author))] if record.author else []
    licence = [element("p", {"class": "quiet"}, "Licence: ", element("bdi", {}, record.licence))] if record.licence else []
    return element("div", {}, element("h1", {"dir": "auto"}, work.title), *by, element("p", {}, work.description), *licence)


def _signature(work: Work, num_same_key: int) -> Element:
    if work.signature is None:
        text = element("p", {"id": "signer"}, "Unsigned: anyone may have changed it and written it anew.")
        return _section("signature", "Signature", text, element("p", {"id": "check", "class": "quiet", "role": "status"}))
    face = element("img", {"class": "face", "src": FACE, "alt": "The face of the key", "width": _FACE_PX, "height": _FACE_PX})
    signer = element("p", {"id": "signer"}, "Signed by ", element("code", {}, work.signature.fingerprint))
    works = "1 other work" if num_same_key == 1 else f"{num_same_key:,} other works"
    same = [element("p", {"class": "quiet"}, f"The same key as {works} of this gallery.")] if num_same_key else []
    words = element("div", {}, signer, *same, element("p", {"id": "check", "class": "quiet", "role": "status"}))
    return _section("signature", "Signature", element("div", {"class": "key"}, face, words))


def _sprites(work: Work) -> Element:
    scale = max(1, _SPRITE_PX // max(work.sprites[0].size))
    items = [
        element(
            "li",
            {},
            element(
                "img",
                {
                    "src": f"{SPRITES}/{number}.png",
                    "alt": sprite.text,
                    "width": scale * sprite.size[1],
                    "height": scale * sprite.size[0],
                    "loading": "lazy",
                },
            ),
        )
        for number, sprite in enumerate(work.sprites)
    ]
    rest = work.num_sprites - len(items)
    more = [element("p", {"class": "quiet"}, f"and {rest:,} more")] if rest else []
    drawn = (
        "They were drawn again from the hash when this gallery was made, and are the same."
        if work.is_redrawn
        else "They are imported art, which no hash draws."
        if not work.palette and work.record.hash.startswith("import:")
        else f"Another version of the generator, {work.model.origin.generator_version}, drew them."
    )
    heading = "The nine it has learned" if len(items) == work.num_sprites == 9 else "What it has learned"
    return _section(
        "sprites",
        heading,
        element("ul", {"class": "sprites", "role": "list"}, *items),
        *more,
        element("p", {"class": "quiet"}, drawn),
    )


def _traits(work: Work) -> Element:
    rows = [FeatureRow(name, f"{value}") for name, value in work.record.traits.items()]
    if work.palette is not None:
        rows = [replace(work.palette, name=row.name) if row.name == "Palette" else row for row in rows]
    details = [
        element(
            "details",
            {},
            element("summary", {}, f"Sprite {number + 1}: {_summary(sprite)}"),
            _table(sprite.rows, f"Features of sprite {number + 1}"),
        )
        for number, sprite in enumerate(work.sprites)
    ]
    return _section("traits", "Traits", _table(rows, "Traits"), *details)


def _summary(sprite: SpriteView) -> str:
    return ", ".join(row.value for row in sprite.rows[:2])


def _table(rows: Iterable[FeatureRow], caption: str) -> Element:
    rows = list(rows)
    has_odds = any(row.odds is not None for row in rows)
    names = ("Feature", "Value", *(("Odds",) if has_odds else ()))
    head = element("tr", {}, *(element("th", {"scope": "col"}, name) for name in names))
    body = [element("tr", {}, *_cells(row, has_odds)) for row in rows]
    return element(
        "table",
        {},
        element("caption", {"class": "visually-hidden"}, caption),
        element("thead", {"class": "visually-hidden"}, head),
        element("tbody", {}, *body),
    )


def _cells(row: FeatureRow, has_odds: bool) -> list[Element]:
    cells = [element("th", {"scope": "row"}, row.name), element("td", {"dir": "auto"}, row.value)]
    if has_odds:
        odds = "" if row.odds is None else f"{float(100 * row.odds):.2f} %"
        tier: list[Child] = [" ", element("span", {"class": f"tier {row.tier}"}, row.tier)] if row.tier else []
        cells.append(element("td", {"class": "odds"}, odds, *tier))
    return cells


def _film(work: Work) -> list[Element]:
    if not work.has_film:
        return []
    summary = element("summary", {}, "How it learned, as a film")
    place = element("p", {"class": "quiet"}, "The film is in the snapshot file; with JavaScript it is shown here.")
    return [element("details", {"id": "film"}, summary, place)]


def _receipt(work: Work) -> Element:
    origin = work.model.origin
    height, width = work.record.size
    facts: Mapping[str, Child] = {
        "Hash": element("code", {"class": "break"}, element("bdi", {}, work.record.hash)),
        "Recipe": work.record.recipe,
        "Step": f"{work.record.step:,}",
        "Images seen": f"{work.record.images:,}",
        "Seed of the training": str(origin.seed),
        "Generator of tokens": f"version {origin.generator_version}",
        "Tile": f"{width} × {height} pixels, {work.record.colors} colours",
        "Latent": f"{origin.latent_dim} numbers",
        **({"Labels": ", ".join(origin.labels)} if origin.labels else {}),
        "Mosaic": f"dreams 0 to {NUM_DREAMS - 1} of seed {work.receipts_seed}",
        "Margin": f"{work.margin_ppm / 10_000:g} % of the pixels, which rounding on another machine may change",
        "SHA-256 of the manifest": element("code", {"class": "break"}, work.record.manifest_sha256),
        **{f"SHA-256 of {name}.onnx": element("code", {"class": "break"}, file.sha256) for name, file in work.model.files.items()},
    }
    pairs = [part for name, value in facts.items() for part in (element("dt", {}, name), element("dd", {}, value))]
    check = element("p", {"id": "receipt-check", "class": "quiet", "role": "status"})
    return _section("receipt", "Receipt", element("dl", {}, *pairs), check)


def _download(work: Work, num_bytes: int) -> Element:
    name = f"{work.record.name}-{work.record.step}.pixelmint"
    link = element(
        "a", {"class": "download", "href": SNAPSHOT, "download": name}, f"Download the snapshot, {num_bytes / 1e6:.1f} MB"
    )
    commands = f"viewer check {name}\nviewer show {name}\nviewer record {name} -o walk.webp"
    return _section(
        "download",
        "Take it with you",
        element("p", {}, link),
        element("p", {"class": "quiet"}, "Open it with Pixelmint:"),
        element("pre", {}, element("code", {}, commands)),
    )


def _section(name: str, heading: str, *children: Element) -> Element:
    return element(
        "section", {"id": name, "aria-labelledby": f"{name}-heading"}, element("h2", {"id": f"{name}-heading"}, heading), *children
    )
