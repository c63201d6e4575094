"""The errors that a user may see.

PixelmintError            every foreseen failure: one sentence that says what is wrong, the value and the repair
├── HashError             a token hash of a malformed form
├── TokenError            a token folder that is missing, broken or of another version
├── ArtError              art that cannot be imported
├── CheckpointError       a training state that cannot be read or written
├── HistoryError          a step of a training's history that cannot be read or written
├── TrainingError         a training that cannot go on
│   └── DivergenceError   one whose losses or weights are not finite or explode
├── PixelModelError       a model that makes pixel art and is missing, broken or refused
├── PictureFileError      a picture that cannot be read or written
│   └── UnreadablePictureError  a picture file that cannot be decoded
├── ExportError           an export that cannot be made or does not match its model
├── BrowserError          a token that cannot be drawn or trained in a browser
├── ReportError           pictures that cannot be judged, or a report that cannot be written
├── TilesetError          a tileset that cannot be made or written
├── NodeError             Node.js that is missing, or packages from npm that cannot be installed
├── BundleError           an artwork for browsers that cannot be made or written
├── SharingError          a snapshot that cannot be shared or signed
│   └── GalleryError      a gallery that cannot be made or read, or a snapshot that is not fit for one
└── CollectionError       a collection that cannot be drawn, read or written
    ├── RulesError        rules of a collection that are malformed or cannot be kept
    └── PublicationError  a collection that cannot be published, or whose publication cannot be read
"""

from viewer.printable import PrintableError, printable


class PixelmintError(PrintableError):
    """Report a foreseen failure; the command line prints its text and exits with 1."""


class HashError(PixelmintError):
    """Report a token hash of a malformed form."""


class TokenError(PixelmintError):
    """Report a token folder that is missing, broken or of another version."""


class ArtError(PixelmintError):
    """Report art that cannot be imported."""


class CheckpointError(PixelmintError):
    """Report a training state that cannot be read or written."""


class HistoryError(PixelmintError):
    """Report a step of a training's history that cannot be read or written."""


class TrainingError(PixelmintError):
    """Report a training that cannot go on."""


class DivergenceError(TrainingError):
    """Report losses or weights that are not finite or explode."""


class PixelModelError(PixelmintError):
    """Report a model that makes pixel art and is missing, broken or refused."""


class PictureFileError(PixelmintError):
    """Report a picture that cannot be read or written."""


class UnreadablePictureError(PictureFileError):
    """Report a picture file that cannot be decoded: its ``name``, the ``problem`` and the ``repair``, which make its text."""

    def __init__(self, name: str, problem: str, repair: str) -> None:
        super().__init__(f"{printable(name)} {printable(problem)}; {repair}")
        self.name, self.problem, self.repair = name, problem, repair


class ExportError(PixelmintError):
    """Report an export that cannot be made or does not match its model."""


class BrowserError(PixelmintError):
    """Report a token that cannot be drawn or trained in a browser."""


class ReportError(PixelmintError):
    """Report pictures that cannot be judged, or a report that cannot be written."""


class TilesetError(PixelmintError):
    """Report a tileset that cannot be made or written."""


class NodeError(PixelmintError):
    """Report that Node.js is missing or too old, or that packages from npm cannot be installed."""


class BundleError(PixelmintError):
    """Report an artwork for browsers that cannot be made, written or checked."""


class SharingError(PixelmintError):
    """Report a snapshot that cannot be shared or signed."""


class GalleryError(SharingError):
    """Report a gallery that cannot be made or read, or a snapshot that is not fit for one."""


class CollectionError(PixelmintError):
    """Report a collection that cannot be drawn, read or written."""


class RulesError(CollectionError):
    """Report rules of a collection that are malformed or cannot be kept."""


class PublicationError(CollectionError):
    """Report a collection that cannot be published, or whose publication cannot be read."""
