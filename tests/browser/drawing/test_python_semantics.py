"""What Python's types and NumPy's arrays do is the same in JavaScript, or is refused there."""

import importlib
from pathlib import Path

import pytest

from tests.browser.drawing.conftest import RunNode
from tests.browser.drawing.javascript_program import PROGRAMS, python_results, translated

SCRIPT = Path(__file__).parent / "run_cases.mjs"
# NumPy's own exceptions.
OTHER_NAMES = {"UFuncTypeError": "TypeError", "FloatingPointError": "ZeroDivisionError"}


@pytest.mark.parametrize("name", ["values", "functions", "arrays"])
def test_programs_give_the_same_in_both_languages(name: str, run_node: RunNode, tmp_path: Path) -> None:
    module, violations = translated((PROGRAMS / f"{name}.py").read_text(encoding="utf-8"), tmp_path)
    assert not violations, "\n".join(map(str, violations))
    found, expected = run_node(module, SCRIPT), python_results(name)
    refused = importlib.import_module(f"tests.browser.drawing.programs.{name}").REFUSED
    for case, result in expected.items():
        if isinstance(result, dict) and "error" in result:
            assert found[case].get("error") == OTHER_NAMES.get(result["error"], result["error"]), f"{case}: {found[case]}"
        else:
            assert found[case] == result, case
    for case in refused:
        assert found[case].get("error") in {"OverflowError", "TypeError"}, f"{case}: {found[case]}"
    assert set(found) == {*expected, *refused}
