"""Numbers, texts, containers, functions and classes: each case gives the same in both languages, or raises the same exception."""

# mypy: disable-error-code="arg-type, comparison-overlap, operator, var-annotated"

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from typing import Final, NamedTuple

BIG: Final = 0xFFFFFFFF
MAX: Final = 9007199254740991
VERB: Final = "is"


class Point(NamedTuple):
    """A named tuple with a default and a method."""

    x: int
    y: int = 7

    def moved(self, by: int) -> "Point":
        """Return the point moved to the right."""
        return self._replace(x=self.x + by)


@dataclass(frozen=True)
class Box:
    """A dataclass with defaults, properties and a check."""

    width: int
    height: int = 3
    labels: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.width > 0, f"{self.width} is too small"

    @property
    def area(self) -> int:
        """The area."""
        return self.width * self.height

    @cached_property
    def corners(self) -> tuple[Point, ...]:
        """Two corners."""
        return Point(0, 0), Point(self.width, y=self.height)

    def __len__(self) -> int:
        return self.area

    def scaled(self, by: int, *, extra: int = 0) -> "Box":
        """Return a larger box."""
        return Box(self.width * by + extra, self.height * by + extra)


@dataclass(frozen=True, eq=False)
class Mark:
    """A dataclass that is equal to itself alone."""

    name: str


class Counting:
    """A plain class with a state."""

    def __init__(self, start: int) -> None:
        self.count = start

    def next_number(self) -> int:
        """Return one more."""
        self.count += 1
        return self.count


calls: list[int] = []


@cache
def squared(n: int) -> int:
    """Square a number, and note the call."""
    calls.append(n)
    return n * n


def remembered() -> list[int]:
    """Return what a cached function was called with."""
    first = squared(3) + squared(3) + squared(4)
    return [first, *calls]


def late_binding() -> list[int]:
    """Functions made in loops and comprehensions see the last value."""
    functions: list[Callable[[], int]] = [lambda: number for number in range(3)]
    for step in (10, 20):
        functions.append(lambda: step)
    return [function() for function in functions]


def variable_scopes() -> tuple[int, list[int], int]:
    """Return a variable that a comprehension's own leaves alone, and one that it assigns."""
    x = 1
    out = [x * 2 for x in range(3)]
    last = [y for value in out if (y := value + 1)]
    return x, last, y


def with_defaults(a: int, b: int = 2, *, c: int = 3) -> tuple[int, int, int]:
    """Return the arguments."""
    return a, b, c


def any_number(*values: int) -> tuple[int, ...]:
    """Return the arguments."""
    return values


def loops() -> list[int]:
    """Break and continue."""
    out = []
    number = 0
    while True:
        number += 1
        if number % 2:
            continue
        if number > 8:
            break
        out.append(number)
    return out


def swapped() -> list[int]:
    """Assign to several targets, from left to right after the value."""
    out = [1, 2, 3]
    out[0], out[2] = out[2], out[0]
    index = out[0], out[1] = 1, 0
    return [*out, *index]


def evaluation_order() -> list[int]:
    """Return the order in which the parts of an assignment are evaluated: the value first."""
    numbers = Counting(0)
    out = [0, 0, 0, 0]
    out[numbers.next_number()] = 10 * numbers.next_number()
    return out


def lazy() -> tuple[list[int], list[int]]:
    """Return what was read from an iterator: no more than was asked for."""
    seen: list[int] = []

    def noted(n: int) -> int:
        seen.append(n)
        return n

    numbers = (noted(n) for n in range(10))
    found = next(n for n in numbers if n > 2)
    any_large = any(n > 4 for n in numbers)
    rest = [found, int(any_large), *(a + b for a, b in zip(numbers, [100, 200], strict=False))]
    return rest, seen


def lazy_strict_zip() -> list[int]:
    """Return numbers in the order in which two iterators were read, until one ended early."""
    seen: list[int] = []

    def noted(n: int) -> int:
        seen.append(n)
        return n

    pairs = zip((noted(n) for n in (1, 2, 3)), (noted(n) for n in (10, 20)), strict=True)
    sums = [next(pairs), next(pairs)]
    return [a + b for a, b in sums] + seen


def augmented() -> tuple[list[int], list[int], tuple[int, ...], dict[str, int]]:
    """Change lists in place, and make new tuples."""
    first = [1]
    same = first
    same += [2]
    pair: tuple[int, ...] = (1,)
    pair += (2,)
    table = {"a": 1}
    table["a"] += 5
    return first, same, pair, table


def counted(values: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Return counts in the order of first occurrence."""
    return iter_pairs(Counter(values))


def iter_pairs(counts: Counter[str]) -> Iterator[tuple[str, int]]:
    """Return the items of counts, and of what is missing."""
    return ((name, counts[name]) for name in [*counts, "missing"])


CASES: dict[str, Callable[[], object]] = {
    "floor division": lambda: [7 // 2, -7 // 2, 7 // -2, -7 // -2, 0 // 5, MAX // 3, -(2**52) // 7],
    "remainder": lambda: [7 % 3, -7 % 3, 7 % -3, -7 % -3, MAX % 10, -6 % 3],
    "divmod": lambda: [divmod(-7, 2), divmod(17, 5)],
    "division by zero": lambda: 1 // (1 - 1),
    "remainder by zero": lambda: 1 % (1 - 1),
    "bits over 32": lambda: [BIG & (BIG << 8), (BIG << 21) | 5, BIG ^ (1 << 40), -1 & (1 << 40), (1 << 52) >> 20, -5 >> 1],
    "bits": lambda: [6 & 3, 6 | 3, 6 ^ 3, ~6, -6 & 3, BIG & BIG, BIG ^ 1, (5).bit_count(), BIG.bit_count()],
    "power": lambda: [2**10, (-3) ** 3, 2**52, 7**0],
    "negative": lambda: [-5, -(-5), -0 * 3],
    "booleans are numbers": lambda: [
        True + True,
        sum([True, False, True]),
        True == 1,
        3 * True,
        (10, 20)[True],
        True < 2,
        True & False,
        True ^ True,
    ],
    "truth": lambda: [bool(value) for value in ("", "a", 0, 1, None, (), (0,), [], {}, {"a": 1}, Box(2))],
    "and, or": lambda: [0 or "b", "a" and "b", "" or None or (), 1 and 0 and 2, not "a"],
    "chained comparison": lambda: [1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 3, 0 <= len("ab") < 3],
    "equality": lambda: [
        (1, 2) == (1, 2),
        [1, 2] == [1, 2],
        Point(1, 2) == (1, 2),
        {"a": [1]} == {"a": [1]},
        "1" == 1,
        None == 0,
        (1, (2, "x")) == (1, (2, "x")),
    ],
    "tuples are no lists": lambda: [(1, 2) == [1, 2], [] == (), list(range(2)) == [0, 1], range(2) == (0, 1)],
    "identity": lambda: [None is None, Mark("a") == Mark("a"), Box(2) == Box(2), Box(2) == Box(3)],
    "order": lambda: [(1, "b") < (1, "c"), "a" < "b", [1, 2] < [1, 2, 3], "B" < "a", "\uffee" < "🌊", (2,) > (1, 9)],
    "membership": lambda: [2 in (1, 2), "b" in "abc", "c" not in {"a": 1}, (1, 2) in {(1, 2): 3}, 1 in {True}, 5 in range(0, 9, 2)],
    "keys": lambda: [
        {1: "a", True: "b"},
        {(1, "a"): 1, ("1a",): 2}[(1, "a")],
        len({1, 1, 2, (1, 2), (1, 2)}),
        {Point(1): 5}[Point(1, 7)],
    ],
    "keys are told apart": lambda: [
        len({("ab", "c"), ("a", "bc")}),
        len({"1": 1, 1: 2}),
        len({None, 0, ""}),
        len({(1,), (1, 1), 11}),
    ],
    "dataclass keys": lambda: {Box(1): "a", Box(1): "b"}[Box(1)],
    "missing key": lambda: {"a": 1}["b"],
    "dict order": lambda: list({"b": 1, "a": 2} | {"c": 3, "b": 4}),
    "dict values": lambda: [
        {"b": 1, "a": 2} | {"b": 4},
        dict.fromkeys(["x", "y", "x"]),
        dict.fromkeys("ab", 0),
        dict([("a", 1)]),
        {**{"a": 1}, "b": 2},
    ],
    "dict methods": lambda: [
        {"a": 1}.get("a"),
        {"a": 1}.get("b"),
        {"a": 1}.get("b", 5),
        list({"a": 1}.items()),
        list({"a": 1}.values()),
    ],
    "dict comprehension": lambda: {name: len(name) for name in ("a", "bb")},
    "sets": lambda: [
        sorted({3, 1, 2, 3}),
        len(set("aba")),
        sorted(set("abc") - {"b"}),
        {1, 2} == {2, 1},
        sorted({1, 2, 3} & {2, 3, 4}),
        max({3, 9}),
        sum({1, 2}),
    ],
    "slices": lambda: [
        (0, 1, 2, 3, 4)[1:3],
        (0, 1, 2, 3)[::-1],
        (0, 1, 2, 3)[-2:],
        (0, 1, 2, 3)[3:0:-2],
        (0, 1)[5:],
        "abcdef"[::2],
        "abc"[-1],
        [1, 2, 3][:-1],
    ],
    "index out of range": lambda: [(1, 2)[-2], Point(4)[1]],
    "tuple arithmetic": lambda: [(1,) + (2, 3), [0] * 3, 2 * (1, 2), "ab" * 2, (1,) * -1, [1] + [2]],
    "unpacking": lambda: [(lambda a, b: a - b)(*(5, 3)), [*range(2), *"ab"], any_number(*[1, 2], 3)],
    "star": lambda: [first_and_rest([1, 2, 3]), first_and_rest("a")],
    "texts": lambda: [
        "a-b-c".split("-"),
        "a  b ".split(),
        "a-b-c".split("-", 1),
        " x ".strip(),
        "abc".upper(),
        "Ab".lower(),
        "town".capitalize(),
        ",".join(["a", "b"]),
        "ab".ljust(4),
        "ab".ljust(4, "."),
        "abcb".replace("b", "$&"),
        "abc".find("c"),
        "abc".find("x"),
        "abab".count("ab"),
        "a\nb\n".splitlines(),
        "abc".index("b"),
    ],
    "characters beyond 16 bits": lambda: [len("a🌊b"), "🌊ab"[1:], "a🌊b"[1], list("🌊x"), [ord(character) for character in "🌊é"]],
    "f-strings": lambda: [f"{1}{'a'!r}{None}{True}", f"{255:02x} {10:04X} {7:03}", f"{'it' + VERB}"],
    "repr": lambda: [repr("a'b"), repr("a\"b'"), repr("\n\t\\\x00é🌊\u200b\xa0\udcff\U000e0001"), repr({"a": 1}), repr("")],
    "printable": lambda: [
        "a b".isprintable(),
        "a\u00a0".isprintable(),
        "\n".isprintable(),
        "é🌊".isprintable(),
        "".isprintable(),
        "\u2028".isprintable(),
    ],
    "integers of texts": lambda: [
        int("12"),
        int("-5"),
        int(True),
        int.from_bytes(bytes.fromhex("0102"), "little"),
        int.from_bytes(bytes.fromhex("0102"), "big"),
        list(bytes.fromhex("ff00")),
    ],
    "no integer": lambda: int("1x"),
    "minimum and maximum": lambda: [
        min(3, 1),
        max([1, 5, 5]),
        min("ab", key=ord),
        max(((1, "a"), (1, "b")), key=lambda pair: pair[0]),
        max((), default=4),
        min((n for n in (3, 2)), default=0),
    ],
    "maximum of nothing": lambda: max(()),
    "sorted": lambda: [sorted([3, 1, 2]), sorted(["bb", "a", "cc"], key=len), sorted(((1, "b"), (1, "a")))],
    "sorting in place": lambda: sorted_in_place([3, 1, 2]),
    "iteration": lambda: [
        list(enumerate("ab")),
        list(zip((1, 2), "abc", strict=False)),
        list(map(len, ["a", "bb"])),
        sum([1, 2], 5),
        all([]),
        any([]),
        all([1, 0]),
        any(()),
    ],
    "strict zip": lambda: list(zip((1, 2), (3,), strict=True)),
    "ranges": lambda: [
        list(range(3)),
        list(range(5, 0, -2)),
        list(range(2, 2)),
        len(range(1, 10, 3)),
        range(4)[1:3] == range(1, 3),
        list(range(4))[-1],
    ],
    "nothing left": lambda: next(value for value in ()),
    "itertools": lambda: [
        list(itertools.combinations("abc", 2)),
        list(itertools.pairwise([1, 2, 3])),
        bisect_right([1, 2, 2, 3], 2),
    ],
    "ratios": lambda: [
        Fraction(1, 3) > Fraction(33, 100),
        Fraction(2, 4) == Fraction(2, 4),
        min([Fraction(1, 2), Fraction(1, 3)]) < Fraction(1, 2),
        Fraction(0) < Fraction(1, 9),
    ],
    "counts": lambda: list(counted(["b", "a", "b"])),
    "keyword arguments": lambda: [
        with_defaults(1),
        with_defaults(1, c=5),
        with_defaults(b=4, a=2),
        with_defaults(*(1, 9)),
        with_defaults(**{"a": 1, "c": 8}),
    ],
    "named tuples": lambda: [
        Point(1),
        Point(y=2, x=1),
        Point(1).moved(4),
        Point(1, 2)._replace(y=9),
        Point._fields,
        Point(3).y,
        [*Point(1)],
        sum(Point(1)),
    ],
    "dataclasses": lambda: [
        Box(2).area,
        Box(2, 5).corners,
        len(Box(2)),
        Box(2).scaled(2, extra=1).area,
        Box(2, labels={"a": 1}).labels,
        Box(3).labels,
    ],
    "failed assertion": lambda: Box(0),
    "bound methods": lambda: [
        list(map(Point(1).moved, [1, 2])),
        max(["b", "a"], key=["a", "b"].index),
        list(map((5, 6).__getitem__, [1, 0])),
        getattr(Box(2), "area"),
    ],
    "objects with a state": lambda: [counting_twice(Counting(5))],
    "types": lambda: [isinstance("a", str), isinstance(1, str), isinstance(True, bool), isinstance(1, bool), isinstance(True, int)],
    "cached function": remembered,
    "late binding": late_binding,
    "scopes": variable_scopes,
    "loops": loops,
    "swapping": swapped,
    "evaluation order": evaluation_order,
    "lazy iterators": lazy,
    "lazy strict zip": lazy_strict_zip,
    "strict zip of iterators": lambda: list(zip((n for n in (1, 2, 3)), (n for n in (1, 2)), strict=True)),
    "strict zip with a longer second": lambda: list(zip((1,), (1, 2), strict=True)),
    "augmented assignment": augmented,
}


def first_and_rest(values: Sequence[object]) -> tuple[object, list[object], int]:
    """Return the first value, and the rest as a list."""
    first, *rest = values
    return first, rest, len(rest)


def sorted_in_place(values: list[int]) -> list[int]:
    """Sort a list from its largest value."""
    values.sort(key=lambda value: -value)
    return values


def counting_twice(numbers: Counting) -> tuple[int, int]:
    """Return two numbers."""
    return numbers.next_number(), numbers.next_number()


# What Python allows, and JavaScript cannot do exactly or repeatably.
REFUSED: dict[str, Callable[[], object]] = {
    "a sum beyond 2**53": lambda: MAX + 1,
    "a product beyond 2**53": lambda: BIG * BIG,
    "a shift beyond 2**53": lambda: 1 << 60,
    "a power beyond 2**53": lambda: 3**40,
    "the order of a set": lambda: list({3, 1}),
    "sorting a set by a key": lambda: sorted({"bb", "a"}, key=len),
    "the largest of a set by a key": lambda: max({"bb", "a"}, key=len),
    "iteration over a set": lambda: [value for value in {1, 2}],
}
