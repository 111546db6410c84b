"""What many tests share: the real corpus, the second one (another subject, invented), and a copy of it to damage."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

import kit
from kit.corpus import problems

ROOT = Path(__file__).resolve().parent.parent
SECOND = Path(__file__).resolve().parent / "second_corpus"

# Often enough to find something, and on the same examples each time, so that a run can be repeated.
settings.register_profile("kit", max_examples=100, deadline=None, derandomize=True)
settings.load_profile("kit")


@dataclass(frozen=True)
class Copy:
    """A writable copy of the second corpus: change a file, then ask for the problems."""

    path: Path

    def read(self, name: str) -> str:
        return (self.path / name).read_bytes().decode("utf-8")

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_bytes(text.encode("utf-8"))

    def change(self, name: str, old: str, new: str) -> int:
        """Put `new` where `old` stands for the first time; returns the number of that line."""
        text = self.read(name)
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new, 1))
        return text.count("\n", 0, text.index(old)) + 1

    def add(self, name: str, more: str) -> int:
        """Put text at the end of a file; returns the number of its first line."""
        text = self.read(name)
        self.write(name, text + more)
        return text.count("\n") + 1

    def uncode(self) -> None:
        """Leave no coding and no marked passage: what stays is documents, people and codebook."""
        shutil.rmtree(self.path / "codings")
        (self.path / "marks.toml").unlink()
        self.change("corpus.toml", 'default_coding = "agreed"', 'default_coding = ""')

    def problems(self) -> list[str]:
        """Give the problems as they are printed, paths from the corpus folder on."""
        return [str(problem).replace(f"{self.path}/", "") for problem in problems(self.path)]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> kit.Corpus:
    return kit.load(ROOT / "corpus")


@pytest.fixture(scope="session")
def second() -> kit.Corpus:
    return kit.load(SECOND)


@pytest.fixture
def copy_of_second(tmp_path: Path) -> Copy:
    return Copy(Path(shutil.copytree(SECOND, tmp_path / "copy")))
