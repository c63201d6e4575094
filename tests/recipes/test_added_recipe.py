"""A recipe is added as CONTRIBUTING.md tells: a package in mint/recipes and one line of the registry, in a copy of the program."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.child_environment import unmeasured_environment

pytestmark = pytest.mark.integration

REPOSITORY = Path(__file__).parents[2]
LINE = '    "linear": "mint.recipes.linear:Linear",\n'
TRAIN = "['train', 'open sesame', '--recipe', 'linear', '--set', 'latent_dim=5', '--headless', '--steps', '9', '--device', 'cpu']"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the program and its tests with the recipe ``linear``, for which no other file has changed."""
    copy = tmp_path_factory.mktemp("program")
    for package in ("mint", "viewer", "tests"):
        shutil.copytree(REPOSITORY / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", copy)
    shutil.move(copy / "tests/recipes/linear", copy / "mint/recipes/linear")
    registry = copy / "mint/recipes/registry.py"
    table, end, rest = registry.read_text(encoding="utf-8").partition("}\nNAMES")
    registry.write_text(table + LINE + end + rest, encoding="utf-8")
    return copy


def run(program: Path, *arguments: str) -> str:
    """Run Python on the copy and return its output."""
    environment = unmeasured_environment(PYTHONPATH=str(program))
    result = subprocess.run([sys.executable, *arguments], cwd=program, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_it_passes_the_tests_of_every_recipe(program: Path) -> None:
    """They train it, resume it, export it, and load the export in the viewer."""
    output = run(
        program,
        "-m",
        "pytest",
        "tests/recipes",
        "-k",
        "linear",
        "-m",
        "not slow and not gpu",
        "-v",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
    )
    for test in ("it_learns", "a_resumed_training_equals_an_uninterrupted_one", "the_viewer_draws_what_the_network_draws"):
        assert f"test_{test}[linear] PASSED" in output


def test_it_keeps_the_import_contracts(program: Path) -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    assert " 0 broken" in run(program, "-c", code)


def test_it_is_trained_by_name(program: Path) -> None:
    run(program, "-c", f"from mint.cli import main; main({TRAIN}, standalone_mode=False)")
    (manifest,) = (program / "tokens").glob("opensesame-*/models/manifest.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["recipe"]["name"] == "linear"
