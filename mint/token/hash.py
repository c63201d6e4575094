"""Token hashes: which forms are accepted, and the name of the token folder.

Four forms are accepted: fxhash on Tezos (``oo``, ``op`` or ``on`` and 49 base58 characters), EVM (``0x`` and 64 hexadecimal
digits: fxhash on Ethereum, Art Blocks), ``import:`` and the SHA-256 of imported art, and any other text of 1 to 256 printable
characters. Checksums are not verified: fxhash's own SDK does not verify them either.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from mint.errors import HashError

HashScheme = Literal["fxhash-tezos", "evm", "import", "text"]

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
TEZOS_LENGTH = 51
MAX_TEXT_LENGTH = 256

_TEZOS = re.compile(f"o[opn][{BASE58}]{{49}}")
_IMPORT = re.compile("import:[0-9a-f]{64}")
_EVM = re.compile(r"0[xX][0-9a-fA-F]{64}")
_EVM_ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}")
# A long single word that begins like an fxhash is treated as one with missing or extra characters; "open sesame" is not.
_LOOKS_TEZOS = re.compile(r"o[opn][0-9A-Za-z]{38,}")


@dataclass(frozen=True)
class TokenHash:
    """A token hash in its normal form: EVM hashes in lower case, texts in Unicode NFC."""

    text: str
    scheme: HashScheme

    @property
    def folder_name(self) -> str:
        """The token folder's name: up to 12 safe characters of the hash, ``-`` and 12 hex digits of its SHA-256."""
        safe = "".join(re.findall(r"[0-9A-Za-z_]", self.text))[:12] or "token"
        return f"{safe}-{hashlib.sha256(self.text.encode()).hexdigest()[:12]}"


def parse_hash(text: str) -> TokenHash:
    """Recognise the form of a token hash and return its normal form.

    Raises HashError for a malformed fxhash or EVM hash, the address of a wallet, and for a text that is empty, is longer than 256
    characters, contains unprintable characters or path separators, or begins or ends with a space.
    """
    text = unicodedata.normalize("NFC", text)
    if _TEZOS.fullmatch(text):
        return TokenHash(text, "fxhash-tezos")
    if _EVM.fullmatch(text):
        return TokenHash(text.lower(), "evm")
    if _IMPORT.fullmatch(text):
        return TokenHash(text, "import")
    if _EVM_ADDRESS.fullmatch(text):
        raise HashError(
            f"{_shortened(text)} is the address of a wallet or contract (40 hexadecimal digits), and no token hash; "
            "give the token's own hash, 0x and 64 hexadecimal digits"
        )
    if text[:2] in ("0x", "0X"):
        raise HashError(f"the EVM hash {_shortened(text)} {_evm_problem(text[2:])}; give 0x and 64 hexadecimal digits")
    if _LOOKS_TEZOS.fullmatch(text):
        raise HashError(
            f"the fxhash {_shortened(text)} {_tezos_problem(text)}; give {text[:2]} and 49 base58 characters (no 0, O, I or l)"
        )
    _check_text(text)
    return TokenHash(text, "text")


def check_drawable(token_hash: TokenHash) -> None:
    """Raise HashError for the hash of imported art, from which nothing can be drawn."""
    if token_hash.scheme == "import":
        raise HashError(
            f"{token_hash.text[:19]}... is the hash of imported art, which cannot be drawn; import the art with mint import"
        )


def random_hash() -> str:
    """Return a new hash in fxhash's Tezos form, from the operating system's random number generator."""
    import secrets

    return "oo" + "".join(secrets.choice(BASE58) for _ in range(TEZOS_LENGTH - 2))


def _check_text(text: str) -> None:
    if not text:
        raise HashError("the token hash is empty; give 1 to 256 printable characters, or make one up with: mint new --random")
    if len(text) > MAX_TEXT_LENGTH:
        raise HashError(f"the token hash has {len(text)} characters; give at most {MAX_TEXT_LENGTH}")
    if not text.isprintable():
        unprintable = next(c for c in text if not c.isprintable())
        raise HashError(f"the token hash holds the unprintable character U+{ord(unprintable):04X}; give printable characters only")
    if "/" in text or "\\" in text:
        raise HashError(f"{text!r} is neither a token folder nor a hash; a hash holds no / or \\")
    if text != text.strip():
        raise HashError(f"the token hash {_shortened(text)} begins or ends with a space; leave it out")


def _evm_problem(digits: str) -> str:
    wrong = next((c for c in digits if c not in "0123456789abcdefABCDEF"), None)
    return f"holds {wrong!r}" if wrong else f"has {len(digits)} hexadecimal digits"


def _tezos_problem(text: str) -> str:
    wrong = next((c for c in text[2:] if c not in BASE58), None)
    return f"holds {wrong!r}" if wrong else f"has {len(text)} characters"


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 24 else f"{text[:20]}...")
