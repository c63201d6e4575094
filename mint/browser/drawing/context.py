"""What the translation of a module knows at a place in it: names in scope, temporary variables, and what was refused so far."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from mint.browser.drawing.names import ProgramNames
from mint.browser.drawing.python_modules import PythonModule, SourceTree
from mint.browser.drawing.subset import Violation


class ModuleContext:
    """The state of the translation of one module."""

    def __init__(self, module: PythonModule, sources: SourceTree, program: ProgramNames) -> None:
        self.module = module
        self.sources = sources
        self.program = program
        self.violations: list[Violation] = []
        # The modules that names of this one stand for.
        self.imported_modules: dict[str, str] = {}
        self._scopes: list[set[str]] = []
        self._num_temporaries: list[int] = []

    @contextmanager
    def scope(self, names: set[str]) -> Iterator[None]:
        """Enter a scope that binds names."""
        self._scopes.append(names)
        try:
            yield
        finally:
            self._scopes.pop()

    @contextmanager
    def function(self, names: set[str]) -> Iterator[list[str]]:
        """Enter the body of a function; the list has the temporary variables that it needs, once the body is left."""
        temporaries: list[str] = []
        self._num_temporaries.append(0)
        with self.scope(names):
            yield temporaries
        temporaries.extend(f"$t{number}" for number in range(1, self._num_temporaries.pop() + 1))

    def is_bound(self, name: str) -> bool:
        """Return whether a name is bound in a scope around this place."""
        return any(name in names for names in self._scopes)

    def temporary(self) -> str:
        """Return a new temporary variable of the function around this place."""
        self._num_temporaries[-1] += 1
        return f"$t{self._num_temporaries[-1]}"

    def report(self, node: ast.AST, construct: str) -> None:
        """Note a construct outside the subset."""
        self.violations.append(Violation(self.module.path, getattr(node, "lineno", 1), construct))
