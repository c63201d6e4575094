"""Denies access to files, also where tests run as root, who is not bound by permissions."""

import errno
import os

import pytest


def forbid(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, part: str = "") -> None:
    """Replace a function of a path by one that raises PermissionError for all paths that contain ``part``."""
    original = getattr(owner, name)

    def deny(path: object, *arguments: object, **options: object) -> object:
        if part in str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return original(path, *arguments, **options)

    monkeypatch.setattr(owner, name, deny)
