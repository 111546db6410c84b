from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from kit import cache
from kit.cache import kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which things are kept, empty and not made yet."""
    path = tmp_path / "deep" / "cache"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: path / name)
    return path / "armed-policing-kit"


def never() -> bytes:
    raise AssertionError("made again")


def test_what_was_made_once_is_kept_and_not_made_again(folder: Path) -> None:
    assert kept("a.png", lambda: b"picture") == b"picture"

    assert kept("a.png", never) == b"picture"
    assert [path.name for path in folder.iterdir()] == ["a.png"]
    assert (folder / "a.png").read_bytes() == b"picture"


def test_another_name_is_another_thing(folder: Path) -> None:
    kept("a.png", lambda: b"picture")

    assert kept("b.png", lambda: b"other") == b"other"
    assert kept("a.png", never) == b"picture"


def test_losing_the_folder_costs_only_the_making(folder: Path) -> None:
    kept("a.png", lambda: b"picture")
    (folder / "a.png").unlink()
    folder.rmdir()

    assert kept("a.png", lambda: b"again") == b"again"


def test_a_folder_that_cannot_be_made_is_no_error(folder: Path) -> None:
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.write_text("a file stands where the folder would be")

    assert kept("a.png", lambda: b"picture") == b"picture"
    assert kept("a.png", lambda: b"made again") == b"made again"


def test_a_name_that_cannot_be_read_or_replaced_is_no_error_and_leaves_nothing_behind(folder: Path) -> None:
    (folder / "a.png" / "inner").mkdir(parents=True)

    assert kept("a.png", lambda: b"picture") == b"picture"
    assert [path.name for path in folder.iterdir()] == ["a.png"]


def test_what_cannot_be_made_is_not_kept(folder: Path) -> None:
    with pytest.raises(AssertionError, match="made again"):
        kept("a.png", never)

    assert not folder.exists()
    assert kept("a.png", lambda: b"picture") == b"picture"


def test_nothing_half_written_can_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    replace = os.replace

    def watched(old: str, new: Path) -> None:
        seen.append((Path(old).read_bytes(), new.exists()))
        replace(old, new)

    monkeypatch.setattr(cache.os, "replace", watched)
    kept("a.png", lambda: b"picture")

    assert seen == [(b"picture", False)]


def test_a_disk_that_fills_up_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(old: str, new: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.os, "replace", full)

    assert kept("a.png", lambda: b"picture") == b"picture"
    assert list(folder.iterdir()) == []


def test_the_oldest_beyond_sixty_of_one_ending_are_removed_and_other_endings_stay(folder: Path) -> None:
    kept("script.js", lambda: b"script")
    os.utime(folder / "script.js", (1, 1))
    for number in range(65):
        kept(f"{number}.png", lambda: b"picture")
        os.utime(folder / f"{number}.png", (1_000 + number, 1_000 + number))

    kept("newest.png", lambda: b"picture")

    names = {path.name for path in folder.iterdir()}
    assert names == {"script.js", "newest.png", *(f"{number}.png" for number in range(6, 65))}


def test_several_at_once_all_get_the_whole_thing(folder: Path) -> None:
    content = b"picture" * 100_000
    start, got = threading.Barrier(6), []

    def one() -> None:
        start.wait()
        got.append(kept("a.png", lambda: content))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == [content] * 6
    assert [path.name for path in folder.iterdir()] == ["a.png"]
