"""Names: which ones a block of Python binds, which attributes a program has, and how names are written in JavaScript."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mint.browser.drawing.python_modules import PythonModule
from mint.browser.drawing.subset import TYPE_CONSTRUCTORS

# Those of JavaScript that Python does not reserve.
_RESERVED = frozenset(
    [
        "arguments",
        "case",
        "catch",
        "const",
        "debugger",
        "default",
        "delete",
        "do",
        "enum",
        "eval",
        "export",
        "extends",
        "false",
        "function",
        "implements",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "typeof",
        "undefined",
        "var",
        "void",
    ]
)


def javascript_name(name: str) -> str:
    """Return a Python name as a JavaScript name; reserved words get a ``$``, which Python's names never have."""
    return f"{name}$" if name in _RESERVED else name


def module_variable(name: str) -> str:
    """Return the JavaScript variable of a Python module."""
    return "$" + name.replace(".", "_")


def bound_names(body: Iterable[ast.AST]) -> set[str]:
    """Return the names that statements bind in their own scope, without those of functions, classes and comprehensions in it."""
    names: set[str] = set()
    for node in _own_nodes(body):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def _own_nodes(nodes: Iterable[ast.AST], is_inner: bool = False) -> Iterator[ast.AST]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node
        elif isinstance(node, ast.NamedExpr):
            yield from _own_nodes([node.value], is_inner)
            yield node.target
        elif not isinstance(node, ast.Lambda):
            if not (is_inner and isinstance(node, ast.Name)):
                yield node
            inner = is_inner or isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
            yield from _own_nodes(ast.iter_child_nodes(node), inner)


def is_type_checking_block(node: ast.stmt) -> bool:
    """Return whether a statement is ``if TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def type_name(node: ast.stmt) -> str | None:
    """Return the name that only annotations use: ``Mask = NDArray[np.bool_]``, ``T = TypeVar("T")``, a protocol; otherwise None."""
    if isinstance(node, ast.ClassDef):
        return node.name if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases) else None
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) and _is_type(node.value):
        return node.targets[0].id
    return None


def _is_type(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id in TYPE_CONSTRUCTORS
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return all(_is_type(side) or (isinstance(side, ast.Name) and side.id in ("int", "str")) for side in (node.left, node.right))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "TypeVar"


@dataclass(frozen=True)
class ProgramNames:
    """The attributes that the classes and modules of a program define, the methods among them, and the names of types."""

    attributes: frozenset[str]
    methods: frozenset[str]
    types: frozenset[str]


def program_names(modules: Iterable[PythonModule]) -> ProgramNames:
    """Return the names that modules define: fields, methods and the names of each module."""
    attributes: set[str] = set()
    methods: set[str] = set()
    types: set[str] = set()
    for module in modules:
        attributes |= bound_names(module.tree.body)
        types |= {name for node in module.tree.body if (name := type_name(node)) is not None}
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    if isinstance(part, ast.FunctionDef):
                        methods.add(part.name)
                    attributes |= bound_names([part])
                attributes |= _attributes_of_self(node)
    return ProgramNames(frozenset(attributes), frozenset(methods), frozenset(types))


def _attributes_of_self(node: ast.ClassDef) -> set[str]:
    return {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)}
