"""The platforms that a bundle is made for: what files they take, and how large these may be."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from mint.browser.bundle.output import INDEX, Container, container_of
from mint.errors import BundleError

FormatName = Literal["plain", "teia", "fxhash"]

MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class BundleFormat:
    """A platform: which containers it takes, the most bytes of a zip, and whether its SDK comes along."""

    name: FormatName
    containers: tuple[Container, ...]
    max_zip_bytes: int
    has_sdk: bool = False


FORMATS: Final[dict[FormatName, BundleFormat]] = {
    "plain": BundleFormat(name="plain", containers=("html", "zip", "folder"), max_zip_bytes=1000 * MEBIBYTE),
    "teia": BundleFormat(name="teia", containers=("zip", "folder"), max_zip_bytes=2000 * MEBIBYTE),
    "fxhash": BundleFormat(name="fxhash", containers=("zip", "folder"), max_zip_bytes=30 * MEBIBYTE, has_sdk=True),
}


def check_format(output: Path, chosen: BundleFormat) -> None:
    """Raise BundleError where a platform does not take a bundle that is written as this output."""
    if container_of(output) not in chosen.containers:
        raise BundleError(
            f"{chosen.name} takes a zip with {INDEX}, and {output} is a page; give a name that ends in .zip, or --format plain"
        )
