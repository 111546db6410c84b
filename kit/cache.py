"""What is made once and kept in the user's cache folder: the charts' script, pictures; losing it costs time only."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import platformdirs

_MOST = 60


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """Give the bytes kept under `name`, which says all that they depend on, else make and keep them.

    Written whole or not at all, since several kernels may start at once; a folder that cannot be read or written is
    no error. The oldest beyond 60 files of the same ending are removed.
    """
    path = platformdirs.user_cache_path("armed-policing-kit") / name
    with suppress(OSError):
        return path.read_bytes()
    content = make()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent) as folder:
            part = Path(folder) / name
            part.write_bytes(content)
            os.replace(part, path)
        by_age = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in by_age[_MOST:]:
            old.unlink(missing_ok=True)
    return content
