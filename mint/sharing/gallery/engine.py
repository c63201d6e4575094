"""The scripts and styles of a gallery, and onnxruntime-web: the same files for all works, once for the site."""

import hashlib
from pathlib import Path
from typing import Final

from mint.browser.bundle.engine_script import module_as_expression
from mint.browser.bundle.web_runtime import WebRuntime
from mint.module_joiner import join_modules

STATIC: Final = Path(__file__).with_name("static")
_COPIED: Final = ("gallery.css", "wall.css", "work.css", "icon.svg")
_PAGE_SCRIPTS: Final = ("wall.js", "work.js")
_WORKER: Final = "dream_worker.js"
# A name for which no web server unpacks it on the way.
_WASM: Final = "onnxruntime.wasm.gzip"


def engine_files(runtime: WebRuntime) -> dict[str, bytes]:
    """Return the files of the engine by name; equal versions of this program give equal bytes."""
    files = {name: (STATIC / name).read_bytes() for name in _COPIED}
    for name in _PAGE_SCRIPTS:
        script = join_modules(STATIC / name).script
        files[name] = f'"use strict";\n(() => {{\n{script}}})();\n'.encode()
    files[_WORKER] = _worker_script(runtime).encode()
    files[_WASM] = runtime.compressed_wasm
    return files


def _worker_script(runtime: WebRuntime) -> str:
    """Return the script of the worker: the loader of onnxruntime-web, and what draws dreams with it."""
    entry = STATIC / _WORKER
    joined = join_modules(entry)
    wasm = hashlib.sha256(runtime.wasm.read_bytes()).hexdigest()
    start = f'{joined.names[entry]}.serve(ort, "{_WASM}", "{wasm}");\n'
    return f'"use strict";\n(() => {{\nconst ort = {module_as_expression(runtime.loader)};\n{joined.script}{start}}})();\n'
