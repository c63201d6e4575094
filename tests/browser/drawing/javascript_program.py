"""Programs of the tests in JavaScript, and what they return in Python."""

import importlib
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from mint.browser.drawing.drawing_module import STATIC, translate_modules
from mint.browser.drawing.names import module_variable
from mint.browser.drawing.python_modules import SourceTree, modules_in_import_order
from mint.browser.drawing.runtime_files import joined_runtime
from mint.browser.drawing.subset import Violation

PROGRAMS = Path(__file__).parent / "programs"


def translated(text: str, folder: Path) -> tuple[str, tuple[Violation, ...]]:
    """Return the JavaScript of a program in a module ``mint.program``, and what of it is outside the subset."""
    package = folder / "mint"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").touch()
    (package / "program.py").write_text(text, encoding="utf-8")
    sources = SourceTree(folder)
    body, violations = translate_modules(sources, modules_in_import_order(sources, ("mint.program",)))
    shutil.rmtree(package)
    exports = f"export {{ $, NDArray, plainValue, {module_variable('mint.program')} as program }};\n"
    return joined_runtime(STATIC) + body + exports, violations


def python_results(name: str) -> dict[str, object]:
    """Return what the cases of a program return in Python, or the names of the exceptions they raise."""
    program = importlib.import_module(f"tests.browser.drawing.programs.{name}")
    results: dict[str, object] = {}
    for case, run in program.CASES.items():
        try:
            with np.errstate(over="ignore", divide="raise"):
                results[case] = _written(run())
        except Exception as error:
            results[case] = {"error": type(error).__name__}
    return results


def _written(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic) and value.ndim:
        return {"dtype": value.dtype.name, "elements": value.tolist()}
    if isinstance(value, np.ndarray | np.generic):
        return value.item()
    if isinstance(value, dict):
        return [_written(pair) for pair in value.items()]
    return [_written(part) for part in value] if isinstance(value, Iterable) and not isinstance(value, str) else value
