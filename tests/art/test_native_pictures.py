"""Native pictures by artists stay as they are: none is shrunk, and hardly any refused.

``pytest -m slow tests/art/test_native_pictures.py -s`` prints a line for each source.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from mint.art.grid.detection import estimate_grid
from mint.art.rgba import Rgba
from tests.icon_sets import NotFetchedError
from tests.native_pictures import ARCADE, PROCGEN, crawl_windows, fugue_windows, packs

pytestmark = pytest.mark.slow

SOURCES: dict[str, Callable[[Path], Iterator[tuple[str, Rgba]]]] = {
    "procgen": partial(packs, PROCGEN),
    "arcade": partial(packs, ARCADE),
    "Fugue": fugue_windows,
    "Dungeon Crawl": crawl_windows,
}
MIN_PICTURES, MAX_REFUSED_SHARE = 400, 0.02


def test_native_pictures_are_left_alone(tmp_path: Path) -> None:
    num_pictures = 0
    shrunk: list[str] = []
    refused: list[str] = []
    for source, pictures in SOURCES.items():
        folder = tmp_path / source
        folder.mkdir()
        counts = [num_pictures, len(shrunk), len(refused)]
        try:
            for name, rgba in pictures(folder):
                grid = estimate_grid(rgba)
                num_pictures += 1
                if grid.size is None:
                    refused.append(name)
                elif grid.kernel is not None:
                    shrunk.append(f"{name}: {grid.size}")
        except NotFetchedError as error:
            print(f"{source:16} left out: {error}")
            continue
        total, num_shrunk, num_refused = num_pictures - counts[0], len(shrunk) - counts[1], len(refused) - counts[2]
        print(f"{source:16} pictures {total:5}  shrunk {num_shrunk:3}  refused {num_refused:3}")
    if num_pictures < MIN_PICTURES:
        pytest.skip(f"only {num_pictures} pictures can be downloaded")
    print("shrunk:", shrunk, "refused:", refused)
    assert shrunk == []
    assert len(refused) <= MAX_REFUSED_SHARE * num_pictures
