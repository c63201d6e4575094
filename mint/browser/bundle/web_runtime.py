"""What runs in a bundle and is not ours: onnxruntime-web, and fxhash's SDK. Installed once, by npm, into the user's cache folder.

Both are under the MIT licence and say so in their first lines, which bundles keep. Of the packages only the files that bundles need
stay in the cache: 15 of 148 MB.
"""

import gzip
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mint import node_packages

_PACKAGES: Final = Path(__file__).with_name("packages")
_LOCK_FILES: Final = ("package.json", "package-lock.json")
_LOADER: Final = "ort.wasm.bundle.min.mjs"
_WASM: Final = "ort-wasm-simd-threaded.wasm"
_SDK: Final = "fxhash.min.js"
_FILES: Final = {
    _LOADER: f"onnxruntime-web/dist/{_LOADER}",
    _WASM: f"onnxruntime-web/dist/{_WASM}",
    _SDK: f"@fxhash/project-sdk/dist/{_SDK}",
}
_COMPRESSED: Final = f"{_WASM}.gz"
_NAME: Final = "onnxruntime-web"
_USE: Final = "onnxruntime-web, which trains in a browser, is fetched with it once"
_REPAIR: Final = "install Node.js 20.19 or newer, for instance with: pip install 'pixelmint[bundle]'"


@dataclass(frozen=True)
class WebRuntime:
    """The folder of the files."""

    folder: Path

    @property
    def loader(self) -> str:
        """The ES module of onnxruntime-web."""
        return (self.folder / _LOADER).read_text(encoding="utf-8")

    @property
    def wasm(self) -> Path:
        """The WebAssembly module of onnxruntime-web."""
        return self.folder / _WASM

    @property
    def compressed_wasm(self) -> bytes:
        """The WebAssembly module as a gzip stream."""
        return (self.folder / _COMPRESSED).read_bytes()

    @property
    def fxhash_sdk(self) -> str:
        """The script of fxhash's SDK."""
        return (self.folder / _SDK).read_text(encoding="utf-8")


def find_web_runtime(on_install: Callable[[str], None] = lambda sentence: None) -> WebRuntime:
    """Return the files; they are installed if they are not there yet, after ``on_install`` got a sentence that says so.

    Raises NodeError where they are missing and Node.js is, too, or npm cannot install them.
    """
    sources = {name: (_PACKAGES / name).read_bytes() for name in _LOCK_FILES}
    folder = node_packages.installed_folder(_NAME, sources)
    if not folder.is_dir():
        programs = node_packages.find_node(_USE, _REPAIR)
        on_install(f"Fetching onnxruntime-web 1.30.0 and fxhash's SDK from npm, once: 33 MB, into {folder}")
        node_packages.install(programs.npm, _NAME, sources, folder, _keep_files)
    return WebRuntime(folder)


def compress(data: bytes) -> bytes:
    """Return data as a gzip stream without a date, so that equal data gives equal bytes."""
    return gzip.compress(data, 9, mtime=0)


def _keep_files(folder: Path) -> None:
    modules = folder / "node_modules"
    for name, source in _FILES.items():
        (modules / source).rename(folder / name)
    shutil.rmtree(modules)
    (folder / _COMPRESSED).write_bytes(compress((folder / _WASM).read_bytes()))
