"""Errors that name the place, the value and the remedy."""

from __future__ import annotations

from dataclasses import dataclass


def visible(text: str, number: str = "") -> str:
    """Write what cannot be seen, or a terminal obeys, as numbers in the form that `number` gives, else as code does."""
    return "".join(one if one.isprintable() else number.format(ord(one)) if number else repr(one)[1:-1] for one in text)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where it stands (a path), on which line (0: the whole of it), what, and the remedy."""

    path: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return visible(f"{place}: {self.what}. {self.remedy}")


@dataclass(frozen=True)
class Doubt:
    """One thing the loader was not sure of, and left open: no error, but the reader of the corpus should know."""

    line: int
    what: str
    where: str
    remedy: str


class CorpusError(ValueError):
    """A corpus folder has problems; `problems` holds every one of them, and the message prints them a line each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class WrongKind(ValueError):
    """A reader was given a text of another kind than its own; the message is the reason."""


class SelectionError(ValueError):
    """A selection names something that cannot be selected; the message names the value and the remedy."""
