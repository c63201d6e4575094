"""Translate expressions.

Python's operators look at the types of their operands, so each becomes a call of the runtime (``$.add(a, b)``). Tuples are arrays
of JavaScript, lists the runtime's List. A comprehension becomes a function of its first iterable, in which the names of its targets
are variables outside the loop: a function made in it sees their last values, as in Python.
"""

import ast
import json
from collections.abc import Callable, Iterable

from mint.browser.drawing.context import ModuleContext
from mint.browser.drawing.names import javascript_name
from mint.browser.drawing.subset import (
    ATTRIBUTES,
    BINARY_OPERATORS,
    BUILTINS,
    COMPARISONS,
    LIBRARIES,
    MAX_INTEGER,
    OBJECT_METHODS,
    PRIMITIVE_METHODS,
    UnsupportedConstructError,
)

_FORMAT_CHARACTERS = frozenset("0123456789xX")


class ExpressionTranslator:
    """Translate the expressions of a module; ``UnsupportedConstructError`` is raised for what is outside the subset."""

    def __init__(self, context: ModuleContext) -> None:
        self.context = context
        self._translations: dict[type[ast.expr], Callable[..., str]] = {
            ast.Attribute: self._attribute,
            ast.BinOp: self._binary_operation,
            ast.BoolOp: self._boolean_operation,
            ast.Call: self._call,
            ast.Compare: self._comparison,
            ast.Constant: self._constant,
            ast.Dict: self._dict,
            ast.DictComp: self._dict_comprehension,
            ast.GeneratorExp: self._generator_expression,
            ast.IfExp: self._conditional,
            ast.JoinedStr: self._f_string,
            ast.Lambda: self._lambda,
            ast.List: lambda node: f"$.List.of({self.items(node.elts)})",
            ast.ListComp: self._list_comprehension,
            ast.Name: self._name,
            ast.NamedExpr: lambda node: f"({javascript_name(node.target.id)} = {self.translate(node.value)})",
            ast.Set: lambda node: f"$.set([{self.items(node.elts)}])",
            ast.SetComp: lambda node: f"$.set({self._list_comprehension(node)})",
            ast.Slice: self._slice,
            ast.Subscript: lambda node: f"$.get({self.translate(node.value)}, {self.translate(node.slice)})",
            ast.Tuple: lambda node: f"[{self.items(node.elts)}]",
            ast.UnaryOp: self._unary_operation,
        }

    def translate(self, node: ast.expr) -> str:
        """Return the JavaScript expression of an expression."""
        translation = self._translations.get(type(node))
        if translation is None:
            raise UnsupportedConstructError(node, type(node).__name__)
        return translation(node)

    def condition(self, node: ast.expr) -> str:
        """Return a JavaScript expression that is true where Python takes the expression for true."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"!{self.condition(node.operand)}"
        if isinstance(node, ast.BoolOp):
            operator = " && " if isinstance(node.op, ast.And) else " || "
            return f"({operator.join(self.condition(value) for value in node.values)})"
        is_boolean = isinstance(node, ast.Compare) and all(
            isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in node.ops
        )
        return self.translate(node) if is_boolean else f"$.truth({self.translate(node)})"

    def items(self, nodes: Iterable[ast.expr]) -> str:
        """Return the items of a display or of a call, separated by commas; starred ones are spread."""
        return ", ".join(
            f"...$.iterate({self.translate(node.value)})" if isinstance(node, ast.Starred) else self.translate(node)
            for node in nodes
        )

    def parameters(self, arguments: ast.arguments) -> tuple[list[str], str]:
        """Return the names of a function's parameters, in order, and the JavaScript parameters with their defaults."""
        unsupported = [*arguments.posonlyargs, arguments.kwarg, arguments.vararg if arguments.kwonlyargs else None]
        for parameter in filter(None, unsupported):
            raise UnsupportedConstructError(parameter, f"the kind of the parameter {parameter.arg}")
        parameters = [*arguments.args, *arguments.kwonlyargs]
        defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + arguments.defaults + arguments.kw_defaults
        written = []
        for parameter, default in zip(parameters, defaults, strict=True):
            name = javascript_name(parameter.arg)
            if default is None:
                written.append(name)
                continue
            for part in ast.walk(default):
                if not isinstance(part, ast.Constant | ast.Name | ast.Tuple | ast.Attribute | ast.UnaryOp | ast.USub | ast.Load):
                    raise UnsupportedConstructError(default, f"the default {ast.unparse(default)}, which is not a constant,")
                if isinstance(part, ast.Name) and any(part.id == other.arg for other in parameters):
                    raise UnsupportedConstructError(default, f"the default {part.id}, which is the name of a parameter,")
            written.append(f"{name} = {self.translate(default)}")
        if arguments.vararg:
            written.append(f"...{javascript_name(arguments.vararg.arg)}")
        return [parameter.arg for parameter in parameters], ", ".join(written)

    def _name(self, node: ast.Name) -> str:
        if self.context.is_bound(node.id):
            return javascript_name(node.id)
        if node.id in BUILTINS:
            return f"$.{node.id}"
        raise UnsupportedConstructError(node, f"the name {node.id}")

    def _constant(self, node: ast.Constant) -> str:
        value = node.value
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return json.dumps(value)
        if isinstance(value, int) and value <= MAX_INTEGER:
            return str(value)
        raise UnsupportedConstructError(node, f"the constant {value!r}")

    def _attribute(self, node: ast.Attribute) -> str:
        self._check_attribute(node)
        owner = self.translate(node.value)
        if self._imported_module(node.value) or node.attr not in self.context.program.methods | PRIMITIVE_METHODS | OBJECT_METHODS:
            return f"{owner}.{node.attr}"
        return f"$.bound({owner}, {json.dumps(node.attr)})"

    def _check_attribute(self, node: ast.Attribute) -> None:
        module = self._imported_module(node.value)
        if module in LIBRARIES:
            known = LIBRARIES[module]
        else:
            known = self.context.program.attributes | PRIMITIVE_METHODS | OBJECT_METHODS | ATTRIBUTES
        if node.attr not in known:
            raise UnsupportedConstructError(
                node, f"{ast.unparse(node.value)}.{node.attr}" if module else f"the attribute {node.attr}"
            )

    def _imported_module(self, node: ast.expr) -> str:
        return self.context.imported_modules.get(node.id, "") if isinstance(node, ast.Name) else ""

    def _binary_operation(self, node: ast.BinOp) -> str:
        operator = BINARY_OPERATORS.get(type(node.op))
        if operator is None:
            raise UnsupportedConstructError(node, f"the operator {type(node.op).__name__}")
        return f"$.{operator}({self.translate(node.left)}, {self.translate(node.right)})"

    def _unary_operation(self, node: ast.UnaryOp) -> str:
        if isinstance(node.op, ast.Not):
            return self.condition(node)
        operand = self.translate(node.operand)
        if isinstance(node.op, ast.USub):
            return f"-{operand}" if isinstance(node.operand, ast.Constant) else f"$.negative({operand})"
        if isinstance(node.op, ast.Invert):
            return f"$.invert({operand})"
        raise UnsupportedConstructError(node, f"the operator {type(node.op).__name__}")

    def _boolean_operation(self, node: ast.BoolOp) -> str:
        out = self.translate(node.values[-1])
        for value in reversed(node.values[:-1]):
            kept = self.context.temporary()
            test = f"$.truth({kept} = {self.translate(value)})"
            out = f"({test} ? {out} : {kept})" if isinstance(node.op, ast.And) else f"({test} ? {kept} : {out})"
        return out

    def _comparison(self, node: ast.Compare) -> str:
        parts = []
        left = self.translate(node.left)
        for number, (operator, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
            right = self.translate(comparator)
            following = right
            is_last = number == len(node.ops) - 1
            if not is_last and not isinstance(comparator, ast.Name | ast.Constant):
                following = self.context.temporary()
                right = f"{following} = {right}"
            if isinstance(operator, ast.Is | ast.IsNot):
                parts.append(f"({left} {'===' if isinstance(operator, ast.Is) else '!=='} {right})")
            else:
                comparison = f"$.{COMPARISONS[type(operator)]}({left}, {right})"
                parts.append(comparison if is_last else f"$.truth({comparison})")
            left = following
        return parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"

    def _conditional(self, node: ast.IfExp) -> str:
        return f"({self.condition(node.test)} ? {self.translate(node.body)} : {self.translate(node.orelse)})"

    def _dict(self, node: ast.Dict) -> str:
        entries = [
            f"...$.entries({self.translate(value)})" if key is None else f"[{self.translate(key)}, {self.translate(value)}]"
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return f"$.dict([{', '.join(entries)}])"

    def _slice(self, node: ast.Slice) -> str:
        return f"$.slice({', '.join(self.translate(part) if part else 'null' for part in (node.lower, node.upper, node.step))})"

    def _f_string(self, node: ast.JoinedStr) -> str:
        parts = []
        for part in node.values:
            if not isinstance(part, ast.FormattedValue):
                parts.append(self.translate(part))
            elif part.format_spec is not None:
                parts.append(f"$.format({self.translate(part.value)}, {json.dumps(self._format(part))})")
            else:
                parts.append(f"$.{'repr' if part.conversion == ord('r') else 'str'}({self.translate(part.value)})")
        return f"({' + '.join(parts)})" if parts else '""'

    def _format(self, node: ast.FormattedValue) -> str:
        spec = ast.unparse(node.format_spec)[2:-1] if node.format_spec else ""
        if node.conversion != -1 or not spec.startswith("0") or not set(spec) <= _FORMAT_CHARACTERS:
            raise UnsupportedConstructError(node, f"the format {spec}")
        return spec

    def _call(self, node: ast.Call) -> str:
        arguments = self.items(node.args)
        keywords = ", ".join(
            f"...$.keywords({self.translate(keyword.value)})"
            if keyword.arg is None
            else f"{json.dumps(keyword.arg)}: {self.translate(keyword.value)}"
            for keyword in node.keywords
        )
        if not isinstance(node.func, ast.Attribute):
            function = self.translate(node.func)
            return f"$.call({function}, [{arguments}], {{{keywords}}})" if keywords else f"{function}({arguments})"
        self._check_attribute(node.func)
        owner, method = self.translate(node.func.value), node.func.attr
        if keywords:
            return f"$.call_method({owner}, {json.dumps(method)}, [{arguments}], {{{keywords}}})"
        if method in PRIMITIVE_METHODS and not self._imported_module(node.func.value):
            return f"$.call_method({owner}, {json.dumps(method)}, [{arguments}])"
        return f"{owner}.{method}({arguments})"

    def _lambda(self, node: ast.Lambda) -> str:
        names, parameters = self.parameters(node.args)
        with self.context.scope({*names, *([node.args.vararg.arg] if node.args.vararg else [])}):
            return f"$.fn({json.dumps(' '.join(names))}, ({parameters}) => {self.translate(node.body)})"

    def _list_comprehension(self, node: ast.ListComp | ast.SetComp) -> str:
        body = self._loops(node.generators, lambda: f"$o.push({self.translate(node.elt)});")
        return body("(($i) => { const $o = new $.List(); ", " return $o; })")

    def _generator_expression(self, node: ast.GeneratorExp) -> str:
        return self._loops(node.generators, lambda: f"yield {self.translate(node.elt)};")("(function* ($i) { ", " })")

    def _dict_comprehension(self, node: ast.DictComp) -> str:
        body = self._loops(node.generators, lambda: f"$o.push([{self.translate(node.key)}, {self.translate(node.value)}]);")
        return f"$.dict({body('(($i) => { const $o = []; ', ' return $o; })')})"

    def _loops(self, generators: list[ast.comprehension], element: Callable[[], str]) -> Callable[[str, str], str]:
        """Return a function that puts the nested loops of a comprehension between the start and the end of a function."""
        first = self.translate(generators[0].iter)
        targets = {part.id for generator in generators for part in ast.walk(generator.target) if isinstance(part, ast.Name)}
        loops = closing = ""
        with self.context.scope(targets):
            for number, generator in enumerate(generators):
                items = "$i" if number == 0 else f"$.iterate({self.translate(generator.iter)})"
                loops += f"for (const $v of {items}) {{ {self.assignment(generator.target, '$v')} "
                closing += " }"
                if generator.ifs:
                    loops += f"if ({' && '.join(self.condition(test) for test in generator.ifs)}) {{ "
                    closing += " }"
            loops += element()
        variables = ", ".join(javascript_name(name) for name in sorted(targets))
        return lambda start, end: f"{start}let {variables}; {loops}{closing}{end}($.iterate({first}))"

    def assignment(self, target: ast.expr, value: str) -> str:
        """Return statements that assign a JavaScript expression, which is evaluated once and before the target."""
        if isinstance(target, ast.Name):
            return f"{javascript_name(target.id)} = {value};"
        if isinstance(target, ast.Subscript):
            return f"$.assign({value}, {self.translate(target.value)}, {self.translate(target.slice)});"
        if isinstance(target, ast.Attribute):
            kept = self.context.temporary()
            return f"{kept} = {value}; {self.translate(target.value)}.{target.attr} = {kept};"
        if not isinstance(target, ast.Tuple | ast.List):
            raise UnsupportedConstructError(target, f"the target {ast.unparse(target)}")
        star = next((place for place, part in enumerate(target.elts) if isinstance(part, ast.Starred)), -1)
        values = self.context.temporary()
        out = f"{values} = $.unpack({value}, {len(target.elts)}, {star});"
        for place, part in enumerate(target.elts):
            out += " " + self.assignment(part.value if isinstance(part, ast.Starred) else part, f"{values}[{place}]")
        return out
