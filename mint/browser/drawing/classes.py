"""Translate classes: dataclasses, NamedTuples, exceptions, and plain classes with methods. Nothing else is inherited from."""

import ast
import json
from collections.abc import Callable

from mint.browser.drawing.expressions import ExpressionTranslator
from mint.browser.drawing.subset import UnsupportedConstructError

_DATACLASS_OPTIONS = frozenset({"eq", "frozen", "kw_only"})
_IMMUTABLE_TYPES = frozenset({"frozenset", "range", "tuple"})
_GETTERS = ("property", "cached_property")

FunctionTranslation = Callable[[ast.FunctionDef, str | None], str]


class ClassTranslator:
    """Translate the class definitions of a module to calls of the runtime."""

    def __init__(self, expressions: ExpressionTranslator, function: FunctionTranslation) -> None:
        self.expressions = expressions
        self.function = function

    def translate(self, node: ast.ClassDef) -> str:
        """Return the JavaScript expression of a class: a function that makes its objects."""
        bases = [ast.unparse(base) for base in node.bases]
        options = _dataclass_options(node)
        if bases == ["NamedTuple"] and options is None:
            kind = "named_tuple"
        elif not bases and options is not None:
            kind = "dataclass"
        elif not bases:
            kind = "plain_class"
        elif len(bases) == 1 and len(node.body) == 1:
            return f"$.exception({json.dumps(node.name)}, {self._base(node.bases[0])})"
        else:
            raise UnsupportedConstructError(node, f"the class {node.name} with the bases {', '.join(bases)}")
        fields: list[str] = []
        members: dict[str, list[str]] = {"methods": [], "getters": [], "cached": []}
        for part in node.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and kind != "plain_class":
                fields.append(self._field(part.target.id, part.value))
            elif isinstance(part, ast.FunctionDef):
                members[_member_kind(part)].append(f"{part.name}: {self.function(part, part.args.args[0].arg)}")
            elif not isinstance(part, ast.Expr) and not _is_slots(part):
                raise UnsupportedConstructError(part, f"{type(part).__name__} in a class")
        entries = [f"name: {json.dumps(node.name)}"]
        if options and not options.get("eq", True):
            entries.append("hasIdentity: true")
        if fields:
            entries.append(f"fields: [{', '.join(fields)}]")
        entries.extend(f"{name}: {{\n{', '.join(functions)} }}" for name, functions in members.items() if functions)
        return f"$.{kind}({{ {', '.join(entries)} }})"

    def _base(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name) and node.id in ("Exception", "PrintableError"):  # a page writes to no terminal
            return "null"
        return self.expressions.translate(node)

    def _field(self, name: str, default: ast.expr | None) -> str:
        if default is None:
            return f"[{json.dumps(name)}]"
        if isinstance(default, ast.Call):
            function = default.func.id if isinstance(default.func, ast.Name) else ""
            if function == "field" and [keyword.arg for keyword in default.keywords] == ["default_factory"]:
                return f"[{json.dumps(name)}, () => {self.expressions.translate(default.keywords[0].value)}()]"
            if function not in _IMMUTABLE_TYPES:
                raise UnsupportedConstructError(default, f"the default {ast.unparse(default)}")
        if isinstance(default, ast.List | ast.Dict | ast.Set):
            raise UnsupportedConstructError(default, f"the default {ast.unparse(default)}, which is not a constant,")
        return f"[{json.dumps(name)}, () => {self.expressions.translate(default)}]"


def _dataclass_options(node: ast.ClassDef) -> dict[str, bool] | None:
    """Return the options of a dataclass, or None for another class."""
    options: dict[str, bool] | None = None
    for decorator in node.decorator_list:
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        if ast.unparse(name) != "dataclass" or not {keyword.arg for keyword in keywords} <= _DATACLASS_OPTIONS:
            raise UnsupportedConstructError(decorator, f"the decorator {ast.unparse(decorator)}")
        options = {str(keyword.arg): bool(ast.literal_eval(keyword.value)) for keyword in keywords}
    return options


def _member_kind(node: ast.FunctionDef) -> str:
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    if decorators and (len(decorators) > 1 or decorators[0] not in _GETTERS):
        raise UnsupportedConstructError(node, f"the decorator {decorators[0]}")
    return {"property": "getters", "cached_property": "cached"}[decorators[0]] if decorators else "methods"


def _is_slots(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__slots__"
