"""The documents tell the truth: help texts, links, files and commands are those of the program.

``--update-docs`` writes the current help texts into docs/commands.md.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import mint.cli
import viewer.cli

REPOSITORY = Path(__file__).parents[1]
COMMANDS = REPOSITORY / "docs" / "commands.md"
NAMES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in sorted((REPOSITORY / "docs").glob("*.md"))),
]
GROUPS = {"mint": mint.cli.main, "viewer": viewer.cli.main}
MAX_README_LINES = 250
# What tests leave behind.
GENERATED = {"tests/golden/report"}

HELP = re.compile(r"<!-- help (?P<program>mint|viewer) (?P<command>[a-z]+(?: [a-z]+)?) -->\n(?P<text>.*?)<!-- /help -->", re.DOTALL)
FENCE = re.compile(r"^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

each_document = pytest.mark.parametrize("name", NAMES)


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Return a document without its code blocks, in which a # begins no heading."""
    return FENCE.sub("", text)


def all_commands(program: str) -> dict[str, click.Command]:
    """Return the commands of a program by name; those of a group inside it have two words."""
    found: dict[str, click.Command] = {}
    for name, command in GROUPS[program].commands.items():
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        found |= {f"{name} {each}".strip(): inner[each] for each in inner}
    return found


# Help texts.


def help_block(program: str, command: str) -> str:
    result = CliRunner().invoke(GROUPS[program], [*command.split(), "--help"], prog_name=program, terminal_width=88)
    assert result.exit_code == 0
    text = f"```console\n$ {program} {command} --help\n{result.output.rstrip()}\n```\n"
    return f"<!-- help {program} {command} -->\n{text}<!-- /help -->"


def with_current_help(text: str) -> str:
    return HELP.sub(lambda block: help_block(block["program"], block["command"]), text)


def test_help_texts_are_current(request: pytest.FixtureRequest) -> None:
    text = COMMANDS.read_text(encoding="utf-8")
    if request.config.getoption("--update-docs"):
        COMMANDS.write_text(with_current_help(text), encoding="utf-8")
    else:
        assert with_current_help(text) == text, "run pytest with --update-docs"


def test_every_command_is_shown() -> None:
    shown = [(block["program"], block["command"]) for block in HELP.finditer(COMMANDS.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted((program, command) for program in GROUPS for command in all_commands(program))


def test_a_stale_help_text_would_be_noticed() -> None:
    stale = COMMANDS.read_text(encoding="utf-8").replace("--headless", "--headles")
    assert with_current_help(stale) != stale


# Links and files.


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a document."""
    headings = (heading.lower().replace("`", "") for heading in HEADING.findall(prose(text)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


@each_document
def test_links_lead_somewhere(name: str) -> None:
    for link in LINK.finditer(prose(read(name))):
        target, _, anchor = link["target"].partition("#")
        if target.startswith("https://"):
            continue
        path = (REPOSITORY / name).parent / target if target else REPOSITORY / name
        assert path.exists(), f"{name} links to {target}"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{name} links to {link['target']}"


@each_document
def test_files_that_are_named_exist(name: str) -> None:
    paths = [code for code in CODE.findall(prose(read(name))) if re.fullmatch(r"(mint|viewer|tests|docs)/[\w./-]+", code)]
    assert [path for path in paths if not (REPOSITORY / path).exists() and path not in GENERATED] == []


def test_files_of_the_drawing_exist() -> None:
    drawing = next(block["text"] for block in FENCE.finditer(read("docs/architecture.md")) if block["language"] == "mermaid")
    packages = re.findall(r"(?:mint|viewer)/\w+", drawing)
    files = re.findall(r"[\w/]+\.(?:py|js)", drawing)
    assert len(packages) >= 4
    assert len(files) >= 8
    assert [path for path in packages if not (REPOSITORY / path).is_dir()] == []
    assert [file for file in files if not any((REPOSITORY / package / file).is_file() for package in packages)] == []


def test_the_tree_names_every_folder() -> None:
    tree = next(block["text"] for block in FENCE.finditer(read("README.md")) if block["text"].startswith("mint/"))
    lines = re.findall(r"^(\w+/(?:\w+/)?) +(\w.*)$", tree, re.MULTILINE)
    assert len(lines) == len(tree.splitlines()), "one folder and its purpose a line"
    packages = {f"mint/{path.parent.name}/" for path in (REPOSITORY / "mint").glob("*/__init__.py")}
    assert {folder for folder, _ in lines} == packages | {"viewer/", "tests/", "tokens/", "docs/"}


def test_the_layers_are_those_of_the_contract() -> None:
    block = read("docs/architecture.md").partition("<!-- layers -->\n```\n")[2].partition("```")[0]
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == "Imports go downward")
    assert [line.split(", ") for line in block.splitlines()] == [re.split(r" [:|] ", layer) for layer in layers]


def test_every_document_is_linked_from_the_readme() -> None:
    linked = {link["target"].partition("#")[0] for link in LINK.finditer(read("README.md"))}
    assert set(NAMES) - {"README.md"} <= linked


def test_the_readme_is_short() -> None:
    assert len(read("README.md").splitlines()) <= MAX_README_LINES


# Commands.


def commands(line: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield program, command and arguments of each use of this program in a line of shell, those in $() first."""
    inner = re.search(r"\$\(([^()]*)\)", line)
    if inner:
        yield from commands(inner[1])
        line = line.replace(inner[0], "SUBSTITUTED")
    for part in line.split("&&"):
        words = shlex.split(part, comments=True)
        program = words[0].removeprefix(".venv/bin/") if words else ""
        if program in GROUPS and len(words) > 1 and not words[1].startswith("-"):
            is_group = isinstance(GROUPS[program].commands.get(words[1]), click.Group) and len(words) > 2
            end = 3 if is_group and not words[2].startswith("-") else 2
            yield program, " ".join(words[1:end]), words[end:]


def check(program: str, command: str, arguments: list[str]) -> None:
    """Have the program read a command's options and values, without running it. Raises KeyError or UsageError."""
    all_commands(program)[command].make_context(command, arguments).close()


@each_document
def test_commands_in_code_blocks_can_be_typed(name: str) -> None:
    for block in FENCE.finditer(read(name)):
        if block["language"] != "sh":
            continue
        for line in block["text"].splitlines():
            for program, command, arguments in commands(line.strip()):
                check(program, command, arguments)


@each_document
def test_commands_in_prose_have_the_options_they_name(name: str) -> None:
    for code in CODE.findall(prose(read(name))):
        for program, command, arguments in commands(code) if code.startswith(tuple(GROUPS)) else ():
            found = {**GROUPS[program].commands, **all_commands(program)}
            assert command in found, f"{name}: {code}"
            options = {name for option in found[command].params for name in option.opts}
            assert {word for word in arguments if word.startswith("-")} <= options | {"--help"}, f"{name}: {code}"


@pytest.mark.parametrize(
    "line",
    [
        "mint trian moonrise",
        "mint train moonrise --headles",
        "mint train",
        "mint collection drwa rules.toml -o moons",
        "mint collection draw rules.toml -o moons --canddates 9",
        'viewer snapshot "$(mint new --random)" --tiles 0 -o a.png',
    ],
)
def test_a_wrong_command_would_be_noticed(line: str) -> None:
    *_, command = commands(line)
    with pytest.raises((KeyError, click.UsageError)):
        check(*command)


def test_make_targets_exist() -> None:
    codes = [code for name in NAMES for code in CODE.findall(prose(read(name)))]
    named = {code.removeprefix("make ") for code in codes if re.fullmatch("make [a-z]+", code)}
    targets = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE)) - {"help"}
    assert named == targets


# Versions.


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    releases = re.findall(r"^## \[(.+)\] - (\d{4}-\d{2}-\d{2})$", read("CHANGELOG.md"), re.MULTILINE)
    assert releases[0][0] == version
    assert sorted(releases, key=lambda release: [int(part) for part in release[0].split(".")], reverse=True) == releases


def test_the_version_is_written_once() -> None:
    sources = [*(REPOSITORY / "mint").rglob("*.py"), *(REPOSITORY / "viewer").rglob("*.py")]
    assert not [path for path in sources if re.search(r"__version__ = ['\"]", path.read_text(encoding="utf-8"))]
