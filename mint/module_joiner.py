"""Join ES modules to one script.

A page that is opened from a file, or in a sandboxed frame without an origin, cannot load modules. Each module becomes a function
that runs once and returns what it exports, after the modules that it imports. Nothing is renamed or made shorter, so the script
stays readable. Only the forms of import and export that these modules use are accepted. Equal modules give equal scripts.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_IMPORT = re.compile(r'^import (?:\{([^}]*)\}|\* as (\w+)) from "([^"]+)";\n', re.MULTILINE)
_EXPORTED = re.compile(
    r"^export (?=(?:async )?(?:class|function|const|let) )(?:async )?(?:class|function|const|let) (\w+)", re.MULTILINE
)
_EXPORT_LIST = re.compile(r"^export \{([^}]*)\};?\n", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class ModuleError(Exception):
    """Report a module that cannot be joined; a bug of this program, since no user writes modules."""


@dataclass(frozen=True)
class JoinedModules:
    """A script, and the names of the objects of exports by module."""

    script: str
    names: Mapping[Path, str]


def join_modules(
    entry: Path, *, replaced: Mapping[Path, Path] | None = None, texts: Mapping[Path, str] | None = None
) -> JoinedModules:
    """Join a module and all that it imports; the entry comes last.

    ``replaced`` names modules that others take the place of; ``texts`` has the source of modules that are no files. Raises
    ModuleError where modules import each other in a circle or have a form that is not known.
    """
    joiner = _Joiner({_normal(path): _normal(other) for path, other in (replaced or {}).items()}, texts or {})
    joiner.add(_normal(entry), ())
    return JoinedModules("".join(joiner.parts), joiner.names)


class _Joiner:
    def __init__(self, replaced: Mapping[Path, Path], texts: Mapping[Path, str]) -> None:
        self._replaced = replaced
        self._texts = {_normal(path): text for path, text in texts.items()}
        self.parts: list[str] = []
        self.names: dict[Path, str] = {}

    def add(self, path: Path, importers: tuple[Path, ...]) -> str:
        """Add a module, if it is not there yet, and return the name of the object of its exports."""
        path = self._replaced.get(path, path)
        if path in self.names:
            return self.names[path]
        if path in importers:
            raise ModuleError(f"{path.name} imports itself, through {importers[-1].name}")
        text = self._texts[path] if path in self._texts else path.read_text(encoding="utf-8")

        def imported(match: re.Match[str]) -> str:
            name = self.add(_normal(path.parent / match[3]), (*importers, path))
            bindings = match[2] or "{ " + ", ".join(_binding(item, ": ") for item in _items(match[1])) + " }"
            return f"const {bindings} = {name};\n"

        body = _IMPORT.sub(imported, text)
        exports = [(name, name) for name in _EXPORTED.findall(body)]
        for names in _EXPORT_LIST.findall(body):
            exports += [_pair(item) for item in _items(names)]
        body = _EXPORT_LIST.sub("", re.sub(_EXPORTED, lambda match: match[0].removeprefix("export "), body))
        if left := _LEFT_OVER.search(body):
            raise ModuleError(f"{path.name}: {left[0]!r} is a form of import or export that the joiner does not know")
        name = f"module{len(self.names)}_{re.sub(r'[^0-9A-Za-z_]', '_', path.stem)}"
        self.names[path] = name
        returned = ", ".join(f"{outer}: {inner}" if outer != inner else outer for inner, outer in exports)
        self.parts.append(f"// {path.name}\nconst {name} = (() => {{\n{body}return {{ {returned} }};\n}})();\n")
        return name


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _pair(item: str) -> tuple[str, str]:
    """Return the name inside and outside of a module of ``name`` or ``name as other``."""
    inner, _, outer = item.partition(" as ")
    return inner, outer or inner


def _binding(item: str, separator: str) -> str:
    exported, local = _pair(item)
    return exported if exported == local else f"{exported}{separator}{local}"
