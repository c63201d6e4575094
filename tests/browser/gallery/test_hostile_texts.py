"""Texts of strangers on the pages of a gallery: whatever they say, nothing runs and nothing is fetched."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from onnx import TensorProto, helper
from playwright.sync_api import Dialog, expect

from mint.browser.bundle.web_runtime import WebRuntime
from mint.sharing.gallery.record import read_gallery
from tests.browser.gallery.conftest import OpenSite
from tests.sharing.gallery.small_gallery import write_gallery
from tests.small_model import small_discriminator, small_encoder, small_generator, small_origin
from tests.small_snapshot import manifest_of, members_of, snapshot_parts, write_small_snapshot
from viewer.errors import SnapshotError
from viewer.exported.manifest import GRAPHS, describe, format_manifest
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.snapshot import read_snapshot

# Each is put into six places: title, author, licence, a label, a palette and features.
TEXTS = (
    "<script>ran = 1</script>",
    "</script><script>ran = 1</script>",
    "</title><script>ran = 1</script>",
    "<img src=x onerror='ran = 1'>",
    "<svg onload='ran = 1'></svg>",
    "<svg><script href='data:,ran=1'/></svg>",
    '" onmouseover="ran = 1" x="',
    "' autofocus onfocus='ran = 1",
    "javascript:ran=1",
    "<a href='javascript:ran=1'>me</a>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<style>@import '//example.org/a.css'</style>",
    "<link rel=stylesheet href=//example.org/b.css>",
    "<base href='//example.org/'>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<!-- <b>",
    "]]><b xmlns='http://www.w3.org/1999/xhtml'>",
    '=HYPERLINK("http://example.org", "me")',
    "{{7*7}} ${ran=1} #{ran=1} <%= ran %>",
    "&lt;script&gt;ran=1&lt;/script&gt; \\u003cscript\\u003e %3Cscript%3E שלום مرحبا",
)

MAX_LABEL = 64


def write_hostile_snapshot(path: Path, text: str) -> Path:
    """Write a snapshot of a generator of the future, whose features may be anything, with a text in every place."""
    drawn, parts = snapshot_parts()
    files = dict(parts)
    token = json.loads(files["token.json"])
    token |= {"generator": 2, "features": {"Palette": text, text: text}}
    token["sprites"][0] |= {"family": text, "features": {text: text}, "text": text}
    files["token.json"] = json.dumps(token).encode()
    origin = small_origin(token=drawn.hash, palette=tuple(token["palette"]), labels=(text[:MAX_LABEL],))
    origin = replace(origin, generator_version=2)
    models = (small_encoder(origin), small_generator(origin), small_discriminator(origin))
    for model in (models[0], models[2]):  # they may leave the labels unused, but take them
        model.graph.input.append(helper.make_tensor_value_info("labels", TensorProto.FLOAT, ["n", 1]))
    graphs = {name: model.SerializeToString() for name, model in zip(GRAPHS, models, strict=True)}
    files |= {f"models/{name}.onnx": graph for name, graph in graphs.items()}
    files["models/manifest.json"] = format_manifest(describe(origin, graphs))
    manifest = replace(manifest_of(files, title=text, author=text, licence=text), generator=2)
    path.write_bytes(b"".join(archive_parts(members_of(files, manifest))))
    return path


@pytest.fixture(scope="module")
def hostile_site(web_runtime: WebRuntime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    paths = [write_hostile_snapshot(folder / f"{number}.pixelmint", text) for number, text in enumerate(TEXTS)]
    write_gallery(folder / "site", paths, web_runtime, "<script>ran = 1</script><img src=x onerror='ran = 1'>")
    return folder / "site"


def test_nothing_runs_and_nothing_is_fetched(open_site: OpenSite, hostile_site: Path) -> None:
    dialogs: list[Dialog] = []
    page = open_site(hostile_site)

    def keep(dialog: Dialog) -> None:  # Playwright takes no method of a built-in class
        dialogs.append(dialog)

    page.on("dialog", keep)
    base = page.url.removesuffix("index.html")
    expect(page.locator("body")).to_have_attribute("data-state", "ready")
    assert page.locator("#works .name").all_text_contents() == [work.title for work in read_gallery(hostile_site).works]
    for select in page.locator("select").all():
        select.select_option(index=1)
    page.get_by_role("button", name="Clear").click()
    assert page.evaluate("typeof ran") == "undefined"
    places = 0
    for work in read_gallery(hostile_site).works:
        page.goto(f"{base}works/{work.id}/index.html")
        assert page.title() == f"{work.title} · {read_gallery(hostile_site).title}"
        for selector in ("h1", ".by bdi", "p.quiet bdi", "#traits tbody tr:nth-child(2) td", "#traits summary"):
            assert work.title in (page.locator(selector).first.text_content() or ""), selector
            places += 1
        assert page.locator("dd").filter(has_text=work.title[:MAX_LABEL]).count() == 1  # the label
        places += 1
        assert (
            page.evaluate("document.querySelectorAll('main script, main svg:not(.icon), main iframe, main style, main b').length")
            == 0
        )
        assert page.evaluate("typeof ran") == "undefined"
        assert page.url.startswith(base)
    assert places >= 100
    assert dialogs == []
    expect(page.locator("#check")).to_have_attribute("data-state", "valid")


@pytest.mark.parametrize("text", ["gpj.\u202egnp", "a\x1b[2Jb", "a\nb", "\u2066x\u2069"])
def test_marks_that_hide_what_they_say_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="printable characters"):
        read_snapshot(write_small_snapshot(tmp_path / "a.pixelmint", title=text))
