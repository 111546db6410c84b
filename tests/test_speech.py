from __future__ import annotations

import polars as pl
import pytest

import kit
from kit import Selection
from kit.speech import theme_quality, theme_rates, words_spoken

ANSWER, SPEECH = "2019-03-12-questions-night-ferry", "2020-harbour-master-winter-speech"
NEWS, BRIEFING = "2021-06-04-northport-post-night-ferry", "night-ferry-briefing"

# Counted by hand in the four texts: passages and words of the body; an editor's brackets are not the speaker's.
SPOKEN = [
    ("cleo-marsh", "spoken", 8, 181),
    ("harbour-authority", "written", 7, 113),
    ("northport-post", "narrated", 8, 98),
    ("ama-osei", "spoken", 4, 92),
    ("ben-adu", "spoken", 2, 53),
    ("dana-rooke", "quoted", 2, 38),
    ("emil-sand", "quoted", 2, 25),
    ("", "spoken", 1, 6),
]
# Passages about service, safety and money by the rules, read off the texts; then passages and words of the body.
THEMES = {
    BRIEFING: (3, 3, 1, 7, 113),
    ANSWER: (2, 3, 2, 7, 151),
    SPEECH: (1, 2, 1, 8, 181),
    NEWS: (5, 3, 2, 12, 161),
}


def test_words_and_passages_are_counted_by_speaker_and_form_the_longest_first(second: kit.Corpus) -> None:
    assert words_spoken(second).select("speaker_id", "form", "passages", "words").rows() == SPOKEN


def test_shares_are_of_all_words_counted_and_add_up_to_one(second: kit.Corpus) -> None:
    counted = words_spoken(second)

    assert counted["words_share"].sum() == pytest.approx(1)
    assert counted["words_share"].to_list()[0] == pytest.approx(181 / 606)
    assert (
        counted["tip"].to_list()[0]
        == "Cleo Marsh, spoken\n181 words in 8 passages\n29.9 % of the 606 words in the selected documents’ text"
    )


def test_who_is_not_resolved_stands_under_that_name(second: kit.Corpus) -> None:
    last = words_spoken(second).row(-1, named=True)

    assert (last["name"], last["words"]) == ("not resolved", 6)
    assert second.passages.filter(pl.col("passage_id").is_in(last["passage_ids"]))["speaker_id"].to_list() == [None]


def test_headings_captions_and_furniture_are_nobodys_words(second: kit.Corpus) -> None:
    whole, selected = words_spoken(second), words_spoken(second.select(Selection()))

    assert whole.equals(selected)
    counted = [passage for ids in whole["passage_ids"] for passage in ids]
    assert set(second.passages.filter(pl.col("passage_id").is_in(counted))["zone"]) == {"body"}
    assert len(counted) == 34


def test_words_follow_the_selection(second: kit.Corpus) -> None:
    narrow = words_spoken(second.select(Selection(documents=[ANSWER])))

    assert narrow.select("speaker_id", "words").rows() == [("ama-osei", 92), ("ben-adu", 53), ("", 6)]
    assert narrow["words_share"].to_list()[0] == pytest.approx(92 / 151)


def test_a_speaker_in_two_forms_has_two_rows_and_one_total(corpus: kit.Corpus) -> None:
    counted = words_spoken(corpus)

    for (_,), rows in counted.group_by("speaker_id"):
        assert set(rows["speaker_words"]) == {rows["words"].sum()}
    assert counted.select("speaker_id", "form").is_unique().all()
    assert counted["speaker_words"].to_list() == sorted(counted["speaker_words"], reverse=True)


def test_nothing_selected_gives_no_rows_and_no_division_by_nothing(second: kit.Corpus) -> None:
    assert words_spoken(second.select(Selection(text="no such words"))).height == 0


@pytest.mark.parametrize("document_id", THEMES)
def test_themes_are_counted_by_document_with_the_base_of_every_rate(second: kit.Corpus, document_id: str) -> None:
    rows, columns = theme_rates(second, "document")
    *counts, passages, words = THEMES[document_id]

    own = rows.filter(column_id=document_id)
    assert own.select("theme_id", "passages").rows() == list(zip(("service", "safety", "money"), counts, strict=True))
    assert set(own.select("base_passages", "base_words").iter_rows()) == {(passages, words)}
    assert columns.filter(column_id=document_id).select("base_passages", "base_words").row(0) == (passages, words)


def test_a_rate_is_passages_per_1000_words_and_a_share_is_of_passages(second: kit.Corpus) -> None:
    rows, _ = theme_rates(second, "document")
    safety = rows.filter(column_id=ANSWER, theme_id="safety").row(0, named=True)

    assert safety["per_1000_words"] == round(3 / 151 * 1000, 2) == 19.87
    assert safety["passages_share"] == pytest.approx(3 / 7)
    assert safety["tip"] == "The Night Ferry (Supplementary) [1]\nSafety & crews: 3 of 7 passages, of 151 words"
    assert len(safety["passage_ids"]) == 3


def test_documents_are_columns_by_date_and_speakers_by_words(second: kit.Corpus) -> None:
    assert theme_rates(second, "document")[1]["column_id"].to_list() == [BRIEFING, ANSWER, SPEECH, NEWS]
    by_words = ["cleo-marsh", "harbour-authority", "northport-post", "ama-osei", "ben-adu", "dana-rooke", "emil-sand"]
    assert theme_rates(second, "speaker")[1]["column_id"].to_list() == by_words


def test_themes_of_speakers_are_those_of_their_own_passages(second: kit.Corpus) -> None:
    rows, _ = theme_rates(second, "speaker")
    counts = rows.pivot("theme_id", index="column_id", values="passages")

    assert counts.row(by_predicate=pl.col("column_id") == "cleo-marsh") == ("cleo-marsh", 1, 2, 1)
    assert counts.row(by_predicate=pl.col("column_id") == "northport-post") == ("northport-post", 3, 2, 2)


def test_a_document_without_selected_passages_keeps_its_column_with_nothing_and_no_rate(second: kit.Corpus) -> None:
    rows, columns = theme_rates(second.select(Selection(documents=[NEWS])), "document")

    assert columns.height == 4
    empty = rows.filter(column_id=ANSWER)
    assert empty.select("passages", "base_words", "per_1000_words", "passages_share").unique().rows() == [
        (0, 0, None, None)
    ]


def test_precision_and_recall_of_the_rules_are_counted_theme_by_theme_and_half_by_half(second: kit.Corpus) -> None:
    # theme, half, passages, marked by reading, found by rule, both, precision, recall
    assert theme_quality(second).drop("theme").rows() == [
        ("service", "tuning", 3, 2, 1, 1, 1.0, 0.5),
        ("service", "test", 3, 0, 0, 0, None, None),
        ("safety", "tuning", 3, 0, 1, 0, 0.0, None),
        ("safety", "test", 3, 1, 2, 1, 0.5, 1.0),
        ("money", "tuning", 3, 1, 1, 1, 1.0, 1.0),
        ("money", "test", 3, 1, 1, 1, 1.0, 1.0),
    ]
