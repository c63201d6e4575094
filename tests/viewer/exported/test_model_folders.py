"""Models below a folder: found by name, in order, and only there."""

from pathlib import Path

import pytest

from viewer.exported.model_folders import find_model_folders


def make_model(folder: Path) -> Path:
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "manifest.json").touch()
    return folder


def test_models_below_a_folder_take_its_place_in_order(tmp_path: Path) -> None:
    collection, tokens = tmp_path / "moons", tmp_path / "tokens"
    of_collection = [make_model(collection / "tokens" / f"{number:04}") for number in (1, 2, 10)]
    (collection / "tokens" / "0003").mkdir()  # not trained yet
    (collection / "training").mkdir()
    of_tokens = [make_model(tokens / name) for name in ("abc-1", "def-2")]
    assert find_model_folders([tokens, collection]) == (*of_tokens, *of_collection)


def test_a_model_is_itself_and_so_is_what_holds_none(tmp_path: Path) -> None:
    token = make_model(tmp_path / "tokens" / "abc-1")
    empty = tmp_path / "empty"
    empty.mkdir()
    paths = [token, token / "models", empty, tmp_path / "nowhere"]
    assert find_model_folders(paths) == tuple(paths)


def test_snapshot_files_are_models_by_their_name(tmp_path: Path) -> None:
    for name in ("b.pixelmint", "a.pixelmint", "notes.txt", ".c.pixelmint"):
        (tmp_path / name).touch()
    (tmp_path / "folder.pixelmint").mkdir()
    (tmp_path / "link.pixelmint").symlink_to(tmp_path / "a.pixelmint")
    assert find_model_folders([tmp_path]) == (tmp_path / "a.pixelmint", tmp_path / "b.pixelmint")
    assert find_model_folders([tmp_path / "b.pixelmint"]) == (tmp_path / "b.pixelmint",)


def test_hidden_folders_links_and_deeper_ones_are_left_out(tmp_path: Path) -> None:
    shown = make_model(tmp_path / "a" / "b")
    make_model(tmp_path / "a" / "c" / "d")
    make_model(tmp_path / "a" / ".models-1.tmp")
    (tmp_path / "linked").symlink_to(shown, target_is_directory=True)
    assert find_model_folders([tmp_path]) == (shown,)


@pytest.mark.parametrize("place", ["models", "."])
def test_a_folder_that_is_a_model_hides_those_below_it(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(exist_ok=True)
    (tmp_path / place / "manifest.json").touch()
    make_model(tmp_path / "inner")
    assert find_model_folders([tmp_path]) == (tmp_path,)
