"""Rules that are malformed are one sentence with the line, and with the nearest names."""

from pathlib import Path

import pytest

from mint.collection.rules.rules_file import MAX_BYTES, read_rules
from mint.errors import RulesError

HEAD = 'name = "Moons"\nsize = 100\nseed = "a"\n'
HASH = "0x" + "ab" * 32

# What is added to the three lines of the head, and the message after the name of the file.
BAD: list[tuple[str, str]] = [
    ("sise = 3\n", "line 4: 'sise' is no key here; give size or seed"),
    ("x = = 3\n", "is not TOML: Invalid value (at line 4, column 5); repair that line"),
    (
        '[quota."Palete tier"]\nlegendary = 1\n',
        "line 4: no token has the trait 'Palete tier'; give Palette tier, Palette or Rarest tier",
    ),
    (
        '[quota]\n"palette Tier".legendary = 1\n',
        "line 5: no token has the trait 'palette Tier'; give Palette tier, Palette or Rarest tier",
    ),
    ('[quota."Palette tier"]\nlegendery = 1\n', "line 5: no token has the Palette tier 'legendery'; give legendary"),
    (
        '[quota."Palette tier"]\nunheard = 1\n',
        "line 5: no token has the Palette tier 'unheard'; give epic, legendary or rare",
    ),
    (
        "[quota.Palette]\nphosphor = 1\n",
        "line 5: no token has the Palette 'phosphor'; give green phosphor",
    ),
    ("[quota.Town]\n10 = 1\n", "line 5: no token has the Town '10'; give 1 or 0"),
    ("[quota.Town]\n3 = -1\n", "line 5: quota.Town.3 is -1, not a whole number from 0 to 1000000"),
    ("[quota.Town]\n3 = 1.5\n", "line 5: quota.Town.3 is 1.5, not a whole number from 0 to 1000000"),
    ("[quota.Town]\n3 = true\n", "line 5: quota.Town.3 is True, not a whole number from 0 to 1000000"),
    ("[quota.Town]\n3 = { min = 5, max = 2 }\n", "line 5: min = 5 is more than max = 2; exchange them"),
    ("[quota.Town]\n3 = { least = 5 }\n", "line 5: 'least' is no key here; give min or max"),
    ("[quota.Town]\n3 = {}\n", "line 5: quota.Town.3 has neither 'min' nor 'max'; give one of them, or a number"),
    ("[quota]\nTown = 3\n", "line 5: quota.Town is 3, not a table; give for instance { trait = value }"),
    ("[[quota]]\nTown = 3\n", "line 4: quota is [{'Town': 3}], not a table; give for instance { trait = value }"),
    ("[[forbid]]\n", "line 4: forbid names no trait; give at least one trait and its value"),
    ('[forbid]\nPalette = "a"\n', "line 4: forbid is not a list of tables; write each as [[forbid]]"),
    ("[[forbid]]\nTown = []\n", "line 5: Town has an empty list; give at least one value"),
    ("[[forbid]]\nTown = { min = 10 }\n", "line 5: Town is never in that range; give one that reaches into 0 to 9"),
    (
        "[[forbid]]\nPalette = { min = 1 }\n",
        "line 5: Palette has texts as values, not numbers, so it has no min and max; give values",
    ),
    (
        "[[require]]\nif = { Town = 1 }\n",
        "line 4: [[require]] lacks 'then'; give if = { trait = value } and then = { trait = value }",
    ),
    ("[[require]]\nif = 1\nthen = 2\n", "line 5: require.if is 1, not a table; give for instance { trait = value }"),
    (
        "[[forbid]]\nTown = 1\n[[require]]\nif = { Town = 1 }\nthen = { Tonw = 1 }\n",
        "line 8: no token has the trait 'Tonw'; give Town",
    ),
    ('unique = "Palette"\n', "line 4: unique is 'Palette', not a list of traits; give for instance unique = [\"Palette\"]"),
    ("unique = [\n]\n", 'line 4: unique is [], not a list of traits; give for instance unique = ["Palette"]'),
    (
        f"[[token]]\nhash = '{HASH[:9]}'\n",
        "line 5: the EVM hash '0xabababa' has 7 hexadecimal digits; give 0x and 64 hexadecimal digits",
    ),
    ("[[token]]\nhash = 'a'\n[[token]]\nhash = 'a'\n", "line 7: the hash 'a' is already in line 4; give it once"),
    ("[[token]]\nname = 'a'\n", "line 5: 'name' is no key here; give hash"),
    ("[[token]]\n", "line 4: token.hash is missing; add it"),
    ("hashes = 'hashes.txt'\n", "line 2: 'size' chooses tokens, but with 'hashes' nothing is chosen; leave out one of them"),
    ("first_number = -1\n", "line 4: first_number is -1, not a whole number from 0 to 2147483648"),
]


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "rules.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_malformed_rule_is_told_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + text)
    with pytest.raises(RulesError) as error:
        read_rules(path)
    separator = " " if message.startswith("is") else ", "
    assert str(error.value) == f"{path}{separator}{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ", line 1: size is missing; add it"),
        (HEAD.replace("100", "0"), ", line 2: size is 0, not a whole number from 1 to 1000000"),
        (HEAD.replace("100", "10_000_000"), ", line 2: size is 10000000, not a whole number from 1 to 1000000"),
        (HEAD.replace("Moons", ""), ", line 1: name is '', not a text of 1 to 100 printable characters"),
        (HEAD.replace('"a"', "7"), ", line 3: seed is 7, not a text of 1 to 256 printable characters"),
        (HEAD.encode() + b"\n# \xff", ", line 5: the file is not UTF-8 text; save it as UTF-8"),
        (b"#" * (MAX_BYTES + 1), " cannot be read: it is larger than 1 MiB; give a file that can be read"),
        ("a = " + "[" * 5000, " is not TOML that can be read: it is nested too deeply; leave out brackets"),
    ],
)
def test_a_file_that_is_no_rules_is_one_message(text: str | bytes, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RulesError) as error:
        read_rules(path)
    assert str(error.value) == f"{path}{message}"


def test_a_missing_file_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"no\.toml cannot be read: No such file or directory; give the file of rules$"):
        read_rules(tmp_path / "no.toml")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("a\n\na\n", "rules.toml, line 2: {file} has the hash 'a' 2 times; give each once"),
        ("\n", "rules.toml, line 2: {file} has 0 hashes; give 1 to 1000000, one a line"),
        ("a\nb/c\n", "hashes.txt, line 2: 'b/c' is neither a token folder nor a hash; a hash holds no / or \\"),
    ],
)
def test_a_list_of_hashes_is_checked(lines: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "hashes.txt"
    file.write_text(lines)
    with pytest.raises(RulesError) as error:
        read_rules(write(tmp_path, 'name = "Minted"\nhashes = "hashes.txt"\n'))
    assert str(error.value) == f"{tmp_path}/{message.format(file=file)}"


def test_a_list_of_hashes_that_is_no_text_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "hashes.txt").write_bytes(b"a\n\xff\n")
    with pytest.raises(RulesError, match=r"rules\.toml, line 2: .*hashes\.txt is not UTF-8 text; save it as UTF-8$"):
        read_rules(write(tmp_path, 'name = "Minted"\nhashes = "hashes.txt"\n'))


def test_all_rules_are_read(tmp_path: Path) -> None:
    rules = read_rules(
        write(
            tmp_path,
            HEAD + 'unique = ["Palette", "Town"]\n[quota."Palette tier"]\nlegendary = 10\nepic = { min = 4 }\n'
            "[quota.Town]\n3 = { max = 9 }\n"
            "[[forbid]]\nTown = { min = 4, max = 6 }\nText = [0, 1]\n"
            '[[require]]\nif = { Colors = 2 }\nthen = { Symmetry = "none" }\n[[token]]\nhash = "open sesame"\n',
        )
    )
    assert [(rule.line, rule.words) for rule in rules.all()] == [
        (2, "size = 100"),
        (4, "no two equal in Palette and Town"),
        (6, "10 with Palette tier legendary"),
        (7, "4 or more with Palette tier epic"),
        (9, "0 to 9 with Town 3"),
        (10, "none with Town 4 to 6 and Text 0 or 1"),
        (13, "none with Colors 2 but without Symmetry none"),
        (16, "the token of 'open sesame'"),
    ]
