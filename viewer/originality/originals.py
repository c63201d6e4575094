"""The originals, and the comparison that gives a picture its verdict.

It lies beside the models' reader because both programs need it: ``viewer snapshot --original`` may not import mint, while mint may
import this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from viewer.errors import PictureError
from viewer.originality.alignment import PatchVotes
from viewer.originality.comparison import (
    VOTE_PATCH,
    Pixels,
    Placement,
    agreement,
    codes,
    contours,
    detail,
    equal_outlines,
    num_forms,
    placed,
    recoloured,
)
from viewer.originality.nearest import known_in_others, lookalikes, nearest_in_place
from viewer.originality.verdict import MAX_SOURCES, MIN_FORMS, NEAR, NEW, PART, Kind, SourceRegion, Verdict

_MIN_DETAIL = 12  # pixels: less is a speck, which many pictures have
_NUM_CANDIDATES = 12  # placements that are compared pixel by pixel
_NUM_CONTOURS = 4  # placements of similar contours that are
_NUM_VOTED_CONTOURS = 24  # placements of similar contours: a symmetrical original takes eight
_NUM_RECOLOURED = 2  # placements of an original in other colours that may explain a region


@dataclass(frozen=True, kw_only=True)
class _Query:
    """A picture (H, W), its mask of detail, and the placements it may be a copy of: by outline, and by distance or votes."""

    pixels: Pixels
    detail: NDArray[np.bool_]
    nearest: int
    difference: float
    known_patches: float
    lookalikes: Sequence[Placement]
    candidates: Sequence[Placement]

    def copy(self, kind: Kind, placement: Placement, equal: NDArray[np.bool_]) -> Verdict:
        return Verdict(
            kind=kind,
            nearest=self.nearest,
            difference=self.difference,
            sources=(SourceRegion(placement=placement, share=float(equal.mean()), is_recoloured=kind == "recoloured copy"),),
            regions=np.where(equal, 0, -1).astype(np.int8),
            known_patches=self.known_patches,
        )


class _Region(NamedTuple):
    """What a placement explains of a picture, (H, W), in the original's own colours or in others."""

    placement: Placement
    mask: NDArray[np.bool_]
    is_recoloured: bool


class Originals:
    """The pictures that others are compared with, (m, H, W) uint8 palette indices.

    ``overlapping`` says that they are windows of larger pictures: then the distance between two originals limits nothing.
    """

    def __init__(self, pixels: Pixels, *, overlapping: bool = False) -> None:
        self.pixels: Final = pixels
        self._votes = PatchVotes(pixels, lambda pictures: codes(pictures, VOTE_PATCH))
        self._contours = PatchVotes(pixels, contours, step=3)
        self._detail = detail(pixels)
        self._known = np.unique(codes(pixels))
        self._overlapping = overlapping
        self._tolerances: dict[int, float] = {}  # filled on demand: of ten thousand originals few are ever needed

    def classify(self, pictures: Pixels, own: NDArray[np.int64] | None = None) -> list[Verdict]:
        """Return the verdict on each of the pictures (n, H, W). Deterministic.

        ``own`` (n,) holds for each picture the index of an original that it is not compared with: this measures originals among
        themselves. Raises PictureError where the sizes differ or no original is left.
        """
        if pictures.shape[1:] != self.pixels.shape[1:]:
            sizes = [f"{width}x{height}" for _, height, width in (pictures.shape, self.pixels.shape)]
            raise PictureError(
                f"pictures of {sizes[0]} cannot be compared with originals of {sizes[1]}; give pictures of that size"
            )
        if len(self.pixels) <= (own is not None):
            raise PictureError(f"{len(self.pixels)} original is too few to compare with others; give at least 2")
        queries = self._queries(pictures, own)
        verdicts = {n: verdict for n, query in enumerate(queries) if (verdict := self._copy(query)) is not None}
        rest = np.array([n for n in range(len(queries)) if n not in verdicts], np.int64)
        moved = self._by_contours(pictures[rest], None if own is None else own[rest])
        for n, placements in zip(rest.tolist(), moved, strict=True):
            verdicts[n] = self._recoloured(queries[n], placements) or self._composed(queries[n], placements)
        return [verdicts[n] for n in range(len(queries))]

    def _queries(self, pictures: Pixels, own: NDArray[np.int64] | None) -> list[_Query]:
        neighbours = nearest_in_place(pictures, self.pixels, own)
        alike = lookalikes(pictures, self.pixels, own, NEAR)
        # Windows already hold whatever a shift can bring.
        voted = [[]] * len(pictures) if self._overlapping else self._votes.placements(pictures, _NUM_CANDIDATES, own)
        known = np.isin(codes(pictures), self._known) if own is None else known_in_others(pictures, self.pixels, own)
        shares = known.reshape(len(pictures), -1).mean(axis=1)
        in_place = [[Placement(int(original), 0, 0, 0) for original in row] for row in neighbours.originals]
        return [
            _Query(
                pixels=picture,
                detail=detail(picture[None])[0],
                nearest=int(neighbours.originals[n, 0]),
                difference=float(neighbours.shares[n, 0]),
                known_patches=float(shares[n]),
                lookalikes=alike[n],
                candidates=list(dict.fromkeys([*in_place[n], *voted[n]])),
            )
            for n, picture in enumerate(pictures)
        ]

    def _by_contours(self, pictures: Pixels, own: NDArray[np.int64] | None) -> list[list[Placement]]:
        if self._overlapping or not len(pictures):
            return [[]] * len(pictures)
        return self._contours.placements(pictures, _NUM_VOTED_CONTOURS, own)

    def _copy(self, query: _Query) -> Verdict | None:
        """Return the verdict on a picture that is a copy in the colours of an original, else None."""
        picture, nearest = query.pixels, query.nearest
        if query.difference == 0 or (query.difference < NEAR and query.difference < self._tolerance(nearest)):
            in_place = Placement(nearest, 0, 0, 0)
            return query.copy("near copy" if query.difference else "exact copy", in_place, picture == self.pixels[nearest])
        turned = [placement for placement in query.lookalikes if placement.symmetry]
        moved = [placement for placement in query.candidates if placement[1:] != (0, 0, 0)]
        for placement in [*turned, *moved]:
            other = self._placed(placement)
            if self._is_same(query, other, placement):
                return query.copy(_kind_of(placement), placement, picture == other)
        return None

    def _recoloured(self, query: _Query, moved: Sequence[Placement]) -> Verdict | None:
        """Return the verdict on a picture that is a copy in other colours, else None."""
        for placement in dict.fromkeys([*query.lookalikes, *moved[:_NUM_CONTOURS]]):
            original = self._placed(placement)
            overlap = original >= 0
            if 2 * overlap.sum() < overlap.size:
                continue
            other = recoloured(query.pixels, original)
            if not self._is_same(query, other, placement):
                continue
            if placement in query.lookalikes:
                return query.copy("recoloured copy", placement, query.pixels == other)
            if num_forms(_bounded(query.pixels, overlap)) >= MIN_FORMS:
                kind = _kind_of(placement) if self._is_same(query, original, placement) else "recoloured copy"
                return query.copy(kind, placement, query.pixels == other)
        return None

    def _composed(self, query: _Query, moved: Sequence[Placement]) -> Verdict:
        """Return a collage, an altered copy or a new picture; regions in other colours count where the others do not suffice."""
        explained = agreement(query.pixels, np.stack([self._placed(placement) for placement in query.candidates]))
        exact = [_Region(placement, mask, False) for placement, mask in zip(query.candidates, explained, strict=True)]
        verdict = self._assembled(query, exact)
        if verdict.kind != "new":
            return verdict
        other: list[_Region] = []
        for placement in dict.fromkeys([*query.lookalikes, *moved]):
            if sum(region.placement.original == placement.original for region in other) < _NUM_RECOLOURED:
                mask = self._recoloured_region(query.pixels, placement)
                other += [] if mask is None else [_Region(placement, mask, True)]
        with_other = self._assembled(query, [*exact, *other]) if other else verdict
        return max(verdict, with_other, key=lambda verdict: (verdict.kind != "new", np.count_nonzero(verdict.regions >= 0)))

    def _assembled(self, query: _Query, candidates: Sequence[_Region]) -> Verdict:
        """Return the verdict on a picture by its regions: they are chosen one by one, each for what no earlier one explains."""
        picture, shown = query.pixels, query.detail
        explained = np.stack([candidate.mask for candidate in candidates])
        free = np.ones(picture.shape, np.bool_)
        regions = np.full(picture.shape, -1, np.int8)
        num_shown = max(int(shown.sum()), 1)
        sources: list[SourceRegion] = []
        while len(sources) < MAX_SOURCES:
            rest = explained & free
            gains = rest.mean(axis=(1, 2)), (rest & shown).sum(axis=(1, 2)) / num_shown
            best = int(np.argmax(gains[0] + gains[1]))
            if min(gains[0][best], gains[1][best]) < PART:
                break
            placement, _, is_recoloured = candidates[best]
            if is_recoloured and num_forms(picture, rest[best]) < MIN_FORMS:
                explained[best] = False
                continue
            regions[rest[best]] = len(sources)
            sources.append(SourceRegion(placement=placement, share=float(gains[0][best]), is_recoloured=is_recoloured))
            free &= ~rest[best]
        is_new = max(free.mean(), (free & shown).sum() / num_shown) > NEW or not sources
        kind: Kind = "new" if is_new else "collage" if len(sources) > 1 else "altered copy"
        return Verdict(
            kind=kind,
            nearest=query.nearest,
            difference=query.difference,
            sources=tuple(sources),
            regions=regions,
            known_patches=query.known_patches,
        )

    def _recoloured_region(self, picture: Pixels, placement: Placement) -> NDArray[np.bool_] | None:
        """Return the mask of what an original in other colours, exchanged one for one, explains of a picture, or None."""
        original = self._placed(placement)
        alike = equal_outlines(picture, original)
        if alike.mean() < PART:
            return None
        other = recoloured(picture, original, alike)
        region: NDArray[np.bool_] = agreement(picture, other)
        return region if (other != original)[region].any() else None

    def _is_same(self, query: _Query, other: NDArray[np.int16], placement: Placement) -> bool:
        """Whether a picture is a copy of what is placed over it: in nearly all pixels, and in nearly all of the detail."""
        overlap = other >= 0
        num_differing = int((overlap & (query.pixels != other)).sum())
        if 2 * overlap.sum() < query.pixels.size or num_differing >= max(NEAR * overlap.sum(), 1):
            return False
        own = int((query.detail & overlap).sum())
        theirs = int((detail(other[None].astype(np.uint8))[0] & overlap).sum())
        whole = min(int(query.detail.sum()), int(self._detail[placement.original].sum()))
        return min(own, theirs) >= max(whole / 2, _MIN_DETAIL) and num_differing < NEW * min(own, theirs)

    def _placed(self, placement: Placement) -> NDArray[np.int16]:
        original = self.pixels[placement.original]
        return placed(original, placement, (original.shape[0], original.shape[1]))

    def _tolerance(self, original: int) -> float:
        """Return the share of differing pixels below which a picture is a copy of an original in place."""
        if original not in self._tolerances:
            distances = np.count_nonzero((self.pixels != self.pixels[original]).reshape(len(self.pixels), -1), axis=1)
            others = distances[distances > 0]  # identical originals count as one
            self._tolerances[original] = (
                NEAR if self._overlapping or not len(others) else min(NEAR, float(others.min()) / self.pixels[0].size / 2)
            )
        return self._tolerances[original]


def windows(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return all different windows (k, h, w) of a size (h, w) in pictures (m, H, W): everything a tile can have been cut from."""
    views = np.lib.stride_tricks.sliding_window_view(pixels, size, axis=(1, 2)).reshape(-1, *size)
    return np.unique(views, axis=0)


def _kind_of(placement: Placement) -> Kind:
    """Return the kind of a copy in an original's own colours, by its placement."""
    return "shifted copy" if placement.dy or placement.dx else "flipped copy"


def _bounded(picture: Pixels, mask: NDArray[np.bool_]) -> Pixels:
    """Return the rectangle of a picture (H, W) that a rectangular mask covers."""
    return picture[np.ix_(mask.any(axis=1), mask.any(axis=0))]
