"""The first corpus itself: its texts byte for byte, whose words they are as a person reads them, and its codings."""

from __future__ import annotations

import hashlib
import tomllib
from itertools import groupby
from pathlib import Path

import polars as pl
import pytest

import kit
from kit.dates import interval
from kit.spans import anchor, fold

TWO_THOUSAND_16, PATROLS = "2016-09-14-mqt-operation-hercules", "2018-12-20-mqt-armed-patrols"
BRIEFING, SPEECH, NEWS = (
    "2016-met-operation-hercules", "2017-07-20-met-mansion-house-speech", "2023-09-25-lbc-armed-officers-step-back",
)  # fmt: skip
SUMS = {
    TWO_THOUSAND_16: "dd53d1a117bda09924c160efabff3d7086fc448015493e78e29838a79df9d8d4",
    PATROLS: "8e0acb7f9f659a4cfe4603ca620172673095a1d59fc3ccb0ca86f3c55e9d3096",
    BRIEFING: "f4ebfd0848bd06d6c738d81d722fa6712737d7c9ec58fe8f964690cb5737afb6",
    SPEECH: "387d574cf2f5291436bf08efc2e9a03307911d30d1d21834599847b1e74f7304",
    NEWS: "9fc0571d0fb68dde585b138bd3630776a9e93c11bea2863cdbce1cbc67543fac",
}
CODERS = ("coder-a", "coder-b", "agreed")
KEYS = ["passage_id", "speaker_id", "proposition_id"]

# Whose words follow one another in the body, as a person reads them: speaker, form, and how each passage begins.
KHAN, DUVALL, LBC = "sadiq-khan", "len-duvall", "lbc"
TURNS = {
    TWO_THOUSAND_16: [
        (DUVALL, "spoken", ["Do you believe the Met"]),
        (KHAN, "spoken", ["Thank you, Chairman.", "The launch took place", "Our armed response teams"]),
        (DUVALL, "spoken", ["Thank you, Mr Mayor.", "In the imagery", "Clearly, there is"]),
        (KHAN, "spoken", ["Chairman, I am not sure", "He raises a separate", "It is important with all"]),
    ],
    PATROLS: [
        ("joanne-mccartney", "spoken", ["Mr Mayor, thank you", "Did you have concerns"]),
        (KHAN, "spoken", ["I would be concerned", "We have seen in the last", "If it was the case"]),
        ("joanne-mccartney", "spoken", ["Have you made that clear"]),
        (KHAN, "spoken", ["Yes.", "She was making", "I will just say"]),
    ],
    NEWS: [
        (LBC, "narrated", ["London’s Mayor has said", "But Sadiq Khan has told", "It’s understood dozens",
                           "With the Met saying", "Sadiq Khan said:"]),
        (KHAN, "quoted", ["“I think one of the", "“Often you can be", "“Firearms officers do"]),
        (LBC, "narrated", ["The Mayor failed to comment", "The MoD has agreed", "Sadiq Khan, though"]),
        (KHAN, "quoted", ["“Don’t be lulled"]),
        (LBC, "narrated", ["Since Thursday", "Other forces", "On Monday afternoon"]),
        ("metropolitan-police", "quoted", ['"Sufficient officers']),
        (LBC, "narrated", ["The head of the Metropolitan"]),
        ("ken-marsh", "quoted", ["“Police officers have no concerns"]),
        (LBC, "narrated", ["he said."]),
        ("ken-marsh", "quoted", ["“Those forensically", "“Colleagues should not fear"]),
        (LBC, "narrated", ["The Home Secretary has announced", "Labour’s Jonathan Ashworth told"]),
        ("jonathan-ashworth", "quoted", ["“Firearms policing is", "“It’s important that"]),
        (LBC, "narrated", ["Armed officer NX121", "A single gunshot", "The Independent Office",
                           "Appearing at the Old Bailey"]),
    ],
}  # fmt: skip


def _body(corpus: kit.Corpus, document_id: str) -> pl.DataFrame:
    return corpus.passages.filter(pl.col("document_id") == document_id, pl.col("zone") == "body").sort("order")


# ---- texts and passages


@pytest.mark.parametrize("document_id", SUMS)
def test_each_text_is_kept_byte_for_byte(corpus: kit.Corpus, root: Path, document_id: str) -> None:
    raw = (root / "corpus" / "documents" / f"{document_id}.txt").read_bytes()

    assert hashlib.sha256(raw).hexdigest() == SUMS[document_id]
    assert corpus.text(document_id).encode() == raw


def test_the_five_documents_are_all_and_stand_by_their_dates(corpus: kit.Corpus) -> None:
    assert corpus.documents["document_id"].to_list() == [BRIEFING, TWO_THOUSAND_16, SPEECH, PATROLS, NEWS]
    assert dict(corpus.documents.select("document_id", "sha256").iter_rows()) == SUMS


@pytest.mark.parametrize("document_id", SUMS)
def test_passages_never_overlap_and_leave_nothing_but_white_space_between_them(
    corpus: kit.Corpus, document_id: str
) -> None:
    text, at = corpus.text(document_id), 0
    passages = corpus.passages.filter(document_id=document_id)

    assert passages["order"].to_list() == list(range(1, passages.height + 1))
    for start, end in passages.select("start", "end").iter_rows():
        assert at <= start < end
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


def test_each_passage_is_the_text_between_its_characters_and_is_named_after_them(corpus: kit.Corpus) -> None:
    for row in corpus.passages.iter_rows(named=True):
        assert corpus.text(row["document_id"])[row["start"] : row["end"]] == row["text"]
        assert row["passage_id"] == f"{row['document_id']}#char={row['start']},{row['end']}"
    assert corpus.passages["passage_id"].is_unique().all()


# ---- who speaks


@pytest.mark.parametrize("document_id", TURNS)
def test_the_turns_are_those_of_the_persons_who_speak_in_them(corpus: kit.Corpus, document_id: str) -> None:
    rows = _body(corpus, document_id).select("speaker_id", "form", "text").rows()

    found = [(*who, [row[2] for row in passages]) for who, passages in groupby(rows, key=lambda row: row[:2])]

    assert [turn[:2] for turn in found] == [turn[:2] for turn in TURNS[document_id]]
    for (*_, texts), (*_, beginnings) in zip(found, TURNS[document_id], strict=True):
        assert len(texts) == len(beginnings)
        assert all(fold(text).startswith(fold(words)) for text, words in zip(texts, beginnings, strict=True)), (
            texts,
            beginnings,
        )


def test_the_briefing_is_nineteen_bullets_of_the_police(corpus: kit.Corpus) -> None:
    body = _body(corpus, BRIEFING)

    assert body.height == corpus.passages.filter(document_id=BRIEFING).height == 19
    assert set(body.select("speaker_id", "form").iter_rows()) == {("metropolitan-police", "written")}
    assert all(text.startswith("- ") for text in body["text"])


def test_the_speech_is_the_commissioners_of_that_day_from_greeting_to_thanks(corpus: kit.Corpus) -> None:
    body, around = (
        _body(corpus, SPEECH),
        corpus.passages.filter(pl.col("document_id") == SPEECH, pl.col("zone") != "body"),
    )
    paragraphs = [line for line in corpus.text(SPEECH).split("\n") if line.strip()]

    assert set(body.select("speaker_id", "form", "turn").iter_rows()) == {("cressida-dick", "spoken", 1)}
    assert body["text"].to_list() == [line.strip() for line in paragraphs[4:]]
    assert body["text"][0] == "Lord Mayor, distinguished guests, ladies and gentlemen."
    assert around["text"].to_list() == [line.strip() for line in paragraphs[:4]]


def test_what_stands_around_the_news_is_heading_caption_or_furniture(corpus: kit.Corpus) -> None:
    news = corpus.passages.filter(document_id=NEWS)
    text = corpus.text(NEWS)

    assert news.filter(zone="heading")["text"].to_list() == [text.split("\n")[0]]
    more = text.index("More Latest News")
    assert set(news.filter(pl.col("start") >= more)["zone"]) == {"furniture"}
    assert set(news.filter(pl.col("text").str.starts_with("Read more:"))["zone"]) == {"furniture"}
    captions = news.filter(pl.col("text").str.contains("Picture: (Alamy|Getty)"))
    assert captions.height == 5
    assert set(captions["zone"]) == {"caption"}


def test_nobody_is_made_to_say_their_own_label(corpus: kit.Corpus) -> None:
    labels = ("Sadiq Khan (Mayor of London):", "Len Duvall AM:", "Joanne McCartney AM:")

    assert not [text for text in corpus.passages.filter(zone="body")["text"] if text.startswith(labels)]
    assert set(corpus.passages.filter(pl.col("text").is_in(labels))["zone"]) == {"furniture"}


def test_every_passage_of_the_body_has_a_speaker(corpus: kit.Corpus) -> None:
    assert corpus.passages.filter(pl.col("zone") == "body", pl.col("speaker_id").is_null()).height == 0


def test_the_loader_doubts_only_the_quotation_that_is_never_closed(corpus: kit.Corpus) -> None:
    (doubt,) = corpus.doubts.iter_rows(named=True)

    assert (doubt["document_id"], doubt["line"]) == (NEWS, 51)
    assert doubt["where"].startswith('"Sufficient officers')


# ---- records


def test_what_is_not_known_is_said_so_and_nothing_is_empty(corpus: kit.Corpus) -> None:
    assert corpus.documents.filter(source="not known")["document_id"].to_list() == [BRIEFING, NEWS]
    assert all("Permission to republish: not known" in rights for rights in corpus.documents["rights"])
    assert all(corpus.documents["date_note"])
    assert all(
        known and ("looked up: http" in known or "not checked" in known) for known in corpus.offices["known_from"]
    )


def test_the_undated_briefing_lies_between_the_attack_and_a_month_after_it(corpus: kit.Corpus) -> None:
    briefing = corpus.documents.filter(document_id=BRIEFING).row(0, named=True)

    assert (briefing["earliest"], briefing["latest"]) == interval("2016-07-15/2016-08-13")
    assert briefing["date_basis"] == "inferred"
    assert "recently in Nice" in briefing["date_note"]
    assert "less than a month after the tragic events in Nice" in corpus.text(TWO_THOUSAND_16).replace("\n", " ")


def test_the_commissioner_is_another_person_in_each_year(corpus: kit.Corpus) -> None:
    terms = corpus.offices.filter(office="Commissioner of Police of the Metropolis")

    assert terms["speaker_id"].to_list() == ["bernard-hogan-howe", "cressida-dick", "mark-rowley"]


def test_the_codebook_has_the_ids_and_sentences_that_are_fixed(corpus: kit.Corpus, root: Path) -> None:
    written = (root / "corpus" / "codebook.md").read_text(encoding="utf-8")

    assert corpus.propositions.height == 18
    assert corpus.themes.height == 10
    for theme_id, proposition_id, text in corpus.propositions.select("theme_id", "proposition_id", "text").iter_rows():
        assert f"`{proposition_id}`: {text}" in " ".join(written.split())
        assert f"(`{theme_id}`)" in written


def test_every_theme_is_found_in_some_passage_by_its_rules(corpus: kit.Corpus) -> None:
    found = corpus.passages["themes"].explode().drop_nulls()

    assert set(found) == set(corpus.themes["theme_id"])


def test_examples_name_what_the_corpus_has(corpus: kit.Corpus) -> None:
    examples = corpus.examples

    assert len(examples["holders"]) == 2
    chosen = kit.Selection(
        speakers=examples["holders"],
        themes=[examples["theme_id"]],
        propositions=[examples["proposition_id"]],
        text=examples["word"],
    )
    assert corpus.select(chosen).statements.height > 0


def test_sixty_passages_are_marked_about_half_to_tune_and_half_to_test(corpus: kit.Corpus) -> None:
    marks = corpus.marks.join(corpus.passages, on="passage_id", how="inner")

    assert corpus.marks["passage_id"].is_unique().all()
    assert (marks.height, set(marks["zone"])) == (60, {"body"})
    assert corpus.marks["half"].value_counts().sort("half")["count"].to_list() == [31, 29]
    assert set(marks["document_id"]) == set(SUMS)


# ---- codings


def test_there_are_two_codings_and_the_agreed_one_made_from_both(corpus: kit.Corpus) -> None:
    assert tuple(corpus.coders["coder_id"]) == CODERS
    assert corpus.coders["made_from"].to_list() == [[], [], ["coder-a", "coder-b"]]
    assert all(len(how) > 80 for how in corpus.coders["how"])
    assert corpus.coding == "agreed"


@pytest.mark.parametrize("coder_id", CODERS)
def test_each_coding_lists_every_passage_of_the_body_as_reviewed_and_no_other(
    corpus: kit.Corpus, coder_id: str
) -> None:
    reviewed = corpus.reviewed.filter(coder_id=coder_id)["passage_id"]

    assert set(corpus.passages.filter(zone="body")["passage_id"]) - set(reviewed) == set()
    assert reviewed.is_unique().all()


@pytest.mark.parametrize("coder_id", CODERS)
def test_every_document_is_coded_and_nothing_in_furniture_or_headings(corpus: kit.Corpus, coder_id: str) -> None:
    coded = corpus.codings.filter(coder_id=coder_id)
    zones = coded.join(corpus.passages, on="passage_id")["zone"]

    assert set(coded["document_id"]) == set(SUMS)
    assert set(zones) <= {"body", "caption"}


def test_evidence_is_within_one_passage_and_is_its_text_character_for_character(corpus: kit.Corpus) -> None:
    for frame in (corpus.codings, corpus.silences):
        held = frame.join(corpus.passages.select("passage_id", at="start", to="end"), on="passage_id", how="left")
        assert held.filter(~((pl.col("at") <= pl.col("start")) & (pl.col("end") <= pl.col("to")))).height == 0
        for document_id, start, end, evidence in frame.select("document_id", "start", "end", "evidence").iter_rows():
            assert corpus.text(document_id)[start:end] == evidence
            assert (start, end) in anchor(corpus.text(document_id), evidence)


def test_whoever_holds_directly_speaks_the_passage_and_whoever_else_does_is_in_the_chain(corpus: kit.Corpus) -> None:
    joined = corpus.codings.join(corpus.passages.select("passage_id", "form", speaker="speaker_id"), on="passage_id")

    for row in joined.iter_rows(named=True):
        if row["mode"] == "direct":
            assert (row["speaker"], row["relayed_by"]) == (row["speaker_id"], []), row["statement_id"]
        else:
            assert row["relayed_by"], row["statement_id"]
            assert row["speaker"] in (row["speaker_id"], *row["relayed_by"]), row["statement_id"]
        assert row["first_hand"] == (row["mode"] == "direct")


def _units(corpus: kit.Corpus, coder_id: str) -> dict[tuple[str, str, str], str]:
    units: dict[tuple[str, str, str], set[str]] = {}
    for *unit, stance in corpus.codings.filter(coder_id=coder_id).select(*KEYS, "stance").iter_rows():
        units.setdefault((unit[0], unit[1], unit[2]), set()).add(stance)
    return {unit: min(stances) if len(stances) == 1 else "mixed" for unit, stances in units.items()}


def test_every_difference_between_the_two_codings_is_kept_with_its_reason(corpus: kit.Corpus) -> None:
    first, second = _units(corpus, "coder-a"), _units(corpus, "coder-b")
    kept = {tuple(row[:3]): row[3] for row in corpus.disagreements.select(*KEYS, "stances").iter_rows()}

    differing = {
        unit: [first.get(unit, ""), second.get(unit, "")]
        for unit in first.keys() | second.keys()
        if first.get(unit) != second.get(unit)
    }

    assert {unit: stances for unit, stances in differing.items() if kept.get(unit) != stances} == {}
    assert all(corpus.disagreements["why"])


def test_the_agreed_coding_holds_what_both_found_and_what_was_settled(corpus: kit.Corpus) -> None:
    first, second, agreed = (_units(corpus, coder_id) for coder_id in CODERS)
    settled = {tuple(row[:3]): row[3] for row in corpus.disagreements.select(*KEYS, "resolved_as").iter_rows()}
    both = {unit: stance for unit, stance in first.items() if second.get(unit) == stance}

    assert {unit: stance for unit, stance in {**both, **settled}.items() if agreed.get(unit, "") != stance} == {}
    assert set(agreed) <= set(both) | set(settled)


def test_the_silence_about_other_forces_help_belongs_to_a_theme_and_to_no_proposition(corpus: kit.Corpus) -> None:
    silences = corpus.silences.filter(document_id=NEWS, kind="asked-not-answered")

    assert silences.select("speaker_id", "proposition_id", "theme_id").rows() == [(KHAN, "", "resources")]


# ---- its README


def _keys(table: dict[str, object]) -> set[str]:
    found = set(table)
    for value in table.values():
        for inner in value if isinstance(value, list) else [value]:
            found |= _keys(inner) if isinstance(inner, dict) else set()
    return found


def test_the_readme_of_the_corpus_names_every_key_that_stands_on_disk(root: Path) -> None:
    readme = (root / "corpus" / "README.md").read_text(encoding="utf-8")
    used = set()
    for path in (root / "corpus").rglob("*.toml"):
        used |= _keys(tomllib.loads(path.read_text(encoding="utf-8")))

    assert {key for key in used if f"`{key}`" not in readme and f"[{key}]" not in readme} == set()


def test_the_readme_of_the_corpus_names_every_key_that_may_stand_there(root: Path) -> None:
    from kit import codebook, codings, corpus, documents, people

    readme = (root / "corpus" / "README.md").read_text(encoding="utf-8")
    tables = (
        corpus._CORPUS, documents._DOCUMENT, people._SPEAKER, people._OFFICE, codebook._TOP, codebook._THEME,
        codebook._PROPOSITION, codebook._MARKS, codebook._MARK,
        codings._CODER, codings._STATEMENT, codings._SILENCE, codings._DISAGREEMENT,
    )  # fmt: skip

    known = {key for table in tables for key in table}
    assert {key for key in known if f"`{key}`" not in readme and f"[{key}]" not in readme} == set()


def test_git_keeps_the_line_ends_of_the_texts(root: Path) -> None:
    assert "corpus/documents/*.txt -text" in (root / ".gitattributes").read_text(encoding="utf-8").splitlines()
