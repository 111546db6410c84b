"""A corpus in memory: `load` reads the records of a folder into frames; every problem of the folder comes at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from kit import schema
from kit.codebook import Codebook, read_codebook, read_marks
from kit.codings import Coding, CodingReader, read_coders
from kit.documents import Documents
from kit.errors import CorpusError, Problem, SelectionError
from kit.people import People, read_people
from kit.records import Record, check_table, keys, read_record
from kit.selection import Selection

_CORPUS = keys(
    "title version languages", "default_coding note examples", "default_coding", {"languages": list, "examples": dict}
)


@dataclass(frozen=True)
class Corpus:
    """Frames of one corpus, or of a selection of it; one attribute a frame, columns as in `schema.FRAMES`.

    `about`: title, version, languages and note of the corpus; `coding`: the coder of `statements`; `examples`: the ids
    that notebooks use. `text(document_id)` is a document as received: characters `start` to `end` of it are a passage
    or an evidence.
    """

    about: Mapping[str, Any]
    coding: str
    examples: Mapping[str, Any]
    documents: pl.DataFrame
    speakers: pl.DataFrame
    offices: pl.DataFrame
    passages: pl.DataFrame
    themes: pl.DataFrame
    propositions: pl.DataFrame
    statements: pl.DataFrame
    codings: pl.DataFrame
    reviewed: pl.DataFrame
    silences: pl.DataFrame
    disagreements: pl.DataFrame
    doubts: pl.DataFrame
    marks: pl.DataFrame
    coders: pl.DataFrame
    texts: Mapping[str, str] = field(repr=False)
    _whole: Corpus | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        sizes = (f"{getattr(self, name).height} {name}" for name in ("documents", "passages", "statements"))
        return f"<corpus '{self.about.get('title', '')}': {', '.join(sizes)}>"

    @property
    def whole(self) -> Corpus:
        """The corpus that this is a selection of; itself where nothing was selected."""
        return self._whole or self

    @property
    def example(self) -> Selection:
        """The worked example: what `examples` names, else the first two speakers and the first theme there are."""
        speakers = self.examples.get("holders") or self.speakers["speaker_id"].head(2).to_list()
        themes = (
            [self.examples["theme_id"]] if "theme_id" in self.examples else self.themes["theme_id"].head(1).to_list()
        )
        return Selection(speakers=speakers, themes=themes)

    def text(self, document_id: str) -> str:
        """Give a document's text as received; raises KeyError for an unknown document."""
        return self.texts[document_id]

    def select(self, selection: Selection) -> Corpus:
        """Give the corpus with its passages, statements, codings and silences narrowed to a selection.

        Documents, speakers, offices, themes and propositions stay whole: axes and denominators need them. Furniture is
        left out. Raises SelectionError where the selection names an id that the corpus does not have.
        """
        self._check(selection)
        chosen = selection.of_statements()
        statements, codings, silences = self.statements.filter(chosen), self.codings.filter(chosen), self.silences
        as_statement = replace(selection, modalities=(), first_hand=False)
        silences = (
            silences.with_columns(modality=pl.lit(None, pl.String))
            .filter(as_statement.of_statements())
            .drop("modality")
        )
        if selection.text:
            holding = self.passages.filter(Selection(text=selection.text).of_passages()).select("passage_id")
            statements, codings, silences = (
                frame.join(holding, on="passage_id", how="semi", maintain_order="left")
                for frame in (statements, codings, silences)
            )
        passages = self.passages.filter(selection.of_passages(), pl.col("zone") != "furniture")
        selected: dict[str, Any] = {
            "passages": passages,
            "statements": statements,
            "codings": codings,
            "silences": silences,
        }
        return replace(self, _whole=self.whole, **selected)

    def _check(self, selection: Selection) -> None:
        known = {
            "speakers": "speaker_id",
            "themes": "theme_id",
            "propositions": "proposition_id",
            "documents": "document_id",
        }
        for name, column in known.items():
            ids = getattr(self, name)[column].to_list()
            for value in getattr(selection, name):
                if value not in ids:
                    near = get_close_matches(value, ids, 1)
                    hint = f"did you mean '{near[0]}'?" if near else f"the corpus has {', '.join(ids[:12])}"
                    raise SelectionError(f"{name}: '{value}' is not in this corpus; {hint}")


def load(path: str | Path | None = None, coding: str | None = None) -> Corpus:
    """Read a corpus folder into frames.

    `path`: the folder, else the environment variable KIT_CORPUS, else `corpus/` of the checkout, else the copy that
    came with the installed package. `coding`: the coder whose statements become `statements`, else the corpus's
    default; where nothing is coded, the frames are there and empty.

    Raises CorpusError with every problem of the folder: file, line, value, remedy.
    """
    folder = _Folder(find(path))
    corpus = folder.read(coding)
    if folder.problems:
        raise CorpusError(folder.problems)
    return corpus


def problems(path: str | Path | None = None) -> list[Problem]:
    """Give every problem of a corpus folder, in the order of files and lines; none: it loads."""
    folder = _Folder(find(path))
    folder.read(None)
    return sorted(set(folder.problems))


def find(path: str | Path | None = None) -> Path:
    """Give the corpus folder that `load` reads for this `path`."""
    if path or (path := os.environ.get("KIT_CORPUS")):
        return Path(path)
    here = Path(__file__).resolve().parent
    checkout = here.parent / "corpus"
    return checkout if (here.parent / "pyproject.toml").is_file() and checkout.is_dir() else here / "_corpus"


class _Folder:
    """One reading of a corpus folder: goes on after each problem, so that all of them are found."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def record(self, *parts: str) -> Record:
        path = self.path.joinpath(*parts)
        return read_record(path, str(path), self.problems) or Record(str(path), {}, readable=False)

    def read(self, coding: str | None) -> Corpus:
        if not self.path.is_dir():
            self.problems.append(
                Problem(str(self.path), 0, "is not a folder", "Name the folder that holds corpus.toml")
            )
            empty: dict[str, Any] = {name: schema.frame(name, []) for name in schema.FRAMES}
            return Corpus({}, "", {}, texts={}, **empty)
        top = self.record("corpus.toml")
        self.problems += check_table(top, (), top.data, _CORPUS)
        people = read_people(self.record("speakers.toml"), self.problems)
        codebook = read_codebook(self.record("codebook.toml"), self.problems)
        read = Documents(self.path / "documents", people, self.problems)
        read.read()
        reader = CodingReader(people, codebook, self.problems)
        coders, named = self._read_codings(reader, read)
        chosen = coding if coding is not None else str(top.data.get("default_coding", ""))
        if chosen and chosen not in named:
            remedy = f"Write one of {', '.join(coders)}" if coders else 'Write "": nothing is coded here'
            place = (
                top.problem if coding is None else Record(str(self.path), {}).problem
            )  # a wrong argument is no line's fault
            self.problems.append(place(("default_coding",), f"coding: '{chosen}' is no coder", remedy))
        frames: dict[str, Any] = _frames(people, codebook, read, reader.coding) | {
            "coders": schema.frame("coders", coders.values())
        }
        for name, of in (("statements", "codings"), ("silences", "silences")):
            frames[name] = frames[of].filter(pl.col("coder_id") == chosen)
        frames["marks"] = schema.frame(
            "marks", self._read_marks(codebook, set(frames["passages"]["passage_id"]), read.unread)
        )
        texts = {document_id: source.text for document_id, source in read.sources.items()}
        about: dict[str, Any] = {
            key: top.data[key] for key in ("title", "version", "languages", "note") if key in top.data
        }
        return Corpus(about, chosen, top.data.get("examples", {}), texts=texts, **frames)

    def _read_marks(self, codebook: Codebook, passage_ids: set[str], unread: set[str]) -> list[dict[str, Any]]:
        if not (self.path / "marks.toml").exists():
            return []
        return read_marks(self.record("marks.toml"), passage_ids, unread, codebook, self.problems)

    def _read_codings(self, reader: CodingReader, read: Documents) -> tuple[dict[str, Any], set[str]]:
        """Read every coder's files; gives the coders, and the folders' names that coders.toml does not contradict."""
        folder = self.path / "codings"
        if not folder.is_dir():
            return {}, set()
        record = self.record("codings", "coders.toml")
        coders = {row["coder_id"]: row for row in read_coders(record, self.problems)}
        paths = sorted(folder.glob("*/*.toml"))
        named = record.written("coder", "coder_id") if record.readable else {path.parent.name for path in paths}
        for path in paths:
            coder_id, document_id = path.parent.name, path.stem
            if coder_id not in named:
                self.problems.append(
                    Problem(str(path), 0, f"'{coder_id}' is no coder", "Add a [[coder]] to coders.toml")
                )
            elif document_id in read.sources:
                reader.read(self.record("codings", coder_id, path.name), coder_id, read.sources[document_id])
            elif document_id not in read.unread:
                self.problems.append(
                    Problem(str(path), 0, f"there is no document '{document_id}'", "Rename or remove it")
                )
        return coders, named


def _frames(people: People, codebook: Codebook, read: Documents, coding: Coding) -> dict[str, pl.DataFrame]:
    passages = schema.frame("passages", (row for source in read.sources.values() for row in source.passages))
    found, nothing = codebook.themes_of(pl.col("text")), pl.lit([], dtype=pl.List(pl.String))
    themes = pl.when(pl.col("zone").is_in(["body", "caption"])).then(found).otherwise(nothing)
    return {
        "documents": schema.frame("documents", read.documents).sort("earliest", "latest", "document_id"),
        "speakers": people.speakers,
        "offices": people.offices,
        "passages": passages.with_columns(themes.alias("themes")),
        "themes": codebook.themes,
        "propositions": codebook.propositions,
        "codings": schema.frame("codings", coding.codings),
        "reviewed": schema.frame("reviewed", coding.reviewed),
        "silences": schema.frame("silences", coding.silences),
        "disagreements": schema.frame("disagreements", coding.disagreements),
        "doubts": schema.frame("doubts", read.doubts),
    }
