from __future__ import annotations

from dataclasses import replace

import polars as pl

import kit
from kit import Selection
from kit.positions import stance_positions
from kit.statements import coders_compared, disagreements_in_words, documents_in_words, positions_in_words


def test_documents_have_their_dates_in_words_and_keep_their_order(second: kit.Corpus) -> None:
    shown = documents_in_words(second)

    assert shown["document_id"].to_list() == second.documents["document_id"].to_list()
    assert shown["date"].to_list() == [
        "date unknown", "12 March 2019", "between 1 September 2020 and 31 December 2020", "4 June 2021",
    ]  # fmt: skip


def test_positions_are_the_same_rows_with_names_and_sentences(second: kit.Corpus) -> None:
    shown, counted = positions_in_words(second), stance_positions(second)

    assert shown.select(counted.columns).equals(counted)
    assert shown.select("holder", "proposition", "dates").row(0) == (
        "Northport Harbour Authority", "Every night sailing should carry a second deckhand.", "date unknown",
    )  # fmt: skip


def test_disagreements_are_told_with_none_and_not_coded_in_words(second: kit.Corpus) -> None:
    shown = disagreements_in_words(second)

    assert shown.select("holder", "stances", "resolved_as").rows() == [
        ("Ama Osei", ["mixed", "oppose"], "mixed"),
        ("Dana Rooke", ["none", "support"], "not coded"),
        ("Deckhands' Union", ["support", "none"], "support"),
        ("Northport Harbour Authority", ["support", "none"], "not coded"),
    ]


def test_two_coders_are_compared_by_counts_that_can_be_counted_by_hand(second: kit.Corpus) -> None:
    # both read all 34 body passages; 14 units in common, of which one with two stances; two and one that only one has
    assert coders_compared(second).rows() == [("reader-one, reader-two", 34, 14, 13, 2, 1)]


def test_a_coding_made_from_others_is_not_compared_with_them(second: kit.Corpus) -> None:
    assert "agreed" not in "".join(coders_compared(second)["coders"])


def test_a_passage_that_one_coder_did_not_review_is_left_out_and_not_read_as_none(second: kit.Corpus) -> None:
    unread = second.codings.filter(coder_id="reader-one")["passage_id"].to_list()[0]
    reviewed = second.reviewed.filter(~((pl.col("coder_id") == "reader-two") & (pl.col("passage_id") == unread)))

    (row,) = coders_compared(replace(second, reviewed=reviewed)).rows()

    assert row == ("reader-one, reader-two", 33, 13, 12, 2, 1)


def test_comparison_of_no_codings_counts_nothing(second: kit.Corpus) -> None:
    assert coders_compared(second.select(Selection(text="no such words"))).rows() == [
        ("reader-one, reader-two", 34, 0, 0, 0, 0)
    ]
