"""The errors a user may meet.

ViewerError               every foreseen failure: one sentence that says what, the value and the repair
├── ManifestError         a manifest.json that is malformed, of another format or out of bounds
├── ModelError            an exported folder that is missing, broken, changed, or whose model misbehaves
│   └── GraphError        an ONNX graph that this program refuses to run
├── DeviceError           a device that was asked for and is not there
├── ServerError           a page that cannot be served as it was asked for
├── ProtocolError         a message of the WebSocket that no page or server of ours sends
└── PictureError          a picture that cannot be written or read
"""


class ViewerError(Exception):
    """Report a foreseen failure; the command line prints its text and exits with 1."""


class ManifestError(ViewerError):
    """Report a manifest.json that is malformed, of another format or out of bounds."""


class ModelError(ViewerError):
    """Report an exported folder that is missing, broken, changed, or whose model misbehaves."""


class GraphError(ModelError):
    """Report an ONNX graph that this program refuses to run."""


class DeviceError(ViewerError):
    """Report a device that was asked for and is not there."""


class ServerError(ViewerError):
    """Report a page that cannot be served as it was asked for."""


class ProtocolError(ViewerError):
    """Report a message of the WebSocket that no page or server of ours sends."""


class PictureError(ViewerError):
    """Report a picture that cannot be written or read."""
