from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

import kit
from kit import Selection, SelectionError, schema
from kit.corpus import find

ANSWER, SPEECH = "2019-03-12-questions-night-ferry", "2020-harbour-master-winter-speech"
NEWS, BRIEFING = "2021-06-04-northport-post-night-ferry", "night-ferry-briefing"


def _chosen(corpus: kit.Corpus, **chosen: Any) -> kit.Corpus:
    return corpus.select(Selection(**chosen))


def _ids(frame: pl.DataFrame, column: str = "document_id") -> set[str]:
    return set(frame[column])


# ---- loading


@pytest.mark.parametrize("name", schema.FRAMES)
def test_every_frame_has_the_columns_and_types_of_the_schema(second: kit.Corpus, name: str) -> None:
    assert dict(getattr(second, name).schema) == dict(schema.frame(name, []).schema)
    assert getattr(second, name).height > 0


def test_documents_stand_in_the_order_of_their_dates_the_unknown_first(second: kit.Corpus) -> None:
    assert second.documents["document_id"].to_list() == [BRIEFING, ANSWER, SPEECH, NEWS]
    assert second.documents.select("earliest", "latest").rows()[0] == (date.min, date.max)


def test_earliest_and_latest_are_never_null(second: kit.Corpus) -> None:
    for name in ("documents", "passages", "statements", "codings", "silences"):
        assert getattr(second, name).select("earliest", "latest").null_count().row(0) == (0, 0)


def test_passages_and_evidence_are_characters_of_the_text(second: kit.Corpus) -> None:
    for document_id, start, end, text in second.passages.select("document_id", "start", "end", "text").iter_rows():
        assert second.text(document_id)[start:end] == text
    for name in ("statements", "codings", "silences"):
        for document_id, start, end, evidence in (
            getattr(second, name).select("document_id", "start", "end", "evidence").iter_rows()
        ):
            assert second.text(document_id)[start:end] == evidence


def test_offsets_hold_when_a_document_has_a_mark_and_other_line_ends(copy_of_second: Any) -> None:
    name = f"documents/{BRIEFING}"
    text = "\ufeff" + copy_of_second.read(f"{name}.txt").replace("\n", "\r\n")
    old, new = (hashlib.sha256(words.encode()).hexdigest() for words in (copy_of_second.read(f"{name}.txt"), text))
    copy_of_second.write(f"{name}.txt", text)
    copy_of_second.change(f"{name}.toml", old, new)
    copy_of_second.uncode()

    corpus = kit.load(copy_of_second.path)

    assert corpus.text(BRIEFING) == text
    briefing = corpus.passages.filter(pl.col("document_id") == BRIEFING)
    assert briefing.height == 7
    assert all(text[start:end] == words for start, end, words in briefing.select("start", "end", "text").iter_rows())
    assert not set("".join(briefing["text"])) & {"\r", "\n", "\ufeff"}


def test_a_corpus_without_codings_and_marks_loads_with_those_frames_empty(copy_of_second: Any) -> None:
    copy_of_second.uncode()

    corpus = kit.load(copy_of_second.path)

    assert corpus.coding == ""
    assert corpus.passages.height == 66
    for name in ("statements", "codings", "silences", "disagreements", "reviewed", "coders", "marks"):
        assert getattr(corpus, name).height == 0, name
        assert dict(getattr(corpus, name).schema) == dict(schema.frame(name, []).schema), name
    assert corpus.select(Selection(themes=["money"], first_hand=True, text="fare")).passages.height > 0


def test_a_corpus_says_what_it_is(second: kit.Corpus) -> None:
    assert repr(second) == (
        "<corpus 'The night ferry at Northport, 2019–2021: four invented documents': "
        "4 documents, 66 passages, 15 statements>"
    )
    assert second.about["version"] == "1"
    assert second.about["note"].startswith("Everything here is invented")
    assert second.examples == {
        "holders": ["cleo-marsh", "dana-rooke"],
        "theme_id": "service",
        "proposition_id": "run-all-night",
        "word": "night",
    }


def test_the_text_of_an_unknown_document_is_a_key_error(second: kit.Corpus) -> None:
    with pytest.raises(KeyError, match="no-such-document"):
        second.text("no-such-document")


def test_statements_are_those_of_the_default_coding_and_codings_those_of_all(second: kit.Corpus) -> None:
    assert second.coding == "agreed"
    assert _ids(second.statements, "coder_id") == {"agreed"}
    assert _ids(second.codings, "coder_id") == {"agreed", "reader-one", "reader-two"}
    assert second.codings.filter(pl.col("coder_id") == "agreed").equals(second.statements)


def test_another_coding_can_be_chosen_or_none() -> None:
    path = Path(__file__).parent / "second_corpus"

    assert _ids(kit.load(path, coding="reader-two").statements, "coder_id") == {"reader-two"}
    none = kit.load(path, coding="")
    assert (none.statements.height, none.silences.height, none.coding) == (0, 0, "")
    assert none.codings.height > 0


def test_a_coding_that_nobody_made_is_refused_and_the_coders_named() -> None:
    with pytest.raises(
        kit.CorpusError,
        match=r"second_corpus: coding: 'third' is no coder\. Write one of \"\", agreed, reader-one, reader-two",
    ):
        kit.load(Path(__file__).parent / "second_corpus", coding="third")


def test_a_statement_carries_dates_offices_relayers_and_theme(second: kit.Corpus) -> None:
    relayed = second.statements.filter(pl.col("confidence") == "low").row(0, named=True)
    said = second.statements.filter(pl.col("said_on").is_not_null()).row(0, named=True)

    assert relayed["speaker_id"] == "cleo-marsh"
    assert relayed["relayed_by"] == ["dana-rooke", "northport-post"]
    assert relayed["offices"] == ["Harbour Master of Northport"]
    assert (relayed["mode"], relayed["first_hand"], relayed["theme_id"]) == ("reported", False, "service")
    assert (said["earliest"], said["latest"], said["said_on"]) == (date(2019, 1, 1), date(2019, 12, 31), "2019")


def test_an_office_held_by_two_in_turn_names_the_one_of_the_day(second: kit.Corpus) -> None:
    spoken = second.passages.filter(pl.col("speaker_label") == "The Mayor")

    assert _ids(spoken, "speaker_id") == {"ama-osei"}
    assert second.statements.filter(pl.col("speaker_id") == "dana-rooke")["offices"].to_list() == [
        ["Mayor of Northport"]
    ]


def test_a_label_that_nobody_answers_to_stays_as_printed_and_is_a_doubt(second: kit.Corpus) -> None:
    open_ = second.passages.filter(pl.col("speaker_label") == "A member of the public")
    doubt = second.doubts.row(0, named=True)

    assert open_["speaker_id"].to_list() == [None]
    assert second.doubts.height == 1
    assert (doubt["document_id"], doubt["where"]) == (ANSWER, "A member of the public")
    assert second.text(ANSWER).split("\n")[doubt["line"] - 1].startswith("A member of the public:")
    assert doubt["what"] == "speaker not resolved: no speaker and no office is called 'A member of the public'"


def test_a_label_in_the_record_settles_who_speaks(copy_of_second: Any) -> None:
    copy_of_second.add(f"documents/{ANSWER}.toml", '\n[labels]\n"a member of the Public" = "ivo-lund"\n')

    corpus = kit.load(copy_of_second.path)

    spoken = corpus.passages.filter(pl.col("speaker_label") == "A member of the public")
    assert spoken["speaker_id"].to_list() == ["ivo-lund"]
    assert corpus.doubts.height == 0


def test_words_in_an_editors_brackets_are_not_the_speakers(second: kit.Corpus) -> None:
    asked = second.passages.filter(pl.col("text").str.starts_with("I have asked the Harbour Master"))

    assert "[of Northport, Cleo Marsh]" in asked["text"].item()
    assert asked["words"].item() == 25


def test_themes_are_marked_on_what_is_said_and_not_on_the_page_around_it(second: kit.Corpus) -> None:
    themed = second.passages.filter(pl.col("themes").list.len() > 0)
    deck = second.passages.filter(pl.col("text").str.contains("haul ropes"))

    assert _ids(themed, "zone") == {"body"}
    assert deck["themes"].to_list() == [["safety"]]
    around = second.passages.filter(pl.col("text").str.contains("winter crossing|dearer tickets in second"))
    assert around.select("zone", "themes").rows() == [("heading", []), ("furniture", [])]


# ---- where the corpus lies


def test_the_environment_names_the_folder_and_an_argument_wins_over_it(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setenv("KIT_CORPUS", str(root / "tests" / "second_corpus"))
    assert kit.load().about["title"].startswith("The night ferry")
    assert find(root / "corpus") == root / "corpus"

    monkeypatch.delenv("KIT_CORPUS")
    assert find() == root / "corpus"


def test_an_empty_environment_variable_names_no_folder(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setenv("KIT_CORPUS", "")

    assert find() == root / "corpus"


def test_two_loads_give_the_same_frames(second: kit.Corpus) -> None:
    again = kit.load(Path(__file__).parent / "second_corpus")

    for name in schema.FRAMES:
        assert getattr(again, name).equals(getattr(second, name)), name


# ---- selecting


def test_an_empty_selection_leaves_out_furniture_and_nothing_else(second: kit.Corpus) -> None:
    whole = _chosen(second)

    assert "furniture" in _ids(second.passages, "zone")
    assert whole.passages.equals(second.passages.filter(pl.col("zone") != "furniture"))
    for name in ("statements", "codings", "silences"):
        assert getattr(whole, name).equals(getattr(second, name))


def test_axes_and_denominators_stay_whole(second: kit.Corpus) -> None:
    narrow = _chosen(
        second, speakers=["ivo-lund"], themes=["money"], documents=[NEWS], since="2021-01-01", text="nothing"
    )

    assert narrow.statements.height == 0
    for name in (
        "documents",
        "speakers",
        "offices",
        "themes",
        "propositions",
        "coders",
        "reviewed",
        "disagreements",
        "doubts",
    ):
        assert getattr(narrow, name).equals(getattr(second, name)), name
    assert narrow.text(ANSWER) == second.text(ANSWER)


def test_speakers_are_holders_of_statements_and_whoever_speaks_a_passage(second: kit.Corpus) -> None:
    chosen = _chosen(second, speakers=["cleo-marsh", "ben-adu"])

    assert _ids(chosen.statements, "speaker_id") == {"cleo-marsh", "ben-adu"}
    assert _ids(chosen.passages, "speaker_id") == {"cleo-marsh", "ben-adu"}
    assert chosen.statements.filter(pl.col("document_id") == NEWS).height == 1
    assert chosen.passages.filter(pl.col("document_id") == NEWS).height == 0
    assert chosen.statements.height == 5
    assert _ids(chosen.silences, "speaker_id") == {"cleo-marsh"}
    assert _ids(chosen.codings, "speaker_id") == {"cleo-marsh", "ben-adu"}


def test_themes_are_of_the_proposition_and_any_theme_of_a_passage(second: kit.Corpus) -> None:
    chosen = _chosen(second, themes=["money", "safety"])

    assert _ids(chosen.statements, "proposition_id") == {"raise-fares", "second-deckhand"}
    assert chosen.statements.height == 7
    assert all({"money", "safety"} & set(themes) for themes in chosen.passages["themes"])
    assert ["service", "safety"] in chosen.passages["themes"].to_list()
    assert chosen.silences.height == 3


def test_propositions_narrow_statements_and_leave_passages(second: kit.Corpus) -> None:
    chosen = _chosen(second, propositions=["raise-fares", "sell-a-boat"])

    assert chosen.statements.height == 3
    assert chosen.silences.height == 2
    assert chosen.passages.equals(_chosen(second).passages)


def test_documents_narrow_every_frame_that_has_them(second: kit.Corpus) -> None:
    chosen = _chosen(second, documents=[SPEECH, NEWS])

    for name in ("passages", "statements", "codings", "silences"):
        assert _ids(getattr(chosen, name)) == {SPEECH, NEWS}, name


def test_first_hand_is_the_holders_own_transcript_speech_or_release(second: kit.Corpus) -> None:
    chosen = _chosen(second, first_hand=True)

    assert _ids(chosen.statements, "mode") == {"direct"}
    assert chosen.statements.height == 8
    assert chosen.passages.equals(_chosen(second).passages)
    assert chosen.silences.equals(second.silences)


@pytest.mark.parametrize(("modality", "count"), [("assertion", 10), ("question", 1), ("conditional", 2), ("action", 2)])
def test_modalities_narrow_statements(second: kit.Corpus, modality: str, count: int) -> None:
    chosen = _chosen(second, modalities=[modality])

    assert _ids(chosen.statements, "modality") == {modality}
    assert chosen.statements.height == count


def test_a_dated_window_keeps_what_touches_it_and_every_unknown_date(second: kit.Corpus) -> None:
    first, last = "2020-12-31", "2021-06-03"

    chosen = _chosen(second, since=first, until=last)

    assert _ids(chosen.statements) == {SPEECH, BRIEFING}
    assert _ids(chosen.passages) == {SPEECH, BRIEFING}
    assert _ids(_chosen(second, since="2021-01-01", until=last).statements) == {BRIEFING}


def test_what_is_certain_in_a_window_lies_wholly_in_it_and_never_without_a_date(second: kit.Corpus) -> None:
    selection = Selection(since="2020-09-01", until="2021-06-04")

    chosen = second.select(selection)
    certain = chosen.statements.filter(selection.certainly_in_window())

    assert _ids(chosen.statements) == {SPEECH, NEWS, BRIEFING}
    assert _ids(certain) == {SPEECH, NEWS}
    assert _ids(chosen.statements.filter(Selection(since="2020-09-02").certainly_in_window())) == {NEWS}


def test_the_date_that_a_text_gives_a_position_counts_and_not_the_documents(second: kit.Corpus) -> None:
    assert "raise-fares" not in _ids(_chosen(second, since="2021-01-01").statements, "proposition_id")
    assert _ids(_chosen(second, until="2019-03-01", documents=[NEWS]).statements, "speaker_id") == {"deckhands-union"}


def test_words_are_sought_in_the_passage_that_holds_the_evidence(second: kit.Corpus) -> None:
    chosen = _chosen(second, text="swim home")

    assert "swim home" not in chosen.statements["evidence"].item()
    assert chosen.statements["speaker_id"].to_list() == ["dana-rooke"]
    assert chosen.passages.height == 1
    assert chosen.codings.height == 3


@pytest.mark.parametrize(
    "text",
    [
        "fare-collector",
        "FARE\u2011COLLECTOR",
        "“tired to the bone”",
        '"tired to the bone"',
        "Café",
        "at night\u00a0",
        "offices. Both",
    ],
)
def test_a_search_minds_neither_case_nor_kinds_of_space_hyphen_and_quotation_mark(
    second: kit.Corpus, text: str
) -> None:
    assert _chosen(second, text=text).passages.height > 0


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "]",
        "\\",
        "(?i",
        "*",
        "+",
        "a{",
        "$^",
        "|",
        "\\d",
        "x" * 10_000,
        "[" * 10_000,
        "\x00",
        "\u2028",
        "😀",
        "%s",
        "' OR 1=1",
    ],
)
def test_odd_searches_find_what_stands_there_and_never_fail(second: kit.Corpus, text: str) -> None:
    found = _chosen(second, text=text).passages

    assert found.height == sum(text.strip() in passage for passage in _chosen(second).passages["text"])


@given(text=st.text(min_size=1, max_size=30))
def test_a_search_for_anything_gives_a_part_of_the_passages(second: kit.Corpus, text: str) -> None:
    found, whole = _chosen(second, text=text).passages, _chosen(second).passages

    assert found.join(whole, on="passage_id", how="anti").height == 0


def test_words_of_furniture_are_not_found(second: kit.Corpus) -> None:
    assert "Ferry cat found asleep" in second.text(NEWS)
    assert _chosen(second, text="Ferry cat").passages.height == 0


def test_every_filter_at_once_leaves_what_each_of_them_leaves(second: kit.Corpus) -> None:
    every = {
        "speakers": ["emil-sand", "cleo-marsh"], "themes": ["service"], "propositions": ["run-all-night"],
        "documents": [NEWS], "since": "2021-06-04", "until": "2021-06-04", "text": "night", "modalities": ["assertion"],
    }  # fmt: skip
    each = [_ids(_chosen(second, **{key: value}).statements, "statement_id") for key, value in every.items()]

    chosen = _chosen(second, **every)

    assert _ids(chosen.statements, "statement_id") == set.intersection(*each)
    assert chosen.statements["speaker_id"].to_list() == ["cleo-marsh"]


def test_selecting_twice_is_selecting_once(second: kit.Corpus) -> None:
    selection = Selection(themes=["service"], until="2020-12-31", text="night")

    once = second.select(selection)

    assert once.select(selection).statements.equals(once.statements)
    assert once.select(selection).passages.equals(once.passages)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"speakers": ["cleo-march"]}, r"speakers: 'cleo-march' is not in this corpus; did you mean 'cleo-marsh'\?"),
        (
            {"speakers": ["x"]},
            r"speakers: 'x' is not in this corpus; the corpus has northport-council, harbour-authority",
        ),
        ({"themes": ["monie"]}, r"themes: 'monie' is not in this corpus; did you mean 'money'\?"),
        (
            {"propositions": ["raise-fare"]},
            r"propositions: 'raise-fare' is not in this corpus; did you mean 'raise-fares'\?",
        ),
        (
            {"documents": ["1999"]},
            r"documents: '1999' is not in this corpus; the corpus has night-ferry-briefing, 2019",
        ),
    ],
)
def test_an_id_that_the_corpus_does_not_have_is_refused_with_the_nearest(
    second: kit.Corpus, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(SelectionError, match=message):
        _chosen(second, **wrong)
