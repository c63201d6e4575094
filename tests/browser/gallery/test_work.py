"""The page of a work: it dreams what Python dreams, tells what it has checked, and moves only for those who want it."""

import base64
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mint.browser.bundle.web_runtime import compress
from tests.browser.gallery.conftest import STILL, OpenSite, work_path
from tests.browser.viewer_process import eventually
from tests.small_snapshot import sign, snapshot_parts
from viewer.exported.manifest import parse_manifest
from viewer.latents.seeds import latents
from viewer.snapshot_file.archive import archive_parts, read_archive
from viewer.snapshot_file.members import MANIFEST, SIGNATURE
from viewer.snapshot_file.signature import format_signature

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def wait_for_dreams(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "dreaming")


def canvas(page: Page) -> Pixels:
    """Return the colours of the canvas, (height, width, 4) uint8."""
    with Image.open(BytesIO(base64.b64decode(data_url(page).partition(",")[2]))) as image:
        return np.array(image.convert("RGBA"))


def dreams_of(token: str, seed: int, count: int) -> Pixels:
    """Return the colours of dreams as Python draws them, (count, 8, 8, 4) uint8."""
    import onnxruntime

    _, files = snapshot_parts(token)
    origin = parse_manifest(files["models/manifest.json"]).origin
    session = onnxruntime.InferenceSession(files["models/generator.onnx"], providers=["CPUExecutionProvider"])
    (pixels,) = session.run(None, {"z": latents(seed, count, origin.latent_dim)})
    colors: Pixels = np.array([list(bytes.fromhex(color[1:])) for color in origin.palette], np.uint8)[pixels]
    return colors


def shown_tiles(page: Page) -> Pixels:
    """Return the sixteen tiles of a mosaic of four columns, (16, 8, 8, 4) uint8."""
    picture = canvas(page)
    step = (picture.shape[0] - 8) // 3
    return np.stack([picture[y : y + 8, x : x + 8] for y in range(0, 4 * step, step) for x in range(0, 4 * step, step)])


def test_dreams_of_a_seed_are_those_of_python(open_site: OpenSite, site: Path) -> None:
    page = open_site(site, work_path(site, "Alpha"), **STILL)
    wait_for_dreams(page)
    assert np.array_equal(shown_tiles(page), dreams_of("open sesame", 0, 16))
    page.evaluate("location.hash = '#seed=5'")
    expect(page.locator("#dream")).to_have_text("Seed 5")
    expected = dreams_of("open sesame", 5, 16)
    eventually(lambda: (shown_tiles(page) == expected).all(-1).mean() > 0.999)
    expect(page.locator("#receipt-check")).to_have_text("The mosaic was drawn again in your browser: all pixels are the same.")
    page.reload()
    wait_for_dreams(page)
    assert (shown_tiles(page) == expected).all(-1).mean() > 0.999


def test_controls(open_site: OpenSite, site: Path) -> None:
    page = open_site(site, work_path(site, "Beta"))
    wait_for_dreams(page)
    page.get_by_role("button", name="Pause").click()
    eventually(lambda: is_resting(page))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("before => document.querySelector('#mosaic').toDataURL() !== before", arg=data_url(page))
    page.get_by_role("button", name="Fewer dreams").click()
    expect(page.locator("#tiles")).to_have_text("9 dreams")
    walk = page.get_by_role("button", name="Walk")
    walk.click()
    expect(walk).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("before => document.querySelector('#mosaic').toDataURL() !== before", arg=data_url(page))
    page.get_by_role("button", name="Other seed").click()
    expect(page.locator("#dream")).not_to_have_text("Seed 0")
    page.locator("#mosaic").hover()
    expect(page.locator("#dream")).to_have_text(re.compile(r"^(Dream \d+|Between the dreams \d+ and \d+) of seed \d+$"))


def is_resting(page: Page) -> bool:
    """Whether the canvas stays the same for longer than a tile stays while it dreams."""
    before = data_url(page)
    page.wait_for_timeout(1000)
    return data_url(page) == before


def data_url(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#mosaic').toDataURL()"))


def test_nothing_moves_for_those_who_want_no_motion(open_site: OpenSite, site: Path) -> None:
    page = open_site(site, work_path(site, "Alpha"), **STILL)
    wait_for_dreams(page)
    before = data_url(page)
    page.wait_for_timeout(1500)
    assert data_url(page) == before
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("before => document.querySelector('#mosaic').toDataURL() !== before", arg=before)


VALID = "Intact, and signed by this key, checked in your browser: "
INVALID = "The signature in the file is not one of this snapshot by the key that this page names."


def test_a_key_is_known_once_it_was_seen(open_site: OpenSite, site: Path) -> None:
    page = open_site(site, work_path(site, "Alpha"), **STILL)
    check = page.locator("#check")
    expect(check).to_have_text(f"{VALID}a key not seen before.")
    page.goto(page.url.replace(work_path(site, "Alpha"), work_path(site, "Beta")))
    expect(check).to_have_text(f"{VALID}the same key as the snapshot before.")
    page.goto(page.url.replace(work_path(site, "Beta"), work_path(site, "Epsilon")))
    expect(check).to_have_text(f"{VALID}the same key as the 2 snapshots before.")
    page.reload()
    expect(check).to_have_text(f"{VALID}the same key as the 2 snapshots before.")
    page.goto(page.url.replace(work_path(site, "Epsilon"), work_path(site, "Gamma")))
    expect(check).to_have_text(f"{VALID}a key not seen before.")
    page.goto(page.url.replace(work_path(site, "Gamma"), work_path(site, "Delta")))
    expect(check).to_have_text("Intact: every file is as its manifest says, checked in your browser.")


NO_ED25519 = """
const importKey = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (...options) =>
  options[2].name === 'Ed25519' ? Promise.reject(new DOMException('unknown', 'NotSupportedError')) : importKey(...options);
"""
NO_SUBTLE = "Object.defineProperty(crypto, 'subtle', { value: undefined });"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (NO_ED25519, "Not checked: this browser cannot check Ed25519 signatures."),
        (NO_SUBTLE, "Not checked: browsers check signatures only on pages that come over HTTPS."),
    ],
)
def test_a_browser_that_cannot_check_says_so(change: str, sentence: str, open_site: OpenSite, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    script = tmp_path / "site" / "engine" / "dream_worker.js"
    script.write_text(change + script.read_text(encoding="utf-8"), encoding="utf-8")
    page = open_site(tmp_path / "site", work_path(site, "Alpha"), **STILL)
    expect(page.locator("#check")).to_have_text(sentence)
    # The SHA-256 of the manifest vouches for the other files, with or without WebCrypto.
    wait_for_dreams(page)


def test_a_browser_that_keeps_nothing_says_so(open_site: OpenSite, site: Path) -> None:
    script = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    page = open_site(site, work_path(site, "Alpha"), script=script, **STILL)
    sentence = "whether it was seen before is not known, because this browser keeps nothing for this page."
    expect(page.locator("#check")).to_have_text(VALID + sentence)


def changed_site(site: Path, tmp_path: Path, title: str, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a copy of a site in which the members of a snapshot are others; its zip is sound."""
    shutil.copytree(site, tmp_path / "site")
    path = (tmp_path / "site" / work_path(site, title)).with_name("snapshot.pixelmint")
    members = read_archive(path)
    change(members)
    path.write_bytes(b"".join(archive_parts(members)))
    return tmp_path / "site"


def altered_signature(members: dict[str, bytes]) -> None:
    members[SIGNATURE] = members[SIGNATURE][:-3] + (b"0" if members[SIGNATURE][-3:-2] != b"0" else b"1") + members[SIGNATURE][-2:]


def other_key(members: dict[str, bytes]) -> None:
    members[SIGNATURE] = format_signature(sign(members[MANIFEST], 2))


def no_key(members: dict[str, bytes]) -> None:
    members[SIGNATURE] = format_signature(replace(sign(members[MANIFEST], 1), public_key=32 * "00"))


def no_signature(members: dict[str, bytes]) -> None:
    del members[SIGNATURE]


@pytest.mark.parametrize("change", [altered_signature, other_key, no_key, no_signature])
def test_a_signature_that_was_changed_is_told(
    change: Callable[[dict[str, bytes]], None], open_site: OpenSite, site: Path, tmp_path: Path
) -> None:
    page = open_site(changed_site(site, tmp_path, "Alpha", change), work_path(site, "Alpha"), **STILL)
    expect(page.locator("#check")).to_have_text(INVALID)


def other_model(members: dict[str, bytes]) -> None:
    members["models/generator.onnx"] = members["models/encoder.onnx"]


def other_manifest(members: dict[str, bytes]) -> None:
    members[MANIFEST] = members[MANIFEST].replace(b'"Ada"', b'"Eve"')


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (other_model, "it was changed after it was written: models/generator.onnx has another SHA-256"),
        (other_manifest, "its manifest is not that of this page"),
    ],
)
def test_a_snapshot_that_was_changed_is_not_run(
    change: Callable[[dict[str, bytes]], None], reason: str, open_site: OpenSite, site: Path, tmp_path: Path
) -> None:
    page = open_site(changed_site(site, tmp_path, "Alpha", change), work_path(site, "Alpha"), **STILL)
    expect(page.locator("body")).to_have_attribute("data-state", "failed")
    expect(page.locator("#state")).to_have_text(f"The snapshot on this site is not what the gallery was made of: {reason}.")
    expect(page.locator("#still")).to_be_visible()


def test_a_site_that_does_not_answer_is_told(open_site: OpenSite, site: Path) -> None:
    page = open_site(site, clean=False, **STILL)
    page.route("**/snapshot.pixelmint", lambda route: route.abort())
    page.goto(page.url.replace("index.html", work_path(site, "Alpha")))
    sentence = "The site does not answer, or not to the end; check your connection, and reload the page."
    expect(page.locator("#state")).to_have_text(sentence)


def test_an_engine_that_was_changed_is_not_run(open_site: OpenSite, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "engine" / "onnxruntime.wasm.gzip").write_bytes(compress(b"\0asm\1\0\0\0"))
    page = open_site(tmp_path / "site", work_path(site, "Alpha"), **STILL)
    expect(page.locator("#state")).to_have_text("The engine of this site was changed, so nothing is drawn with it.")


def test_a_page_without_scripts_says_what_is_there(open_site: OpenSite, site: Path) -> None:
    page = open_site(site, work_path(site, "Alpha"), java_script_enabled=False)
    expect(page.locator("#still")).to_be_visible()
    box = page.locator("noscript").bounding_box()
    assert box is not None
    assert box["height"] > 10
    expect(page.locator("#controls")).to_be_hidden()
    expect(page.get_by_role("link", name="Download the snapshot")).to_be_visible()
