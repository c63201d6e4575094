"""Imports of many and of large pictures: their time is printed, their memory is bounded."""

import pytest

from tests.art import import_benchmark

MAX_MEGABYTES = {"sprites": 200, "pictures": 300, "uneven-pictures": 300, "jpeg-pictures": 300}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MAX_MEGABYTES)
def test_memory_does_not_grow_with_the_size_of_pictures(kind: str) -> None:
    measured = import_benchmark.run(kind)
    print(f"\n{kind}: {measured}")
    assert measured["megabytes"] <= MAX_MEGABYTES[kind]
