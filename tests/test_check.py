"""Every way in which a corpus folder can be wrong: the message names file, line, value and remedy; all come at once."""
# ruff: noqa: E501 - each row of the tables is one damage and its message, as it is printed

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kit
from kit.__main__ import main
from kit.records import locate

ANSWER, SPEECH = "2019-03-12-questions-night-ferry", "2020-harbour-master-winter-speech"
NEWS, BRIEFING = "2021-06-04-northport-post-night-ferry", "night-ferry-briefing"
CODED = f"codings/agreed/{NEWS}.toml"
SPOKEN = f"codings/agreed/{ANSWER}.toml"


def test_the_second_corpus_has_no_problem(copy_of_second: Any) -> None:
    assert copy_of_second.problems() == []


# ---- one change to one file: the problem it makes; LINE stands for the line that was changed

CHANGES = {
    # corpus.toml
    "broken TOML": ("corpus.toml", 'version = "1"', "version = 1.", "corpus.toml:LINE: not TOML: Expected newline or end of document after a statement. Mend the syntax on this line or the one before it"),
    "unknown key": ("corpus.toml", 'version = "1"', 'version = "1"\nlicence = "MIT"', "corpus.toml:LINE+1: unknown key 'licence'. Remove it; the keys here are default_coding, examples, languages, note, title, version"),
    "misspelt key": ("corpus.toml", "languages", "langauges", "corpus.toml:LINE: unknown key 'langauges'. Write 'languages'"),
    "missing key": ("corpus.toml", 'version = "1"\n', "", "corpus.toml: missing key 'version'. Add version = …"),
    "default coding by nobody": ("corpus.toml", '"agreed"', '"agred"', "corpus.toml:LINE: default_coding: 'agred' is no coder. Write one of \"\", agreed, reader-one, reader-two"),
    # documents
    "unknown kind": (f"documents/{NEWS}.toml", 'kind = "news"', 'kind = "sermon"', f"documents/{NEWS}.toml:LINE: kind: 'sermon' is not one of answer, briefing, news, speech. Choose one of these"),
    "misspelt kind": (f"documents/{NEWS}.toml", 'kind = "news"', 'kind = "new"', f"documents/{NEWS}.toml:LINE: kind: 'new' is not one of answer, briefing, news, speech. Write 'news'"),
    "kind of another text": (f"documents/{NEWS}.toml", 'kind = "news"', 'kind = "briefing"', f"documents/{NEWS}.toml:LINE: kind: 'briefing' does not fit the text: "),
    "date that is none": (f"documents/{NEWS}.toml", '"2021-06-04"', '"4 June 2021"', f"documents/{NEWS}.toml:LINE: date: '4 June 2021' is not an EDTF date such as 2016-09-14, 2016-09, 2016, 2016-07-15/2016-08-13 or XXXX. Correct the date"),
    "day that is none": (f"documents/{NEWS}.toml", '"2021-06-04"', '"2021-06-31"', f"documents/{NEWS}.toml:LINE: date: '2021-06-31' is not a day of the calendar. Correct the date"),
    "date that ends before it begins": (f"documents/{SPEECH}.toml", "2020-09-01/2020-12-31", "2020-12-31/2020-09-01", f"documents/{SPEECH}.toml:LINE: date: '2020-12-31/2020-09-01' ends before it begins. Correct the date"),
    "date as a number": (f"documents/{NEWS}.toml", '"2021-06-04"', "2021-06-04", f"documents/{NEWS}.toml:LINE: date: 2021-06-04 is not text in quotation marks. Correct the value"),
    "basis unknown of a known date": (f"documents/{NEWS}.toml", '"stated"', '"unknown"', f"documents/{NEWS}.toml:LINE: date_basis: 'unknown' does not fit the date '2021-06-04'. XXXX goes with unknown, and only with it"),
    "basis stated of an unknown date": (f"documents/{BRIEFING}.toml", '"unknown"', '"stated"', f"documents/{BRIEFING}.toml:LINE: date_basis: 'stated' does not fit the date 'XXXX'. XXXX goes with unknown, and only with it"),
    "basis that is none": (f"documents/{NEWS}.toml", '"stated"', '"guessed"', f"documents/{NEWS}.toml:LINE: date_basis: 'guessed' is not one of stated, inferred, unknown. Choose one of these"),
    "inferred from nothing": (f"documents/{NEWS}.toml", 'date_basis = "stated"\ndate_note = "Printed below the title."', 'date_basis = "inferred"\ndate_note = ""', f"documents/{NEWS}.toml:LINE+1: date_note: is empty, but the date is inferred. Say from what it was inferred"),
    "publisher who is no speaker": (f"documents/{NEWS}.toml", '"Northport Post"', '"Northport Gazette"', f"documents/{NEWS}.toml:LINE: publisher: 'Northport Gazette' is no speaker. Add a [[speaker]] of this name to speakers.toml"),
    "speaker of a speech who is none": (f"documents/{SPEECH}.toml", '"cleo-marsh"', '"cleo"', f"documents/{SPEECH}.toml:LINE: speaker_id: 'cleo' is no speaker. Add a [[speaker]] with this speaker_id to speakers.toml"),
    "label of nobody": (f"documents/{ANSWER}.toml", 'rights = "', 'labels = { "The Chair" = "nobody" }\nrights = "', f"documents/{ANSWER}.toml:LINE: The Chair: 'nobody' is no speaker. Add a [[speaker]] with this speaker_id to speakers.toml"),
    "empty rights": (f"documents/{NEWS}.toml", 'rights = "Invented for the tests; under the licence of the code."', 'rights = ""', f"documents/{NEWS}.toml:LINE: rights: is empty. Write it, or 'not known' where it is not known"),
    # speakers.toml
    "speaker without a name": ("speakers.toml", 'name = "Ivo Lund"', 'nam = "Ivo Lund"', "speakers.toml:LINE: unknown key 'nam'. Write 'name'"),
    "duplicate speaker": ("speakers.toml", 'speaker_id = "ivo-lund"', 'speaker_id = "emil-sand"', "speakers.toml:LINE: speaker_id: the same 'emil-sand' stands on line "),
    "name of two": ("speakers.toml", 'aliases = ["Ms Rooke"]', 'aliases = ["Cleo Marsh"]', "speakers.toml:LINE+8: 'Cleo Marsh' already names dana-rooke. Give each name and alias to one speaker only"),
    "office that ends before it begins": ("speakers.toml", 'until = "2020-05-08"', 'until = "2015"', "speakers.toml:LINE: until: the office ends (2015) before it begins (2016-05-09). Correct one of the two dates"),
    "office of nobody": ("speakers.toml", 'speaker_id = "ama-osei"\noffice', 'speaker_id = "ama"\noffice', "speakers.toml:LINE: speaker_id: 'ama' is no speaker. Add a [[speaker]] with this speaker_id"),
    "office with a date that is none": ("speakers.toml", 'since = "2018-09"', 'since = "autumn 2018"', "speakers.toml:LINE: since: 'autumn 2018' is not an EDTF date"),
    # codebook.toml
    "duplicate theme": ("codebook.toml", 'theme_id = "safety"\nlabel', 'theme_id = "service"\nlabel', "codebook.toml:LINE: theme_id: the same 'service' stands on line "),
    "duplicate proposition": ("codebook.toml", 'proposition_id = "sell-a-boat"', 'proposition_id = "raise-fares"', "codebook.toml:LINE: proposition_id: the same 'raise-fares' stands on line "),
    "proposition of an unknown theme": ("codebook.toml", 'theme_id = "safety"\ntext', 'theme_id = "safty"\ntext', "codebook.toml:LINE: theme_id: 'safty' is unknown. Write one of money, safety, service"),
    # coders
    "duplicate coder": ("codings/coders.toml", '"reader-two"', '"reader-one"', "codings/coders.toml:LINE: coder_id: the same 'reader-one' stands on line "),
    "coder without how": ("codings/coders.toml", 'how = "Made', 'howe = "Made', "codings/coders.toml:LINE: unknown key 'howe'. Write 'how'"),
    # codings
    "unknown holder": (CODED, '"dana-rooke"\nrelayed_by', '"dana"\nrelayed_by', f"{CODED}:LINE: speaker_id: 'dana' is no speaker. Add a [[speaker]] with this speaker_id to speakers.toml"),
    "unknown relayer": (CODED, '["dana-rooke", "northport-post"]', '["dana", "northport-post"]', f"{CODED}:LINE: relayed_by: 'dana' is no speaker. Add a [[speaker]] with this speaker_id to speakers.toml"),
    "unknown proposition": (CODED, '"raise-fares"', '"raise-fare"', f"{CODED}:LINE: proposition_id: 'raise-fare' is unknown. Write one that stands in codebook.toml"),
    "unknown theme of a silence": (CODED, 'theme_id = "money"', 'theme_id = "cash"', f"{CODED}:LINE: theme_id: 'cash' is unknown. Write one of money, safety, service"),
    "unknown stance": (CODED, 'stance = "support"', 'stance = "supports"', f"{CODED}:LINE: stance: 'supports' is not one of oppose, mixed, support. Write 'support'"),
    "unknown mode": (CODED, 'mode = "quoted"', 'mode = "cited"', f"{CODED}:LINE: mode: 'cited' is not one of direct, quoted, reported. "),
    "unknown modality": (CODED, 'modality = "assertion"', 'modality = "wish"', f"{CODED}:LINE: modality: 'wish' is not one of assertion, question, conditional, action. Choose one of these"),
    "unknown confidence": (CODED, 'confidence = "high"', 'confidence = "hi"', f"{CODED}:LINE: confidence: 'hi' is not one of low, medium, high. "),
    "unknown kind of silence": (CODED, '"asked-not-answered"', '"evaded"', f"{CODED}:LINE: kind: 'evaded' is not one of asked-not-answered, no-stance. Choose one of these"),
    "unknown key of a statement": (CODED, "said_on", "said_in", f"{CODED}:LINE: unknown key 'said_in'. Write 'said_on'"),
    "missing key of a statement": (SPOKEN, 'stance = "mixed"\n', "", f"{SPOKEN}:LINE-6: missing key 'stance'. Add stance = …"),
    "direct in another's words": (CODED, 'mode = "quoted"', 'mode = "direct"', f"{CODED}:LINE: mode: 'direct' does not fit the passage: these are not the holder’s own words, spoken or published by the holder. Write quoted or reported"),
    "quoted where the holder speaks": (SPOKEN, 'mode = "direct"', 'mode = "quoted"', f"{SPOKEN}:LINE: mode: 'quoted' does not fit the passage: the holder speaks or publishes here. Write direct, with relayed_by = []"),
    "somebody between in direct speech": (SPOKEN, "relayed_by = []\nmode", 'relayed_by = ["ivo-lund"]\nmode', f"{SPOKEN}:LINE+1: mode: 'direct' does not fit the passage: nobody stands between. Leave relayed_by empty: []"),
    "publisher missing at the end of a chain": (CODED, 'relayed_by = ["northport-post"]', "relayed_by = []", f"{CODED}:LINE+1: mode: 'reported' does not fit the passage: the words reach the reader through northport-post. End relayed_by with northport-post"),
    "evidence not in the text": (CODED, "wants it to stop at one", "wants it to stop at two", f"{CODED}:LINE: evidence: 'the union of the deckhands wants it to stop at two' does not stand in the text, character for character. Copy the words from the document"),
    "evidence with a space too many": (SPOKEN, "A city that", "A  city that", f"{SPOKEN}:LINE: evidence: 'I want the ferry to sail all night, and from the first of …' does not stand in the text"),
    "evidence there twice": (CODED, 'before = "they work at night."\n', "", f"{CODED}:LINE-1: evidence: 'The ferry stays' stands 3 times in the text. Add before or after, the words next to it"),
    "neighbour that does not stand there": (CODED, 'before = "they work at night."', 'before = "they sleep at night."', f"{CODED}:LINE-1: evidence: 'The ferry stays' does not stand in the text"),
    "evidence over two passages": (CODED, '"Stop the boats at one, and all', '"in the morning,” he said. “Stop the boats at one, and all', f"{CODED}:LINE: evidence: 'in the morning,” he said. “Stop the boats at one, and all …' is not within one passage. Quote from one passage only"),
    "evidence of nothing": (CODED, 'evidence = "Stop the boats at one, and all of us will sleep better."', 'evidence = ""', f"{CODED}:LINE: evidence: is empty. Write it"),
    "version that the codebook has not": (CODED, 'said_on = "2019"', 'version = 9', f"{CODED}:LINE: version: the codebook has 'raise-fares' in version 1, not 9. Correct the version here, or the codebook"),
    "date of a position that is none": (CODED, 'said_on = "2019"', 'said_on = "last year"', f"{CODED}:LINE: said_on: 'last year' is not an EDTF date"),
    "reviewed passage that is none": (CODED, "#char=227,353", "#char=227,354", f"{CODED}:LINE: reviewed: '{NEWS}#char=227,354' is no passage of {NEWS}. Write one that stands there now"),
    "reviewed missing": (CODED, "reviewed = [", "review = [", f"{CODED}:LINE: unknown key 'review'. Write 'reviewed'"),
    "disagreement about no passage": (CODED, 'passage_id = "' + NEWS + "#char=598,683", 'passage_id = "' + NEWS + "#char=598,684", f"{CODED}:LINE: passage_id: '{NEWS}#char=598,684' is no passage of {NEWS}. Write one that stands there now"),
    "disagreement with a stance too few": (CODED, 'stances = ["", "support"]', 'stances = ["support"]', f"{CODED}:LINE: stances: 1 for reader-one, reader-two. Give each coder one, \"\" for none"),
    "disagreement resolved as nothing known": (CODED, 'resolved_as = "support"', 'resolved_as = "for"', f"{CODED}:LINE: resolved_as: 'for' is not one of nothing, oppose, mixed, support"),
    # marks
    "mark of no passage": ("marks.toml", f"{NEWS}#char=684,694", f"{NEWS}#char=0,1", f"marks.toml:LINE: passage_id: '{NEWS}#char=0,1' is no passage of this corpus. Mark the passages that stand there now"),
    "mark of an unknown theme": ("marks.toml", '["safety"]', '["safty"]', "marks.toml:LINE: themes: 'safty' is unknown. Write one of money, safety, service"),
}  # fmt: skip

# These two are what they say and also take away an id that others use.
SEVERAL = {"duplicate theme", "duplicate coder"}


@pytest.mark.parametrize("name", CHANGES)
def test_check_names_the_file_the_line_the_value_and_the_remedy(copy_of_second: Any, name: str) -> None:
    file, old, new, wanted = CHANGES[name]
    line = copy_of_second.change(file, old, new)
    for shift in ("-6", "-1", "+8", "+1", ""):
        wanted = wanted.replace(f"LINE{shift}", str(line + int(shift or 0)))

    problems = copy_of_second.problems()

    assert [problem for problem in problems if problem.startswith(wanted)], "\n".join(problems)
    assert len(problems) == 1 or name in SEVERAL, "\n".join(problems)


@pytest.mark.parametrize("name", CHANGES)
def test_load_raises_the_same_problems_as_check_finds(copy_of_second: Any, name: str) -> None:
    file, old, new, _ = CHANGES[name]
    copy_of_second.change(file, old, new)

    with pytest.raises(kit.CorpusError, match=r"\. ") as raised:
        kit.load(copy_of_second.path)

    assert str(raised.value).replace(f"{copy_of_second.path}/", "").splitlines() == copy_of_second.problems()


# ---- other damage


def _without(name: str) -> Callable[[Path], object]:
    return lambda path: (path / name).unlink()


def _holding(name: str, raw: bytes) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(raw)

    return write


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "text without record": (_without(f"documents/{NEWS}.toml"), f"documents/{NEWS}.toml: cannot be read (No such file or directory). Add the file, or allow it to be read"),
    "record without text": (_without(f"documents/{NEWS}.txt"), f"documents/{NEWS}.txt: cannot be read (No such file or directory). Add the file, or allow it to be read"),
    "another text without record": (_holding("documents/new.txt", b"words"), "documents/new.toml: cannot be read (No such file or directory). Add the file, or allow it to be read"),
    "no corpus.toml": (_without("corpus.toml"), "corpus.toml: cannot be read (No such file or directory). Add the file, or allow it to be read"),
    "no speakers.toml": (_without("speakers.toml"), "speakers.toml: cannot be read (No such file or directory)"),
    "no codebook.toml": (_without("codebook.toml"), "codebook.toml: cannot be read (No such file or directory)"),
    "no coders.toml": (_without("codings/coders.toml"), "codings/coders.toml: cannot be read (No such file or directory)"),
    "empty corpus.toml": (_holding("corpus.toml", b""), "corpus.toml: missing key 'title'. Add title = …"),
    "text not UTF-8": (_holding(f"documents/{NEWS}.txt", "one\ntwo caf\u00e9".encode("latin-1")), f"documents/{NEWS}.txt:2: byte 0xe9 is not UTF-8. Save the text as UTF-8; its bytes are kept as they are"),
    "record not UTF-8": (_holding("speakers.toml", b'# \xff\n[[speaker]]'), "speakers.toml:1: byte 0xff is not UTF-8. Save the text as UTF-8"),
    "empty text": (_holding(f"documents/{NEWS}.txt", b""), f"documents/{NEWS}.txt: the text is empty. Put the document’s text there, or remove its record"),
    "blank text": (_holding(f"documents/{NEWS}.txt", b" \n\xc2\xa0\r\n"), f"documents/{NEWS}.txt: the text is empty. Put the document’s text there, or remove its record"),
    "coding of a stranger": (_holding(f"codings/third/{NEWS}.toml", b"reviewed = []"), "codings/third: 'third' is no coder. Add a [[coder]] to coders.toml"),
    "coding of no document": (_holding("codings/agreed/old.toml", b"reviewed = []"), "codings/agreed/old.toml: there is no document 'old'. Rename or remove it"),
    "empty coding": (_holding(f"codings/agreed/{NEWS}.toml", b""), f"codings/agreed/{NEWS}.toml: missing key 'reviewed'. Add reviewed = …"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_files_are_problems_and_load_raises_them(copy_of_second: Any, name: str) -> None:
    damage, wanted = DAMAGES[name]
    damage(copy_of_second.path)

    problems = copy_of_second.problems()

    assert [problem for problem in problems if problem.startswith(wanted)], "\n".join(problems)
    assert len(problems) == 1 or name == "empty corpus.toml", "\n".join(problems)
    with pytest.raises(kit.CorpusError, match=r"\. ") as raised:
        kit.load(copy_of_second.path)
    assert str(raised.value).replace(f"{copy_of_second.path}/", "").splitlines() == problems


def test_one_changed_character_of_a_text_is_found_by_its_sum_and_by_the_evidence(copy_of_second: Any) -> None:
    name = f"documents/{NEWS}"
    received = hashlib.sha256(copy_of_second.read(f"{name}.txt").encode()).hexdigest()
    copy_of_second.change(f"{name}.txt", "swim home", "swin home")

    problems = copy_of_second.problems()

    assert problems[0].startswith(f"{name}.toml:9: sha256: '{received}' is not that of {NEWS}.txt, which is ")
    assert problems[0].endswith(". Restore the text as received, or write the new sum if it is a new version")
    assert len(problems) == 1


def test_evidence_that_its_text_no_longer_holds_is_a_problem_of_each_coding(copy_of_second: Any) -> None:
    copy_of_second.change(f"documents/{NEWS}.txt", "Stop the boats", "Stay the boats")

    problems = copy_of_second.problems()

    found = [problem.split(":")[0] for problem in problems if "does not stand in the text" in problem]
    assert found == [f"codings/{coder}/{NEWS}.toml" for coder in ("agreed", "reader-one", "reader-two")]


def test_the_same_statement_twice_is_a_problem_that_names_both_lines(copy_of_second: Any) -> None:
    text = copy_of_second.read(f"codings/agreed/{BRIEFING}.toml")
    start, end = text.index("[[statement]]"), text.index("[[silence]]")
    first = text.count("\n", 0, start) + 1
    line = copy_of_second.add(f"codings/agreed/{BRIEFING}.toml", text[start:end])

    assert copy_of_second.problems() == [
        f"codings/agreed/{BRIEFING}.toml:{line}: the same statement stands on line {first}. Remove one of the two"
    ]


def test_several_problems_in_several_files_come_all_at_once_in_order(copy_of_second: Any) -> None:
    copy_of_second.change(CODED, '"raise-fares"', '"raise-fare"')
    copy_of_second.change(CODED, 'stance = "oppose"', 'stance = "against"')
    copy_of_second.change("codebook.toml", 'label = "Money"', 'labl = "Money"')
    copy_of_second.change(f"documents/{BRIEFING}.toml", '"briefing"', '"speech"')
    copy_of_second.change("speakers.toml", '"2020-05-08"', '"2015"')
    (copy_of_second.path / "documents" / f"{ANSWER}.txt").unlink()

    problems = copy_of_second.problems()

    for wanted in ("'raise-fare'", "'labl'", "'speech'", "(2015)", f"{ANSWER}.txt"):
        assert any(wanted in problem for problem in problems), wanted
    assert len(problems) == 6
    assert [problem.split(":")[0] for problem in problems] == sorted(problem.split(":")[0] for problem in problems)


def test_problems_of_one_coding_come_all_at_once(copy_of_second: Any) -> None:
    lines = [
        copy_of_second.change(CODED, '"raise-fares"', '"raise-fare"'),
        copy_of_second.change(CODED, 'stance = "oppose"', 'stance = "against"'),
        copy_of_second.change(CODED, "Stop the boats", "Stay the boats"),
        copy_of_second.change(CODED, 'theme_id = "money"', 'theme_id = "cash"'),
    ]

    problems = copy_of_second.problems()

    assert sorted(int(problem.split(":")[1]) for problem in problems) == sorted(lines)


def test_a_path_that_is_no_folder_is_the_one_problem(tmp_path: Path) -> None:
    with pytest.raises(
        kit.CorpusError, match=r"nowhere: is not a folder that can be read\. Name the folder that holds corpus\.toml$"
    ):
        kit.load(tmp_path / "nowhere")


def test_an_empty_folder_names_each_file_that_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(
        kit.CorpusError, match=r"documents: cannot be read \(No such file or directory\)\. Add the folder"
    ) as raised:
        kit.load(tmp_path)

    assert [problem.path.rsplit("/", 1)[1] for problem in raised.value.problems] == [
        "codebook.toml",
        "corpus.toml",
        "documents",
        "speakers.toml",
    ]


# ---- nothing vanishes without a word

LEFT_OUT = "cannot be read (No such file or directory). Add the file, or allow it to be read"
IN_DOCUMENTS = (
    "nothing reads this. Move it elsewhere, or save its text as <document_id>.txt, with <document_id>.toml; "
    "an id is made of letters (a to z), digits, hyphens and underscores"
)
AT_ROOT = "Rename it, or move it elsewhere"
IN_CODER = "nothing reads this. Move it elsewhere, or save it as <document_id>.toml"


def test_a_coding_that_a_coder_does_not_have_of_a_document_is_named(copy_of_second: Any) -> None:
    (copy_of_second.path / CODED).unlink()

    assert copy_of_second.problems() == [f"{CODED}: {LEFT_OUT}"]


def test_a_coder_without_a_folder_is_named_once(copy_of_second: Any) -> None:
    shutil.rmtree(copy_of_second.path / "codings" / "agreed")

    assert copy_of_second.problems() == [
        "codings/agreed: cannot be read (No such file or directory). Add the folder, or allow it to be read"
    ]


def test_a_coding_under_a_misspelt_ending_is_named_and_missed(copy_of_second: Any) -> None:
    path = copy_of_second.path / CODED
    path.rename(path.with_suffix(".TOML"))

    assert copy_of_second.problems() == [
        f"{CODED.removesuffix('toml')}TOML: {IN_CODER}",
        f"{CODED}: {LEFT_OUT}",
    ]


def test_a_coding_in_a_folder_of_its_own_is_named_and_missed(copy_of_second: Any) -> None:
    path = copy_of_second.path / CODED
    (path.parent / "done").mkdir()
    path.rename(path.parent / "done" / path.name)

    assert copy_of_second.problems() == [f"{CODED}: {LEFT_OUT}", f"codings/agreed/done: {IN_CODER}"]


@pytest.mark.parametrize("name", ["NEW.TXT", "notes.md", "minutes.docx", "old/minutes.txt", "x.txt/y"])
def test_what_nothing_reads_among_the_documents_is_a_problem(copy_of_second: Any, name: str) -> None:
    _holding(f"documents/{name}", b"words")(copy_of_second.path)

    assert copy_of_second.problems() == [f"documents/{name.split('/')[0]}: {IN_DOCUMENTS}"]


def test_what_nothing_reads_among_the_codings_is_a_problem(copy_of_second: Any) -> None:
    _holding("codings/notes.md", b"words")(copy_of_second.path)

    assert copy_of_second.problems() == [
        "codings/notes.md: nothing reads this. Move it elsewhere; here stand coders.toml and a folder for each coder"
    ]


@pytest.mark.parametrize("name", ["Marks.TOML", "mark.toml", "codebook.toml.bak", "notes/x.md", "speakers.toml/x"])
def test_what_nothing_reads_beside_corpus_toml_is_a_problem(copy_of_second: Any, name: str) -> None:
    top = name.split("/")[0]
    (copy_of_second.path / top).unlink(missing_ok=True)
    _holding(name, b"words")(copy_of_second.path)

    assert f"{top}: nothing reads this. {AT_ROOT}" in copy_of_second.problems()


@pytest.mark.parametrize("name", ["README.md", "codebook.md"])
def test_notes_for_readers_may_stand_beside_corpus_toml(copy_of_second: Any, name: str) -> None:
    _holding(name, b"words")(copy_of_second.path)

    assert copy_of_second.problems() == []


@pytest.mark.parametrize("folder", ["", "documents/", "codings/", "codings/agreed/"])
def test_hidden_files_are_let_be(copy_of_second: Any, folder: str) -> None:
    _holding(f"{folder}.DS_Store", b"\x00")(copy_of_second.path)
    _holding(f"{folder}.ipynb_checkpoints/x.toml", b"x")(copy_of_second.path)

    assert copy_of_second.problems() == []


@pytest.mark.parametrize("name", ["documents", "codings", "codings/agreed"])
def test_a_folder_that_cannot_be_read_is_the_one_problem(copy_of_second: Any, name: str) -> None:
    shutil.rmtree(copy_of_second.path / name)
    (copy_of_second.path / name).symlink_to(copy_of_second.path / name)

    (problem,) = [one for one in copy_of_second.problems() if "nothing reads" not in one]

    assert re.fullmatch(rf"{name}: cannot be read \(.+\)\. Add the folder, or allow it to be read", problem)


def test_a_path_that_is_too_long_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(kit.CorpusError, match=r"xxx: is not a folder that can be read\. Name the folder"):
        kit.load(tmp_path / ("x" * 300))


def test_a_text_of_nothing_visible_is_empty(copy_of_second: Any) -> None:
    copy_of_second.write(f"documents/{NEWS}.txt", "\ufeff\u200b \n")

    assert copy_of_second.problems() == [
        f"documents/{NEWS}.txt: the text is empty. Put the document’s text there, or remove its record"
    ]


# ---- what was an error of the program, or was taken without complaint

MORE_CHANGES = {
    "reviewed list in a list": (CODED, "reviewed = [", 'reviewed = [["x"], ', f"{CODED}:LINE: reviewed: ['x'] is not text in quotation marks. Correct the value"),
    "reviewed table in a list": (CODED, "reviewed = [", "reviewed = [{ a = 1 }, ", f"{CODED}:LINE: reviewed: {{'a': 1}} is not text in quotation marks. Correct the value"),
    "reviewed twice": (CODED, f'"{NEWS}#char=227,353"', f'"{NEWS}#char=227,353", "{NEWS}#char=227,353"', f"{CODED}:LINE: the same reviewed stands on line LINE. Remove one of the two"),
    "label that is no text": (f"documents/{ANSWER}.toml", 'rights = "', 'labels = { "The Chair" = ["a"] }\nrights = "', f"documents/{ANSWER}.toml:LINE: The Chair: ['a'] is not text in quotation marks. Correct the value"),
    "speaker of a speech in a list": (f"documents/{SPEECH}.toml", '"cleo-marsh"', '["a"]', f"documents/{SPEECH}.toml:LINE: speaker_id: ['a'] is not text in quotation marks. Correct the value"),
    "speaker_id with a space": ("speakers.toml", 'speaker_id = "ivo-lund"', 'speaker_id = "Ivo Lund"', "speakers.toml:LINE: speaker_id: 'Ivo Lund' is no id. Write letters (a to z), digits, hyphens and underscores only"),
    "coder_id with a slash": ("codings/coders.toml", '[[coder]]', '[[coder]]\ncoder_id = "a/b"\nname = "A"\nhow = "So."\nmodel = ""\nchecked_by_person = true\n\n[[coder]]', "codings/coders.toml:LINE+1: coder_id: 'a/b' is no id. Write letters (a to z), digits, hyphens and underscores only"),
    "made from nobody": ("codings/coders.toml", '["reader-one", "reader-two"]', '["reader-one", "reader-three"]', "codings/coders.toml:LINE: made_from: 'reader-three' is unknown. Write one of agreed, reader-one, reader-two"),
    "disagreement with a stance that is none": (CODED, 'stances = ["", "support"]', 'stances = ["", "for"]', f"{CODED}:LINE: stances: 'for' is not one of nothing, oppose, mixed, support. Choose one of these"),
    "disagreement of an unknown coder": (CODED, 'coder_ids = ["reader-one", "reader-two"]', 'coder_ids = ["reader-one", "reader-three"]', f"{CODED}:LINE: coder_ids: 'reader-three' is unknown. Write one of agreed, reader-one, reader-two"),
    "disagreement of a coder with itself": (CODED, 'coder_ids = ["reader-one", "reader-two"]', 'coder_ids = ["reader-one", "reader-one"]', f"{CODED}:LINE+1: stances: 2 for reader-one, reader-one. Give each coder one, \"\" for none"),
    "silence under another theme than its proposition's": (f"codings/agreed/{BRIEFING}.toml", 'proposition_id = "raise-fares"\ntheme_id = "money"', 'proposition_id = "raise-fares"\ntheme_id = "safety"', f"codings/agreed/{BRIEFING}.toml:LINE+1: theme_id: 'safety' is not the theme of 'raise-fares'. Write 'money'"),
    "reviewed that is no list": (CODED, "reviewed = [", 'reviewed = "all"\nold = [', f"{CODED}:LINE: reviewed: 'all' is not a list of texts. Correct the value"),
    "holders in a list": ("corpus.toml", '["cleo-marsh", "dana-rooke"]', '[["cleo-marsh"]]', "corpus.toml:LINE: holders: ['cleo-marsh'] is not text in quotation marks. Correct the value"),
    "example of an unknown holder": ("corpus.toml", '"dana-rooke"', '"dana"', "corpus.toml:LINE: holders: 'dana' is no speaker. Add a [[speaker]] with this speaker_id to speakers.toml"),
    "example of an unknown theme": ("corpus.toml", 'theme_id = "service"', 'theme_id = "servis"', "corpus.toml:LINE: theme_id: 'servis' is unknown. Write one of money, safety, service"),
    "example of an unknown proposition": ("corpus.toml", '"run-all-night"', '"run"', "corpus.toml:LINE: proposition_id: 'run' is unknown. Write one that stands in codebook.toml"),
    "examples that are no list": ("corpus.toml", '["cleo-marsh", "dana-rooke"]', '"cleo-marsh"', "corpus.toml:LINE: holders: 'cleo-marsh' is not a list of texts. Correct the value"),
    "unknown example": ("corpus.toml", "word = ", "words = ", "corpus.toml:LINE: unknown key 'words'. Write 'word'"),
    "default coding that is no text": ("corpus.toml", '"agreed"', "3", "corpus.toml:LINE: default_coding: 3 is not text in quotation marks. Correct the value"),
    "evidence in furniture": (CODED, '"Stop the boats at one, and all of us will sleep better."', '"Ferry cat found asleep in a coil of rope"', f"{CODED}:LINE: evidence: 'Ferry cat found asleep in a coil of rope' stands in furniture. Code running text, not a label or a headline of another page"),
    "number of a version that is none": ("codebook.toml", "version = 1", "version = 99999999999999999999", "codebook.toml:LINE: version: 99999999999999999999 is below 0 or too large. Correct the value"),
    "number that is too long": ("codebook.toml", "version = 1", f"version = {'9' * 5000}", "codebook.toml: not TOML: "),
    "hexadecimal number that is too long": ("codebook.toml", "version = 1", f"version = 0x{'F' * 5000}", "codebook.toml: not TOML: "),
    "brackets that nest too deeply": ("corpus.toml", "languages = [", f"languages = {'[' * 5000}{']' * 5000} # [", "corpus.toml: not TOML: "),
}  # fmt: skip


@pytest.mark.parametrize("name", MORE_CHANGES)
def test_what_is_wrong_in_a_value_is_a_problem_of_its_line_and_no_error(copy_of_second: Any, name: str) -> None:
    file, old, new, wanted = MORE_CHANGES[name]
    line = copy_of_second.change(file, old, new)
    wanted = wanted.replace("LINE+1", str(line + 1)).replace("LINE", str(line))

    problems = copy_of_second.problems()

    assert problems
    assert problems[0].startswith(wanted), "\n".join(problems)
    assert len(problems) == 1 or name in {"speaker_id with a space", "reviewed that is no list"}, "\n".join(problems)


def test_propositions_that_the_codebook_no_longer_has_are_problems_of_every_coding(copy_of_second: Any) -> None:
    text = copy_of_second.read("codebook.toml")
    copy_of_second.write("codebook.toml", text[: text.index("[[proposition]]")])

    problems = copy_of_second.problems()

    assert {problem.split(":")[0] for problem in problems} >= {CODED, SPOKEN, "corpus.toml"} - {"corpus.toml"}
    assert all("proposition_id: '" in problem and "' is unknown. Write one " in problem for problem in problems)


def test_a_direct_statement_where_the_speaker_is_open_says_so_and_not_that_it_is_quoted(copy_of_second: Any) -> None:
    line = copy_of_second.change("speakers.toml", 'office = "Mayor of Northport"', 'office = "Lord of Northport"')
    copy_of_second.change("speakers.toml", 'office = "Mayor of Northport"', 'office = "Lord of Northport"')

    problems = [problem for problem in copy_of_second.problems() if problem.startswith(SPOKEN)]

    assert line
    assert problems
    for problem in problems:
        assert problem.endswith(
            "mode: 'direct' does not fit the passage: its speaker is not resolved: The Mayor. "
            "Add the name or office to speakers.toml, or the label (of a speech: speaker_id) to its record"
        )


@pytest.mark.parametrize(
    ("file", "table", "end"),
    [
        (f"codings/agreed/{BRIEFING}.toml", "silence", None),
        (CODED, "disagreement", None),
        ("marks.toml", "mark", "[[mark]]"),
        ("speakers.toml", "office", "[[office]]"),
    ],
)
def test_the_same_thing_twice_is_a_problem_that_names_both_lines(
    copy_of_second: Any, file: str, table: str, end: str | None
) -> None:
    text = copy_of_second.read(file)
    start = text.index(f"[[{table}]]")
    stop = text.find("[[", start + 2)
    first = text.count("\n", 0, start) + 1
    line = copy_of_second.add(file, "\n" + text[start : stop if stop > 0 else None]) + 1

    assert copy_of_second.problems() == [
        f"{file}:{line}: the same {table} stands on line {first}. Remove one of the two"
    ]


def test_a_document_id_of_other_characters_is_a_problem(copy_of_second: Any) -> None:
    _holding("documents/new text.txt", b"words")(copy_of_second.path)

    assert copy_of_second.problems() == [
        f"documents/new text.txt: {IN_DOCUMENTS}",
    ]


def test_where_there_is_no_theme_the_remedy_is_to_add_one(copy_of_second: Any) -> None:
    text = copy_of_second.read("codebook.toml")
    copy_of_second.uncode()
    head, tail = text[: text.index("[[theme]]")], text[text.index("[[proposition]]") :]
    copy_of_second.write("codebook.toml", head + tail)

    problems = copy_of_second.problems()

    assert problems == ["codebook.toml: missing key 'theme'. Add theme = …"]


@pytest.mark.parametrize("coding", [3, ["agreed"], True])
def test_a_coding_that_is_no_text_is_refused_with_a_sentence(coding: Any) -> None:
    with pytest.raises(
        kit.CorpusError, match=r"second_corpus: coding: .* is not text in quotation marks\. Correct the "
    ):
        kit.load(Path(__file__).parent / "second_corpus", coding=coding)


def test_five_thousand_tables_are_located_in_proportion_to_their_number() -> None:
    def seconds(count: int) -> float:
        text = '[[speaker]]\nspeaker_id = "a"\nname = "A # b"\naliases = ["x", "y"]\n\n' * count
        begun = time.process_time()
        assert len(locate(text)) == 1 + count * 6
        return time.process_time() - begun

    assert min(seconds(4000) for _ in range(3)) < 8 * min(seconds(1000) for _ in range(3))


# ---- the command line


def test_the_command_line_prints_each_problem_on_a_line_and_exits_with_1(
    copy_of_second: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_of_second.change("speakers.toml", '"2020-05-08"', '"2015"')
    copy_of_second.change(CODED, 'stance = "oppose"', 'stance = "against"')

    code = main(["check", str(copy_of_second.path)])

    printed = capsys.readouterr().out.replace(f"{copy_of_second.path}/", "").splitlines()
    assert code == 1
    assert printed == copy_of_second.problems()
    assert len(printed) == 2


def test_the_command_line_says_that_nothing_is_wrong_and_exits_with_0(copy_of_second: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kit", "check", str(copy_of_second.path)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"no problems in 4 documents ({copy_of_second.path})",
        f"{copy_of_second.path}/documents/{ANSWER}.txt:34: not sure: speaker not resolved: no speaker and no office is "
        "called 'A member of the public': 'A member of the public'",
    ]
