"""The line of every key and table of a TOML document."""

from mint.collection.rules.toml_lines import Path, key_lines

DOCUMENT = '''# a comment
name = "x"
unique = [
  "Palette",  # [[forbid]]
  "Rarest",
]
text = """
[no]
"""

[quota."Palette tier"]
epic = { min = 4, max = 6 }
rare = [
]
a.b = 3
[[forbid]]
Palette = "a"
[[forbid]]
"Rarest tier" = ["x"]
[[require]]
if = { Palette = "a" }
[require.then]
Town = 3
[[require]]
[require.if]
Mix = 1
'''

LINES: dict[Path, int] = {
    ("name",): 2,
    ("unique",): 3,
    ("text",): 7,
    ("quota",): 11,
    ("quota", "Palette tier"): 11,
    ("quota", "Palette tier", "epic"): 12,
    ("quota", "Palette tier", "rare"): 13,
    ("quota", "Palette tier", "a", "b"): 15,
    ("forbid", 0): 16,
    ("forbid", 0, "Palette"): 17,
    ("forbid", 1): 18,
    ("forbid", 1, "Rarest tier"): 19,
    ("require", 0): 20,
    ("require", 0, "if"): 21,
    ("require", 0, "then"): 22,
    ("require", 0, "then", "Town"): 23,
    ("require", 1): 24,
    ("require", 1, "if", "Mix"): 26,
}


def test_every_key_has_its_line() -> None:
    lines = key_lines(DOCUMENT)
    assert {path: lines.get(path) for path in LINES} == LINES


def test_windows_line_ends_count_as_one_line() -> None:
    assert key_lines("a = 1\r\nb = 2\r\n") == {("a",): 1, ("b",): 2}
