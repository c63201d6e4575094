"""The site of a gallery: which works it holds, and its files, published together.

index.html               the wall
works/ID/                a work: index.html, snapshot.pixelmint as it was given, wall.png, mosaic.png, sprites/
engine/                  scripts, styles and onnxruntime-web
feed.xml  gallery.json   for feed readers and for programs

Every byte is a function of the snapshots and the title, in whatever order and by whatever galleries they came.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mint import atomic_write
from mint.browser.bundle.web_runtime import WebRuntime
from mint.errors import GalleryError
from mint.sharing.gallery.elements import html_document
from mint.sharing.gallery.engine import engine_files
from mint.sharing.gallery.feed import FILE_NAME as FEED
from mint.sharing.gallery.feed import atom_feed
from mint.sharing.gallery.page_frame import ENGINE, INDEX
from mint.sharing.gallery.record import FILE_NAME as RECORD
from mint.sharing.gallery.record import MAX_WORKS, GalleryRecord, format_record, read_gallery
from mint.sharing.gallery.wall_page import wall_page
from mint.sharing.gallery.wall_picture import wall_picture
from mint.sharing.gallery.work import Work, WorkPictures, read_work
from mint.sharing.gallery.work_page import FACE, SNAPSHOT, SPRITES, work_page
from viewer.pictures.mosaic import darkest, encode_png
from viewer.pictures.receipts import encode_receipts
from viewer.snapshot_file.identicon import draw_face

DEFAULT_TITLE: Final = "A gallery of dreams"
WORKS: Final = "works"
_OWN: Final = frozenset({INDEX, WORKS, ENGINE, FEED, RECORD})
_NUMBER: Final = re.compile("([^0-9]*)([0-9]{0,15})")

OnProgress = Callable[[str, int, int], None]  # stage, done, total
OnNote = Callable[[str], None]
FindRuntime = Callable[[], WebRuntime]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The snapshot files that a gallery is made of, in any order and any number of times, and its title."""

    title: str
    paths: tuple[Path, ...]


def find_sources(paths: Sequence[Path], title: str | None) -> Sources:
    """Return the snapshot files of paths, each a snapshot file or a gallery, whose works are taken.

    Without a title, that of the galleries among the paths is kept. Raises GalleryError where a gallery cannot be read, or where
    galleries have different titles.
    """
    files: list[Path] = []
    titles: dict[str, Path] = {}
    for path in paths:
        if path.is_dir():
            record = read_gallery(path)
            titles.setdefault(record.title, path)
            files += [_inside(path, path / WORKS / work.id / SNAPSHOT) for work in record.works]
        else:
            files.append(path)
    if title is None and len(titles) > 1:
        one, other = sorted(titles)[:2]
        raise GalleryError(f"the galleries are called {one!r} and {other!r}; name the new one with --title")
    return Sources(title=title or next(iter(titles), DEFAULT_TITLE), paths=tuple(files))


def _inside(gallery: Path, file: Path) -> Path:
    """Return a file of a gallery. Raises GalleryError where a link leads out of it: what it names would be published."""
    if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(gallery)):
        raise GalleryError(f"{file} is a link to another place; give that file itself")
    return file


def check_site(site: Path) -> None:
    """Raise GalleryError where a site could not be written, before anything is computed."""
    if not site.exists():
        return
    if not site.is_dir():
        raise GalleryError(f"{site} is a file; give a new folder to -o")
    names = sorted(path.name for path in site.iterdir())
    foreign = [name for name in names if name not in _OWN]
    if foreign:
        raise GalleryError(f"{site} holds {foreign[0]!r}, which is no part of a gallery; give an empty or a new folder to -o")
    if names:
        try:
            read_gallery(site)
        except GalleryError as error:
            raise GalleryError(f"{site} is not replaced, because it is no gallery; give an empty or a new folder to -o") from error
    if site.resolve() == Path.cwd():
        raise GalleryError(f"{site} is the current folder, which cannot be replaced; call this from outside of it")


def write_site(
    site: Path, sources: Sources, find_runtime: FindRuntime, on_progress: OnProgress, on_note: OnNote = lambda sentence: None
) -> GalleryRecord:
    """Write the site of a gallery, in the place of an earlier one, and return its record.

    ``find_runtime`` is called when every snapshot has been checked, since it may fetch onnxruntime-web.

    Raises GalleryError where a snapshot is not sound, there are too many, or the folder cannot be written, and ViewerError where
    the viewer refuses a file. Then nothing has changed.
    """
    check_site(site)
    folder = site.absolute()
    made: list[GalleryRecord] = []
    try:
        atomic_write.make_folder(folder.parent)
        atomic_write.write_folder(
            folder, lambda target: made.append(_fill(target, sources, find_runtime, on_progress, on_note)), replace=True
        )
    except OSError as error:
        problem = atomic_write.write_problem(folder, error)
        raise GalleryError(f"{site} cannot be written: {problem}; give another place with -o") from error
    return made[0]


def _fill(target: Path, sources: Sources, find_runtime: FindRuntime, on_progress: OnProgress, on_note: OnNote) -> GalleryRecord:
    works = tuple(sorted(_copied_works(target, sources.paths, on_progress, on_note), key=_order))
    record = GalleryRecord(title=sources.title, works=tuple(work.record for work in works))
    (target / INDEX).write_bytes(html_document(wall_page(sources.title, works)))
    (target / FEED).write_bytes(atom_feed(sources.title, works))
    (target / RECORD).write_bytes(format_record(record))
    (target / ENGINE).mkdir()
    for name, data in engine_files(find_runtime()).items():
        (target / ENGINE / name).write_bytes(data)
    num_works = Counter(work.record.public_key for work in works)
    for done, work in enumerate(works, 1):
        folder = target / WORKS / work.id
        num_bytes = (folder / SNAPSHOT).stat().st_size
        page = work_page(work, num_bytes, sources.title, num_works[work.record.public_key] - 1)
        (folder / INDEX).write_bytes(html_document(page))
        if work.signature is not None:
            (folder / FACE).write_bytes(_face_png(work.signature.public_key))
        on_progress("writing pages", done, len(works))
    return record


def _copied_works(target: Path, paths: Sequence[Path], on_progress: OnProgress, on_note: OnNote) -> Iterable[Work]:
    """Copy each snapshot once into its folder, and return the works."""
    works: dict[str, Work] = {}
    digests: dict[str, tuple[bool, str]] = {}
    for done, path in enumerate(paths, 1):
        work, pictures, data = read_work(path)
        # Signed before unsigned: of copies of one snapshot that differ in their signature, the same one is kept in every order.
        rank = (work.signature is None, hashlib.sha256(data).hexdigest())
        known = digests.get(work.id)
        if known is not None and known[1] != rank[1]:
            if works[work.id].record.manifest_sha256 != work.record.manifest_sha256:
                raise GalleryError(
                    f"{path} has the first {len(work.id)} digits of its SHA-256 in common with another; leave it out"
                )
            on_note(f"{path} is a snapshot of the gallery with another signature; one of the two is kept")
        if known is None or rank < known:
            folder = target / WORKS / work.id
            if known is None:  # another copy has the same pictures
                (folder / SPRITES).mkdir(parents=True)
                _write_pictures(folder, work, pictures)
            (folder / SNAPSHOT).write_bytes(data)
            works[work.id], digests[work.id] = work, rank
            if len(works) > MAX_WORKS:
                raise GalleryError(f"there are more than {MAX_WORKS:,} works; make several galleries of them")
        on_progress("checking snapshots", done, len(paths))
    return works.values()


def _write_pictures(folder: Path, work: Work, pictures: WorkPictures) -> None:
    palette = work.model.origin.palette
    (folder / "wall.png").write_bytes(encode_png(wall_picture(pictures.dreams, darkest(palette)), palette))
    (folder / "mosaic.png").write_bytes(encode_receipts(pictures.dreams, palette))
    for number, sprite in enumerate(pictures.sprites):
        (folder / SPRITES / f"{number}.png").write_bytes(encode_png(sprite, palette))


def _face_png(public_key: str) -> bytes:
    face = draw_face(public_key)
    colors = sorted({color for row in face for color in row})
    pixels = np.array([[colors.index(color) for color in row] for row in face], np.uint8)
    return encode_png(pixels, tuple(f"{color}ff" for color in colors))


def _order(work: Work) -> tuple[tuple[tuple[str, int], ...], str]:
    """Return what works hang by: their titles, in which 10 comes after 9."""
    parts = _NUMBER.findall(work.title.casefold())
    return tuple((text, int(digits or -1)) for text, digits in parts), work.id
