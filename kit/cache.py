"""What is made once and kept in the user's cache folder: the charts' script, pictures; losing it costs time only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import platformdirs

_MOST = 60


def digest(*parts: Any) -> str:
    """Give a short name for values, by their text: the same for the same, in every process."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def sources() -> str:
    """Tell one version of what draws charts from another, edited or installed."""
    kit = files("kit")
    parts = [kit / "style.py", kit / "schema.py", *(one for one in (kit / "charts").iterdir() if one.is_file())]
    read = sorted(hashlib.sha256(one.read_bytes()).hexdigest() for one in parts)
    return digest(version("altair"), read)


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
