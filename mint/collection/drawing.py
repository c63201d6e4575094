"""Draw a collection: candidates, the choice among them, and the folders of its tokens.

Rules that contradict each other are refused before anything is written. A draw that was stopped, or found too few candidates,
leaves its candidates in the folder, and the same command goes on with them. collection.json is written last.
"""

import errno
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from mint import atomic_write
from mint.collection import candidates as candidate_file
from mint.collection.candidates import HashSource, draw_traits, encode, open_candidates, table_of_codes
from mint.collection.folder import (
    FILE_NAME,
    RULES_NAME,
    Collection,
    CollectionToken,
    read_collection,
    rules_digest,
    token_path,
    write_collection,
)
from mint.collection.rules.rule import Rules
from mint.collection.rules.rule_counts import RuleCount, count_rules
from mint.collection.rules.rules_file import read_rules
from mint.collection.token_writer import TokenTask, remove_others, write_tokens
from mint.collection.trait_tables import TraitTable, Value
from mint.collection.worker_pool import WorkerPool, num_cores, worker_pool
from mint.errors import CollectionError, RulesError
from mint.token.token import GENERATOR_VERSION

CANDIDATES_PER_TOKEN = 4
MAX_CANDIDATES = 10_000_000


class DrawProgress(Protocol):
    """Shows how far a draw is."""

    def begin(self, stage: str, done: int, total: int) -> None:
        """Begin a stage of ``total`` steps, of which some were done earlier."""

    def update(self, done: int) -> None:
        """Show how many steps of the stage are done."""


@dataclass(frozen=True, kw_only=True)
class _Tokens:
    """The tokens of a collection in order: hashes and traits; and of how many candidates they were chosen."""

    hashes: list[str]
    traits: list[Mapping[str, Value]]
    num_candidates: int | None


def draw_collection(
    rules_file: Path, folder: Path, progress: DrawProgress, *, num_candidates: int | None = None
) -> list[RuleCount]:
    """Draw a collection into a folder, or go on with it, and return how its rules are kept.

    A collection that is there, of the same rules, is left as it is. ``num_candidates`` is by default four times the size. Raises
    RulesError for rules that are malformed or cannot be kept, and CollectionError where the folder is of something else or cannot
    be written.
    """
    rules = read_rules(rules_file)
    wanted = _num_candidates(rules, num_candidates)
    if (folder / FILE_NAME).exists():
        return _counts_of_existing(rules, folder, wanted)
    _check_folder(folder)
    if rules.hashes is None:
        from mint.collection.selection.refusal import refuse_contradiction

        refuse_contradiction(rules)
    try:
        atomic_write.make_folder(folder)
        return _draw(rules, folder, wanted, progress)
    except OSError as error:
        raise CollectionError(_unwritable(folder, error)) from error


def _num_candidates(rules: Rules, given: int | None) -> int:
    if rules.hashes is not None:
        if given is not None:
            raise RulesError(f"{rules.path} gives the hashes, so there are no candidates; leave out --candidates")
        return len(rules.hashes)
    number = given or CANDIDATES_PER_TOKEN * rules.size.size
    if number + len(rules.ones_of_one) < rules.size.size:
        raise RulesError(
            f"{number} candidates are fewer than the {rules.size.size} tokens of the collection; give more with --candidates"
        )
    return number


def _counts_of_existing(rules: Rules, folder: Path, num_candidates: int) -> list[RuleCount]:
    found = read_collection(folder).collection
    if found.rules_sha256 != rules_digest(rules.text) or found.generator != GENERATOR_VERSION:
        raise CollectionError(f"{folder} holds the collection {found.name!r}, drawn by other rules; give a new folder with -o")
    if found.candidates not in (None, num_candidates):
        raise CollectionError(
            f"{folder} holds a collection chosen of {found.candidates} candidates; give that number, or a new folder with -o"
        )
    (folder / candidate_file.FILE_NAME).unlink(missing_ok=True)  # a process was killed between its last two steps
    return count_rules(rules, [token.traits for token in found.tokens], [token.hash for token in found.tokens])


def _check_folder(folder: Path) -> None:
    """Raise CollectionError where something else is in the folder."""
    ours = {candidate_file.FILE_NAME, RULES_NAME, "tokens"}
    if folder.is_dir() and any(path.name not in ours and not _is_temporary(path) for path in folder.iterdir()):
        raise CollectionError(f"{folder} already exists and is no collection; give a new folder with -o")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / candidate_file.FILE_NAME).exists():
        raise CollectionError(f"{folder} already exists and is no draw that was stopped; give a new folder with -o")


def _draw(rules: Rules, folder: Path, num_candidates: int, progress: DrawProgress) -> list[RuleCount]:
    hashes = None if rules.hashes is None else [each.text for each in rules.hashes]
    source = HashSource(rules.seed, hashes)
    path = folder / candidate_file.FILE_NAME
    with open_candidates(path, source) as file, worker_pool(num_cores()) as pool:
        progress.begin("drawing candidates", min(file.num_drawn, num_candidates), num_candidates)
        table = file.draw(num_candidates, pool, progress.update)
        tokens = (
            _Tokens(hashes=hashes, traits=_traits(table), num_candidates=None)
            if hashes
            else _chosen(rules, source, table, progress)
        )
        _write(rules, folder, tokens, progress, pool)
    path.unlink()
    return count_rules(rules, tokens.traits, tokens.hashes)


def _chosen(rules: Rules, source: HashSource, candidates: TraitTable, progress: DrawProgress) -> _Tokens:
    """Choose by the rules, and put the chosen in the order of a shuffle."""
    from mint.collection.selection.choice import choose
    from mint.collection.selection.refusal import refuse_shortage
    from mint.token.random import Stream

    own = [rule.hash.text for rule in rules.ones_of_one]
    num_drawn = candidates.num_rows
    table = _joined(candidates, own)
    rows_of_own = range(num_drawn, num_drawn + len(own))
    taken = [row for row in range(num_drawn) if source.hash(row) in own] if own else []
    progress.begin("choosing", 0, rules.size.size)
    chosen = choose(table, list(rules.all()), rows_of_own, taken, progress.update)
    if chosen is None:
        refuse_shortage(rules, table, num_drawn)
    assert chosen is not None
    assert rules.seed is not None
    # Otherwise the first numbers would go to what is common, and the last to what a quota still lacked.
    rows = Stream(rules.seed, "collection order").shuffled([*rows_of_own, *chosen])
    hashes = [own[row - num_drawn] if row >= num_drawn else source.hash(row) for row in rows]
    traits = _traits(TraitTable(table.values, {trait: codes[rows] for trait, codes in table.codes.items()}, None))
    return _Tokens(hashes=hashes, traits=traits, num_candidates=num_drawn)


def _joined(candidates: TraitTable, hashes: list[str]) -> TraitTable:
    if not hashes:
        return candidates
    own = table_of_codes(encode(draw_traits(hashes)))
    return TraitTable(
        candidates.values, {trait: np.concatenate([codes, own.codes[trait]]) for trait, codes in candidates.codes.items()}, None
    )


def _traits(table: TraitTable) -> list[Mapping[str, Value]]:
    columns = [[table.values[trait][code] for code in codes.tolist()] for trait, codes in table.codes.items()]
    return [dict(zip(table.codes, row, strict=True)) for row in zip(*columns, strict=True)]


def _write(rules: Rules, folder: Path, tokens: _Tokens, progress: DrawProgress, pool: WorkerPool) -> None:
    numbers = range(rules.first_number, rules.first_number + len(tokens.hashes))
    paths = [token_path(folder, number, len(str(numbers[-1]))) for number in numbers]
    (folder / "tokens").mkdir(exist_ok=True)
    remove_others(folder / "tokens", (path.name for path in paths))
    progress.begin("writing tokens", 0, len(paths))
    write_tokens([TokenTask(*each) for each in zip(paths, tokens.hashes, strict=True)], pool, progress.update)
    for path in filter(_is_temporary, list(folder.iterdir())):
        path.unlink()
    atomic_write.write_bytes(folder / RULES_NAME, rules.text)
    collection = Collection(
        generator=GENERATOR_VERSION,
        name=rules.name,
        seed=rules.seed,
        candidates=tokens.num_candidates,
        rules_sha256=rules_digest(rules.text),
        tokens=tuple(
            CollectionToken(number=number, hash=text, traits=traits)
            for number, text, traits in zip(numbers, tokens.hashes, tokens.traits, strict=True)
        ),
    )
    write_collection(folder, collection)


def _is_temporary(path: Path) -> bool:
    """Whether a process that was killed left this."""
    return path.name.startswith(".") and path.name.endswith(".tmp")


def _unwritable(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(folder).free / 1e6
        return f"the disk of {folder} is full ({free:.0f} MB are free); make room and run the same command again, which goes on"
    return f"{folder} cannot be written: {error.strerror or error}; give another folder with -o"
