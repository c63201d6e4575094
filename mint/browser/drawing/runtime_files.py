"""The hand-written runtime: the ES modules in ``static/``, joined to one text in the order of their imports."""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|function))", re.MULTILINE)
_TOP_LEVEL_NAME = re.compile(r"^(?:const|let|class|function\*?) ([\w$]+)", re.MULTILINE)
# No text of the runtime looks like a comment.
_BLOCK = r"/\*\*(?:(?!\*/).)*\*/"
_COMMENT = re.compile(rf"^ *{_BLOCK}\n|^ *//[^\n]*\n|{_BLOCK} ?", re.MULTILINE | re.DOTALL)
# What translated code uses, and what makes the exported function of it.
ENTRIES = ("python.js", "draw_token.js")


def joined_runtime(folder: Path) -> str:
    """Return the text of the entries and of all that they import, in the order of imports, without comments and indentation.

    The files are joined to one scope. Raises ValueError if two of them use a name, or if an import or export has another form than
    ``import { a } from "./b.js";`` and ``export const``, ``export class`` or ``export function``.
    """
    texts: dict[str, str] = {}
    started: set[str] = set()

    def visit(name: str) -> None:
        if name in started:
            return
        started.add(name)
        text = (folder / name).read_text(encoding="utf-8")
        for needed in _IMPORT.findall(text):
            visit(needed)
        texts[name] = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))

    for entry in ENTRIES:
        visit(entry)
    owners: dict[str, str] = {}
    for name, text in texts.items():
        if re.search(r"^(?:import|export)\b", text, re.MULTILINE):
            raise ValueError(f"{name} imports or exports in a form that cannot be joined")
        for found in _TOP_LEVEL_NAME.findall(text):
            if found in owners:
                raise ValueError(f"{name} and {owners[found]} both define {found}")
            owners[found] = name
    return re.sub(r"^ +", "", "".join(texts.values()), flags=re.MULTILINE)
