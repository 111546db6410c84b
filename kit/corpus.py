"""A corpus in memory: `load` reads the records of a folder into frames; every problem of the folder comes at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from kit import schema
from kit.codebook import Codebook, read_codebook, read_marks
from kit.codings import Codings, Source, read_coders
from kit.documents import read_documents
from kit.errors import CorpusError, Problem, SelectionError
from kit.people import People, read_people
from kit.records import Key, Known, Record, entries, keys, read_record, read_text
from kit.selection import Selection
from kit.spans import EDITORIAL, count_words

Made = TypeVar("Made")
Documents = Mapping[str, Source | None]  # None: something is wrong with the document itself
_AT_ROOT = r"(corpus|speakers|codebook|marks)\.toml|(documents|codings)/?|.*\.md"
_ABOUT = ("title", "version", "languages", "note")
_ASKED = {"coding": Key(optional=True, empty=True)}
_EXAMPLES = keys("", "", "theme_id proposition_id word") | {"holders": Key(many=True, optional=True)}
_CORPUS = keys("", "title version", optional="default_coding note", empty="default_coding") | {
    "languages": Key(many=True),
    "examples": Key(dict, optional=True),
}


@dataclass(frozen=True, eq=False)
class Corpus:
    """Frames of one corpus, or of a selection of it; one attribute a frame, columns as in `schema.FRAMES`.

    `about`: title, version, languages and note of the corpus, and `codebook_version`; `coding`: the coder of
    `statements`; `examples`: the ids that notebooks use. `text(document_id)` is a document as received: characters
    `start` to `end` of it are a passage or an evidence.
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
    _kept: dict[Any, Any] = field(init=False, default_factory=dict, repr=False)

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
        speakers = self.examples.get("holders") or self.speakers["speaker_id"].head(2)
        themes = [self.examples["theme_id"]] if "theme_id" in self.examples else self.themes["theme_id"].head(1)
        return Selection(speakers=tuple(speakers), themes=tuple(themes))

    def text(self, document_id: str) -> str:
        """Give a document's text as received; raises KeyError for an unknown document."""
        return self.texts[document_id]

    def kept(self, make: Callable[..., Made], *given: Any, most: int = 64) -> Made:
        """Give `make(self, *given)`, made once: of each `make`, what was given last is kept as long as the corpus."""
        if make not in self._kept:
            self._kept[make] = lru_cache(maxsize=most)(partial(make, self))
        made: Made = self._kept[make](*given)
        return made

    def select(self, selection: Selection) -> Corpus:
        """Give the corpus with its passages, statements, codings and silences narrowed to a selection.

        Documents, speakers, offices, themes and propositions stay whole: axes and denominators need them. Furniture is
        left out. Raises SelectionError where the selection names an id that the corpus does not have.
        """
        if selection == Selection():
            return self.kept(_unrestricted)
        return self._select(selection)

    def _select(self, selection: Selection) -> Corpus:
        narrowed = self._select_coded(selection)
        passages, tests = self.kept(_without_furniture), selection.of_passages()
        return replace(narrowed, passages=passages.filter(tests) if tests else passages)

    def for_all(self, selection: Selection) -> Corpus:
        """Give the corpus narrowed to a selection of it but for speakers, themes and propositions; all its passages."""
        return self.kept(Corpus._select_coded, selection.for_all(), most=4)

    def _select_coded(self, selection: Selection) -> Corpus:
        self.check(selection)
        said = selection.of_statements()
        frames = {
            "statements": self.statements.filter(said),
            "codings": self.codings.filter(said),
            "silences": self.silences.filter(replace(selection, modalities=(), first_hand=False).of_statements()),
        }
        if selection.text:
            told = pl.concat([frame["passage_id"] for frame in frames.values()]).unique()
            held = self.passages.filter(pl.col("passage_id").is_in(told.implode()))
            holding = held.filter(Selection(text=selection.text).of_passages())["passage_id"].implode()
            frames = {name: frame.filter(pl.col("passage_id").is_in(holding)) for name, frame in frames.items()}
        return replace(self, _whole=self.whole, **frames)  # type: ignore[arg-type]  # names of frames only

    def check(self, selection: Selection) -> None:
        """Raise SelectionError, with a near id, where a selection names one that the corpus does not have."""
        for name in ("speakers", "themes", "propositions", "documents"):
            if values := getattr(selection, name):
                ids = getattr(self, name)[f"{name[:-1]}_id"].to_list()
            for value in values:
                if value not in ids:
                    near = get_close_matches(value, ids, 1)
                    hint = f"did you mean '{near[0]}'?" if near else f"the corpus has {', '.join(ids[:12])}"
                    raise SelectionError(f"{name}: '{value}' is not in this corpus; {hint}")


def _unrestricted(corpus: Corpus) -> Corpus:
    return corpus._select(Selection())


def _without_furniture(corpus: Corpus) -> pl.DataFrame:
    return corpus.passages.filter(pl.col("zone") != "furniture")


def load(path: str | Path | None = None, coding: str | None = None) -> Corpus:
    """Read a corpus folder into frames.

    `path`: the folder, else the environment variable KIT_CORPUS, else `corpus/` of the checkout, else the copy that
    came with the installed package. `coding`: the coder whose statements become `statements`, else the corpus's
    default; where nothing is coded, the frames are there and empty.

    Raises CorpusError with every problem of the folder: file, line, value, remedy.
    """
    return _Folder(find(path)).read(coding)


def problems(path: str | Path | None = None) -> list[Problem]:
    """Give every problem of a corpus folder, in the order of files and lines; none: it loads."""
    try:
        load(path)
        return []
    except CorpusError as error:
        return error.problems


def sources(path: str | Path | None = None) -> Corpus:
    """Read the `texts` and `propositions` of a folder even if it does not load; what cannot be read is left out."""
    folder, passed_over = find(path), list[Problem]()
    paths = entries(folder / "documents", r"[A-Za-z0-9_-]+\.txt", passed_over, "") or []
    texts = {one.stem: text for one in paths if (text := read_text(one, passed_over)) is not None}
    frames = {name: schema.frame(name, ()) for name in schema.FRAMES}
    frames["propositions"] = read_codebook(read_record(folder / "codebook.toml", passed_over)).propositions
    return Corpus({}, "", {}, texts=texts, **frames)  # type: ignore[arg-type]  # names of frames only


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
        return read_record(self.path.joinpath(*parts), self.problems)

    def read(self, coding: str | None) -> Corpus:
        listed = entries(self.path, _AT_ROOT, self.problems, "Rename it, or move it elsewhere")
        if listed is None:
            remedy = "Name the folder that holds corpus.toml"
            raise CorpusError([Problem(str(self.path), 0, "is not a folder that can be read", remedy)])
        names = {path.name for path in listed}
        top, people = self.record("corpus.toml"), read_people(self.record("speakers.toml"))
        book = self.record("codebook.toml")
        codebook = read_codebook(book)
        documents = read_documents(self.path / "documents", people, self.problems)
        codings = Codings(people, codebook)
        if "codings" in names:
            self._read_codings(codings, documents)
        if "marks.toml" in names:
            self._read_marks(codings, codebook.known, documents)
        told = codings.coder_ids or "codings" not in names
        coders = Known({"", *codings.coder_ids} if told else (), "no coder")
        known = people.known | codebook.known | {"coding": coders, "default_coding": coders}
        top.check((), top.data, _CORPUS, known)
        examples = top.data.get("examples", {})
        if isinstance(examples, dict):
            top.check(("examples",), examples, _EXAMPLES, known)
        asked = {} if coding is None else {"coding": coding}
        Record(str(self.path), asked, "", self.problems).check((), asked, _ASKED, known)
        if self.problems:
            raise CorpusError(self.problems)
        chosen = top.data.get("default_coding", "") if coding is None else coding
        sources = [source for source in documents.values() if source]
        frames = _frames(people, codebook, sources, codings, chosen)
        about: dict[str, Any] = {key: top.data[key] for key in _ABOUT if key in top.data}
        about["codebook_version"] = book.data["version"]
        return Corpus(about, chosen, examples, texts={one.document_id: one.text for one in sources}, **frames)

    def _read_codings(self, codings: Codings, documents: Documents) -> None:
        at, remedy = self.path / "codings", "Move it elsewhere; here stand coders.toml and a folder for each coder"
        paths = entries(at, r".*/|coders\.toml", self.problems, remedy)
        if paths is None:
            return
        record, folders = self.record("codings", "coders.toml"), {path.name for path in paths} - {"coders.toml"}
        codings.coders = read_coders(record)
        codings.coder_ids = record.written("coder", "coder_id") or folders
        for coder_id in sorted(folders | {row["coder_id"] for row in codings.coders}):
            if coder_id in codings.coder_ids:
                self._read_coder(codings, documents, at / coder_id)
            else:
                what = f"'{coder_id}' is no coder"
                self.problems.append(Problem(str(at / coder_id), 0, what, "Add a [[coder]] to coders.toml"))

    def _read_coder(self, codings: Codings, documents: Documents, at: Path) -> None:
        paths = entries(at, r".*\.toml", self.problems, "Move it elsewhere, or save it as <document_id>.toml")
        names = {path.stem for path in paths or []}
        for document_id in sorted(documents.keys() | names if paths is not None else ()):
            path = at / f"{document_id}.toml"
            if source := documents.get(document_id):
                codings.read(read_record(path, self.problems), at.name, source)
            elif documents and document_id not in documents:
                what = f"there is no document '{document_id}'"
                self.problems.append(Problem(str(path), 0, what, "Rename or remove it"))

    def _read_marks(self, codings: Codings, known: Mapping[str, Known], documents: Documents) -> None:
        ids = {passage["passage_id"] for source in documents.values() if source for passage in source.passages}
        told = ids if all(documents.values()) else ()
        passages = Known(told, "no passage of this corpus", "Mark the passages that stand there now")
        codings.marks = read_marks(self.record("marks.toml"), {**known, "passage_id": passages})


def _frames(people: People, codebook: Codebook, sources: list[Source], codings: Codings, chosen: str) -> dict[str, Any]:
    sources.sort(key=lambda one: (one.about["earliest"], one.about["latest"], one.document_id))  # the order of reading
    rows = {
        "documents": [source.about for source in sources],
        "passages": [passage for source in sources for passage in source.passages],
        "doubts": [doubt for source in sources for doubt in source.doubts],
    }
    rows |= {name: getattr(codings, name) for name in "codings silences disagreements reviewed coders marks".split()}
    frames = {name: schema.frame(name, found) for name, found in rows.items()}
    whole = pl.lit(pl.Series([source.text for source in sources]))
    frames["documents"] = frames["documents"].with_columns(words=count_words(whole))
    texts = ([one.text[row["start"] : row["end"]] for row in one.passages] for one in sources)
    text, nothing = pl.col("text"), pl.lit([], dtype=pl.List(pl.String))
    said = pl.when(pl.col("form") == "spoken").then(text.str.replace_all(EDITORIAL, " ")).otherwise(text)
    themes = pl.when(pl.col("zone").is_in(["body", "caption"])).then(codebook.themes_of(text)).otherwise(nothing)
    passages = frames["passages"].with_columns(text=pl.concat(pl.Series(one, dtype=pl.String) for one in texts)).lazy()
    passages = passages.with_columns(words=count_words(said), themes=themes)
    frames["passages"] = passages.collect(engine="streaming").rechunk()
    for name, of in (("statements", "codings"), ("silences", "silences")):
        frames[name] = frames[of].filter(pl.col("coder_id") == chosen)
    frames |= {name: getattr(people, name) for name in ("speakers", "offices")}
    return frames | {name: getattr(codebook, name) for name in ("themes", "propositions")}
