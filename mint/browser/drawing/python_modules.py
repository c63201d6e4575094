"""The modules that the drawing consists of: their syntax trees in the order in which Python runs them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "mint"


@dataclass(frozen=True)
class PythonModule:
    """A module of the project: its dotted name, its path relative to the project, and its syntax tree."""

    name: str
    path: str
    tree: ast.Module


@dataclass(frozen=True)
class SourceTree:
    """A folder that holds the package ``mint`` as source files."""

    folder: Path

    def path_of(self, name: str) -> Path | None:
        """Return the file of a module of the package, or None if there is none."""
        path = self.folder.joinpath(*name.split("."))
        candidates = (path / "__init__.py", path.with_suffix(".py"))
        return next((candidate for candidate in candidates if candidate.is_file()), None)

    def read(self, name: str) -> PythonModule:
        """Return a module. Raises ImportError if there is none of that name, SyntaxError if it cannot be parsed."""
        path = self.path_of(name)
        if path is None:
            raise ImportError(f"there is no module {name}")
        relative = path.relative_to(self.folder).as_posix()
        return PythonModule(name, relative, ast.parse(path.read_text(encoding="utf-8"), relative))

    def imported_modules(self, module: PythonModule) -> Iterator[str]:
        """Yield the modules of the package that a module imports when it is loaded, in order."""
        for node in module.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
                for alias in node.names:
                    submodule = f"{node.module}.{alias.name}"
                    yield submodule if self.path_of(submodule) else node.module


def installed_sources() -> SourceTree:
    """Return the source tree of the running program."""
    return SourceTree(Path(__file__).parents[3])


def modules_in_import_order(sources: SourceTree, roots: tuple[str, ...]) -> tuple[PythonModule, ...]:
    """Return the roots and all modules that they import, each after those that it needs itself."""
    found: dict[str, PythonModule] = {}
    started: set[str] = set()

    def visit(name: str) -> None:
        if name in started:
            return
        started.add(name)
        module = sources.read(name)
        for needed in sources.imported_modules(module):
            visit(needed)
        found[name] = module

    for root in roots:
        visit(root)
    return tuple(found.values())
