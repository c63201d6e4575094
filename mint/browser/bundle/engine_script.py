"""The script of the engine, which a worker runs: onnxruntime-web, the training and what serves the page, in one text."""

import re
from pathlib import Path
from typing import Final

from mint.module_joiner import ModuleError, join_modules

STATIC: Final = Path(__file__).with_name("static")
_EXPORTS: Final = re.compile(r"export\s*\{([^{}]*)\};?\s*(?://# sourceMappingURL=\S*\s*)?$")
# A worker has the address of a blob; the loader asks for its own only to find files beside it, and here there are none.
_ADDRESS: Final = '"blob:pixelmint"'


def engine_script(loader: str) -> str:
    """Return the script that trains with onnxruntime-web, given the ES module of its loader."""
    joined = join_modules(STATIC / "wasm_engine.js")
    start = f"{joined.names[STATIC / 'wasm_engine.js']}.start(ort);\n"
    return f'"use strict";\n(() => {{\nconst ort = {module_as_expression(loader)};\n{joined.script}{start}}})();\n'


def module_as_expression(module: str) -> str:
    """Return an expression for the exports of a bundled ES module: a function that is called at once.

    Raises ModuleError where the module does not end in a list of exports, as bundlers write them.
    """
    exports = _EXPORTS.search(module)
    if exports is None:
        raise ModuleError("the loader of onnxruntime-web does not end in a list of exports")
    pairs = [item.strip().split(" as ") for item in exports[1].split(",")]
    returned = ", ".join(f'"{pair[-1]}": {pair[0]}' for pair in pairs)
    body = module[: exports.start()].replace("import.meta.url", _ADDRESS)
    return f"(() => {{\n{body}\nreturn {{ {returned} }};\n}})()"
