"""CONTRIBUTING.md's steps for a palette and a family: a test follows them in a copy of the project, to the letter.

A block after ``<!-- write FILE -->`` becomes that file; one after ``<!-- change FILE -->`` is a difference to apply to it. The
steps for a recipe are followed in tests/recipes.
"""

import json
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mint.token.hash import parse_hash
from mint.token.palettes import PALETTE_FEATURE
from mint.token.random import Stream
from mint.token.token import GENERATOR_VERSION, draw_token
from tests.child_environment import unmeasured_environment

REPOSITORY = Path(__file__).parents[1]
BLOCK = re.compile(r"^ *<!-- (?P<what>write|change) (?P<file>\S+) -->\n *```\w+\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
NUM_HASHES = 2000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the project."""
    for folder in ("mint", "viewer", "tests/token", "tests/golden"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "report"))
    for file in ("pyproject.toml", *(f"tests/{path.name}" for path in (REPOSITORY / "tests").glob("*.py"))):
        shutil.copy(REPOSITORY / file, tmp_path / file)
    return tmp_path


def follow(steps: str, copy: Path) -> list[str]:
    """Do what a section of CONTRIBUTING.md says, and return the files it touched."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {steps}\n")[2].partition("\n## ")[0]
    touched = []
    for block in BLOCK.finditer(section):
        path, body = copy / block["file"], textwrap.dedent(block["text"])
        if block["what"] == "write":
            assert not path.exists()
            path.write_text(body, encoding="utf-8")
        else:
            apply(body, path)
        touched.append(block["file"])
    return touched


def apply(difference: str, path: Path) -> None:
    """Replace what a difference says, which has to be in the file exactly once."""
    lines = difference.splitlines()
    before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
    after = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"CONTRIBUTING.md changes what is not in {path.name}: {before}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The copy is none of the sources whose coverage is measured.
    environment = unmeasured_environment(PYTHONPATH=str(copy))
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def run_tests(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(copy, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments)


def test_steps_add_a_palette(copy: Path) -> None:
    assert follow("Adding a palette", copy) == ["mint/token/palettes/materials.py"]
    tests = run_tests(copy, "tests/token/test_palettes.py")
    assert tests.returncode == 0, tests.stdout

    # Which palette each hash draws, and a token that has the new one.
    code = f"""
        import json
        from mint.token.hash import parse_hash
        from mint.token.palettes import PALETTE_FEATURE
        from mint.token.random import Stream
        from mint.token.token import draw_token

        drawn = [PALETTE_FEATURE.draw(Stream(f"hash {{number}}", "palette")) for number in range({NUM_HASHES})]
        token = draw_token(parse_hash(f"hash {{drawn.index('kelp forest')}}"))
        print(json.dumps([drawn, token.palette_name, list(token.palette.colors), token.pixels.shape]))
    """
    result = run(copy, "-c", textwrap.dedent(code))
    assert result.returncode == 0, result.stderr
    drawn, name, colors, shape = json.loads(result.stdout)
    assert (name, len(colors), shape) == ("kelp forest", 16, [9, 32, 32])

    # Some tokens have changed, which is a new generator version: those that had the neighbour's palette, and no others.
    before = [PALETTE_FEATURE.draw(Stream(f"hash {number}", "palette")) for number in range(NUM_HASHES)]
    changed = {(old, new) for old, new in zip(before, drawn, strict=True) if old != new}
    assert changed == {("stained glass", "kelp forest")}


@pytest.mark.integration
def test_steps_add_a_family(copy: Path) -> None:
    registry = "mint/token/families/__init__.py"
    touched = follow("Adding a family", copy)
    assert touched == ["mint/token/families/stripes.py", registry, registry, "tests/token/test_stripes.py"]
    tests = run_tests(copy, *(f"tests/token/test_{name}.py" for name in ("stripes", "features", "token")))
    assert tests.returncode == 0, tests.stdout
    assert run(copy, "-m", "mint.browser.drawing").returncode == 0
    contracts = run(copy, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")
    assert contracts.returncode == 0, contracts.stdout

    # A token that holds stripes, written and read as every token is.
    code = """
        import json
        from pathlib import Path
        from mint.token.folder import mint_token, read_token
        from mint.token.hash import parse_hash

        for number in range(100):
            token = read_token(mint_token(parse_hash(f"hash {number}"), Path("tokens")))
            families = [sprite.family for sprite in token.sprites]
            if "stripes" in families:
                print(json.dumps([number, families, token.features["Stripes"]]))
                break
    """
    result = run(copy, "-c", textwrap.dedent(code))
    assert result.returncode == 0, result.stderr
    number, families, count = json.loads(result.stdout)
    assert families.count("stripes") == count >= 1
    assert "stripes" not in [sprite.family for sprite in draw_token(parse_hash(f"hash {number}")).sprites]


@pytest.mark.integration
def test_golden_tokens_require_a_new_generator_version(copy: Path) -> None:
    digests = copy / "tests/golden/tokens.json"
    before = json.loads(digests.read_text(encoding="utf-8"))
    follow("Adding a family", copy)
    assert run_tests(copy, "tests/token/test_golden.py").returncode == 1

    path = copy / "mint/token/token.py"
    text = path.read_text(encoding="utf-8")
    version = f"\nGENERATOR_VERSION = {GENERATOR_VERSION}\n"
    assert version in text
    path.write_text(text.replace(version, f"\nGENERATOR_VERSION = {GENERATOR_VERSION + 1}\n"), encoding="utf-8")
    assert run_tests(copy, "tests/token/test_golden.py", "--update-golden").returncode == 0
    tests = run_tests(copy, "tests/token/test_golden.py")
    assert tests.returncode == 0, tests.stdout

    assert (copy / "tests/golden/family-stripes.png").is_file()
    after = json.loads(digests.read_text(encoding="utf-8"))
    assert (before["generator"], after["generator"]) == (GENERATOR_VERSION, GENERATOR_VERSION + 1)
    # A rare family changes few tokens; any one is enough for a new version.
    changed = [text for text, digest in after["tokens"].items() if digest != before["tokens"][text]]
    assert 0 < len(changed) < len(before["tokens"]) / 2
