"""Candidates are the same however many processes draw them and however often they are stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import mint.collection.candidates
from mint.collection.candidates import HashSource, draw_traits, encode, open_candidates
from mint.collection.trait_tables import TraitTable
from mint.collection.worker_pool import worker_pool
from mint.errors import CollectionError

SOURCE = HashSource("a seed")
BATCH_SIZE = 4
NUMBER = 2 * BATCH_SIZE + 3


def draw(path: Path, number: int, num_workers: int = 2, source: HashSource = SOURCE) -> tuple[TraitTable, list[int]]:
    """Draw, and return the table and the numbers that progress showed."""
    shown: list[int] = []
    with open_candidates(path, source) as file, worker_pool(num_workers) as pool:
        return file.draw(number, pool, shown.append), shown


@pytest.fixture(scope="module", autouse=True)
def small_batches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mint.collection.candidates, "BATCH_SIZE", BATCH_SIZE)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "candidates.jsonl"
    table, shown = draw(path, NUMBER)
    assert shown == [BATCH_SIZE, 2 * BATCH_SIZE, NUMBER]
    assert table.num_rows == NUMBER
    return path.read_bytes()


def test_one_process_draws_the_same(whole: bytes, tmp_path: Path) -> None:
    draw(tmp_path / "a", NUMBER, num_workers=1)
    assert (tmp_path / "a").read_bytes() == whole


def test_hashes_are_made_of_the_seed_and_the_number() -> None:
    assert SOURCE.hash(0) == "0x0f3e054bf7367dd6a4633e62c7d2bc4be439e736a07c33a804612f76b2af84c7"
    assert len({SOURCE.hash(number) for number in range(100)} | {HashSource("another").hash(0)}) == 101


@pytest.mark.parametrize("lost", [1, 40, 700])
def test_a_torn_end_is_drawn_anew(lost: int, whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(whole[:-lost])
    _, shown = draw(path, NUMBER)
    assert shown[-1] == NUMBER
    assert path.read_bytes() == whole


def test_a_changed_batch_and_those_after_it_are_drawn_anew(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[1], lines[2].replace(b"[", b" [", 1), lines[3]]))
    _, shown = draw(path, NUMBER)
    assert shown == [2 * BATCH_SIZE, NUMBER]
    assert path.read_bytes() == whole


def test_what_is_there_is_not_drawn_again(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(whole)
    table, shown = draw(path, 5)
    assert (shown, table.num_rows, path.read_bytes()) == ([], 5, whole)
    codes = encode(draw_traits([SOURCE.hash(number) for number in range(5)]))
    assert [table.codes[trait].tolist() for trait in table.codes] == codes.T.tolist()


def test_candidates_of_another_seed_are_refused(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(whole)
    message = f"^{tmp_path} holds candidates of another seed, list or version; give another folder, or remove a$"
    with pytest.raises(CollectionError, match=message):
        draw(path, NUMBER, source=HashSource("another"))
    assert path.read_bytes() == whole


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with open_candidates(path, SOURCE), pytest.raises(CollectionError, match="another process draws the collection"):
        draw(path, 1)


def test_a_link_is_not_drawn_into(tmp_path: Path) -> None:
    """What has no line yet would be overwritten."""
    (tmp_path / "elsewhere").write_text("keep this")
    (tmp_path / "candidates.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="it is a link to another place"), open_candidates(tmp_path / "candidates.jsonl", SOURCE):
        pytest.fail("it was opened")
    assert (tmp_path / "elsewhere").read_text() == "keep this"
