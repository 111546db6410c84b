"""Make a corpus folder of any size from a seed: people, themes and words invented, documents of every kind.

`python3 -m kit check` finds no problem in it; the same numbers and the same seed give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from invented import CODED, GAZETTES, GIVEN, MOST_HOLDERS, THEMES, Speaker, World, about, table, tables

KINDS = ("answer", "news", "speech", "briefing", "answer", "news", "answer")
LENGTHS = {"answer": (60, 360), "news": (40, 80), "speech": (40, 240), "briefing": (40, 120)}  # in passages
SHORTEST = 40
SEVERAL = ("answer", "news")  # kinds in which several people speak
FIRST_DAY, DAYS = date(1994, 1, 1), 10_957  # thirty years
UNDATED, INFERRED = 0.04, 0.08
MODALITIES = {"assertion": 70, "question": 14, "conditional": 8, "action": 8}
CONFIDENCES = {"high": 60, "medium": 30, "low": 10}
OWN = {
    ("oppose", "assertion"): "{we} oppose {what}", ("support", "assertion"): "{we} support {what}",
    ("mixed", "assertion"): "{we} see good and bad in {what}", ("oppose", "question"): "Is it not late for {what}",
    ("support", "question"): "Is it not time for {what}", ("mixed", "question"): "Is there good and bad in {what}",
    ("oppose", "conditional"): "If money runs short, {we} oppose {what}",
    ("support", "conditional"): "If money is found, {we} support {what}",
    ("mixed", "conditional"): "If money is found, {we} see good and bad in {what}",
    ("oppose", "action"): "{we} voted against {what}", ("support", "action"): "{we} voted for {what}",
    ("mixed", "action"): "{we} voted for some of {what}",
}  # fmt: skip
REPORTED = {"oppose": "{we} opposes {what}", "support": "{we} supports {what}", "mixed": "{we} is torn on {what}"}


@dataclass
class Line:
    """A line of a document: words of `speaker` between fixed words; `label`, `lead` and `tail` are passages too."""

    speaker: Speaker | None = None
    fixed: str = ""  # a heading, or furniture: nothing else stands in the line
    label: str = ""
    lead: str = ""
    opening: str = ""
    closing: str = ""
    tail: str = ""
    mode: str = "direct"
    first_person: bool = False
    coded: dict[str, Any] = field(default_factory=dict)

    @property
    def passages(self) -> int:
        return 1 + bool(self.label) + bool(self.lead) + bool(self.tail)


@dataclass
class Document:
    """A document before it is written: its passages and statements are numbers, `cast` says who holds or speaks."""

    kind: str
    number: int
    passages: int
    statements: int
    day: date
    date: str  # as EDTF
    basis: str
    place: str
    publisher: Speaker
    cast: list[Speaker] = field(default_factory=list)

    @property
    def document_id(self) -> str:
        return f"{self.day if self.basis == 'stated' else 'undated'}-{self.kind}-{self.number:05}"

    @property
    def thing(self) -> str:
        return CODED[self.number % len(CODED)]

    @property
    def title(self) -> str:
        return f"The {self.thing} and the {[*THEMES][-1 - self.number % len(THEMES)]} of {self.place}"

    def record(self, text: str) -> str:
        """Give the document's record."""
        values = {
            "title": self.title,
            "kind": self.kind,
            "date": self.date,
            "date_basis": self.basis,
            "date_note": "Invented, as all of this corpus.",
            "publisher": self.publisher.name,
            "source": "not known",
            "rights": "Invented text: nobody's words.",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
        return table("", values | ({"speaker_id": self.cast[0].speaker_id} if self.kind == "speech" else {}))


def planned(passages: int, statements: int, world: World) -> list[Document]:
    """Plan documents with so many passages and statements in all, and with every holder holding something in one."""
    documents, left, kinds = list[Document](), passages, cycle(KINDS)
    while left:
        kind, number = next(kinds), len(documents)
        low, high = LENGTHS[kind]
        size = world.rng.randint(low, max(low, min(high, passages // 8)))
        size = left if left - size < SHORTEST else size
        left -= size
        place = [*world.councils][(number + number // len(KINDS)) % len(world.councils)]  # each comes by every kind
        publisher = world.gazettes[number % GAZETTES] if kind == "news" else world.councils[place]
        dates = _dates(world.rng)
        documents.append(Document(kind, number + 1, size, statements * size // passages, *dates, place, publisher))
    for document in documents[: statements - sum(document.statements for document in documents)]:
        document.statements += 1
    due, several = [*world.councils.values(), *world.persons], sum(one.kind in SEVERAL for one in documents)
    for document in documents:
        document.cast = _cast(document, due, several, world)
        due = [one for one in due if one not in document.cast[: document.statements]]
        several -= document.kind in SEVERAL
    if due:
        sys.exit(f"{len(due)} holders find no room: ask for fewer holders, or for more passages and statements")
    return documents


def _dates(rng: Random) -> tuple[date, str, str]:
    """Give a day, the date that is written, and its basis."""
    day, drawn = FIRST_DAY + timedelta(rng.randrange(DAYS)), rng.random()
    if drawn < UNDATED:
        return day, "XXXX", "unknown"
    if drawn < UNDATED + INFERRED:
        later = day + timedelta(rng.randint(5, 200))
        return day, rng.choice([f"{day:%Y-%m}", f"{day:%Y}", f"{day}/{later}"]), "inferred"
    return day, str(day), "stated"


def _cast(document: Document, due: list[Speaker], several: int, world: World) -> list[Speaker]:
    """Say who holds positions or speaks, those first who are due; `several`: documents to come that can take some."""
    if document.kind == "briefing":
        return [document.publisher]
    persons = [one for one in due if one.person]
    if document.kind == "speech":
        return [*(persons[-1:] if document.statements else []), *world.anybody(1)][:1]
    mayor = (
        [world.mayor(document.place, document.day)] if (document.kind, document.basis) == ("answer", "stated") else []
    )
    council = [one for one in due if not one.person][:1] if document.kind == "news" else []
    pace = max(4, -(-len(persons) // several))
    some = persons[: min(pace, max(0, document.statements - len(mayor + council)))]
    return list(dict.fromkeys([*mayor, *council, *some, *world.anybody(5), *world.persons[:2]]))


def lines(document: Document, world: World) -> Iterator[Line]:
    """Give the lines of a document without end: as many as make up its passages are written."""
    if document.kind == "briefing":
        while True:
            yield Line(fixed=f"The {world.rng.choice(CODED)} this season")
            for _ in range(world.rng.randint(4, 9)):
                yield Line(document.publisher, opening="- ")
    day, persons = document.day, [one for one in document.cast if one.person]
    printed = [f"{day:%B} {day.day}, {day.year}"] if document.basis == "stated" else []
    yield Line(fixed=document.title)
    if document.kind == "speech":
        yield from (Line(fixed=words) for words in [*printed, "Friends, ladies and gentlemen."])
        while True:
            yield Line(persons[0], first_person=True)
    if document.kind == "news":
        caption = f"Picture: the {document.thing} of {document.place}"
        yield from (Line(fixed=words) for words in [*printed, f"By {GIVEN[document.number % 21]} Penhallam", caption])
        said: dict[str, Any] = {"opening": "“", "closing": "”", "mode": "quoted", "first_person": True}
        while True:
            yield Line(document.publisher, mode="reported")
            one, other = world.rng.choice(persons), world.rng.choice(persons)
            yield Line(one, tail=f" said {one.name}.", **said)
            yield Line(other, lead=f"{other.name} said: ", **said)
    asker, post = persons[1].name, "The Mayor" if printed else persons[0].name
    fields = [*(["Session date:", *printed] if printed else []), "Question By:", asker, "Asked Of:", post]
    yield from (Line(fixed=words) for words in fields)
    yield Line(persons[1], opening="Do you agree that this is so? ")
    yield from (Line(fixed=words) for words in ("Answered By:", post))
    office = f"{'Mayor of' if printed else 'Member for'} {document.place}"
    while True:
        for one in persons[1:]:
            yield from (Line(persons[0], first_person=True) for _ in range(world.rng.randint(1, 3)))
            yield Line(one, label=f"{one.name} (Member for {document.place}):  ", first_person=True)
            yield Line(persons[0], label=f"{persons[0].name} ({office}):  ", first_person=True)


def fitted(document: Document, world: World) -> list[Line]:
    """Give as many lines as make up the document's passages, and in which of them who holds what."""
    rng, found, left = world.rng, list[Line](), document.passages
    for line in lines(document, world):
        if line.passages > left:  # one passage is left: nobody new has the word
            line = Line(document.publisher, mode="reported") if document.kind == "news" else Line(found[-1].speaker)
        found.append(line)
        left -= line.passages
        if not left:
            break
    free = [line for line in found if line.speaker]
    rng.shuffle(free)
    for at in range(document.statements):
        holder = document.cast[at % len(document.cast)]
        own = [line for line in free if line.speaker == holder]
        others = [line for line in free if line.speaker != holder and line.mode != "quoted"]
        line = (own if own and (rng.random() < 0.9 or not others) else others)[0]
        free.remove(line)
        line.coded = _statement(line, holder, at + 1, document, world)
    if document.kind == "news" and document.number % 3 == 0:
        line, holder = next(line for line in free if line.mode == "reported"), document.cast[-1]
        evidence = f"{holder.name} gave no answer on the {document.thing}"
        line.coded = {"speaker_id": holder.speaker_id, "proposition_id": "", "theme_id": document.thing,
                      "kind": "asked-not-answered", "evidence": evidence}  # fmt: skip
    return found


def _statement(line: Line, holder: Speaker, number: int, document: Document, world: World) -> dict[str, Any]:
    """Have a holder take a stance in a line, in words that stand in the document once."""
    proposition, stance = world.position(holder)
    thing, action = world.propositions[proposition]
    own, drawn = line.speaker == holder, world.rng.choices([*MODALITIES], [*MODALITIES.values()])[0]
    modality = drawn if own else "assertion"
    we = ("I" if holder.person else "we") if own else holder.name
    words = OWN[stance, modality] if own else REPORTED[stance]
    evidence = words.format(we=we, what=f"{action} the {thing}, item {number} of the list")
    relayer = document.publisher if line.mode != "direct" else None if own else line.speaker
    return {
        "speaker_id": holder.speaker_id,
        "relayed_by": [relayer.speaker_id] if relayer else [],
        "mode": line.mode if own else "reported",
        "modality": modality,
        "proposition_id": f"{thing}-{action}",
        "stance": stance,
        "confidence": world.rng.choices([*CONFIDENCES], [*CONFIDENCES.values()])[0],
        "evidence": evidence[0].upper() + evidence[1:],
        **({"said_on": f"{document.day.year - 1}"} if world.rng.random() < 0.03 else {}),
    }


def written(document: Document, world: World) -> tuple[str, str]:
    """Give the text of a document, and its coding."""
    text, at, reviewed, coded = list[str](), 0, list[str](), list[dict[str, Any]]()
    for line in fitted(document, world):
        words = f"{line.opening}{line.fixed or _words(line, world)}{line.closing}"
        for part in (line.label, line.lead, words, line.tail):
            if part and not line.fixed and part != line.label:
                start, end = at + len(part) - len(part.lstrip()), at + len(part.rstrip())
                reviewed.append(f"{document.document_id}#char={start},{end}")
            text.append(part)
            at += len(part)
        text.append("\n\n")
        at += 2
        coded += [line.coded] if line.coded else []
    statements = tables("statement", [one for one in coded if "stance" in one])
    silences = tables("silence", [one for one in coded if "stance" not in one])
    return "".join(text), table("", {"reviewed": reviewed}) + statements + silences


def _words(line: Line, world: World) -> str:
    sentences = [world.sentence(line.first_person) for _ in range(1 + int(world.rng.random() * 4))]
    if line.coded:
        end = "?" if line.coded.get("modality") == "question" else "."
        sentences.insert(int(world.rng.random() * (len(sentences) + 1)), line.coded["evidence"] + end)
    words = " ".join(sentences)
    return f"{words[:-1]}," if line.tail and words.endswith(".") else words


def make(folder: Path, passages: int, holders: int, statements: int, seed: int) -> int:
    """Write a corpus folder; returns the number of its documents."""
    world = World(holders, Random(seed))
    documents = planned(passages, statements, world)
    (folder / "documents").mkdir(parents=True)
    (folder / "codings" / "made").mkdir(parents=True)
    for name, content in about(world, f"Invented: {passages:,} passages, seed {seed}").items():
        (folder / name).write_bytes(content.encode())
    for document in documents:
        text, coding = written(document, world)
        path = folder / "documents" / f"{document.document_id}.txt"
        path.write_bytes(text.encode())
        path.with_suffix(".toml").write_bytes(document.record(text).encode())
        (folder / "codings" / "made" / f"{document.document_id}.toml").write_bytes(coding.encode())
    return len(documents)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where to write the corpus: not there yet, or empty")
    parser.add_argument("--passages", type=int, default=10_000, help="in all documents (default: %(default)s)")
    parser.add_argument("--holders", type=int, default=100, help="of positions (default: %(default)s)")
    parser.add_argument("--statements", type=int, default=2_000, help="in all (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same one gives the same bytes (default: %(default)s)")
    asked = parser.parse_args()
    if asked.folder.exists() and not (asked.folder.is_dir() and not any(asked.folder.iterdir())):
        parser.error(f"{asked.folder}: is there already and not empty; name another folder")
    if asked.passages < 300:
        parser.error("--passages: at least 300, for documents of every kind")
    if not 10 <= asked.holders <= MOST_HOLDERS:
        parser.error(f"--holders: from 10 to {MOST_HOLDERS}")
    if not asked.holders <= asked.statements <= asked.passages // 5:
        parser.error("--statements: at least one for each holder, at most one for every five passages")
    documents = make(asked.folder, asked.passages, asked.holders, asked.statements, asked.seed)
    print(f"{asked.folder}: {asked.passages:,} passages in {documents:,} documents, {asked.statements:,} statements")


if __name__ == "__main__":
    main()
