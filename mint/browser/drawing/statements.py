"""Translate statements, functions and the body of a module.

Names live as in Python: all names that a function binds are variables of the whole function. Annotations and docstrings are
dropped, asserts are kept. A function that imports something in its body needs what only Python has (Pillow, files); it throws when
it is called.
"""

import ast
import json
from collections.abc import Callable, Sequence

from mint.browser.drawing.classes import ClassTranslator
from mint.browser.drawing.context import ModuleContext
from mint.browser.drawing.expressions import ExpressionTranslator
from mint.browser.drawing.names import (
    bound_names,
    is_type_checking_block,
    javascript_name,
    module_variable,
    type_name,
)
from mint.browser.drawing.subset import BINARY_OPERATORS, LIBRARIES, TYPING_MODULES, UnsupportedConstructError

_CACHES = ("cache", "lru_cache")


class StatementTranslator:
    """Translate the statements of a module; what is outside the subset is reported to the context and left out."""

    def __init__(self, context: ModuleContext) -> None:
        self.context = context
        self.expressions = ExpressionTranslator(context)
        self.classes = ClassTranslator(self.expressions, self.function)
        self._translations: dict[type[ast.stmt], Callable[..., str]] = {
            ast.AnnAssign: self._annotated_assignment,
            ast.Assert: self._assert,
            ast.Assign: self._assign,
            ast.AugAssign: self._augmented_assignment,
            ast.Break: lambda _: "break;",
            ast.ClassDef: lambda node: f"{javascript_name(node.name)} = {self.classes.translate(node)};",
            ast.Continue: lambda _: "continue;",
            ast.Expr: self._expression,
            ast.For: self._for,
            ast.FunctionDef: lambda node: f"{javascript_name(node.name)} = {self._decorated(node)};",
            ast.If: self._if,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Pass: lambda _: "",
            ast.Raise: self._raise,
            ast.Return: lambda node: f"return {self.expressions.translate(node.value) if node.value else 'null'};",
            ast.While: self._while,
        }

    def module(self) -> str:
        """Return a JavaScript function expression that runs the module and returns its names."""
        body = [node for node in self.context.module.tree.body if type_name(node) is None and not is_type_checking_block(node)]
        names = bound_names(body)
        imported = {
            alias.asname or alias.name for node in body if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
        }
        with self.context.function(names | imported) as temporaries:
            block = self.block(body)
        public = [name for name in sorted(names) if not name.startswith("__")]
        exports = ", ".join(name if javascript_name(name) == name else f"{name}: {javascript_name(name)}" for name in public)
        return f"(() => {{\n{_variables([*sorted(names), *temporaries])}{block}return {{ {exports} }};\n}})()"

    def block(self, body: Sequence[ast.stmt]) -> str:
        """Return the JavaScript statements of a block."""
        return "".join(f"{text}\n" for text in map(self.statement, body) if text)

    def statement(self, node: ast.stmt) -> str:
        """Return the JavaScript statements of a statement."""
        translation = self._translations.get(type(node))
        try:
            if translation is None:
                raise UnsupportedConstructError(node, type(node).__name__)
            return translation(node)
        except UnsupportedConstructError as error:
            self.context.report(error.node, error.construct)
            return ""

    def function(self, node: ast.FunctionDef, receiver: str | None = None) -> str:
        """Return the JavaScript function of a function, or of a method with the name of its first parameter."""
        first = 0 if receiver is None else 1
        arguments = ast.arguments(**{**dict(ast.iter_fields(node.args)), "args": node.args.args[first:]})
        names, parameters = self.expressions.parameters(arguments)
        if any(isinstance(part, ast.Import | ast.ImportFrom) for part in node.body):
            return f"$.fn({json.dumps(' '.join(names))}, () => $.refuse({json.dumps(node.name)}))"
        own = {*names, *([arguments.vararg.arg] if arguments.vararg else []), *([receiver] if receiver else [])}
        local = bound_names(node.body) - own
        with self.context.function(own | local) as temporaries:
            body = self.block(node.body)
        start = _variables([*sorted(local), *temporaries])
        text = json.dumps(" ".join(names))
        if receiver is None:
            return f"$.fn({text}, ({parameters}) => {{\n{start}{body}}})"
        return f"$.fn({text}, function ({parameters}) {{\nconst {javascript_name(receiver)} = this;\n{start}{body}}})"

    def _decorated(self, node: ast.FunctionDef) -> str:
        out = self.function(node)
        for decorator in reversed(node.decorator_list):
            call = decorator if isinstance(decorator, ast.Call) else None
            name = call.func if call else decorator
            if not (isinstance(name, ast.Name) and name.id in _CACHES) or (call and len(call.keywords) != 1):
                raise UnsupportedConstructError(decorator, f"the decorator {ast.unparse(decorator)}")
            out = f"$.cache({self.expressions.translate(call.keywords[0].value) if call else 'null'}, {out})"
        return out

    def _expression(self, node: ast.Expr) -> str:
        is_docstring = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return "" if is_docstring else f"{self.expressions.translate(node.value)};"

    def _assert(self, node: ast.Assert) -> str:
        message = self.expressions.translate(node.msg) if node.msg else ""
        return f"if (!{self.expressions.condition(node.test)}) throw $.AssertionError({message});"

    def _raise(self, node: ast.Raise) -> str:
        if node.exc is None or node.cause is not None:
            raise UnsupportedConstructError(node, "raise without an exception, or from another one,")
        return f"throw {self.expressions.translate(node.exc)};"

    def _assign(self, node: ast.Assign) -> str:
        value = self.expressions.translate(node.value)
        if len(node.targets) == 1:
            return self.expressions.assignment(node.targets[0], value)
        kept = self.context.temporary()
        return " ".join([f"{kept} = {value};", *(self.expressions.assignment(target, kept) for target in node.targets)])

    def _annotated_assignment(self, node: ast.AnnAssign) -> str:
        return self.expressions.assignment(node.target, self.expressions.translate(node.value)) if node.value else ""

    def _augmented_assignment(self, node: ast.AugAssign) -> str:
        operator = BINARY_OPERATORS.get(type(node.op))
        if operator is None:
            raise UnsupportedConstructError(node, f"the operator {type(node.op).__name__}=")
        target, value = node.target, self.expressions.translate(node.value)
        update = f"$.in_place.{operator}"
        if isinstance(target, ast.Name):
            name = javascript_name(target.id)
            return f"{name} = {update}({name}, {value});"
        owner = self.context.temporary()
        start = f"{owner} = {self.expressions.translate(target.value)};"
        if isinstance(target, ast.Attribute):
            return f"{start} {owner}.{target.attr} = {update}({owner}.{target.attr}, {value});"
        key = self.context.temporary()
        place = f"{owner}, {key}"
        return f"{start} {key} = {self.expressions.translate(target.slice)}; $.assign({update}($.get({place}), {value}), {place});"

    def _if(self, node: ast.If) -> str:
        orelse = f" else {{\n{self.block(node.orelse)}}}" if node.orelse else ""
        return f"if ({self.expressions.condition(node.test)}) {{\n{self.block(node.body)}}}{orelse}"

    def _while(self, node: ast.While) -> str:
        self._refuse_else(node)
        return f"while ({self.expressions.condition(node.test)}) {{\n{self.block(node.body)}}}"

    def _for(self, node: ast.For) -> str:
        self._refuse_else(node)
        items = f"$.iterate({self.expressions.translate(node.iter)})"
        assignment = self.expressions.assignment(node.target, "$v")
        return f"for (const $v of {items}) {{\n{assignment}\n{self.block(node.body)}}}"

    def _refuse_else(self, node: ast.For | ast.While) -> None:
        if node.orelse:
            raise UnsupportedConstructError(node.orelse[0], f"else of {type(node).__name__.lower()}")

    def _import(self, node: ast.Import) -> str:
        self._refuse_inner(node)
        out = []
        for alias in node.names:
            if alias.name not in LIBRARIES:
                raise UnsupportedConstructError(node, f"import {alias.name}")
            name = alias.asname or alias.name
            self.context.imported_modules[name] = alias.name
            out.append(f"const {javascript_name(name)} = $.libraries.{alias.name};")
        return " ".join(out)

    def _refuse_inner(self, node: ast.Import | ast.ImportFrom) -> None:
        if node not in self.context.module.tree.body:
            raise UnsupportedConstructError(node, "an import in a block")

    def _import_from(self, node: ast.ImportFrom) -> str:
        self._refuse_inner(node)
        module = node.module or ""
        if module in TYPING_MODULES:
            return ""
        out = []
        for alias in node.names:
            if alias.name in self.context.program.types:
                continue
            name = alias.asname or alias.name
            submodule = f"{module}.{alias.name}"
            if module in LIBRARIES and alias.name in LIBRARIES[module]:
                source = f"$.libraries.{module}.{alias.name}"
            elif self.context.sources.path_of(submodule):
                self.context.imported_modules[name] = submodule
                source = module_variable(submodule)
            elif self.context.sources.path_of(module):
                source = f"{module_variable(module)}.{alias.name}"
            else:
                raise UnsupportedConstructError(node, f"from {module} import {alias.name}")
            out.append(f"const {javascript_name(name)} = {source};")
        return " ".join(out)


def _variables(names: Sequence[str]) -> str:
    return f"let {', '.join(map(javascript_name, names))};\n" if names else ""
