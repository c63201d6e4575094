"""Every message between a page and its server, in one place; static/protocol.js is the page's copy, and a test compares the two.

Control messages are JSON objects in text frames: ``{"kind": name, ...fields}``, all fields there and no others. Tiles travel as
palette indices in binary frames (see ``TileFrame``); the palette is told once a model. The order of a conversation:

    page    ready                       first, within READY_WITHIN_S, and only once
    server  hello, state                then, as soon as there is one: model; then frames
    page    ack                         after drawing a frame; the next frame is sent only after it
    server  state, model, stats, history, problem    whenever something changes, to every page

A setting (tiles, rate, mode, transition, run, skip, past, compare, ask) is asked for by a page, decided by the server, and told
to all pages by ``state`` (past: by ``history``; ask: by ``model``). A page asking for more than ``hello`` allows gets the most
there is. Frames of a generation that is not the newest ``model``'s are to be acknowledged and not drawn.
"""

import json
import struct
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import UnionType
from typing import Any, ClassVar, Final, Literal, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from viewer.errors import ProtocolError

VERSION: Final = 1
SUBPROTOCOL: Final = "pixelmint.1"  # of the WebSocket, offered by the page
READY_WITHIN_S: Final = 5.0
MAX_PAGE_MESSAGE_BYTES: Final = 512
MAX_TILES: Final = 1024
MIN_RATE: Final = 0.5
MAX_RATE: Final = 10240.0  # tiles a second: 1,024 tiles ten times
MAX_VALUES: Final = 120
MAX_FRAME_BYTES: Final = 2 * 1024 * 1024  # a larger change is sent as several frames

# Why the server closed (WebSocket close codes). After STALLED and LEAVING a page connects again; after the others it need not try.
CLOSE_LEAVING: Final = 1001  # the program ends
CLOSE_REFUSED: Final = 1008  # a message that no page of ours sends, or too many of them
CLOSE_TOO_LARGE: Final = 1009
CLOSE_STALLED: Final = 4001  # a frame was not acknowledged in time
CLOSE_VERSION: Final = 4002  # the page is of another version: reload it

DisplayState = Literal["waiting", "running", "paused", "ended"]  # "disconnected" is the page's own
Mode = Literal["refresh", "walk"]
Transition = Literal["cut", "fade", "dissolve"]
# What a source has besides tiles. loss and gpu come in ``stats``; originals in frames of their own; export is GET export.zip.
Ability = Literal["playlist", "loss", "gpu", "originals", "history", "export"]


@dataclass(frozen=True, kw_only=True)
class HelloMessage:
    """What can be shown and set here; the answer to ``ReadyMessage``."""

    kind: ClassVar[str] = "hello"
    version: int
    abilities: tuple[Ability, ...]
    modes: tuple[Mode, ...]
    transitions: tuple[Transition, ...]
    kiosk: bool  # start alone on the screen
    max_tiles: int
    max_rate: float


@dataclass(frozen=True, kw_only=True)
class PhotographFormat:
    """What the originals are where tiles are painted from photographs: in colours and of a size of their own."""

    palette: tuple[str, ...]  # "#rrggbbaa", lower case
    size: tuple[int, int]  # (H, W)


@dataclass(frozen=True, kw_only=True)
class ModelMessage:
    """The model whose tiles follow; another generation is another model, and begins with a whole mosaic."""

    kind: ClassVar[str] = "model"
    generation: int
    name: str  # of the token's folder
    token: str  # its hash
    features: dict[str, str]  # of the token; empty where the source does not know them
    recipe: str
    step: int  # of this model; in a training the newest step is told by ``State``
    palette: tuple[str, ...]  # "#rrggbbaa", lower case
    size: tuple[int, int]  # (H, W)
    device: str  # what really computes: "CPU" or "CUDA"
    note: str  # why it is not CUDA, where that was tried
    position: int  # in the playlist, from 0
    count: int  # of models in the playlist
    labels: tuple[str, ...] = ()  # by which its dreams can be asked for
    asked: tuple[float, ...] = ()  # of each label: 1 with it, 0 without, 0.5 where that is left to the model
    photographs: PhotographFormat | None = None  # where these are the originals; else they are sprites, as the tiles are


@dataclass(frozen=True, kw_only=True)
class StateMessage:
    """The settings and what is going on, the same on all pages."""

    kind: ClassVar[str] = "state"
    state: DisplayState
    tiles: int
    rate: float  # tile refreshes a second; in a walk, latents that the tiles pass a second
    mode: Mode
    transition: Transition
    step: int
    text: str  # a sentence for the person, or ""
    compare: bool  # whether originals and reconstructions are shown


@dataclass(frozen=True, kw_only=True)
class StatsMessage:
    """What the panels plot: each series' latest values, oldest first, at most MAX_VALUES; none of what is not measured.

    Told at most twice a second and always whole, so that a page which comes late or misses some shows the same graph.
    """

    kind: ClassVar[str] = "stats"
    loss: tuple[float, ...]
    gpu: tuple[float, ...]  # percent of the time in which some kernel ran
    cpu: tuple[float, ...]  # percent of all cores that the training took; told where no GPU trains


@dataclass(frozen=True, kw_only=True)
class HistoryMessage:
    """The steps of the past that can be shown, oldest first, and the one that is; null is the present."""

    kind: ClassVar[str] = "history"
    steps: tuple[int, ...]
    chosen: int | None


@dataclass(frozen=True, kw_only=True)
class ProblemMessage:
    """A sentence about something that did not work, once; nothing else has changed."""

    kind: ClassVar[str] = "problem"
    text: str


@dataclass(frozen=True, kw_only=True)
class ReadyMessage:
    """A page begins."""

    kind: ClassVar[str] = "ready"
    version: int
    reduced_motion: bool  # a first page that prefers less motion starts everything slow and faded


@dataclass(frozen=True, kw_only=True)
class AckMessage:
    """A frame has been drawn."""

    kind: ClassVar[str] = "ack"
    frame: int


@dataclass(frozen=True, kw_only=True)
class RunMessage:
    """Start or pause: the training where there is one, else the tiles."""

    kind: ClassVar[str] = "run"
    running: bool


@dataclass(frozen=True, kw_only=True)
class SetTilesMessage:
    """Show so many tiles."""

    kind: ClassVar[str] = "tiles"
    tiles: int


@dataclass(frozen=True, kw_only=True)
class SetRateMessage:
    """Refresh so many tiles a second."""

    kind: ClassVar[str] = "rate"
    rate: float


@dataclass(frozen=True, kw_only=True)
class SetModeMessage:
    """Refresh tiles at random, or let all of them walk."""

    kind: ClassVar[str] = "mode"
    mode: Mode


@dataclass(frozen=True, kw_only=True)
class SetTransitionMessage:
    """Change a tile this way."""

    kind: ClassVar[str] = "transition"
    transition: Transition


@dataclass(frozen=True, kw_only=True)
class SkipMessage:
    """Go this many models on in the playlist, backwards where negative."""

    kind: ClassVar[str] = "skip"
    models: int


@dataclass(frozen=True, kw_only=True)
class ShowStepMessage:
    """Show a step of the past, null for the present."""

    kind: ClassVar[str] = "past"
    step: int | None


@dataclass(frozen=True, kw_only=True)
class CompareMessage:
    """Show the originals beside their reconstructions, or no longer."""

    kind: ClassVar[str] = "compare"
    compare: bool


@dataclass(frozen=True, kw_only=True)
class SetLabelMessage:
    """Ask for dreams with a label of the model (1), without it (0) or either way (0.5)."""

    kind: ClassVar[str] = "ask"
    label: int  # its place in the model's labels
    value: float


FromServer = HelloMessage | ModelMessage | StateMessage | StatsMessage | HistoryMessage | ProblemMessage
FromPage = (
    ReadyMessage
    | AckMessage
    | RunMessage
    | SetTilesMessage
    | SetRateMessage
    | SetModeMessage
    | SetTransitionMessage
    | SkipMessage
    | ShowStepMessage
    | CompareMessage
    | SetLabelMessage
)
FROM_SERVER: Final[tuple[type[FromServer], ...]] = get_args(FromServer)
FROM_PAGE: Final[tuple[type[FromPage], ...]] = get_args(FromPage)

# Kinds of frames.
TILES: Final = 0
ORIGINALS: Final = 1
RECONSTRUCTIONS: Final = 2

# Little-endian, without padding.
HEADER: Final = struct.Struct("<IIHHHH")  # frame, generation, count, H, W, kind
TILE: Final = np.dtype([("number", "<u4"), ("seed", "<u8"), ("position", "<f4")])


@dataclass(frozen=True, kw_only=True, eq=False)
class TileFrame:
    """Some tiles' newest pictures. As bytes: HEADER, then a TILE for each, then each one's H*W indices, row by row.

    frame numbers count up within one connection, from 1. A dream is the generator's picture at (seed, position): what
    ``dream.latents`` gives for the seed where the position is 0, and that far on the seed's journey in a walk. Of originals
    and reconstructions both are 0, and the number is the sprite's.
    """

    frame: int
    generation: int
    kind: int  # TILES, ORIGINALS or RECONSTRUCTIONS
    tiles: NDArray[np.void]  # (n,) of TILE
    pixels: NDArray[np.uint8]  # (n, H, W)


def pack_frame(frame: TileFrame) -> bytes:
    """Return a frame's bytes."""
    header = HEADER.pack(frame.frame, frame.generation, *frame.pixels.shape, frame.kind)
    return b"".join((header, frame.tiles.astype(TILE).tobytes(), frame.pixels.tobytes()))


def unpack_frame(data: bytes) -> TileFrame:
    """Read a frame's bytes. Raises ProtocolError where there are too few or too many."""
    try:
        number, generation, count, height, width, kind = HEADER.unpack_from(data)
        tiles = np.frombuffer(data, TILE, count, HEADER.size)
        pixels = np.frombuffer(data, np.uint8, count * height * width, HEADER.size + tiles.nbytes)
    except (struct.error, ValueError) as error:
        raise ProtocolError("a frame of tiles is cut short") from error
    if HEADER.size + tiles.nbytes + pixels.nbytes != len(data):
        raise ProtocolError("a frame of tiles is too long")
    return TileFrame(frame=number, generation=generation, kind=kind, tiles=tiles, pixels=pixels.reshape(count, height, width))


def format_message(message: FromServer | FromPage) -> str:
    """Return a message's JSON text."""
    return json.dumps({"kind": message.kind, **asdict(message)}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def parse_page_message(text: str) -> FromPage:
    """Read what a page says.

    Raises ProtocolError where it is anything but one of the messages, with all of its fields, each of the right type; how large
    a number is, is not looked at, but it is finite.
    """
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a message is not JSON") from error
    if not isinstance(document, dict):
        raise ProtocolError("a message is no object")
    kind = document.pop("kind", None)
    if not isinstance(kind, str) or kind not in _BY_KIND:
        raise ProtocolError("a message is of no known kind")
    message = _BY_KIND[kind]
    types = get_type_hints(message)
    if set(document) != {field.name for field in fields(message)}:
        raise ProtocolError(f"a message of the kind {kind} has other fields than it should")
    for name, value in document.items():
        if not _is(value, types[name]):
            raise ProtocolError(f"the field {name} of a message of the kind {kind} is of a wrong type")
    return message(**document)


_BY_KIND: Final[Mapping[str, type[FromPage]]] = {message.kind: message for message in FROM_PAGE}


def _is(value: object, kind: Any) -> bool:
    origin = get_origin(kind)
    if origin is UnionType:
        return any(_is(value, choice) for choice in get_args(kind))
    if origin is Literal:
        return isinstance(value, str) and value in get_args(kind)
    if kind is float:
        # JSON has one kind of number: 4 and 4.0 are the same rate. An integer of 300 digits is finite, but no float.
        return type(value) in (int, float) and isinstance(value, int | float) and abs(value) <= sys.float_info.max
    # type() and not isinstance(): true is no number here.
    return type(value) is kind


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")
