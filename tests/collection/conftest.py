"""What the tests of collections share: a small collection, and the installed ipfs-car."""

import shutil
from pathlib import Path

import pytest

from mint.collection.ipfs.car_packer import CarPacker, find_packer
from tests.collection.small_collection import write_small_collection
from tests.installed_packages import is_installed, link_installed


@pytest.fixture(scope="session")
def drawn_collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw a small collection once."""
    return write_small_collection(tmp_path_factory.mktemp("collections") / "moons")


@pytest.fixture
def moons(drawn_collection: Path, tmp_path: Path) -> Path:
    """Return a copy of the small collection that a test may change."""
    return Path(shutil.copytree(drawn_collection, tmp_path / "moons"))


@pytest.fixture(scope="session")
def packer() -> CarPacker:
    """Return the packer of CAR files; skip where ipfs-car is not installed, since tests load nothing from a network."""
    if shutil.which("npm") is None or not is_installed("ipfs-car"):
        pytest.skip("ipfs-car is not installed: make setup")
    link_installed("ipfs-car")
    return find_packer()
