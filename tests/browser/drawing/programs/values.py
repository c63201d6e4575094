"""Numbers, texts and containers: each case gives the same in both languages, or raises the same exception."""

# mypy: disable-error-code="arg-type, comparison-overlap, operator, var-annotated"

import itertools
from bisect import bisect_right
from collections.abc import Callable
from fractions import Fraction
from typing import Final

BIG: Final = 0xFFFFFFFF
MAX: Final = 9007199254740991
VERB: Final = "is"


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
    "and, or": lambda: [0 or "b", "a" and "b", "" or None or (), 1 and 0 and 2, not "a"],
    "chained comparison": lambda: [1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 3, 0 <= len("ab") < 3],
    "tuples are no lists": lambda: [(1, 2) == [1, 2], [] == (), list(range(2)) == [0, 1], range(2) == (0, 1)],
    "order": lambda: [(1, "b") < (1, "c"), "a" < "b", [1, 2] < [1, 2, 3], "B" < "a", "\uffee" < "🌊", (2,) > (1, 9)],
    "membership": lambda: [2 in (1, 2), "b" in "abc", "c" not in {"a": 1}, (1, 2) in {(1, 2): 3}, 1 in {True}, 5 in range(0, 9, 2)],
    "keys are told apart": lambda: [
        len({("ab", "c"), ("a", "bc")}),
        len({"1": 1, 1: 2}),
        len({None, 0, ""}),
        len({(1,), (1, 1), 11}),
    ],
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
    "tuple arithmetic": lambda: [(1,) + (2, 3), [0] * 3, 2 * (1, 2), "ab" * 2, (1,) * -1, [1] + [2]],
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
    "types": lambda: [isinstance("a", str), isinstance(1, str), isinstance(True, bool), isinstance(1, bool), isinstance(True, int)],
    "strict zip of iterators": lambda: list(zip((n for n in (1, 2, 3)), (n for n in (1, 2)), strict=True)),
    "strict zip with a longer second": lambda: list(zip((1,), (1, 2), strict=True)),
}

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
