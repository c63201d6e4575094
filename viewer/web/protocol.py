"""Every message between a page and its server, in one place; static/protocol.js is the page's copy, and a test compares the two.

Control messages are JSON objects in text frames: ``{"kind": name, ...fields}``, with exactly these fields. Tiles travel as palette
indices in binary frames (see ``frames``); the palette is sent once per model. The order of a conversation:

    page    ready                       first, within READY_WITHIN_S, and only once
    server  hello, state                then, as soon as there is one: model; then frames
    page    ack                         after drawing a frame; the next frame is sent only after it
    server  state, model, curves, stats, history, problem    whenever something changes, to every page

A page requests a setting (tiles, rate, mode, transition, run, skip, past, compare, ask), the server decides, and all pages learn of
it by ``state`` (past: by ``history``; ask: by ``model``). A page that requests more than ``hello`` allows gets the maximum. Frames
of a generation other than the newest ``model``'s are to be acknowledged and not drawn.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar, Final, Literal, get_args

from viewer.errors import ProtocolError
from viewer.json_fields import JsonFieldError, parse_json, read_record, shown
from viewer.latents.modes import Mode
from viewer.snapshot_file.manifest import NO_CREDITS, Credits

VERSION: Final = 2
# Of the WebSocket, offered by the page; the same in all versions, so that a page can be told to reload.
SUBPROTOCOL: Final = "pixelmint.1"
READY_WITHIN_S: Final = 5.0
MAX_PAGE_MESSAGE_BYTES: Final = 512
MAX_TILES: Final = 1024
MIN_RATE: Final = 0.5
MAX_RATE: Final = 10240.0  # tiles a second: 1,024 tiles ten times
MAX_VALUES: Final = 120  # of a series in ``stats``
MAX_POINTS: Final = 1000  # of a curve

# Why the server closed a connection (WebSocket close codes). A page reconnects after STALLED and LEAVING; after the others it does
# not try.
CLOSE_LEAVING: Final = 1001  # the program ends
CLOSE_REFUSED: Final = 1008  # an invalid message, or too many of them
CLOSE_TOO_LARGE: Final = 1009
CLOSE_STALLED: Final = 4001  # a frame was not acknowledged in time
CLOSE_VERSION: Final = 4002  # the page is of another version: reload it

DisplayState = Literal["waiting", "running", "paused", "ended"]  # a page adds "disconnected" itself
Transition = Literal["cut", "fade", "dissolve"]
# What a source offers besides tiles. loss comes in ``curves`` and gpu in ``stats``, originals in frames of their own; export is GET
# export.zip.
Ability = Literal["playlist", "loss", "gpu", "originals", "history", "export"]


@dataclass(frozen=True, kw_only=True)
class HelloMessage:
    """What this server can show and set; the answer to ``ReadyMessage``."""

    kind: ClassVar[str] = "hello"
    version: int
    abilities: tuple[Ability, ...]
    modes: tuple[Mode, ...]
    transitions: tuple[Transition, ...]
    kiosk: bool  # start with the mosaic alone on the screen
    max_tiles: int
    max_rate: float


@dataclass(frozen=True, kw_only=True)
class PhotographFormat:
    """The palette and size of the originals, where the model draws from photographs instead of sprites."""

    palette: tuple[str, ...]  # "#rrggbbaa", lower case
    size: tuple[int, int]  # (H, W)


@dataclass(frozen=True, kw_only=True)
class ModelMessage:
    """The model whose tiles follow. A new generation is a new model, and begins with a whole mosaic."""

    kind: ClassVar[str] = "model"
    generation: int
    name: str  # of the token's folder
    token: str  # its hash
    features: dict[str, str]  # of the token; empty where the source does not know them
    recipe: str
    step: int  # of this model; the newest step of a training comes with ``state``
    palette: tuple[str, ...]  # "#rrggbbaa", lower case
    size: tuple[int, int]  # (H, W)
    device: str  # what really computes: "CPU" or "CUDA"
    note: str  # why it is not CUDA, where that was tried
    position: int  # in the playlist, from 0
    count: int  # of models in the playlist
    labels: tuple[str, ...] = ()  # by which dreams can be requested
    asked: tuple[float, ...] = ()  # for each label: 1 with it, 0 without, 0.5 where the model is free to choose
    photographs: PhotographFormat | None = None  # given where these are the originals, instead of sprites
    credits: Credits = NO_CREDITS  # of a snapshot file


@dataclass(frozen=True, kw_only=True)
class StateMessage:
    """The settings and the state of the source, the same on all pages."""

    kind: ClassVar[str] = "state"
    state: DisplayState
    tiles: int
    rate: float  # tiles refreshed per second; in a walk, dreams that the tiles pass per second
    mode: Mode
    transition: Transition
    step: int
    text: str  # a sentence to display, or ""
    compare: bool  # whether originals and reconstructions are shown


@dataclass(frozen=True, kw_only=True)
class LearningCurvesMessage:
    """What a training has measured since its first step, oldest first: one point a step that was measured, at most MAX_POINTS.

    Sent whole after each new measurement, so that a page that joins late or misses some draws the same curves. Of a longer training
    the points are sent at which a curve has an extreme.
    """

    kind: ClassVar[str] = "curves"
    steps: tuple[int, ...]  # increasing
    seconds: tuple[int, ...]  # of training until then, whole ones
    accuracy: tuple[float, ...]  # share of pixels that are right in reconstructions, 0 to 1
    losses: dict[str, tuple[float | None, ...]]  # by name, in the order of the recipe; null is not finite


@dataclass(frozen=True, kw_only=True)
class StatsMessage:
    """The latest values of how busy the machine is, oldest first, at most MAX_VALUES; empty where nothing is measured.

    Sent at most twice a second and always whole, so that a page that joins late or misses some shows the same graph.
    """

    kind: ClassVar[str] = "stats"
    interval_s: float  # between two values
    gpu: tuple[float, ...]  # percent of the time during which a kernel ran
    cpu: tuple[float, ...]  # percent of all cores used by the training; given where it uses no GPU


@dataclass(frozen=True, kw_only=True)
class HistoryMessage:
    """The past steps that can be shown, oldest first, and the one that is shown; null is the present."""

    kind: ClassVar[str] = "history"
    steps: tuple[int, ...]
    chosen: int | None


@dataclass(frozen=True, kw_only=True)
class ProblemMessage:
    """A sentence about something that failed, sent once; nothing else has changed."""

    kind: ClassVar[str] = "problem"
    text: str


@dataclass(frozen=True, kw_only=True)
class ReadyMessage:
    """A page is ready to receive."""

    kind: ClassVar[str] = "ready"
    version: int
    reduced_motion: bool  # where the first page prefers it, the display starts slow and with fades


@dataclass(frozen=True, kw_only=True)
class AckMessage:
    """The page has drawn a frame."""

    kind: ClassVar[str] = "ack"
    frame: int


@dataclass(frozen=True, kw_only=True)
class RunMessage:
    """Start or pause the training, or the tiles where there is no training."""

    kind: ClassVar[str] = "run"
    running: bool


@dataclass(frozen=True, kw_only=True)
class SetTilesMessage:
    """Set the number of tiles."""

    kind: ClassVar[str] = "tiles"
    tiles: int


@dataclass(frozen=True, kw_only=True)
class SetRateMessage:
    """Set the number of tiles refreshed per second."""

    kind: ClassVar[str] = "rate"
    rate: float


@dataclass(frozen=True, kw_only=True)
class SetModeMessage:
    """Refresh tiles at random, or let all of them walk."""

    kind: ClassVar[str] = "mode"
    mode: Mode


@dataclass(frozen=True, kw_only=True)
class SetTransitionMessage:
    """Set how a tile changes into the next."""

    kind: ClassVar[str] = "transition"
    transition: Transition


@dataclass(frozen=True, kw_only=True)
class SkipMessage:
    """Skip this many models in the playlist, backwards where negative."""

    kind: ClassVar[str] = "skip"
    models: int


@dataclass(frozen=True, kw_only=True)
class ShowStepMessage:
    """Show a past step, or the present where it is null."""

    kind: ClassVar[str] = "past"
    step: int | None


@dataclass(frozen=True, kw_only=True)
class CompareMessage:
    """Show or hide the originals beside their reconstructions."""

    kind: ClassVar[str] = "compare"
    compare: bool


@dataclass(frozen=True, kw_only=True)
class SetLabelMessage:
    """Request dreams with a label of the model (1), without it (0) or either (0.5)."""

    kind: ClassVar[str] = "ask"
    label: int  # its index among the model's labels
    value: float


FromServer = HelloMessage | ModelMessage | StateMessage | LearningCurvesMessage | StatsMessage | HistoryMessage | ProblemMessage
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

_BY_KIND: Final[Mapping[str, type[FromPage]]] = {message.kind: message for message in FROM_PAGE}


def format_message(message: FromServer | FromPage) -> str:
    """Return the JSON text of a message."""
    return json.dumps({"kind": message.kind, **asdict(message)}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def parse_page_message(text: str) -> FromPage:
    """Read a page's message.

    Raises ProtocolError unless it is one of the messages, with exactly its fields, each of the right type. Numbers are finite, but
    their size is not checked.
    """
    try:
        document = parse_json(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a message is not valid JSON") from error
    if not isinstance(document, dict):
        raise ProtocolError("a message is not a JSON object")
    kind = document.pop("kind", None)
    if not isinstance(kind, str) or kind not in _BY_KIND:
        raise ProtocolError(f"a message has the unknown kind {shown(kind)}")
    try:
        return read_record(_BY_KIND[kind], document, kind)
    except JsonFieldError as error:
        raise ProtocolError(f"a message is wrong: {error}") from error
