"""What the translation takes and what it refuses."""

from pathlib import Path

import pytest

from mint.browser.drawing.subset import (
    ATTRIBUTES,
    BINARY_OPERATORS,
    BUILTINS,
    COMPARISONS,
    LIBRARIES,
    OBJECT_METHODS,
    PRIMITIVE_METHODS,
)
from tests.browser.drawing.conftest import RunNode
from tests.browser.drawing.javascript_program import translated

RUNTIME_NAMES = Path(__file__).parent / "runtime_names.mjs"


@pytest.mark.parametrize(
    ("line", "construct"),
    [
        ("x = 1.5", "the constant 1.5"),
        ("x = 9007199254740992", "the constant 9007199254740992"),
        ("x = b'a'", "the constant b'a'"),
        ("x = 1 / 2", "the operator Div"),
        ("x = +1", "the operator UAdd"),
        ("x /= 2", "the operator Div="),
        ("del x", "Delete"),
        ("global x", "Global"),
        ("import os", "import os"),
        ("if True:\n    import re", "an import in a block"),
        ("from os import path", "from os import path"),
        ("from itertools import count", "from itertools import count"),
        ("x = print(1)", "the name print"),
        ("x = hash('a')", "the name hash"),
        ("x = 'a'.title()", "the attribute title"),
        ("x = f'{1:>3}'", "the format >3"),
        ("x = f'{1!a:03}'", "the format 03"),
        ("try:\n    x = 1\nfinally:\n    x = 2", "Try"),
        ("with x:\n    pass", "With"),
        ("match 1:\n    case 1:\n        pass", "Match"),
        ("for x in ():\n    pass\nelse:\n    x = 1", "else of for"),
        ("while False:\n    pass\nelse:\n    x = 1", "else of while"),
        ("raise", "raise without an exception, or from another one,"),
        ("raise AssertionError() from None", "raise without an exception, or from another one,"),
        ("def f(a=[]):\n    return a", "the default [], which is not a constant,"),
        ("def f(a=1, b=a):\n    return b", "the default a, which is the name of a parameter,"),
        ("def f(**a):\n    return a", "the kind of the parameter a"),
        ("def f(a, /):\n    return a", "the kind of the parameter a"),
        ("@print\ndef f():\n    pass", "the decorator print"),
        ("def f():\n    yield 1", "Yield"),
        ("async def f():\n    pass", "AsyncFunctionDef"),
        ("class A(dict):\n    x: int\n    y: int", "the class A with the bases dict"),
        ("class A:\n    x = 1", "Assign in a class"),
        ("class A:\n    @staticmethod\n    def f():\n        pass", "the decorator staticmethod"),
        ("import numpy as np\nx = np.sqrt(4)", "np.sqrt"),
        ("import numpy as np\nx = np.random", "np.random"),
    ],
)
def test_construct_outside_the_subset_is_refused(line: str, construct: str, tmp_path: Path) -> None:
    _, violations = translated(f'"""A program."""\n\n{line}\n', tmp_path)
    assert [violation.construct for violation in violations][:1] == [construct]
    assert violations[0].path == "mint/program.py"
    assert violations[0].line in range(3, 7)
    assert str(violations[0]) == f"mint/program.py:{violations[0].line}: {construct} cannot be translated to JavaScript"


def test_all_violations_are_told_with_their_lines(tmp_path: Path) -> None:
    _, violations = translated("x = 1.5\n\n\ndef f() -> None:\n    y = 1\n    y = 2 / y\n    del y\n", tmp_path)
    assert [(violation.line, violation.construct) for violation in violations] == [
        (1, "the constant 1.5"),
        (6, "the operator Div"),
        (7, "Delete"),
    ]


def test_runtime_has_all_that_the_tables_list(run_node: RunNode, tmp_path: Path) -> None:
    module, _ = translated("", tmp_path)
    exports = "export { Dict, listMethods, numberMethods, textMethods, tupleMethods };\n"
    names = {kind: set(found) for kind, found in run_node(module + exports, RUNTIME_NAMES).items()}
    assert names["$"] >= BUILTINS | {*BINARY_OPERATORS.values(), *COMPARISONS.values()}
    assert names["in_place"] == set(BINARY_OPERATORS.values())
    assert names["primitive"] == PRIMITIVE_METHODS
    assert names["object"] >= OBJECT_METHODS | ATTRIBUTES
    for library, known in LIBRARIES.items():
        assert names[library] == known, library
