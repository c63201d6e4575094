"""NumPy's arrays: each case gives the same elements and type in both languages, or raises the same exception."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

A = np.arange(12, dtype=np.int32).reshape(3, 4)
U = np.array([[250, 5], [7, 255]], np.uint8)
S = np.array([[-100, 5], [7, 127]], np.int8)
B = np.array([[True, False], [False, True]])
W = np.array([4000000000, 5], np.uint32)


def filled() -> NDArray[np.int32]:
    """Assign to views, places and masks."""
    out = A.copy()
    out[1:, ::2] = 50
    out[0] = [9, 8, 7, 6]
    out[out == 50] = 1
    out[[0, 2], [1, 3]] = (70, 71)
    out[:, -1] += 100
    out[np.array([0, 1]), :2] = np.array([[5], [6]])
    return out


def views() -> NDArray[np.int32]:
    """Change an array through views of it, and leave it alone through copies."""
    out = A.copy()
    out.T[1] = 0
    out[::-1][0, 0] = -7
    out.reshape(2, 6)[1, 5] = -8
    out[[0]][0, 0] = 99
    out.ravel()[1] = 55
    return out


def overlapping() -> NDArray[np.uint8]:
    """Assign a view to another of the same array."""
    out = np.arange(6, dtype=np.uint8)
    out[1:] = out[:-1]
    mask = np.array([True, False, False, True])
    mask[1:] |= mask[:-1]
    out += mask.repeat(2)[:6]
    return out


def in_place() -> NDArray[np.uint8]:
    """Change elements in place, which wraps around."""
    out = U.copy()
    out += 10
    out[:, 0] -= np.uint8(200)
    out ^= U
    out //= 3
    return out


def masked_copy() -> NDArray[np.uint8]:
    """Copy where a mask is true."""
    out = U.copy()
    np.copyto(out, np.array([1, 2], np.uint8), where=B)
    np.copyto(out[1:], 9, where=~B[1:])
    return out


def read_only() -> None:
    """Write to an array that is read-only."""
    out = A.copy()
    out.flags.writeable = False
    out[0] = 1


def read_only_view() -> None:
    """Write to a view of an array that is read-only."""
    out = A.copy()
    out.setflags(write=False)
    out[1:][0, 0] = 1


def unsafe_in_place() -> NDArray[np.uint8]:
    """Add larger integers in place to smaller ones, which NumPy refuses."""
    out = U.copy()
    out += A[:2, :2]
    return out


CASES: dict[str, Callable[[], object]] = {
    "wrapping sums": lambda: [U + U, S + S, S - np.int8(100), U - np.uint8(6), W + W, A * 2**30],
    "wrapping products": lambda: [U * U, S * S, W * W, (A - 6) * 999999937, S**2, U**3, A**3],
    "shifts": lambda: [U << 2, U >> 1, S >> 1, W << 3, W >> np.uint32(16), A << 30, (A - 6) >> 1],
    "bits": lambda: [U & 15, U | 3, U ^ U.T, ~U, ~S, ~B, W ^ np.uint32(2**31), A & 5, W & W],
    "bits over 32": lambda: [
        (W.astype(np.uint64) * np.uint64(200)) >> np.uint64(32),
        W.astype(np.int64) << 4,
        W.astype(np.int64) & 2**31,
    ],
    "division": lambda: [(A - 6) // 4, (A - 6) % 4, (A - 6) // -4, (A - 6) % -4, U // 7, S // 2, S % 5, U % np.uint8(100)],
    "division by zero": lambda: (A // 0).tolist(),
    "promotion": lambda: [U + S, U + W, S + W, A + U, A + W, B + U, B + 1, B + B, B * 3, A + np.int64(1), U + np.int32(1), B & U],
    "scalars": lambda: [U + 5, 255 - U, S * -1, -S, U > 300, U < -1, -A, W + 1, B ^ True, B == 1, 2 * B],
    "a scalar that does not fit": lambda: U + 300,
    "a negative scalar for unsigned": lambda: U - (-1),
    "an element that does not fit": lambda: np.array([256], np.uint8),
    "filling with what does not fit": lambda: np.full(3, -1, np.uint8),
    "comparisons": lambda: [A > 5, A == 3, A != 3, U <= S, B < True, A >= np.arange(4)],
    "conversion": lambda: [
        A.astype(np.uint8),
        S.astype(np.uint8),
        U.astype(np.int8),
        (A * 100).astype(np.int8),
        A.astype(bool),
        B.astype(np.uint8),
        W.astype(np.int32),
        B.astype(int),
    ],
    "broadcasting": lambda: [
        np.arange(3)[:, None] * np.arange(4)[None, :],
        A + np.arange(4),
        A + np.array([[1], [2], [3]]),
        np.broadcast_to(np.arange(2), (3, 2)),
    ],
    "shapes that do not fit": lambda: A + np.arange(3),
    "views by index": lambda: [A[1], A[-1, 2], A[:, 1], A[1:, ::-2], A[None, 0], A[0, None], A[2, 1:3], A.T, A[::-1, ::-1]],
    "index out of range": lambda: A[3],
    "indices": lambda: [
        A[[0, 2]],
        A[:, [1, 1, 0]],
        A[[0, 1], [2, 3]],
        A[np.array([[0], [2]]), [0, 1]],
        A[A > 7],
        A[B[0][[0, 1, 0]]],
        A[[-1], 0],
        A[:, np.array([0, 3])][0],
    ],
    "indices apart": lambda: np.arange(24).reshape(2, 3, 4)[[0, 1], :, [1, 2]],
    "masks": lambda: [A[:2, :2][B], np.flatnonzero(A % 5 == 0), np.nonzero(A > 9), np.count_nonzero(A), A[B[0].repeat(2)[:3]]],
    "sums": lambda: [
        A.sum(),
        A.sum(axis=0),
        A.sum(axis=1),
        U.sum(),
        B.sum(axis=0),
        B.sum(),
        A.cumsum(),
        np.cumsum(A, axis=0),
        np.cumsum(A, axis=1),
    ],
    "extremes": lambda: [
        A.max(),
        A.min(),
        S.max(axis=0),
        S.min(axis=1),
        A.argmax(),
        np.argmax(U),
        np.argmin(S, axis=0),
        np.argmin(S, axis=1),
    ],
    "running minimum": lambda: np.minimum.accumulate(np.array([[3, 1], [2, 5], [4, 0]], np.int8)),
    "maximum of nothing": lambda: np.zeros(0, np.uint8).max(),
    "any and all": lambda: [
        B.any(),
        B.all(),
        B.any(axis=0),
        B.all(axis=1),
        np.any(B, axis=1),
        (A > 0).all(),
        np.any([B[0], B[1]], axis=0),
    ],
    "counting": lambda: [np.bincount(np.array([1, 1, 3])), np.bincount(U[0], minlength=8)[:8], np.isin(A, (1, 5)), np.isin(A, [2])],
    "sorting": lambda: [
        np.sort(U, axis=None),
        np.argsort(np.array([3, 1, 2, 1]), kind="stable"),
        np.argsort(-np.array([3, 1, 3]), kind="stable"),
        np.searchsorted(np.array([1, 3, 3, 5]), np.array([0, 3, 9])),
        np.searchsorted(np.array([1, 3, 3, 5]), np.array([3]), side="right"),
    ],
    "choices": lambda: [
        np.where(B, U, 9),
        np.where(B, 1, 2),
        np.where(B, S, U),
        np.where(A > 3, A, np.arange(4)),
        np.minimum(U, 100),
        np.maximum(A, 4),
        np.clip(A, 2, 7),
        np.minimum(S, U),
    ],
    "joining": lambda: [
        np.concatenate([U, S]),
        np.concatenate((U, U), axis=1),
        np.stack([U, U]),
        np.hstack([U, S]),
        np.vstack((U, S)),
        np.vstack([U[0], U[1]]),
        np.hstack([U[0], U[1]]),
    ],
    "turning": lambda: [
        np.rot90(A),
        np.rot90(A, 2),
        np.rot90(A, -1),
        np.rot90(A, 4),
        np.fliplr(A),
        A.T,
        np.arange(6).reshape(1, 2, 3).transpose(2, 0, 1),
    ],
    "rolling": lambda: [
        np.roll(A, 1),
        np.roll(A, -1, axis=0),
        np.roll(A, 5, 1),
        np.roll(A, (1, 2), (0, 1)),
        np.roll(np.arange(4), 3),
    ],
    "repeating": lambda: [
        np.repeat(U, 2),
        np.repeat(U, 2, axis=0),
        np.repeat(U, [1, 3], axis=1),
        U.repeat(2, axis=1),
        np.tile(U, (2, 1)),
        np.tile(np.arange(2), 3),
        np.kron(U, np.ones((2, 1), np.uint8)),
        np.kron(B, np.ones((1, 2), bool)),
    ],
    "padding": lambda: [
        np.pad(U, 1),
        np.pad(U, ((0, 1), (2, 0))),
        np.pad(U, 1, mode="edge"),
        np.triu(A),
        np.triu(A, 1),
        np.triu(A, -1),
    ],
    "creation": lambda: [
        np.zeros((2, 3), np.uint8),
        np.ones(2, bool),
        np.full((2, 2), 7, np.uint8),
        np.full(2, 5),
        np.full(2, True),
        np.arange(5),
        np.arange(2, 10, 3),
        np.arange(5, 0, -2, dtype=np.int8),
        np.zeros_like(U),
        np.ones_like(A, dtype=bool),
        np.asarray([[1], [2]], np.uint8),
        np.array([True, False]),
        np.array([U[0], U[1]]),
    ],
    "without axes": lambda: [np.array(True) & B, np.uint8(200) + U[0], np.array(5) + 1, int(np.int32(7)), A[np.int32(1)]],
    "matrices": lambda: (np.arange(6) - 2).reshape(2, 3) @ np.arange(12).reshape(3, 4),
    "rows taken along": lambda: np.take_along_axis(A, (A + 1) % 4, axis=1),
    "absolute values": lambda: [abs(A - 6), np.abs(S // 2)],
    "attributes": lambda: [
        A.shape,
        A.size,
        A.ndim,
        A.T.shape,
        len(A),
        A.tolist(),
        [int(row[0]) for row in A],
        [x for x in A[0].tolist()],
    ],
    "contiguous copies": lambda: [np.ascontiguousarray(A.T), A.T.copy(), A.T.ravel(), A.T.reshape(2, 6)],
    "assignment": filled,
    "views": views,
    "overlap": overlapping,
    "in place": in_place,
    "copies where": masked_copy,
    "read-only array": read_only,
    "read-only view": read_only_view,
    "unsafe cast in place": unsafe_in_place,
}

REFUSED: dict[str, Callable[[], object]] = {
    "an element beyond 2**53": lambda: np.arange(3) * 2**52,
    "a negative number as uint64": lambda: S.astype(np.uint64),
    "a type of floats": lambda: np.zeros(3),
}
