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
from kit.records import Record, check_table, entries, keys, one_of, read_record, unknown
from kit.selection import Selection

_EMPTY = "Add it, with reviewed = [] where nothing was reviewed"
_EXAMPLES = keys("", "holders theme_id proposition_id word", types={"holders": list})
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
        themes = [self.examples[key] for key in ("theme_id",) if key in self.examples] or self.themes["theme_id"].head(
            1
        )
        return Selection(speakers=tuple(speakers), themes=tuple(themes))

    def text(self, document_id: str) -> str:
        """Give a document's text as received; raises KeyError for an unknown document."""
        return self.texts[document_id]

    def select(self, selection: Selection) -> Corpus:
        """Give the corpus with its passages, statements, codings and silences narrowed to a selection.

        Documents, speakers, offices, themes and propositions stay whole: axes and denominators need them. Furniture is
        left out. Raises SelectionError where the selection names an id that the corpus does not have.
        """
        self.check(selection)
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

    def check(self, selection: Selection) -> None:
        """Raise SelectionError, with a near id, where a selection names one that the corpus does not have."""
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
    if not isinstance(coding, str | None):
        raise TypeError(f"coding is the coder_id of a coder, as text; this is {coding!r}")
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
        listed = entries(self.path, self.problems, ("",))
        if listed is None:
            remedy = "Name the folder that holds corpus.toml"
            self.problems = [Problem(str(self.path), 0, "is not a folder that can be read", remedy)]
            empty: dict[str, Any] = {name: schema.frame(name, []) for name in schema.FRAMES}
            return Corpus({}, "", {}, texts={}, **empty)
        top = self.record("corpus.toml")
        self.problems += check_table(top, (), top.data, _CORPUS)
        people = read_people(self.record("speakers.toml"), self.problems)
        codebook = read_codebook(self.record("codebook.toml"), self.problems)
        read = Documents(self.path / "documents", people, self.problems)
        read.read()
        names = {path.name for path in listed}
        reader = CodingReader(people, codebook, self.problems)
        coders = self._read_codings(reader, read) if "codings" in names else {}
        if isinstance(examples := top.data.get("examples"), dict):
            wrong = check_table(top, ("examples",), examples, _EXAMPLES)
            ids = {"holders": people.ids, "theme_id": codebook.theme_ids, "proposition_id": codebook.proposition_ids}
            for key in ids if not wrong else ():
                wrong = wrong + unknown(top, ("examples", key), examples.get(key, []), ids[key])
            self.problems += wrong
        chosen = coding if coding is not None else top.data.get("default_coding", "")
        told = isinstance(chosen, str) and (reader.coder_ids or "codings" not in names)
        if told and chosen not in {"", *reader.coder_ids}:
            remedy = one_of(coders, 'Write "": nothing is coded here')
            at = top if coding is None else Record(str(self.path), {})  # a wrong argument is no line's fault
            self.problems.append(at.problem(("default_coding",), f"coding: '{chosen}' is no coder", remedy))
        frames: dict[str, Any] = dict(_frames(people, codebook, read, reader.coding))
        frames["coders"] = schema.frame("coders", coders.values())
        for name, of in (("statements", "codings"), ("silences", "silences")):
            frames[name] = frames[of].filter(pl.col("coder_id") == str(chosen))
        marks: list[dict[str, Any]] = []
        if "marks.toml" in names and read.listed:
            known = set(frames["passages"]["passage_id"])
            marks = read_marks(self.record("marks.toml"), known, read.unread, codebook, self.problems)
        frames["marks"] = schema.frame("marks", marks)
        texts = {document_id: source.text for document_id, source in read.sources.items()}
        about = {key: top.data[key] for key in "title version languages note".split() if key in top.data}
        return Corpus(about, str(chosen), top.data.get("examples", {}), texts=texts, **frames)

    def _read_codings(self, reader: CodingReader, read: Documents) -> dict[str, Any]:
        """Read every coder's files; gives the coders; `reader` gets the names that coders.toml does not deny."""
        at, remedy = self.path / "codings", "Move it elsewhere; here stand coders.toml and a folder for each coder"
        paths = entries(at, self.problems, ("/", "/coders.toml"), remedy)
        if paths is None:
            return {}
        record, folders = self.record("codings", "coders.toml"), {path.name for path in paths} - {"coders.toml"}
        coders = {row["coder_id"]: row for row in read_coders(record, self.problems)}
        reader.coder_ids |= record.written("coder", "coder_id") if record.readable else folders
        for coder_id in sorted(folders | coders.keys()):
            if coder_id in reader.coder_ids:
                self._read_coder(reader, read, at / coder_id)
            else:
                remedy = "Add a [[coder]] to coders.toml"
                self.problems.append(Problem(str(at / coder_id), 0, f"'{coder_id}' is no coder", remedy))
        return coders

    def _read_coder(self, reader: CodingReader, read: Documents, at: Path) -> None:
        remedy = "Move it elsewhere, or save it as <document_id>.toml"
        paths = entries(at, self.problems, (".toml",), remedy)
        names = {path.stem for path in paths or []}
        for document_id in sorted(read.sources.keys() | names if paths is not None else ()):
            path, source = at / f"{document_id}.toml", read.sources.get(document_id)
            if document_id not in names:
                what, remedy = "is missing: statements of this document would be left out", _EMPTY
                self.problems.append(Problem(str(path), 0, what, remedy))
            elif source:
                reader.read(self.record("codings", at.name, path.name), at.name, source)
            elif read.listed and document_id not in read.unread:
                what = f"there is no document '{document_id}'"
                self.problems.append(Problem(str(path), 0, what, "Rename or remove it"))


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
