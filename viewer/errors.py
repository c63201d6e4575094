"""The errors that a user may meet.

ViewerError               every foreseen failure: a sentence that says what is wrong, the value and the repair
├── ManifestError         a manifest.json that is malformed, of another format or out of bounds
├── ModelError            an exported folder that is missing, broken, changed, or whose model misbehaves
│   └── GraphError        an ONNX graph that this program refuses to run
├── DeviceError           a requested device that is not available
├── ServerError           a page that cannot be served as requested
├── ProtocolError         an invalid message on the WebSocket
├── SnapshotError         a snapshot file that is refused, or cannot be read, written or checked
└── PictureError          a picture that cannot be written or read
"""

from viewer.printable import PrintableError


class ViewerError(PrintableError):
    """Report a foreseen failure; the command line prints its text and exits with 1."""


class ManifestError(ViewerError):
    """Report a manifest.json that is malformed, of another format or out of bounds."""


class ModelError(ViewerError):
    """Report an exported folder that is missing, broken, changed, or whose model misbehaves."""


class GraphError(ModelError):
    """Report an ONNX graph that this program refuses to run."""


class DeviceError(ViewerError):
    """Report a requested device that is not available."""


class ServerError(ViewerError):
    """Report a page that cannot be served as requested."""


class ProtocolError(ViewerError):
    """Report an invalid message on the WebSocket."""


class SnapshotError(ViewerError):
    """Report a snapshot file that is refused, or cannot be read, written or checked."""


class PictureError(ViewerError):
    """Report a picture that cannot be written or read."""
