from __future__ import annotations

import kit
from kit.positions import stance_positions
from kit.statements import disagreements_in_words, documents_in_words, positions_in_words


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
