"""Functions, classes, loops and scopes: each case gives the same in both languages, or raises the same exception."""

# mypy: disable-error-code="arg-type, comparison-overlap, operator, var-annotated"

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple


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


CASES: dict[str, Callable[[], object]] = {
    "truth": lambda: [bool(value) for value in ("", "a", 0, 1, None, (), (0,), [], {}, {"a": 1}, Box(2))],
    "equality": lambda: [
        (1, 2) == (1, 2),
        [1, 2] == [1, 2],
        Point(1, 2) == (1, 2),
        {"a": [1]} == {"a": [1]},
        "1" == 1,
        None == 0,
        (1, (2, "x")) == (1, (2, "x")),
    ],
    "identity": lambda: [None is None, Mark("a") == Mark("a"), Box(2) == Box(2), Box(2) == Box(3)],
    "keys": lambda: [
        {1: "a", True: "b"},
        {(1, "a"): 1, ("1a",): 2}[(1, "a")],
        len({1, 1, 2, (1, 2), (1, 2)}),
        {Point(1): 5}[Point(1, 7)],
    ],
    "dataclass keys": lambda: {Box(1): "a", Box(1): "b"}[Box(1)],
    "index out of range": lambda: [(1, 2)[-2], Point(4)[1]],
    "unpacking": lambda: [(lambda a, b: a - b)(*(5, 3)), [*range(2), *"ab"], any_number(*[1, 2], 3)],
    "star": lambda: [first_and_rest([1, 2, 3]), first_and_rest("a")],
    "sorting in place": lambda: sorted_in_place([3, 1, 2]),
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
    "cached function": remembered,
    "late binding": late_binding,
    "scopes": variable_scopes,
    "loops": loops,
    "swapping": swapped,
    "evaluation order": evaluation_order,
    "lazy iterators": lazy,
    "lazy strict zip": lazy_strict_zip,
    "augmented assignment": augmented,
}

REFUSED: dict[str, Callable[[], object]] = {}
