"""Leave out what drawing does not use: definitions whose name occurs in nothing that is kept.

Names are compared without the module they belong to, so more may be kept than is needed, but never less.
"""

import ast
from collections.abc import Iterable

from mint.browser.drawing.names import bound_names, is_type_checking_block
from mint.browser.drawing.python_modules import PythonModule


def reachable_modules(modules: Iterable[PythonModule], roots: frozenset[str]) -> tuple[PythonModule, ...]:
    """Return the modules with those statements only that the roots, names of functions, need."""
    waiting = [(module.name, node) for module in modules for node in module.tree.body if not is_type_checking_block(node)]
    kept: dict[int, ast.stmt] = {}
    names = set(roots)
    while True:
        found = [(module, node) for module, node in waiting if id(node) not in kept and _is_needed(node, names)]
        if not found:
            break
        for _, node in found:
            kept[id(node)] = node
            names |= _mentioned_names(node)
    return tuple(
        PythonModule(module.name, module.path, ast.Module(_kept_body(module.tree.body, kept, names), [])) for module in modules
    )


def _kept_body(body: list[ast.stmt], kept: dict[int, ast.stmt], names: set[str]) -> list[ast.stmt]:
    statements: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [alias for alias in node.names if (alias.asname or alias.name) in names]
            statements.extend([node] if node.names else [])
        elif id(node) in kept:
            statements.append(node)
    return statements


def _is_needed(node: ast.stmt, names: set[str]) -> bool:
    bound = bound_names([node])
    return not bound or bool(bound & names)


def _mentioned_names(node: ast.AST) -> set[str]:
    """Return the names and attributes in a statement, without those in annotations."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return set()
    names = {node.id} if isinstance(node, ast.Name) else {node.attr} if isinstance(node, ast.Attribute) else set()
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    names |= _mentioned_names(part)
    return names
