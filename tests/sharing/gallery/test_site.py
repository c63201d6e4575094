"""The site of a gallery: the same works give the same bytes, and only sound snapshots come in."""

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mint.browser.bundle.web_runtime import WebRuntime
from mint.errors import GalleryError
from mint.sharing.gallery.elements import ATOM
from mint.sharing.gallery.site import DEFAULT_TITLE
from tests.sharing.gallery.small_gallery import HASHES, site_files, stand_in_runtime, write_gallery
from tests.small_model import small_generator, small_origin
from tests.small_snapshot import manifest_of, members_of, snapshot_parts, write_small_snapshot
from viewer.errors import SnapshotError
from viewer.exported.manifest import GRAPHS, describe, format_manifest
from viewer.snapshot_file.archive import archive_parts


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> WebRuntime:
    return stand_in_runtime(tmp_path_factory.mktemp("runtime"))


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three snapshots; two are signed by one key, one is not signed."""
    folder = tmp_path_factory.mktemp("snapshots")
    keys = (1, 1, None)
    return [
        write_small_snapshot(folder / f"{number}.pixelmint", token=token, key=key, title=f"Work {number}", author="Ada & <b>Bo</b>")
        for number, (token, key) in enumerate(zip(HASHES, keys, strict=True))
    ]


@pytest.fixture(scope="module")
def site(snapshots: list[Path], runtime: WebRuntime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("galleries") / "site"
    write_gallery(site, snapshots, runtime, "Moons & suns")
    return site


def test_the_files_of_a_site(site: Path, snapshots: list[Path]) -> None:
    record = json.loads((site / "gallery.json").read_bytes())
    assert [work["title"] for work in record["works"]] == ["Work 0", "Work 1", "Work 2"]
    assert record["format"] == 1
    files = site_files(site)
    for work, snapshot in zip(record["works"], snapshots, strict=True):
        folder = f"works/{work['id']}"
        assert files[f"{folder}/snapshot.pixelmint"] == snapshot.read_bytes()
        sprites = {f"{folder}/sprites/{number}.png" for number in range(9)}
        pages = {f"{folder}/{name}" for name in ("index.html", "snapshot.pixelmint", "wall.png", "mosaic.png")}
        face = {f"{folder}/face.png"} if work["public_key"] else set()
        assert {name for name in files if name.startswith(folder)} == sprites | pages | face
    assert {name for name in files if not name.startswith("works/")} == {
        *("index.html", "feed.xml", "gallery.json"),
        *(f"engine/{name}" for name in ("gallery.css", "wall.css", "work.css", "icon.svg", "wall.js", "work.js")),
        *("engine/dream_worker.js", "engine/onnxruntime.wasm.gzip"),
    }


def test_any_order_gives_the_same_bytes(site: Path, snapshots: list[Path], runtime: WebRuntime, tmp_path: Path) -> None:
    expected = site_files(site)
    for number, order in enumerate(permutations(snapshots)):
        write_gallery(tmp_path / f"{number}", [*order, order[0]], runtime, "Moons & suns")
        assert site_files(tmp_path / f"{number}") == expected


def test_galleries_are_merged_in_either_order(site: Path, snapshots: list[Path], runtime: WebRuntime, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_gallery(one, snapshots[:2], runtime, "Moons & suns")
    write_gallery(other, snapshots[1:], runtime, "Moons & suns")
    write_gallery(tmp_path / "both", [one, other], runtime)
    write_gallery(tmp_path / "reversed", [other, one], runtime)
    write_gallery(one, [one, snapshots[2]], runtime)
    for name in ("both", "reversed", "one"):
        assert site_files(tmp_path / name) == site_files(site)
    write_gallery(one, [one, snapshots[2], one], runtime)
    assert site_files(one) == site_files(site)


def test_titles(snapshots: list[Path], runtime: WebRuntime, tmp_path: Path) -> None:
    assert write_gallery(tmp_path / "one", snapshots[:1], runtime).title == DEFAULT_TITLE
    write_gallery(tmp_path / "two", snapshots[1:2], runtime, "Two")
    for pair in (("one", "two"), ("two", "one")):
        with pytest.raises(
            GalleryError, match=r"^the galleries are called 'A gallery of dreams' and 'Two'; name the new one with --title$"
        ):
            write_gallery(tmp_path / "both", [tmp_path / name for name in pair], runtime)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_equal_snapshots_one_that_is_signed_is_kept(order: tuple[int, ...], runtime: WebRuntime, tmp_path: Path) -> None:
    paths = [write_small_snapshot(tmp_path / f"{key}.pixelmint", key=key) for key in (None, 1, 2)]
    record = write_gallery(tmp_path / "site", [paths[number] for number in order], runtime)
    (work,) = record.works
    kept = (tmp_path / "site" / "works" / work.id / "snapshot.pixelmint").read_bytes()
    assert kept in (paths[1].read_bytes(), paths[2].read_bytes())
    again = write_gallery(tmp_path / "again", paths, runtime)
    assert again == record


class Page(HTMLParser):
    """The tags of a page, and the texts in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def pages(site: Path) -> list[tuple[Path, Page]]:
    return [(path, Page(path)) for path in sorted(site.rglob("index.html"))]


def test_pages_have_no_code_inside_and_stay_on_the_site(site: Path) -> None:
    for path, page in pages(site):
        policies = [tag["content"] for tag in page.all("meta") if tag.get("http-equiv") == "Content-Security-Policy"]
        assert policies == [
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'; "
            "base-uri 'none'; form-action 'none'"
        ]
        assert page.all("style") == []
        assert all("src" in tag for tag in page.all("script"))
        addresses = [value for _, tag in page.tags for name, value in tag.items() if name in ("src", "href")]
        assert addresses
        for address in addresses:
            assert address is not None
            assert (path.parent / address).resolve().is_relative_to(site.resolve())
            assert (path.parent / address).is_file()
        assert not any(name == "style" or name.startswith("on") for _, tag in page.tags for name in tag)


def test_pictures_have_words_and_sizes(site: Path) -> None:
    for _, page in pages(site):
        assert page.all("img")
        for picture in page.all("img"):
            assert picture["alt"]
            assert int(picture["width"] or 0) > 0
            assert int(picture["height"] or 0) > 0
        ids = [tag["id"] for _, tag in page.tags if "id" in tag]
        assert len(set(ids)) == len(ids)
        assert len(page.all("h1")) == len(page.all("main")) == 1


def test_names_of_strangers_are_text(site: Path) -> None:
    for path, page in pages(site):
        assert page.all("b") == []
        assert "Ada & <b>Bo</b>" in page.text
        assert "Ada &amp; &lt;b&gt;Bo&lt;/b&gt;" in path.read_text(encoding="utf-8")


def test_the_wall_links_every_work_inside_main(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    main = text[text.index("<main") : text.index("</main>")]
    ids = [work["id"] for work in json.loads((site / "gallery.json").read_bytes())["works"]]
    assert re.findall(r'<a href="works/([0-9a-f]{16})/index\.html">', main) == ids


def test_a_work_states_its_key_traits_and_odds(site: Path) -> None:
    works = json.loads((site / "gallery.json").read_bytes())["works"]
    signed, unsigned = works[0], works[2]
    page = Page(site / "works" / signed["id"] / "index.html")
    assert "The same key as 1 other work of this gallery." in page.text
    assert "Signed by " in page.text
    assert re.search(r"\d+\.\d\d %", page.text)
    assert signed["traits"]["Palette"] in page.text
    assert "They were drawn again from the hash when this gallery was made, and are the same." in page.text
    assert "Unsigned" in Page(site / "works" / unsigned["id"] / "index.html").text
    for _, each in pages(site):
        assert "safe" not in each.text.lower().split()


def test_the_feed_is_atom(site: Path) -> None:
    root = ElementTree.fromstring((site / "feed.xml").read_bytes())
    assert root.tag == f"{{{ATOM}}}feed"
    entries = root.findall(f"{{{ATOM}}}entry")
    works = json.loads((site / "gallery.json").read_bytes())["works"]
    assert [entry.findtext(f"{{{ATOM}}}title") for entry in entries] == [work["title"] for work in works]
    for entry in (root, *entries):
        for name in ("id", "title", "updated"):
            assert entry.findtext(f"{{{ATOM}}}{name}")
    for entry in entries:
        assert entry.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name") == "Ada & <b>Bo</b>"
        link = entry.find(f"{{{ATOM}}}link")
        assert link is not None
        assert (site / link.attrib["href"]).is_file()
    assert len({entry.findtext(f"{{{ATOM}}}id") for entry in entries}) == len(entries)


def test_a_folder_with_other_files_is_not_replaced(snapshots: list[Path], runtime: WebRuntime, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.txt").write_text("mine")
    message = r"photos holds 'a\.txt', which is no part of a gallery; give an empty or a new folder to -o$"
    with pytest.raises(GalleryError, match=message):
        write_gallery(tmp_path / "photos", snapshots, runtime)
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("mine")
    with pytest.raises(GalleryError, match=r"page is not replaced, because it is no gallery; give an empty or a new folder to -o$"):
        write_gallery(tmp_path / "page", snapshots, runtime)
    assert site_files(tmp_path) == {"photos/a.txt": b"mine", "page/index.html": b"mine"}


def test_a_refused_snapshot_leaves_the_gallery_as_it_was(
    site: Path, runtime: WebRuntime, snapshots: list[Path], tmp_path: Path
) -> None:
    before = site_files(site)
    broken = bytearray(snapshots[0].read_bytes())
    broken[len(broken) // 2] ^= 1
    (tmp_path / "broken.pixelmint").write_bytes(broken)
    with pytest.raises(SnapshotError, match=r"broken\.pixelmint is refused: it is damaged: "):
        write_gallery(site, [site, tmp_path / "broken.pixelmint"], runtime)
    assert site_files(site) == before
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def other_sprites(files: dict[str, bytes]) -> None:
    files["sprites/0.png"], files["sprites/1.png"] = files["sprites/1.png"], files["sprites/0.png"]


def other_features(files: dict[str, bytes]) -> None:
    token = json.loads(files["token.json"])
    token["features"]["Palette tier"] = "legendary" if token["features"]["Palette tier"] != "legendary" else "common"
    files["token.json"] = json.dumps(token).encode()


def foreign_graph(files: dict[str, bytes]) -> None:
    origin = small_origin(token=HASHES[0], palette=tuple(json.loads(files["token.json"])["palette"]))
    generator = small_generator(origin)
    generator.graph.node[0].op_type = "Loop"
    files["models/generator.onnx"] = generator.SerializeToString()
    files["models/manifest.json"] = format_manifest(describe(origin, {name: files[f"models/{name}.onnx"] for name in GRAPHS}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (other_sprites, r"its sprites and features are not those that the hash 'open sesame' draws"),
        (other_features, r"its sprites and features are not those that the hash 'open sesame' draws"),
        (foreign_graph, r"models/generator\.onnx cannot be run: it uses the operator Loop, which is not on the list"),
    ],
)
def test_a_snapshot_that_is_not_what_it_says_is_refused(
    change: Callable[[dict[str, bytes]], None], message: str, runtime: WebRuntime, tmp_path: Path
) -> None:
    files = dict(snapshot_parts(HASHES[0])[1])
    change(files)
    path = tmp_path / "a.pixelmint"
    path.write_bytes(b"".join(archive_parts(members_of(files, manifest_of(files, HASHES[0])))))
    with pytest.raises(GalleryError, match=rf"a\.pixelmint is refused: {message}; leave it out$"):
        write_gallery(tmp_path / "site", [path], runtime)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"gallery\.json cannot be read: "),
        ('{"format": 2, "title": "a", "works": []}', r"gallery\.json cannot be read: format is 2, not an integer from 1 to 1"),
        ('{"format": 1, "title": "a", "works": [{"id": "../../../../etc"}]}', r"gallery\.json cannot be read: "),
    ],
)
def test_a_changed_record_is_refused(content: str, message: str, site: Path, runtime: WebRuntime, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "gallery.json").write_text(content)
    with pytest.raises(GalleryError, match=message):
        write_gallery(tmp_path / "other", [tmp_path / "site"], runtime)


def test_imported_art_is_told_as_such(runtime: WebRuntime, tmp_path: Path) -> None:
    token = f"import:{'0' * 64}"
    _, files = snapshot_parts()
    drawn = json.loads(files["token.json"])
    labels = ["moon", "sun"]
    sprites = [
        {"file": f"sprites/{number}.png", "name": f"sprite {number}", "labels": labels[: number % 3]}
        for number in range(len(drawn["sprites"]))
    ]
    record = {**drawn, "hash": token, "scheme": "import", "name": "art", "labels": labels, "size": [32, 32], "sprites": sprites}
    origin = small_origin(token=token, name="art", palette=tuple(drawn["palette"]))
    graphs = {name: files[f"models/{name}.onnx"] for name in GRAPHS}
    changed = {**files, "token.json": json.dumps({**record, "features": {"Sprites": 9}}).encode()}
    changed["models/manifest.json"] = format_manifest(describe(origin, graphs))
    (tmp_path / "a.pixelmint").write_bytes(b"".join(archive_parts(members_of(changed, manifest_of(changed, token)))))
    (work,) = write_gallery(tmp_path / "site", [tmp_path / "a.pixelmint"], runtime).works
    page = Page(tmp_path / "site" / "works" / work.id / "index.html")
    assert "9 sprites of imported art in 16 colours, labelled moon, sun." in page.text
    assert "They are imported art, which no hash draws." in page.text
    assert "Odds" not in page.text
    assert "Sprite sprite 2, moon, sun" in [picture["alt"] for picture in page.all("img")]


def test_a_link_out_of_a_gallery_is_not_followed(site: Path, snapshots: list[Path], runtime: WebRuntime, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    file = next((tmp_path / "site" / "works").glob("*/snapshot.pixelmint"))
    file.unlink()
    file.symlink_to(snapshots[0])
    with pytest.raises(GalleryError, match=r"snapshot\.pixelmint is a link to another place; give that file itself$"):
        write_gallery(tmp_path / "other", [tmp_path / "site"], runtime)


def test_a_hash_may_be_any_text(runtime: WebRuntime, tmp_path: Path) -> None:
    token = "<img src=x onerror=alert(1)>"
    path = write_small_snapshot(tmp_path / "a.pixelmint", token=token)
    (work,) = write_gallery(tmp_path / "site", [path], runtime).works
    page = Page(tmp_path / "site" / "works" / work.id / "index.html")
    assert token in page.text
    assert "x" not in [picture["src"] for picture in page.all("img")]


def test_works_hang_in_the_order_of_their_titles(runtime: WebRuntime, tmp_path: Path) -> None:
    titles = ["moon 10", "Moon 9", "moon", "2 moons", "10 moons"]
    paths = [write_small_snapshot(tmp_path / f"{number}.pixelmint", title=title) for number, title in enumerate(titles)]
    record = write_gallery(tmp_path / "site", paths, runtime)
    assert [work.title for work in record.works] == ["2 moons", "10 moons", "moon", "Moon 9", "moon 10"]


def test_texts_are_optional(runtime: WebRuntime, tmp_path: Path) -> None:
    path = write_small_snapshot(tmp_path / "a.pixelmint", key=None)
    record = write_gallery(tmp_path / "site", [path], runtime)
    assert record.works[0].author == ""
    assert "opensesame-0123456789ab" in Page(tmp_path / "site" / "index.html").text
