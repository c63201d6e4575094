"""The key that signs: made once, readable by its user alone, and any Ed25519 key of OpenSSL."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

import viewer.snapshot_file.signature
from mint.errors import SharingError
from mint.sharing.signing_key import default_key_path, find_signing_key


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "pixelmint"


def test_a_key_is_made_once(config: Path) -> None:
    before = os.umask(0)
    try:
        key, is_new = find_signing_key()
    finally:
        os.umask(before)
    again, is_new_again = find_signing_key()
    assert (is_new, is_new_again) == (True, False)
    assert key.public_key == again.public_key
    assert default_key_path() == config / "signing_key.pem"
    assert [path.name for path in config.iterdir()] == ["signing_key.pem"]
    if os.name == "posix":
        assert stat.S_IMODE((config / "signing_key.pem").stat().st_mode) == 0o600
        assert stat.S_IMODE(config.stat().st_mode) == 0o700


def test_a_signature_is_always_the_same() -> None:
    key, _ = find_signing_key()
    signature = key.sign(b"{}")
    assert signature == key.sign(b"{}")
    assert signature.public_key == key.public_key
    assert signature.verify(b"{}")


def test_a_key_that_another_process_makes_meanwhile_is_kept(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def make_another_first(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        find_signing_key()
        link(source, target)

    monkeypatch.setattr(os, "link", make_another_first)
    key, is_new = find_signing_key()
    assert not is_new
    assert key.public_key == find_signing_key()[0].public_key
    assert [path.name for path in config.iterdir()] == ["signing_key.pem"]


def pem(key: object, encryption: object = None) -> bytes:
    data: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())  # type: ignore[attr-defined]
    return data


ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda path: None, "cannot be read: No such file or directory; give another with --key"),
    "a folder": (lambda path: path.mkdir(), "cannot be read: Is a directory; give another with --key"),
    "a text": (lambda path: path.write_text("hello"), "is no private key in PEM without a password; make one with openssl"),
    "a long file": (lambda path: path.write_bytes(bytes(1 << 20)), "is no private key in PEM without a password"),
    "a password": (lambda path: path.write_bytes(pem(ED25519, BestAvailableEncryption(b"x"))), "in PEM without a password"),
    "another kind": (
        lambda path: path.write_bytes(pem(x25519.X25519PrivateKey.generate())),
        "is a key of another kind than Ed25519",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_no_key(case: str, tmp_path: Path) -> None:
    make, sentence = REFUSED[case]
    path = tmp_path / "key.pem"
    make(path)
    if path.is_file():
        path.chmod(0o600)
    with pytest.raises(SharingError, match=sentence):
        find_signing_key(path)


def test_a_key_of_openssl_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(pem(ED25519))
    path.chmod(0o600)
    key, is_new = find_signing_key(path)
    assert not is_new
    assert key.public_key == ED25519.public_key().public_bytes_raw().hex()


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(pem(ED25519))
    path.chmod(0o640)
    with pytest.raises(SharingError, match=r"can be read by others \(its mode is 0640\); run: chmod 600 "):
        find_signing_key(path)


def test_a_key_that_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with pytest.raises(
        SharingError, match=r"the new key cannot be written to .*file is a file and no folder; give a key with --key"
    ):
        find_signing_key()


def test_without_the_library_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer.snapshot_file.signature, "find_spec", lambda _: None)
    with pytest.raises(
        SharingError, match=r"without the library cryptography: pip install 'pixelmint\[share\]', or add --unsigned"
    ):
        find_signing_key()
