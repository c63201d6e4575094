"""The subset of Python that is translated to JavaScript, as tables, and how a construct outside of it is reported.

A table lists what the runtime in ``static/`` implements; a test compares them. What has no entry is refused with file, line and
name when the module is translated, so nothing is drawn differently in silence. Refused by design: floats and ``/`` (drawing is
integer arithmetic), ``try``, ``with``, ``global``, ``del``, ``match``, ``else`` of loops, mutable defaults and inheritance.
The runtime refuses what only values can tell: integers beyond 2**53, the order of a set, and values that do not fit a NumPy type.
"""

import ast
from dataclasses import dataclass


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BINARY_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "power",
    ast.LShift: "left_shift",
    ast.RShift: "right_shift",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
    ast.MatMult: "matmul",
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.In: "is_in",
    ast.NotIn: "not_in",
}
BUILTINS = _names("""
    AssertionError abs all any bool bytes dict divmod enumerate frozenset getattr int isinstance len list map max min next
    ord range repr set slice sorted str sum tuple zip
""")
# What the drawing imports beside its own modules.
LIBRARIES: dict[str, frozenset[str]] = {
    "bisect": frozenset({"bisect_right"}),
    "collections": frozenset({"Counter"}),
    "fractions": frozenset({"Fraction"}),
    "hashlib": frozenset({"sha256"}),
    "itertools": frozenset({"combinations", "pairwise"}),
    "numpy": _names("""
    abs any arange argmax argmin argsort array asarray ascontiguousarray bincount bool_ broadcast_to clip concatenate copyto
    count_nonzero cumsum empty flatnonzero fliplr full hstack int32 int64 int8 intp isin kron maximum minimum nonzero ones
    ones_like pad repeat roll rot90 s_ searchsorted sort stack take_along_axis tile triu uint32 uint64 uint8 vstack where
    zeros zeros_like
"""),
    "re": frozenset({"compile", "findall", "fullmatch"}),
    "unicodedata": frozenset({"normalize"}),
}
# Modules whose names occur in annotations, bases and decorators only.
TYPING_MODULES = frozenset({"collections.abc", "dataclasses", "functools", "numpy.typing", "typing", "viewer.printable"})
# Methods of str, int, tuple and list: the runtime chooses by the type of the value.
PRIMITIVE_METHODS = _names("""
    append bit_count capitalize count encode find index isprintable join ljust lower replace sort split splitlines strip
    upper __getitem__
""")
# Methods of the other types: dict, arrays, regular expressions, digests, type objects.
OBJECT_METHODS = _names("""
    accumulate all any argmax astype copy cumsum digest fromhex fromkeys fullmatch get hexdigest items keys max min ravel
    repeat reshape setflags sum tolist transpose values _replace from_bytes
""")
# Attributes of arrays and of NamedTuple classes.
ATTRIBUTES = _names("""
    T flags ndim shape size writeable _fields
""")
TYPE_CONSTRUCTORS = _names("""
    Callable Iterable Literal Mapping NDArray Sequence dict frozenset list set tuple
""")
# JavaScript's integers are exact up to here.
MAX_INTEGER = 2**53 - 1


@dataclass(frozen=True)
class Violation:
    """A construct outside the subset: the file, the line, and what it is."""

    path: str
    line: int
    construct: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.construct} cannot be translated to JavaScript"


class SubsetError(Exception):
    """Report all constructs of the drawing that cannot be translated, one a line."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__("\n".join(map(str, violations)))
        self.violations = violations


class UnsupportedConstructError(Exception):
    """Report one construct outside the subset to the statement that contains it."""

    def __init__(self, node: ast.AST, construct: str) -> None:
        super().__init__(construct)
        self.node = node
        self.construct = construct
