"""Galleries of small snapshots, and an engine that needs no npm: for tests that open no browser."""

from collections.abc import Sequence
from pathlib import Path

from mint.browser.bundle.web_runtime import WebRuntime, compress
from mint.sharing.gallery.record import GalleryRecord
from mint.sharing.gallery.site import find_sources, write_site

HASHES = ("open sesame", "moonrise", "moon river")


def stand_in_runtime(folder: Path) -> WebRuntime:
    """Return an engine with the files of onnxruntime-web, without their content."""
    folder.mkdir(parents=True, exist_ok=True)
    wasm = b"\0asm\1\0\0\0"
    (folder / "ort.wasm.bundle.min.mjs").write_text("var a = 1;\nexport { a as env };\n")
    (folder / "ort-wasm-simd-threaded.wasm").write_bytes(wasm)
    (folder / "ort-wasm-simd-threaded.wasm.gz").write_bytes(compress(wasm))
    return WebRuntime(folder)


def write_gallery(site: Path, paths: Sequence[Path], runtime: WebRuntime, title: str | None = None) -> GalleryRecord:
    """Write a gallery of snapshot files and galleries."""
    return write_site(site, find_sources(paths, title), lambda: runtime, lambda stage, done, total: None)


def site_files(site: Path) -> dict[str, bytes]:
    """Return the files of a site by name."""
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
