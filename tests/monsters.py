"""The monsters of Dungeon Crawl Stone Soup, downloaded from Debian when a test needs them and stored nowhere else.

790 pictures of 32 x 32 to 32 x 48 pixels by the game's artists, in the source package crawl 0.28.0. Most of its tiles are dedicated
to the public domain (CC0 1.0), as its LICENSE says. Parts of monsters (tentacles, and what the game itself puts together), statues
and the pictures of single levels are left out.

Sources are looked up where this system gets its packages from; nothing is installed. An archive with another hash is refused.
"""

import hashlib
import re
import subprocess
import tarfile
from pathlib import Path

from tests.icon_sets import NotFetchedError

_ARCHIVE = "crawl_0.28.0.orig.tar.xz", "5a6be168f8888b84bdb199184ca20bd8636f77ba7e9e0124ebee8850092f2f47"
_PICTURES = "stone_soup-0.28.0/source/rltiles/mon/"
_LEFT_OUT = frozenset(("tentacles", "panlord", "mutantbeast", "vault", "sprint", "statues", "player"))
_APT = Path("/etc/apt")


def fetch_monsters(folder: Path) -> Path:
    """Download the monsters, and return a folder that holds them and nothing else. Raises NotFetchedError."""
    name, sha256 = _ARCHIVE
    try:
        _download(folder)
    except OSError as error:  # no apt-get here
        raise NotFetchedError(f"{name} cannot be downloaded: {error}") from error
    archive = folder / name
    if not archive.exists():
        raise NotFetchedError(f"{name} cannot be downloaded: this system's packages have another version, or none")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
        raise NotFetchedError(f"{name} is not the archive with the expected hash")
    monsters = folder / "monsters"
    monsters.mkdir()
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = member.name.removeprefix(_PICTURES).split("/")
            if member.isfile() and member.name.startswith(_PICTURES) and parts[-1].endswith(".png") and parts[0] not in _LEFT_OUT:
                data = tar.extractfile(member)
                assert data is not None
                (monsters / "-".join(parts)).write_bytes(data.read())
    return monsters


def _download(folder: Path) -> None:
    """Ask apt-get for the archive, with lists and settings of its own in ``folder``. Raises OSError where there is no apt-get."""
    sources = folder / "sources"
    (sources / "lists" / "partial").mkdir(parents=True)
    files = [_APT / "sources.list", *(_APT / "sources.list.d").glob("*.list"), *(_APT / "sources.list.d").glob("*.sources")]
    for path in files:
        if path.exists():
            text = re.sub(r"^(Types:\s*)deb$|^deb(?=\s)", r"\g<1>deb-src", path.read_text(), flags=re.MULTILINE)
            (sources / path.name).write_text(text)
    places = {"Dir::Etc::SourceList": "/dev/null", "Dir::Etc::SourceParts": sources, "Dir::State::Lists": sources / "lists"}
    options = [f"-o{name}={value}" for name, value in places.items()]
    for command in (["update"], ["source", "--download-only", "crawl"]):
        # What matters is whether the archive has come: a mirror may lack the package's other files.
        subprocess.run(["apt-get", *options, "-oAPT::Sandbox::User=", *command], cwd=folder, capture_output=True, check=False)
