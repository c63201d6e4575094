"""The key that signs a user's snapshots: Ed25519, made at first use, and readable by the user alone.

It is kept as PKCS #8 in PEM without a password, as OpenSSL and SSH write keys: ``openssl genpkey -algorithm ed25519`` makes one,
too.
"""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mint import atomic_write
from mint.errors import SharingError
from viewer.config_folder import config_folder
from viewer.regular_file import open_regular_file
from viewer.snapshot_file.signature import HOW_TO_CHECK, Signature, can_verify, signed_message

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE_NAME: Final = "signing_key.pem"
_MAX_BYTES: Final = 4096


class SigningKey:
    """A private key; ``public_key`` is its other half, 32 bytes in lower case hex."""

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key
        self.public_key: Final = key.public_key().public_bytes_raw().hex()

    def sign(self, manifest: bytes) -> Signature:
        """Return the signature of a manifest's bytes, always the same (RFC 8032)."""
        return Signature(public_key=self.public_key, signature=self._key.sign(signed_message(manifest)).hex())


def default_key_path() -> Path:
    """Return where the user's key is, or will be."""
    return config_folder() / FILE_NAME


def find_signing_key(path: Path | None = None) -> tuple[SigningKey, bool]:
    """Return the key in a file, or the user's own, and whether it was made just now: the user's own is, where there is none.

    Raises SharingError where ``cryptography`` is missing, or the file is missing, no Ed25519 key, or readable by others.
    """
    if not can_verify():
        raise SharingError(f"a snapshot cannot be signed without the library cryptography: {HOW_TO_CHECK}, or add --unsigned")
    if path is not None:
        return _load(path), False
    path = default_key_path()
    is_new = not path.exists() and _make(path)
    return _load(path), is_new


def _load(path: Path) -> SigningKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        with open_regular_file(path) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise SharingError(f"the key {path} cannot be read: {error.strerror}; give another with --key") from error
    if os.name == "posix" and mode & 0o077:
        raise SharingError(f"the key {path} can be read by others (its mode is {mode:04o}); run: chmod 600 {path}")
    try:
        key = load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SharingError(
            f"{path} is no private key in PEM without a password; make one with openssl genpkey -algorithm ed25519"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SharingError(f"{path} is a key of another kind than Ed25519; make one with openssl genpkey -algorithm ed25519")
    return SigningKey(key)


def _make(path: Path) -> bool:
    """Write a new key, unless another process was faster, and return whether it was written."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    data = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # unlike a rename, it never replaces a key
        except FileExistsError:
            return False
        atomic_write.sync_folder(path.parent)
    except OSError as error:
        problem = atomic_write.write_problem(path, error)
        raise SharingError(
            f"the new key cannot be written to {path}: {problem}; give a key with --key, or add --unsigned"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    return True
