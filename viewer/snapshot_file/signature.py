"""Signatures of snapshot files: Ed25519 (RFC 8032) of the manifest's bytes, which hold the SHA-256 of every other member.

``cryptography`` checks them and is imported when one is checked; a page does the same with WebCrypto.
"""

import hashlib
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Annotated, Final, Literal

from viewer.errors import SnapshotError
from viewer.json_fields import JsonFieldError, Pattern, read_record
from viewer.snapshot_file.manifest import canonical_json, read_canonical
from viewer.snapshot_file.members import SIGNATURE

ALGORITHM: Final = "Ed25519"
# What is signed begins with the purpose, so that a signature given for anything else is none of a snapshot.
CONTEXT: Final = b"pixelmint snapshot 1\n"
HOW_TO_CHECK: Final = "pip install 'pixelmint[share]'"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A public key of 32 bytes and a signature of 64, both in lower case hex."""

    algorithm: Literal["Ed25519"] = ALGORITHM
    public_key: Annotated[str, Pattern("[0-9a-f]{64}")]
    signature: Annotated[str, Pattern("[0-9a-f]{128}")]

    @property
    def fingerprint(self) -> str:
        """The key in a form that people can compare."""
        return fingerprint(self.public_key)

    def verify(self, manifest: bytes) -> bool:
        """Whether this key has signed these bytes of a manifest. Raises SnapshotError where ``cryptography`` is not installed."""
        if not can_verify():
            raise SnapshotError(f"a signature cannot be checked without the library cryptography: {HOW_TO_CHECK}")
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            key.verify(bytes.fromhex(self.signature), signed_message(manifest))
        except (InvalidSignature, ValueError):
            return False
        return True


def can_verify() -> bool:
    """Whether signatures can be checked here."""
    return find_spec("cryptography") is not None


def signed_message(manifest: bytes) -> bytes:
    """Return the bytes that are signed for a manifest."""
    return CONTEXT + manifest


def fingerprint(public_key: str) -> str:
    """Return the first 128 bits of the SHA-256 of a public key (hex), in groups of four hexadecimal digits."""
    digits = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def format_signature(signature: Signature) -> bytes:
    """Return the content of signature.json."""
    return canonical_json(asdict(signature))


def parse_signature(text: bytes) -> Signature:
    """Read signature.json. Raises SnapshotError."""
    try:
        return read_record(Signature, read_canonical(text, SIGNATURE))
    except JsonFieldError as error:
        raise SnapshotError(f"{SIGNATURE}: {error}") from error
