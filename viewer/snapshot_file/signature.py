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
# The y coordinates of points of small order, little-endian, without the bit for the sign of x; the last two are 0 and 1, beyond the
# prime. With such a key anyone can sign (RFC 8032 lets verifiers take it, and OpenSSL does), so it is nobody's.
SMALL_ORDER: Final = frozenset(
    (
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
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
        """Whether this key, and not anyone, has signed these bytes of a manifest.

        Raises SnapshotError where ``cryptography`` is not installed.
        """
        if not can_verify():
            raise SnapshotError(f"a signature cannot be checked without the library cryptography: {HOW_TO_CHECK}")
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if _without_sign(self.public_key) in SMALL_ORDER:
            return False
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


def _without_sign(public_key: str) -> str:
    return f"{public_key[:62]}{int(public_key[62:], 16) & 0x7F:02x}"


def format_signature(signature: Signature) -> bytes:
    """Return the content of signature.json."""
    return canonical_json(asdict(signature))


def parse_signature(text: bytes) -> Signature:
    """Read signature.json. Raises SnapshotError."""
    try:
        return read_record(Signature, read_canonical(text, SIGNATURE))
    except JsonFieldError as error:
        raise SnapshotError(f"{SIGNATURE}: {error}") from error
