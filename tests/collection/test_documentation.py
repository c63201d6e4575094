"""The rules in docs/collections.md are kept."""

import re
from pathlib import Path

from mint.collection.folder import read_collection
from mint.collection.rules.rule_counts import count_rules
from mint.collection.rules.rules_file import read_rules
from tests.cli.runner import run_mint

DOCUMENT = Path(__file__).parents[2] / "docs" / "collections.md"
EXAMPLE = re.compile(r"<!-- rules -->\n```toml\n(.*?)```\n<!-- /rules -->", re.DOTALL)


def test_the_example_is_kept(tmp_path: Path) -> None:
    found = EXAMPLE.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found is not None
    path = tmp_path / "rules.toml"
    path.write_text(found[1], encoding="utf-8")
    result = run_mint("collection", "draw", path, "-o", tmp_path / "moons")
    assert result.exit_code == 0, result.stderr
    tokens = read_collection(tmp_path / "moons").collection.tokens
    counts = count_rules(read_rules(path), [token.traits for token in tokens], [token.hash for token in tokens])
    assert len(counts) == 7
    assert all(count.is_kept for count in counts)
