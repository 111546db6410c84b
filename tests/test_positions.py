from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

import kit
from kit import Selection, schema
from kit.dates import UNKNOWN
from kit.positions import SILENCE_WORDS, holders, matrix_rows, over_time, silences_by_cell, stance_positions
from kit.spans import fold

ANSWER, SPEECH = "2019-03-12-questions-night-ferry", "2020-harbour-master-winter-speech"
NEWS, BRIEFING = "2021-06-04-northport-post-night-ferry", "night-ferry-briefing"

# Counted by hand from the coding files of the second corpus: holder, proposition, stance, statements, first-hand.
BY_HAND = [
    ("harbour-authority", "second-deckhand", "support", 1, 1),
    ("deckhands-union", "run-all-night", "oppose", 1, 0),
    ("deckhands-union", "raise-fares", "support", 1, 0),
    ("ama-osei", "run-all-night", "support", 1, 1),
    ("ama-osei", "second-deckhand", "support", 1, 1),
    ("ama-osei", "raise-fares", "mixed", 1, 1),
    ("dana-rooke", "run-all-night", "support", 1, 0),
    ("ben-adu", "run-all-night", "support", 1, 1),
    ("ben-adu", "raise-fares", "support", 1, 1),
    ("cleo-marsh", "run-all-night", "oppose", 1, 1),
    ("cleo-marsh", "run-all-night", "support", 1, 0),
    ("cleo-marsh", "second-deckhand", "support", 1, 1),
    ("emil-sand", "run-all-night", "oppose", 2, 0),
    ("emil-sand", "second-deckhand", "support", 1, 0),
]
HOLDERS = ["harbour-authority", "deckhands-union", "ama-osei", "dana-rooke", "ben-adu", "cleo-marsh", "emil-sand"]
# Asked about a loan, which no proposition covers: a silence on the theme as a whole.
ON_THEME = "dana-rooke|theme:money"
# The same, for the cells: one line a holder, in the codebook's order of the four propositions.
SILENCES = {
    "harbour-authority": ["coders-disagreed", "", "no-stance", "not-addressed"],
    "deckhands-union": ["", "theme-not-raised", "", "not-addressed"],
    "ama-osei": ["", "", "", "not-addressed"],
    "dana-rooke": ["", "theme-not-raised", "theme-not-raised", "theme-not-raised"],
    "ben-adu": ["", "not-addressed", "", "not-addressed"],
    "cleo-marsh": ["", "", "no-stance", "not-addressed"],
    "emil-sand": ["", "", "theme-not-raised", "theme-not-raised"],
}


def test_positions_count_the_statements_behind_each_stance_in_the_order_of_speakers_and_codebook(
    second: kit.Corpus,
) -> None:
    counted = stance_positions(second)

    assert counted.select("speaker_id", "proposition_id", "stance", "statements", "first_hand").rows() == BY_HAND
    assert counted["statements"].sum() == second.statements.height


def test_a_holder_of_two_stances_keeps_both_with_their_documents_and_dates(second: kit.Corpus) -> None:
    both = stance_positions(second).filter(speaker_id="cleo-marsh", proposition_id="run-all-night")

    assert both.select("stance", "document_ids", "earliest", "latest").rows() == [
        ("oppose", [SPEECH], date(2020, 9, 1), date(2020, 12, 31)),
        ("support", [NEWS], date(2021, 6, 4), date(2021, 6, 4)),
    ]


def test_positions_name_the_statements_and_passages_behind_them(second: kit.Corpus) -> None:
    for row in stance_positions(second).iter_rows(named=True):
        behind = second.statements.filter(pl.col("statement_id").is_in(row["statement_ids"]))
        assert behind.height == row["statements"]
        assert set(behind["speaker_id"]) == {row["speaker_id"]}
        assert set(behind["passage_id"]) == set(row["passage_ids"])
        assert set(behind["document_id"]) == set(row["document_ids"])
        assert row["documents"] == len(row["document_ids"])


def test_no_statements_give_no_positions_but_their_columns(second: kit.Corpus) -> None:
    none = stance_positions(second.select(Selection(speakers=["ivo-lund"])))

    assert none.height == 0
    assert none.columns == stance_positions(second).columns
    assert none.schema["stance"] == pl.Enum(schema.STANCES)


def test_holders_are_the_speakers_with_statements_in_the_speakers_order(second: kit.Corpus) -> None:
    assert holders(second)["speaker_id"].to_list() == HOLDERS
    assert holders(second)["statements"].to_list() == [1, 2, 3, 1, 2, 3, 3]


def test_at_most_so_many_holders_are_those_with_most_statements(second: kit.Corpus) -> None:
    assert holders(second, most=3)["speaker_id"].to_list() == ["ama-osei", "cleo-marsh", "emil-sand"]
    assert holders(second, most=4)["speaker_id"].to_list() == ["deckhands-union", "ama-osei", "cleo-marsh", "emil-sand"]


# ---- silences


def _kinds(corpus: kit.Corpus, **chosen: Any) -> dict[str, list[str]]:
    selection = Selection(**chosen)
    cells = silences_by_cell(corpus, corpus.select(selection), selection, holders(corpus))
    assert cells.height == 28
    return {speaker: kinds["kind"].to_list() for (speaker,), kinds in cells.group_by("speaker_id", maintain_order=True)}


def test_every_cell_without_a_statement_says_which_silence_it_is(second: kit.Corpus) -> None:
    assert _kinds(second) == SILENCES


def test_what_the_selection_leaves_out_is_not_called_silence_of_the_holder(second: kit.Corpus) -> None:
    kinds = _kinds(second, first_hand=True)

    assert kinds["emil-sand"] == ["left-out", "left-out", "theme-not-raised", "theme-not-raised"]
    assert kinds["ama-osei"] == SILENCES["ama-osei"]


def test_who_has_no_words_in_the_selected_documents_did_not_speak(second: kit.Corpus) -> None:
    kinds = _kinds(second, documents=[ANSWER])

    assert kinds["cleo-marsh"] == ["left-out", "left-out", "did-not-speak", "did-not-speak"]
    assert kinds["harbour-authority"] == ["did-not-speak", "left-out", "did-not-speak", "did-not-speak"]
    assert kinds["ama-osei"] == SILENCES["ama-osei"]


def _disagreed_over(corpus: kit.Corpus, passage_id: str) -> kit.Corpus:
    """Move what was resolved as no stance, on one cell without statements, to another passage."""
    there = (pl.col("speaker_id") == "harbour-authority") & (pl.col("proposition_id") == "run-all-night")
    moved = pl.when(there).then(pl.lit(passage_id)).otherwise("passage_id").alias("passage_id")
    return replace(corpus, disagreements=corpus.disagreements.with_columns(moved))


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [
        ({}, "coders-disagreed"),
        ({"documents": [NEWS]}, "coders-disagreed"),
        ({"documents": [NEWS, BRIEFING], "themes": ["money"], "speakers": ["ben-adu"]}, "coders-disagreed"),
        ({"since": "2021-06-04"}, "coders-disagreed"),
        ({"until": "2021-06-03"}, "not-addressed"),
        ({"since": "2021-06-05"}, "not-addressed"),
        ({"documents": [BRIEFING]}, "not-addressed"),
        ({"documents": [ANSWER]}, "did-not-speak"),
    ],
    ids=str,
)
def test_the_coders_disagreed_only_where_the_passage_is_in_the_selected_documents_and_dates(
    second: kit.Corpus, chosen: dict[str, Any], kind: str
) -> None:
    dated = second.passages.filter(document_id=NEWS, speaker_id="emil-sand", zone="body")["passage_id"][0]

    kinds = _kinds(_disagreed_over(second, dated), **chosen)

    assert kinds["harbour-authority"][0] == kind


def test_the_coders_disagreed_over_a_passage_of_unknown_date_in_every_window(second: kit.Corpus) -> None:
    for chosen in ({"documents": [BRIEFING]}, {"until": "1990-01-01"}, {"since": "2030-01-01"}):
        assert _kinds(second, **chosen)["harbour-authority"][0] == "coders-disagreed"


def test_a_choice_of_themes_or_speakers_does_not_make_anybody_silent(second: kit.Corpus) -> None:
    money = _kinds(second, themes=["money"])
    chosen = _kinds(second, speakers=["ben-adu"])

    for holder, kinds in SILENCES.items():
        assert money[holder] == [kind or ("" if at == 2 else "left-out") for at, kind in enumerate(kinds)]
        assert chosen[holder] == [kind or ("" if holder == "ben-adu" else "left-out") for kind in kinds]


def test_a_coded_silence_names_its_passage_and_a_computed_one_has_none(second: kit.Corpus) -> None:
    selection = Selection()
    cells = silences_by_cell(second, second.select(selection), selection, holders(second))
    coded = cells.filter(pl.col("kind").is_in(schema.SILENCES))

    found = {tuple(row[:2]): row[2] for row in coded.select("speaker_id", "proposition_id", "passage_ids").iter_rows()}
    assert found == {
        (row["speaker_id"], row["proposition_id"]): [row["passage_id"]]
        for row in second.silences.to_dicts()
        if row["proposition_id"]
    }
    assert len(found) == 2
    assert cells.filter(pl.col("kind") == "not-addressed")["passage_ids"].list.len().sum() == 0


def test_every_kind_of_silence_has_words() -> None:
    computed = {"left-out", "did-not-speak", "theme-not-raised", "not-addressed", "coders-disagreed"}

    assert computed | set(schema.SILENCES) == set(SILENCE_WORDS)
    assert {kind for row in SILENCES.values() for kind in row} - {""} <= set(SILENCE_WORDS)
    assert len(set(SILENCE_WORDS.values())) == len(SILENCE_WORDS)


# ---- the matrix


def _matrix(corpus: kit.Corpus, **chosen: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    selection = Selection(**chosen)
    return matrix_rows(corpus, corpus.select(selection), selection, holders(corpus))


def test_the_matrix_has_a_mark_a_stance_and_a_cell_a_pair_and_one_a_silence_on_a_theme(second: kit.Corpus) -> None:
    marks, cells = _matrix(second)

    assert marks.select("speaker_id", "proposition_id", "stance", "statements").rows() == [row[:4] for row in BY_HAND]
    pairs = [f"{holder}|{proposition}" for holder in HOLDERS for proposition in second.propositions["proposition_id"]]
    assert cells["mark_id"].to_list() == [*pairs, ON_THEME]
    assert marks["mark_id"].is_unique().all()
    assert cells["mark_id"].is_unique().all()
    assert set(marks["mark_id"]).isdisjoint(cells["mark_id"])


def test_marks_and_cells_name_the_statements_and_passages_behind_them(second: kit.Corpus) -> None:
    marks, cells = _matrix(second)

    for frame, keys in ((marks, ("speaker_id", "proposition_id", "stance")), (cells, ("speaker_id", "proposition_id"))):
        for row in frame.iter_rows(named=True):
            own = [one for one in second.statements.to_dicts() if all(one[key] == row[key] for key in keys)]
            assert (row["statement_ids"] or []) == sorted(one["statement_id"] for one in own)
            if own:
                assert row["passage_ids"] == sorted({one["passage_id"] for one in own})


def test_a_silence_on_a_theme_as_a_whole_is_a_cell_of_its_own_and_fills_none_of_a_proposition(
    second: kit.Corpus,
) -> None:
    _, cells = _matrix(second)

    asked = cells.filter(kind="asked-not-answered")
    (silence,) = second.silences.filter(speaker_id="dana-rooke").to_dicts()
    assert silence["proposition_id"] == ""
    assert asked.drop("statement_ids").to_dicts() == [{
        "mark_id": ON_THEME, "speaker_id": "dana-rooke", "holder": "Dana Rooke", "proposition_id": "theme:money",
        "proposition": "Money", "theme_id": "money", "kind": "asked-not-answered", "blank": "asked and not answered",
        "passage_ids": [silence["passage_id"]], "differs": False, "tip": "Dana Rooke: asked and not answered\nMoney",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "there"),
    [
        ({"themes": ["money"]}, True),
        ({"themes": ["service"]}, False),
        ({"speakers": ["dana-rooke"], "documents": [NEWS], "since": "2021-06-04", "text": "loan"}, True),
        ({"first_hand": True, "modalities": ["question"]}, True),
        ({"speakers": ["ama-osei"]}, False),
        ({"documents": [ANSWER]}, False),
        ({"until": "2021-06-03"}, False),
        ({"propositions": ["raise-fares"]}, False),
        ({"text": "deckhand"}, False),
    ],
    ids=str,
)
def test_a_silence_on_a_theme_is_there_while_its_passage_is_selected(
    second: kit.Corpus, chosen: dict[str, Any], there: bool
) -> None:
    assert (ON_THEME in _matrix(second, **chosen)[1]["mark_id"].to_list()) is there


def test_silences_of_one_holder_on_one_theme_are_one_cell_with_all_their_passages(second: kit.Corpus) -> None:
    asked = second.silences.filter(speaker_id="dana-rooke")
    other = asked.with_columns(kind=pl.lit("no-stance", second.silences.schema["kind"]), passage_id=pl.lit(f"{NEWS}#x"))
    nobody = asked.with_columns(speaker_id=pl.lit("ivo-lund"))  # who holds no position has no column
    many = replace(second, silences=pl.concat([second.silences, asked, other, nobody]))

    _, cells = _matrix(many)

    assert cells["mark_id"].is_unique().all()
    assert cells.height == 29
    (cell,) = cells.filter(mark_id=ON_THEME).to_dicts()
    assert (cell["kind"], cell["passage_ids"]) == ("asked-not-answered", [asked["passage_id"].item(), f"{NEWS}#x"])


def test_only_the_cell_whose_stances_differ_is_outlined(second: kit.Corpus) -> None:
    _, cells = _matrix(second)

    differing = cells.filter("differs").select("speaker_id", "proposition_id").rows()
    assert differing == [("cleo-marsh", "run-all-night")]
    assert _matrix(second, documents=[NEWS])[1]["differs"].any() is False


def test_a_cell_says_its_silence_in_words_or_nothing_where_statements_stand(second: kit.Corpus) -> None:
    _, cells = _matrix(second)

    assert cells["blank"].to_list() == [SILENCE_WORDS.get(kind, "") for kind in cells["kind"]]
    union = cells.filter(speaker_id="deckhands-union", proposition_id="run-all-night").row(0, named=True)
    assert union["tip"] == "Deckhands' Union\nThe ferry should sail through the whole night."
    authority = cells.filter(speaker_id="harbour-authority", proposition_id="raise-fares").row(0, named=True)
    assert authority["tip"] == (
        "Northport Harbour Authority: addressed without a stance\n"
        "Tickets should cost more, so that the boats can be paid for and kept in order by those who use them."
    )


def test_the_hover_of_a_mark_says_who_what_how_often_when_and_how(second: kit.Corpus) -> None:
    marks, _ = _matrix(second)
    tips = dict(zip(marks["mark_id"], marks["tip"], strict=True))

    assert tips["emil-sand|run-all-night|oppose"] == (
        "Emil Sand: oppose\nThe ferry should sail through the whole night.\n"
        "2 statements in 1 document, 4 June 2021\n0 in the holder’s own transcript, speech or release"
    )
    assert "1 statement in 1 document, date unknown\n1 in the" in tips["harbour-authority|second-deckhand|support"]
    assert "between 1 September 2020 and 31 December 2020" in tips["cleo-marsh|run-all-night|oppose"]


def test_an_empty_selection_of_statements_leaves_all_cells_and_no_marks(second: kit.Corpus) -> None:
    marks, cells = _matrix(second, text="no such words")

    assert marks.height == 0
    assert cells.height == 28
    assert "" not in cells["kind"].to_list()


def test_a_corpus_without_coding_has_no_holders_and_an_empty_matrix(second: kit.Corpus, copy_of_second: Any) -> None:
    copy_of_second.uncode()
    bare = kit.load(copy_of_second.path)

    marks, cells = _matrix(bare)

    assert holders(bare).height == marks.height == cells.height == 0
    assert marks.columns == _matrix(second)[0].columns


# ---- over time


def test_the_timeline_has_a_mark_a_holder_proposition_stance_and_date(second: kit.Corpus) -> None:
    marks = over_time(second)

    assert marks.height == len(BY_HAND)
    assert marks["statements"].sum() == second.statements.height
    assert marks["mark_id"].is_unique().all()
    twice = marks.filter(pl.col("statements") == 2).row(0, named=True)
    assert (twice["holder"], twice["row_id"], len(twice["passage_ids"])) == ("Emil Sand", "run-all-night", 2)
    keys = ("proposition_id", "speaker_id", "stance", "first_hand", "earliest", "latest")
    for mark in marks.to_dicts():
        own = [one for one in second.statements.to_dicts() if all(one[key] == mark[key] for key in keys)]
        assert mark["statement_ids"] == sorted(one["statement_id"] for one in own)
        assert mark["passage_ids"] == sorted({one["passage_id"] for one in own})


def test_each_mark_says_whether_its_date_is_stated_inferred_or_unknown(second: kit.Corpus) -> None:
    marks = over_time(second)
    bases = {basis: set(part["holder"]) for (basis,), part in marks.group_by("date_basis")}

    assert bases["unknown"] == {"Northport Harbour Authority"}
    assert bases["inferred"] == {"Cleo Marsh", "Deckhands' Union"}
    unknown = marks.filter("unknown").row(0, named=True)
    assert (unknown["dates"], unknown["earliest"], unknown["latest"]) == ("date unknown", *UNKNOWN)


def test_marks_of_one_row_at_one_date_stand_side_by_side(second: kit.Corpus) -> None:
    marks = over_time(second)

    for _, group in marks.group_by("row_id", "earliest", "latest"):
        assert group["lane"].is_unique().all()
    night = marks.filter(row_id="run-all-night", earliest=date(2021, 6, 4))
    assert sorted(night["lane"]) == [0, 1, 2, 3]


def test_no_statements_give_no_marks_but_their_columns(second: kit.Corpus) -> None:
    none = over_time(second.select(Selection(text="no such words")))

    assert none.height == 0
    assert none.columns == over_time(second).columns


@pytest.mark.parametrize("documents", [[BRIEFING], [ANSWER]])
def test_one_date_alone_or_none_makes_a_timeline_too(second: kit.Corpus, documents: list[str]) -> None:
    chosen = second.select(Selection(documents=documents))

    assert over_time(chosen)["statements"].sum() == chosen.statements.height > 0


# ---- the first corpus, by properties that hold for any


def _on_themes(corpus: kit.Corpus, chosen: Selection, shown: set[str]) -> set[tuple[str, str]]:
    """Give holder and heading's row of every selected silence on a theme, found row by row."""
    texts = dict(corpus.passages.select("passage_id", "text").iter_rows())
    return {
        (row["speaker_id"], f"theme:{row['theme_id']}")
        for row in corpus.silences.to_dicts()
        if row["proposition_id"] == "" and row["speaker_id"] in shown
        and (not chosen.since or row["latest"] >= chosen.since)
        and (not chosen.text or fold(chosen.text) in fold(texts[row["passage_id"]]))
    }  # fmt: skip


@pytest.mark.parametrize(
    "chosen", [{}, {"first_hand": True}, {"since": "2017-01-01"}, {"text": "police"}, {"modalities": ["question"]}]
)
def test_positions_and_matrix_of_the_first_corpus_add_up(corpus: kit.Corpus, chosen: dict[str, Any]) -> None:
    selection = Selection(**chosen)
    selected = corpus.select(selection)
    axis = holders(corpus, most=100)

    marks, cells = matrix_rows(corpus, selected, selection, axis)

    assert stance_positions(selected)["statements"].sum() == marks["statements"].sum() == selected.statements.height
    assert over_time(selected)["statements"].sum() == selected.statements.height
    on_themes = _on_themes(corpus, selection, set(axis["speaker_id"]))
    pairs = {(one, other) for one in axis["speaker_id"] for other in corpus.propositions["proposition_id"]}
    assert cells.height == len(pairs) + len(on_themes)
    assert set(cells.select("speaker_id", "proposition_id").iter_rows()) == pairs | on_themes
    assert cells["mark_id"].is_unique().all()
    taken = set(marks.select("speaker_id", "proposition_id").iter_rows())
    assert {row[:2] for row in cells.select("speaker_id", "proposition_id", "kind").iter_rows() if not row[2]} == taken


@pytest.mark.parametrize("years", [1, 2, 5, 100, 10_000])
def test_marks_of_several_years_hold_every_statement_once_within_their_own_years(
    second: kit.Corpus, years: int
) -> None:
    marks = over_time(second, years)

    behind = {statement_id: row for row in marks.iter_rows(named=True) for statement_id in row["statement_ids"]}
    assert len(behind) == marks["statements"].sum() == second.statements.height
    for row in second.statements.iter_rows(named=True):
        mark = behind[row["statement_id"]]
        assert mark["earliest"] <= row["earliest"] <= row["latest"] <= mark["latest"]
        assert (mark["row_id"], mark["stance"]) == (row["proposition_id"], row["stance"])
        for end, known in (("earliest", row["earliest"] > UNKNOWN[0]), ("latest", row["latest"] < UNKNOWN[1])):
            assert known or mark[end] == row[end], "an open end stays open"
    assert marks["mark_id"].n_unique() == marks.height
    single = marks.filter(pl.col("latest").dt.year() - pl.col("earliest").dt.year() < years, ~pl.col("unknown"))
    assert single.select("row_id", "earliest", "lane").is_duplicated().sum() == 0
    assert (marks["lane"] < marks["lanes"]).all()
