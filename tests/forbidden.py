"""What may not be read, also where tests run as root, whom rights do not bind."""

import errno
import os

import pytest


def forbid(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, place: str = "") -> None:
    """Let a function that is given a path refuse, as the system does, all paths that hold ``place``."""
    allowed = getattr(owner, name)

    def refuse(path: object, *arguments: object, **options: object) -> object:
        if place in str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return allowed(path, *arguments, **options)

    monkeypatch.setattr(owner, name, refuse)
