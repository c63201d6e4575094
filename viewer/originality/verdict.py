"""Is a picture a copy, a collage or new? Each picture is named after the strongest of what holds for it:

exact copy         every pixel is that of an original
near copy          under NEAR of the pixels differ from an original, and under half of what parts it from any other original
flipped copy       that, of an original mirrored, upside down or turned
shifted copy       that, of an original moved (and perhaps flipped), where they overlap: at least half of the area and of the detail
recoloured copy    that, of an original (perhaps flipped or moved) whose colours were exchanged one for one; a moved one shows
                   MIN_FORMS different forms at least, since any disc is any other one elsewhere in other colours
collage            two to four placements of originals together give at least 1 - NEW of the pixels and of the detail, each
                   at least PART of both that no earlier one gave
altered copy       one placement of one original alone gives as much, and the rest is new
new                everything else: at least NEW of the pixels or of the detail come from nowhere

The limits are those by which this project has always measured dreams: under 2 % of the pixels is a copy, 10 % or more is unlike.
Half the distance between two originals bounds the first, because the share of differing pixels is a metric: what is nearer than
that can be a copy of one of them only. Detail, the pixels that differ from a neighbour, bounds all but the plain comparison in
place: two flat pictures agree in most pixels and have nothing in common. A region counts as given where all of a 3x3 patch agrees.

The measure lies beside the models' reader because both programs need it: ``viewer snapshot --original`` may not import mint, while
mint may import this.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from viewer.errors import PictureError
from viewer.exported.manifest import Manifest
from viewer.latents.seeds import latent
from viewer.originality.alignment import PatchVotes
from viewer.originality.comparison import (
    VOTE_PATCH,
    Pixels,
    Placement,
    agreement,
    blocks,
    codes,
    contours,
    detail,
    differences,
    num_forms,
    num_symmetries,
    outlines,
    placed,
    recoloured,
    transformed,
)

Kind = Literal[
    "exact copy", "near copy", "flipped copy", "shifted copy", "recoloured copy", "altered copy", "collage", "new"
]  # worst first
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

NEAR: Final = 0.02
NEW: Final = 0.10
PART: Final = 0.05
MIN_FORMS: Final = 24
MAX_SOURCES: Final = 4
_MIN_DETAIL = 12  # pixels: less is a speck, which many pictures have
_CANDIDATES = 12  # placements that are looked at closely
_CONTOURS = 4  # placements of like outlines that are
_NEIGHBOURS = 4  # originals nearest in place, always looked at
_LOOKALIKES = 8  # originals of like outlines, per picture
_MAX_BYTES = 1 << 20
_DREAMS_EACH = 64  # dreamt and judged together
_LEAST_TRIED, _TRIED_EACH = 1000, 10
_MAX_SPRITES = 10_000


@dataclass(frozen=True, kw_only=True)
class SourceRegion:
    """Where a region of a picture comes from, and the share of its pixels that the region has."""

    placement: Placement
    share: float


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a picture is.

    ``nearest`` is the original nearest in place, ``difference`` the share of its pixels that differ. ``sources`` say where regions
    come from, largest first: the one original of a copy, all of a collage's, and what there is of a new picture. ``regions`` (H, W)
    int8 holds for each pixel the number of its source, -1 where there is none. ``known_patches`` is the share of 3x3 patches that
    the originals have.
    """

    kind: Kind
    nearest: int
    difference: float
    sources: tuple[SourceRegion, ...]
    regions: NDArray[np.int8] = field(repr=False)
    known_patches: float

    @property
    def is_copy(self) -> bool:
        """Whether one original gave it."""
        return self.kind.endswith("copy")


@dataclass(frozen=True)
class _Nearness:
    """The originals nearest in place to each picture: (n, k) numbers, and (n, k) shares of differing pixels; nearest first."""

    originals: NDArray[np.int64]
    shares: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class _Query:
    """A picture (H, W), where it shows something, and what it may be: by like outlines, and by what lies near or votes for it."""

    pixels: Pixels
    shown: NDArray[np.bool_]
    nearest: int
    difference: float
    known: float
    alike: Sequence[Placement]
    placements: Sequence[Placement]

    def copy(self, kind: Kind, placement: Placement, given: NDArray[np.bool_]) -> Verdict:
        return Verdict(
            kind=kind,
            nearest=self.nearest,
            difference=self.difference,
            sources=(SourceRegion(placement=placement, share=float(given.mean())),),
            regions=np.where(given, 0, -1).astype(np.int8),
            known_patches=self.known,
        )


class Originals:
    """The pictures that others are compared with, (m, H, W) uint8 palette indices.

    ``overlapping`` says that they are windows of larger pictures: how near one lies to the next then limits nothing.
    """

    def __init__(self, pixels: Pixels, *, overlapping: bool = False) -> None:
        self.pixels: Final = pixels
        self._votes = PatchVotes(pixels, lambda pictures: codes(pictures, VOTE_PATCH))
        self._contours = PatchVotes(pixels, contours, step=3)
        self._detail = detail(pixels)
        self._known = np.unique(codes(pixels))
        self._overlapping = overlapping
        self._tolerances: dict[int, float] = {}  # filled as they are asked for: few of ten thousand originals ever are

    def judge(self, pictures: Pixels, own: NDArray[np.int64] | None = None) -> list[Verdict]:
        """Return what each of some pictures (n, H, W) is. Deterministic.

        ``own`` (n,) names for each picture an original that it is not compared with: so originals are measured among themselves.
        Raises PictureError where the sizes differ or no original is left.
        """
        if pictures.shape[1:] != self.pixels.shape[1:]:
            sizes = [f"{width}x{height}" for _, height, width in (pictures.shape, self.pixels.shape)]
            raise PictureError(
                f"pictures of {sizes[0]} cannot be compared with originals of {sizes[1]}; give pictures of that size"
            )
        if len(self.pixels) <= (own is not None):
            raise PictureError(f"{len(self.pixels)} original is too few to compare with others; give at least 2")
        near = self._nearest(pictures, own)
        alike = self._lookalikes(pictures, own)
        # Windows hold whatever a shift can bring.
        votes = [[]] * len(pictures) if self._overlapping else self._votes.placements(pictures, _CANDIDATES, own)
        known = np.isin(codes(pictures), self._known) if own is None else self._known_elsewhere(pictures, own)
        shares = known.reshape(len(pictures), -1).mean(axis=1)
        asked = [
            _Query(
                pixels=picture,
                shown=detail(picture[None])[0],
                nearest=int(near.originals[n, 0]),
                difference=float(near.shares[n, 0]),
                known=float(shares[n]),
                alike=alike[n],
                placements=list(dict.fromkeys([*(Placement(int(original), 0, 0, 0) for original in near.originals[n]), *votes[n]])),
            )
            for n, picture in enumerate(pictures)
        ]
        findings = {n: finding for n, each in enumerate(asked) if (finding := self._copy(each)) is not None}
        rest = np.array([n for n in range(len(asked)) if n not in findings], np.int64)
        moved = self._by_contours(pictures[rest], None if own is None else own[rest])
        for n, placements in zip(rest.tolist(), moved, strict=True):
            findings[n] = self._recoloured(asked[n], placements) or self._composed(asked[n])
        return [findings[n] for n in range(len(asked))]

    def _by_contours(self, pictures: Pixels, own: NDArray[np.int64] | None) -> list[list[Placement]]:
        if self._overlapping or not len(pictures):
            return [[]] * len(pictures)
        return self._contours.placements(pictures, _CONTOURS, own)

    def _copy(self, asked: _Query) -> Verdict | None:
        """Return what a picture is if it is a copy in the colours of an original."""
        picture, nearest = asked.pixels, asked.nearest
        if asked.difference == 0 or (asked.difference < NEAR and asked.difference < self._tolerance(nearest)):
            in_place = Placement(nearest, 0, 0, 0)
            return asked.copy("near copy" if asked.difference else "exact copy", in_place, picture == self.pixels[nearest])
        turned = [placement for placement in asked.alike if placement.symmetry]
        moved = [placement for placement in asked.placements if placement[1:] != (0, 0, 0)]
        for placement in [*turned, *moved]:
            other = self._laid(placement)
            if self._same(asked, other, placement):
                return asked.copy(_kind_of(placement), placement, picture == other)
        return None

    def _recoloured(self, asked: _Query, moved: Sequence[Placement]) -> Verdict | None:
        """Return what a picture is if it is a copy in other colours."""
        for placement in dict.fromkeys([*asked.alike, *moved]):
            laid = self._laid(placement)
            overlap = laid >= 0
            if 2 * overlap.sum() < overlap.size:
                continue
            other = recoloured(asked.pixels, laid)
            if not self._same(asked, other, placement):
                continue
            if placement in asked.alike:
                return asked.copy("recoloured copy", placement, asked.pixels == other)
            if num_forms(_bounded(asked.pixels, overlap)) >= MIN_FORMS:
                kind = _kind_of(placement) if self._same(asked, laid, placement) else "recoloured copy"
                return asked.copy(kind, placement, asked.pixels == other)
        return None

    def _composed(self, asked: _Query) -> Verdict:
        """Return a collage, an altered copy or something new: choose sources one by one, each for what no earlier one gave."""
        picture, shown = asked.pixels, asked.shown
        given = agreement(picture, np.stack([self._laid(placement) for placement in asked.placements]))
        free = np.ones(picture.shape, np.bool_)
        regions = np.full(picture.shape, -1, np.int8)
        num_shown = max(int(shown.sum()), 1)
        sources: list[SourceRegion] = []
        while len(sources) < MAX_SOURCES:
            rest = given & free
            gains = rest.mean(axis=(1, 2)), (rest & shown).sum(axis=(1, 2)) / num_shown
            best = int(np.argmax(gains[0] + gains[1]))
            if min(gains[0][best], gains[1][best]) < PART:
                break
            regions[rest[best]] = len(sources)
            sources.append(SourceRegion(placement=asked.placements[best], share=float(gains[0][best])))
            free &= ~rest[best]
        is_new = max(free.mean(), (free & shown).sum() / num_shown) > NEW or not sources
        kind: Kind = "new" if is_new else "collage" if len(sources) > 1 else "altered copy"
        return Verdict(
            kind=kind,
            nearest=asked.nearest,
            difference=asked.difference,
            sources=tuple(sources),
            regions=regions,
            known_patches=asked.known,
        )

    def _same(self, asked: _Query, other: NDArray[np.int16], placement: Placement) -> bool:
        """Whether a picture is a copy of what is placed over it: in nearly all pixels, and in nearly all that shows something."""
        overlap = other >= 0
        num_differs = int((overlap & (asked.pixels != other)).sum())
        if 2 * overlap.sum() < asked.pixels.size or num_differs >= max(NEAR * overlap.sum(), 1):
            return False
        own = int((asked.shown & overlap).sum())
        theirs = int((detail(other[None].astype(np.uint8))[0] & overlap).sum())
        whole = min(int(asked.shown.sum()), int(self._detail[placement.original].sum()))
        return min(own, theirs) >= max(whole / 2, _MIN_DETAIL) and num_differs < NEW * min(own, theirs)

    def _laid(self, placement: Placement) -> NDArray[np.int16]:
        original = self.pixels[placement.original]
        return placed(original, placement, (original.shape[0], original.shape[1]))

    def _nearest(self, pictures: Pixels, own: NDArray[np.int64] | None) -> _Nearness:
        numbers = np.empty((len(pictures), 0), np.int64)
        shares = np.empty((len(pictures), 0), np.float32)
        for block in blocks(len(self.pixels)):
            part = differences(pictures, self.pixels[block])
            if own is not None:
                inside = np.flatnonzero((own >= block.start) & (own < block.stop))
                part[inside, own[inside] - block.start] = np.inf
            shares = np.concatenate([shares, part], axis=1)
            numbers = np.concatenate([numbers, np.broadcast_to(np.arange(block.start, block.stop), part.shape)], axis=1)
            order = _least(shares, _NEIGHBOURS)
            shares, numbers = np.take_along_axis(shares, order, 1), np.take_along_axis(numbers, order, 1)
        if own is not None and len(self.pixels) <= _NEIGHBOURS:
            numbers, shares = numbers[:, :-1], shares[:, :-1]  # The last is the picture itself.
        return _Nearness(numbers, shares)

    def _lookalikes(self, pictures: Pixels, own: NDArray[np.int64] | None) -> list[list[Placement]]:
        """Return for each picture the originals, in a symmetry, whose outlines are near enough for a flipped or recoloured copy."""
        height, width = self.pixels.shape[1:]
        bits = outlines(pictures)
        # A pixel changes at most four of the comparisons between neighbours.
        limit = 4 * NEAR * height * width
        found: list[list[tuple[float, Placement]]] = [[] for _ in pictures]
        for symmetry in range(num_symmetries((height, width))):
            for block in blocks(len(self.pixels)):
                theirs = outlines(transformed(self.pixels[block], symmetry))
                apart = (bits.shape[1] - bits @ theirs.T) / 2
                if own is not None:
                    inside = np.flatnonzero((own >= block.start) & (own < block.stop))
                    apart[inside, own[inside] - block.start] = np.inf
                # The nearest of each block alone: where all outlines are alike, all pairs would be too many to remember.
                likely = _least(apart, _LOOKALIKES)
                rows, ranks = np.nonzero(np.take_along_axis(apart, likely, 1) <= limit)
                for row, column in zip(rows.tolist(), likely[rows, ranks].tolist(), strict=True):
                    found[row].append((float(apart[row, column]), Placement(column + block.start, symmetry, 0, 0)))
        return [[placement for _, placement in sorted(each)[:_LOOKALIKES]] for each in found]

    def _known_elsewhere(self, pictures: Pixels, own: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which 3x3 patches of each picture an original other than its own has."""
        all_codes = codes(self.pixels).reshape(len(self.pixels), -1)
        holders = np.repeat(np.arange(len(self.pixels)), all_codes.shape[1])
        order = np.lexsort((holders, all_codes.ravel()))
        sorted_codes, sorted_holders = all_codes.ravel()[order], holders[order]
        asked = codes(pictures).reshape(len(pictures), -1)
        first, last = (np.searchsorted(sorted_codes, asked, side) for side in ("left", "right"))
        last_index = len(sorted_holders) - 1
        # Holders are in order, so one is another where the first or the last is.
        others = (sorted_holders[first.clip(max=last_index)] != own[:, None]) | (
            sorted_holders[(last - 1).clip(min=0)] != own[:, None]
        )
        return np.asarray((first < last) & others)

    def _tolerance(self, original: int) -> float:
        """Return the share of pixels under which a picture is a copy of an original in place."""
        if original not in self._tolerances:
            apart = np.count_nonzero((self.pixels != self.pixels[original]).reshape(len(self.pixels), -1), axis=1)
            others = apart[apart > 0]  # Twins are one original.
            self._tolerances[original] = (
                NEAR if self._overlapping or not len(others) else min(NEAR, float(others.min()) / self.pixels[0].size / 2)
            )
        return self._tolerances[original]


def _kind_of(placement: Placement) -> Kind:
    """Return what a copy in an original's own colours is called, by where it lies."""
    return "shifted copy" if placement.dy or placement.dx else "flipped copy"


def _bounded(picture: Pixels, mask: NDArray[np.bool_]) -> Pixels:
    """Return the rectangle of a picture (H, W) that a mask of one rectangle holds."""
    return picture[np.ix_(mask.any(axis=1), mask.any(axis=0))]


def _least(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return where the count least values of each row (n, m) are, the first of equals: (n, count)."""
    # A column's number in the last place of a whole number settles what is equal, and a part is found faster than an order.
    exact = np.where(np.isinf(values), 1 << 40, np.rint(values * (1 << 20))).astype(np.int64) * values.shape[1]
    keys = exact + np.arange(values.shape[1])
    if values.shape[1] > count:
        keys = np.partition(keys, count - 1, axis=1)[:, :count]
    least: NDArray[np.int64] = np.sort(keys, axis=1) % values.shape[1]
    return least


def windows(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return all different windows of a size (h, w) in pictures (m, H, W): what a tile may have been cut from, (k, h, w)."""
    views = np.lib.stride_tricks.sliding_window_view(pixels, size, axis=(1, 2)).reshape(-1, *size)
    return np.unique(views, axis=0)


class DreamModel(Protocol):
    """What draws tiles from latents: a model."""

    @property
    def manifest(self) -> Manifest:
        """Where it comes from."""

    def generate(self, z: NDArray[np.float32], asked: Sequence[float] | None = None) -> Pixels:
        """Return the tiles of latents, all with the same labels asked for."""


def original_dreams(
    model: DreamModel, sprites: Pixels, seed: int, count: int, asked: Sequence[float] | None = None
) -> tuple[Pixels, int]:
    """Return the first count dreams (count, H, W) of a seed that copy no sprite (m, H, W), and how many copies were left out.

    ``asked`` is what is asked of each label. Raises PictureError where a thousand dreams and ten times count hold too few.
    """
    measure = Originals(sprites)
    kept: list[Pixels] = []
    looked_at = 0
    while len(kept) < count:
        if looked_at >= max(_LEAST_TRIED, _TRIED_EACH * count):
            raise PictureError(
                f"only {len(kept)} of {looked_at} dreams copy no sprite; give fewer --tiles, or leave --original out"
            )
        z = np.stack([latent(seed, looked_at + k, model.manifest.origin.latent_dim) for k in range(_DREAMS_EACH)])
        dreams = model.generate(z, asked)
        for dream, finding in zip(dreams, measure.judge(dreams), strict=True):
            looked_at += len(kept) < count
            if len(kept) < count and not finding.is_copy:
                kept.append(dream)
    return np.stack(kept), looked_at - count


def sprites_beside(path: Path, palette: tuple[str, ...]) -> Pixels:
    """Return the originals of an exported model, (m, H, W): the sprites in its token's folder, in the model's palette.

    ``path`` is the token folder or its models/. Raises PictureError where the sprites are missing, broken or in other colours.
    """
    folder = path if (path / "token.json").exists() else Path(os.path.abspath(path)).parent
    try:
        names = sorted((folder / "sprites").glob("*.png"), key=lambda name: (len(name.stem), name.stem))[:_MAX_SPRITES]
        if not names:
            raise PictureError(f"{path} has no sprites to compare with; give a token folder, where sprites/ lies beside models/")
        sprites = [_read_sprite(name, palette) for name in names]
    except OSError as error:
        raise PictureError(
            f"the sprites of {path} cannot be read: {error.strerror or error}; see that this user may read them"
        ) from error
    if len({sprite.shape for sprite in sprites}) > 1:
        raise PictureError(f"the sprites of {path} differ in size; draw the token again into another folder")
    return np.stack(sprites)


def _read_sprite(path: Path, palette: tuple[str, ...]) -> Pixels:
    if path.stat().st_size > _MAX_BYTES:
        raise PictureError(f"{path} is larger than {_MAX_BYTES} bytes, the most that is read")
    try:
        with Image.open(path, formats=["PNG"]) as image:
            if image.width * image.height > 256 * 256:
                raise PictureError(f"{path} is {image.width}x{image.height}; at most 256x256 is read")
            colors = np.array(image.convert("RGBA"))
    except PictureError:
        raise
    except Exception as error:  # Pillow's parsers raise many classes for a damaged file.
        if isinstance(error, OSError) and error.strerror:
            raise
        raise PictureError(f"{path} is damaged; draw the token again into another folder") from error
    index = {bytes.fromhex(color[1:]): number for number, color in enumerate(palette)}
    try:
        return np.array([[index[color.tobytes()] for color in row] for row in colors], np.uint8)
    except KeyError:
        raise PictureError(f"{path} has a colour that the model's palette has not; export the model again") from None
