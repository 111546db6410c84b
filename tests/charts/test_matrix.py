from __future__ import annotations

import itertools
from typing import Any

import polars as pl
import pytest

import kit
from kit import Selection, schema, style
from kit.charts import stance_matrix
from kit.charts.matrix import _DIFFER, BLANKS, CELLS, placed_rows
from kit.positions import SILENCE_WORDS, holders, matrix_rows
from kit.style import COLOURS, SHAPES
from tests.charts import pictures

LONG = "People should say where they stand, whatever comes of it, and say it again when they are asked a second time"
SPEAKERS = pl.DataFrame({"speaker_id": ["a", "b"], "name": ["Ann", "Bo"]})
PROPOSITIONS = pl.DataFrame(
    {"proposition_id": ["p", "q", "r"], "theme_id": ["t", "u", "u"], "text": ["Short.", LONG, "Third."]}
)
THEMES = pl.DataFrame({"theme_id": ["t", "empty", "u"], "label": ["Tea", "Nothing here", "Unions"]})


def mark(speaker_id: str, proposition_id: str, stance: str, statements: int = 1) -> dict[str, Any]:
    key = f"{speaker_id}|{proposition_id}"
    row = {"mark_id": f"{key}|{stance}", "speaker_id": speaker_id, "proposition_id": proposition_id}
    return {**row, "stance": stance, "statements": statements, "tip": f"{key}: {stance}"}


def chart(
    marks: list[dict[str, Any]],
    kinds: dict[str, str] | None = None,
    caption: str = "",
    on_themes: dict[str, str] | None = None,
    summed: bool = False,
) -> dict[str, Any]:
    """Draw a matrix of the speakers and propositions above; `kinds`: the silence in the cells named.

    `on_themes`: the silences on themes as a whole, by "speaker|theme:…".
    """
    columns = ("mark_id", "speaker_id", "proposition_id", "stance", "statements", "tip")
    frame = pl.DataFrame(marks, schema={name: pl.Int64 if name == "statements" else pl.String for name in columns})
    cells = []
    for speaker_id in SPEAKERS["speaker_id"]:
        for proposition_id in PROPOSITIONS["proposition_id"]:
            cell = f"{speaker_id}|{proposition_id}"
            stances = [
                one for one in marks if (one["speaker_id"], one["proposition_id"]) == (speaker_id, proposition_id)
            ]
            kind = "" if stances else (kinds or {}).get(cell, "did-not-speak")
            cells.append({
                "mark_id": cell, "speaker_id": speaker_id, "proposition_id": proposition_id, "kind": kind,
                "blank": kind, "differs": len(stances) > 1, "tip": f"cell {cell}",
            })  # fmt: skip
    for cell, kind in (on_themes or {}).items():
        speaker_id, _, row_id = cell.partition("|")
        cells.append({
            "mark_id": cell, "speaker_id": speaker_id, "proposition_id": row_id, "kind": kind,
            "blank": kind, "differs": False, "tip": f"cell {cell}",
        })  # fmt: skip
    axes = {"speakers": SPEAKERS, "propositions": PROPOSITIONS, "themes": THEMES}
    draw = lambda: stance_matrix(frame, pl.DataFrame(cells), caption=caption, summed=summed, **axes)  # noqa: E731
    return pictures.unchecked(draw)


THREE = [
    mark("a", "p", "support", 4),
    mark("a", "p", "oppose", 2),
    mark("a", "p", "mixed", 3),
    mark("b", "q", "support"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_stance_has_its_own_colour_and_its_own_shape(dark: bool) -> None:
    items = pictures.drawn(chart(THREE), dark)

    for stance in schema.STANCES:
        (drawn,) = pictures.shown(items, f"a|p: {stance}")
        assert (drawn.fill, drawn.shape) == (COLOURS[dark][stance], SHAPES[stance])
    assert len({COLOURS[dark][stance] for stance in schema.STANCES}) == len(set(SHAPES.values())) == 3


def test_stances_of_one_cell_stand_side_by_side_in_the_order_oppose_mixed_support() -> None:
    items = pictures.drawn(chart(THREE))

    marks = [pictures.shown(items, f"a|p: {stance}")[0] for stance in ("oppose", "mixed", "support")]
    assert marks[0].x < marks[1].x < marks[2].x
    assert marks[0].y == marks[1].y == marks[2].y
    assert min(b.x - a.x for a, b in itertools.pairwise(marks)) ** 2 >= marks[0].size


def test_a_stance_stands_in_the_same_place_of_its_cell_whether_others_are_there_or_not() -> None:
    together, alone = (pictures.drawn(chart(marks)) for marks in (THREE, THREE[:1]))

    assert pictures.shown(together, "a|p: support")[0].x == pictures.shown(alone, "a|p: support")[0].x


def test_marks_are_of_one_size_with_the_count_printed_at_each() -> None:
    items = pictures.drawn(chart(THREE))

    marks = [one for one in pictures.having(items, "symbol") if one.shape in SHAPES.values()]
    assert len(marks) == 4
    assert len({one.size for one in marks}) == 1
    counts = {one.x: one.words for one in pictures.having(items, "text") if one.words.isdigit()}
    assert {counts[one.x] for one in marks} == {"4", "2", "3", "1"}
    assert counts[pictures.shown(items, "a|p: support")[0].x] == "4"


def test_a_crowded_matrix_has_one_number_in_a_cell_their_sum_below_the_middle_of_its_marks() -> None:
    marks = [mark("a", "p", "support", 97), mark("a", "p", "oppose", 105), mark("b", "q", "mixed", 12_345)]
    items = pictures.drawn(chart(marks, summed=True))

    support, oppose = (pictures.shown(items, f"a|p: {stance}")[0] for stance in ("support", "oppose"))
    counts = [one for one in pictures.having(items, "text") if one.words[:1].isdigit()]
    assert sorted(one.words for one in counts) == ["12k", "202"]
    assert next(one.x for one in counts if one.words == "202") == pytest.approx((support.x + oppose.x) / 2)
    assert pictures.having(items, "text", words="sum: statements · frame: several stances")


def test_a_cell_with_two_stances_is_outlined_and_one_with_a_single_stance_is_not() -> None:
    items = pictures.drawn(chart([*THREE[:2], THREE[3]]))

    (both,), (one,), (none,) = (pictures.shown(items, f"cell {cell}", "rect") for cell in ("a|p", "b|q", "b|r"))
    assert (both.strokeWidth, one.strokeWidth, none.strokeWidth) == (1, 0, 0)
    assert len(pictures.shown(items, "a|p: support") + pictures.shown(items, "a|p: oppose")) == 2


@pytest.mark.parametrize("version", pictures.VERSIONS)
def test_the_colours_of_a_cell_stand_beside_each_other_and_one_alone_fills_it(version: str) -> None:
    items = pictures.drawn(chart(THREE), version=version)
    colours = [COLOURS[False][stance] for stance in schema.STANCES]

    tints = sorted((one for one in pictures.having(items, "rect") if one.fill in colours), key=lambda one: one.x)
    ends = [(one.x, one.x2 or one.x + one.width) for one in tints]
    (cell,) = pictures.shown(items, "cell b|q", "rect")
    assert [one.fill for one in tints] == [*colours, COLOURS[False]["support"]]
    assert all(left[1] <= right[0] + 0.01 for left, right in itertools.pairwise(ends))
    for stance, (begin, end) in zip(schema.STANCES, ends[:3], strict=True):
        assert pictures.shown(items, f"a|p: {stance}")[0].x == pytest.approx((begin + end) / 2)
    assert ends[3] == (cell.x + 1, (cell.x2 or cell.x + cell.width) - 1)


def test_the_second_corpus_has_a_holder_of_two_stances_and_the_cell_says_so(second: kit.Corpus) -> None:
    marks, cells = matrix_rows(second, second, Selection(), holders(second))

    place = {"speaker_id": "cleo-marsh", "proposition_id": "run-all-night"}
    assert marks.filter(**place)["stance"].to_list() == ["oppose", "support"]
    assert cells.filter(**place)["differs"].to_list() == [True]
    assert cells.filter("differs").height == 1


@pytest.mark.parametrize(
    ("stances", "differ"),
    [
        ({"a": ["support"], "b": ["oppose"]}, True),
        ({"a": ["support", "oppose"], "b": ["oppose"]}, True),
        ({"a": ["support"], "b": ["support"]}, False),
        ({"a": ["support", "oppose"], "b": ["oppose", "support"]}, False),
        ({"a": ["support", "oppose"]}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("version", pictures.VERSIONS)
def test_a_row_has_a_sign_at_its_head_where_holders_differ(
    stances: dict[str, list[str]], differ: bool, version: str
) -> None:
    marks = [mark(holder, "q", stance) for holder, some in stances.items() for stance in some]
    spec = pictures.replaced(chart([mark("a", "p", "support")]), marks=style.rows(pl.DataFrame(marks)))
    items = pictures.drawn(spec, version=version)

    row = placed_rows(PROPOSITIONS, THEMES)[0].row(by_predicate=pl.col("row_id") == "q", named=True)
    signs = [one for one in pictures.having(items, "symbol") if one.shape == _DIFFER]
    in_legend, *signs = sorted(signs, key=lambda one: float(one.y))
    (words,) = (one for one in pictures.having(items, "text") if one.words == "holders differ")
    (text,) = (one for one in pictures.having(items, "text") if one.words == LONG)
    assert abs(in_legend.y - words.y) < 6
    assert in_legend.x < words.x
    assert [(round(one.y, 3), one.x < text.x) for one in signs] == ([(row["middle"], True)] if differ else [])


@pytest.mark.parametrize(
    "name", ["Ann", "Department for Business, Energy and Industrial Strategy", "A Name of Two Lines Each Short"]
)
def test_a_long_name_heads_its_column_in_two_lines_at_most(name: str) -> None:
    frames = pl.DataFrame([mark("a", "p", "support")]), pl.DataFrame(schema=CELLS)
    speakers = SPEAKERS.with_columns(name=pl.lit(name))
    axes = {"speakers": speakers, "propositions": PROPOSITIONS, "themes": THEMES}
    items = pictures.drawn(pictures.unchecked(lambda: stance_matrix(*frames, **axes)))

    heads = [one for one in pictures.having(items, "text") if one.words == name]
    assert len(heads) == 2
    assert max(one.text.count("\n") for one in heads) <= 1


def test_the_picked_mark_is_larger_and_the_picked_cell_has_a_stronger_frame() -> None:
    spec = chart(THREE)

    on_mark = pictures.drawn(pictures.replaced(spec, {"picked": "a|p|mixed"}))
    sizes = [pictures.shown(on_mark, f"a|p: {stance}")[0].size for stance in schema.STANCES]
    assert sizes[1] > sizes[0] == sizes[2]
    on_cell = pictures.drawn(pictures.replaced(spec, {"picked": "b|r"}))
    assert (
        pictures.shown(on_cell, "cell b|r", "rect")[0].strokeWidth
        > pictures.shown(on_cell, "cell a|p", "rect")[0].strokeWidth
    )


def test_every_silence_has_a_sign_of_its_own_that_the_legend_explains() -> None:
    cells = ["a|p", "a|q", "a|r", "b|p", "b|q", "b|r"]

    seen = {}
    for start in (0, 1):
        kinds = dict(zip(cells, list(BLANKS)[start:], strict=False))
        items = pictures.drawn(chart([], kinds))
        for cell, kind in kinds.items():
            (sign,) = pictures.shown(items, f"cell {cell}")
            seen[kind] = sign.shape
        legend = [one.words for one in items if one.role == "legend-label"]
        assert [words for words, _ in BLANKS.values()] == [words for words in legend if words not in schema.STANCES]
    assert seen.keys() == SILENCE_WORDS.keys() == BLANKS.keys()
    assert len(set(seen.values())) == len(BLANKS)


def test_a_cell_with_statements_has_no_sign_of_silence() -> None:
    items = pictures.drawn(chart(THREE))

    assert pictures.shown(items, "cell a|p") == []
    assert len(pictures.shown(items, "cell b|p")) == 1


@pytest.mark.parametrize("version", pictures.VERSIONS)
def test_a_silence_on_a_theme_stands_on_the_row_of_the_themes_heading(version: str) -> None:
    spec = chart(THREE, {"b|r": "asked-not-answered"}, on_themes={"b|theme:u": "asked-not-answered"})
    items = pictures.drawn(spec, version=version)
    row = placed_rows(PROPOSITIONS, THEMES)[0].row(by_predicate=pl.col("row_id") == "theme:u", named=True)

    (sign,), (below,) = pictures.shown(items, "cell b|theme:u"), pictures.shown(items, "cell b|r")
    (box,) = pictures.shown(items, "cell b|theme:u", "rect")
    assert (sign.x, sign.y) == (below.x, row["middle"])
    assert sign.shape == below.shape == BLANKS["asked-not-answered"][1]
    assert (box.y, box.y + (box.height or box.y2 - box.y)) == (row["top"], row["bottom"])
    assert len([one for one in pictures.having(items, "symbol") if row["top"] <= one.y <= row["bottom"]]) == 1
    picked = pictures.drawn(pictures.replaced(spec, {"picked": "b|theme:u"}), version=version)
    assert pictures.shown(picked, "cell b|theme:u", "rect")[0].strokeWidth > box.strokeWidth == 0


def test_the_second_corpus_has_a_silence_on_a_theme_that_is_drawn_on_its_heading(second: kit.Corpus) -> None:
    marks, cells = matrix_rows(second, second, Selection(), holders(second))
    axes = {"speakers": holders(second), "propositions": second.propositions, "themes": second.themes}
    items = pictures.drawn(pictures.unchecked(lambda: stance_matrix(marks, cells, **axes)))

    (heading,) = (one for one in pictures.having(items, "text") if one.words == "Money")
    (sign,) = pictures.shown(items, "Dana Rooke: asked and not answered\nMoney")
    (other,) = pictures.shown(items, cells.filter(mark_id="dana-rooke|raise-fares")["tip"].item())
    assert (sign.x, sign.y) == (other.x, heading.y)


def test_the_legend_lists_the_stances_in_their_order() -> None:
    legend = [one.words for one in pictures.drawn(chart([])) if one.role == "legend-label"]

    assert [words for words in legend if words in schema.STANCES] == ["oppose", "mixed", "support"]


def test_a_long_proposition_wraps_in_a_row_that_is_high_enough() -> None:
    items = pictures.drawn(chart(THREE))

    (text,) = (one for one in pictures.having(items, "text") if one.words == LONG)
    assert text.text.count("\n") >= 2
    assert max(map(len, text.text.split("\n"))) <= 43
    rows, height = placed_rows(PROPOSITIONS, THEMES)
    assert rows["bottom"].to_list() == [*rows["top"].to_list()[1:], height]
    lines = rows["label"].str.count_matches("\n") + 1
    assert ((rows["bottom"] - rows["top"]) >= 13 * lines).all()


def test_propositions_stand_under_their_theme_and_a_theme_without_one_is_left_out() -> None:
    rows, _ = placed_rows(PROPOSITIONS, THEMES)

    assert rows["row_id"].to_list() == ["theme:t", "p", "theme:u", "q", "r"]
    assert rows["heading"].to_list() == [True, False, True, False, False]


def test_a_row_is_as_high_as_is_asked_for() -> None:
    rows, _ = placed_rows(PROPOSITIONS, THEMES, {"p": 90})

    assert (rows.filter(row_id="p")["bottom"] - rows.filter(row_id="p")["top"]).item() == 90


def test_without_statements_the_matrix_says_so_and_keeps_its_axes() -> None:
    items, full = pictures.drawn(chart([])), pictures.drawn(chart(THREE))

    assert any("No statements in this selection." in text for text in pictures.texts(items))
    assert not any("No statements in this selection." in text for text in pictures.texts(full))
    assert {"Ann", "Bo", "Short.", LONG, "Third.", "Tea", "Unions"} <= set(pictures.texts(items))


def test_rows_that_come_later_are_placed_by_their_ids_alone() -> None:
    spec = chart([])

    later = style.rows(pl.DataFrame([mark("b", "r", "oppose", 12)]))
    items = pictures.drawn(pictures.replaced(spec, marks=later))
    (drawn,), (as_drawn,) = (
        pictures.shown(one, "b|r: oppose") for one in (items, pictures.drawn(chart([mark("b", "r", "oppose", 12)])))
    )
    assert (drawn.x, drawn.y) == (as_drawn.x, as_drawn.y)
    assert "12" in pictures.texts(items)


def test_a_frame_without_a_needed_column_is_refused_by_name(second: kit.Corpus) -> None:
    marks, cells = matrix_rows(second, second, Selection(), holders(second))
    axes = {"speakers": holders(second), "propositions": second.propositions, "themes": second.themes}

    with pytest.raises(ValueError, match="cells: the frame lacks kind, tip; it has mark_id"):
        stance_matrix(marks, cells.select("mark_id", "speaker_id", "proposition_id", "blank", "differs"), **axes)
