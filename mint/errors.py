"""The errors a user may meet.

PixelmintError            every foreseen failure: one sentence that says what, the value and the repair
├── HashError             a token hash of a malformed form
├── TokenError            a token folder that is missing, broken or of another version
├── CheckpointError       a training state that cannot be read or written
├── TrainingError         a training that cannot go on
├── ModelError            a model that makes pixel art and is missing, broken or refused
├── PictureError          a picture or palette that cannot be read or written
└── ExportError           an export that cannot be made or does not match its model
"""


class PixelmintError(Exception):
    """Report a foreseen failure; the command line prints its text and exits with 1."""


class HashError(PixelmintError):
    """Report a token hash of a malformed form."""


class TokenError(PixelmintError):
    """Report a token folder that is missing, broken or of another version."""


class CheckpointError(PixelmintError):
    """Report a training state that cannot be read or written."""


class TrainingError(PixelmintError):
    """Report a training that cannot go on."""


class PictureError(PixelmintError):
    """Report a picture or palette that cannot be read or written."""


class ModelError(PixelmintError):
    """Report a model that makes pixel art and is missing, broken or refused."""


class ExportError(PixelmintError):
    """Report an export that cannot be made or does not match its model."""
