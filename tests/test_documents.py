"""The README says what is: its help texts are those of the program (``--update-readme`` writes them), its files exist."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import mint.cli
import viewer.cli

REPOSITORY = Path(__file__).parents[1]
README = REPOSITORY / "README.md"
GROUPS = {"mint": mint.cli.main, "viewer": viewer.cli.main}
BLOCK = re.compile(r"<!-- help (?P<program>mint|viewer) (?P<command>[a-z]+) -->\n(?P<text>.*?)<!-- /help -->", re.DOTALL)


def help_block(program: str, command: str) -> str:
    result = CliRunner().invoke(GROUPS[program], [command, "--help"], prog_name=program, terminal_width=88)
    assert result.exit_code == 0
    return f"```console\n$ {program} {command} --help\n{result.output.rstrip()}\n```\n"


def with_current_help(text: str) -> str:
    return BLOCK.sub(
        lambda block: (
            f"<!-- help {block['program']} {block['command']} -->\n{help_block(block['program'], block['command'])}<!-- /help -->"
        ),
        text,
    )


def test_help_texts_are_current(request: pytest.FixtureRequest) -> None:
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-readme"):
        README.write_text(with_current_help(text), encoding="utf-8")
    else:
        assert with_current_help(text) == text, "run pytest with --update-readme"


def test_every_command_is_shown() -> None:
    shown = {(block["program"], block["command"]) for block in BLOCK.finditer(README.read_text(encoding="utf-8"))}
    assert shown == {(program, command) for program, group in GROUPS.items() for command in group.commands}


def test_a_stale_help_text_would_be_noticed() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_current_help(text.replace("--headless", "--headles")) != text.replace("--headless", "--headles")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8")))))
def test_what_is_linked_exists(path: str) -> None:
    assert (REPOSITORY / path).exists()


def test_folders_of_the_tree_exist() -> None:
    folders = re.findall(r"^(\w+/(?:\w+/)?) +\w", README.read_text(encoding="utf-8"), re.MULTILINE)
    packages = {f"mint/{path.parent.name}/" for path in (REPOSITORY / "mint").glob("*/__init__.py")}
    assert set(folders) == packages | {"viewer/", "tests/", "tokens/"}
