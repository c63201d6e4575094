"""Put the JavaScript module together: the runtime, the translated modules in import order, and ``drawToken``."""

from pathlib import Path

from mint.browser.drawing.context import ModuleContext
from mint.browser.drawing.names import module_variable, program_names
from mint.browser.drawing.python_modules import PythonModule, SourceTree, installed_sources, modules_in_import_order
from mint.browser.drawing.reachability import reachable_modules
from mint.browser.drawing.runtime_files import joined_runtime
from mint.browser.drawing.statements import StatementTranslator
from mint.browser.drawing.subset import SubsetError, Violation

STATIC = Path(__file__).parent / "static"
# All that a token is: its drawing, its record in token.json, and its metadata.
ROOTS = ("mint.token.hash", "mint.token.token", "mint.token.record", "mint.token.metadata")
ROOT_FUNCTIONS = frozenset({"parse_hash", "check_drawable", "draw_token", "token_record", "opensea", "fxhash"})
_HEADER = "// Pixelmint: the drawing of tokens, translated from Python. This file is built and never edited.\n"


def drawing_module() -> str:
    """Return the text of an ES module that draws tokens; the same sources always give the same text.

    The module exports ``drawToken(text)``: see ``static/draw_token.js``. Raises SubsetError if the drawing uses Python outside of
    the subset.
    """
    sources = installed_sources()
    modules = reachable_modules(modules_in_import_order(sources, ROOTS), ROOT_FUNCTIONS)
    translation, violations = translate_modules(sources, modules)
    if violations:
        raise SubsetError(violations)
    parts = {name.rpartition(".")[2]: module_variable(name) for name in ROOTS}
    arguments = ", ".join(f"{name}: {variable}" for name, variable in parts.items())
    return f"{_HEADER}{joined_runtime(STATIC)}{translation}export const drawToken = tokenDrawer({{ {arguments} }});\n"


def translate_modules(sources: SourceTree, modules: tuple[PythonModule, ...]) -> tuple[str, tuple[Violation, ...]]:
    """Return the JavaScript of modules, and the constructs in them that are outside the subset."""
    program = program_names(modules)
    text, violations = "", []
    for module in modules:
        context = ModuleContext(module, sources, program)
        body = StatementTranslator(context).module()
        text += f"// {module.name}\nconst {module_variable(module.name)} = {body};\n"
        violations.extend(context.violations)
    return text, tuple(violations)
