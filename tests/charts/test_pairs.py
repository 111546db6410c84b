from __future__ import annotations

import itertools
from typing import Any

import polars as pl
import pytest

import kit
from kit import style
from kit.charts import pair_cells, pairs_matrix
from kit.charts.pairs import _HATCH, CELLS
from kit.comparison import compare_holders
from tests.charts import pictures

SPEAKERS = pl.DataFrame({"speaker_id": ["a", "b", "c", "d"], "name": ["Ann", "Bo", "Cy", "Di"]})
COUNTS = {  # both, comparable, same, partly, different
    ("a", "b"): (5, 4, 3, 1, 0),
    ("a", "c"): (6, 6, 0, 2, 4),
    ("a", "d"): (2, 2, 2, 0, 0),
    ("b", "c"): (3, 0, 0, 0, 0),
    ("b", "d"): (0, 0, 0, 0, 0),
    ("c", "d"): (3, 3, 3, 0, 0),
}


def pairs(counts: dict[tuple[str, str], tuple[int, ...]]) -> pl.DataFrame:
    numbers = ["both", "comparable", "same", "partly", "different"]
    rows = [(*pair, *values) for pair, values in counts.items()]
    types = {"left_id": pl.String, "right_id": pl.String, **dict.fromkeys(numbers, pl.Int64)}
    return pl.DataFrame(rows, schema=types, orient="row")


def chart(counts: dict[tuple[str, str], tuple[int, ...]] = COUNTS, **options: Any) -> dict[str, Any]:
    spec: dict[str, Any] = pairs_matrix(pairs(counts), speakers=SPEAKERS, **options).to_dict()
    return spec


def box(items: list[pictures.Item], start: str) -> pictures.Item:
    """Give the frame of the cell whose hover begins so."""
    (one,) = (one for one in pictures.having(items, "rect") if (one.description or "").startswith(start))
    return one


def middle(item: pictures.Item) -> tuple[float, float]:
    return (item.x + item.width / 2, item.y + item.height / 2)


def printed(items: list[pictures.Item], start: str) -> list[str]:
    """Give what stands in a cell."""
    x, y = middle(box(items, start))
    texts = pictures.having(items, "text")
    return [one.words for one in texts if abs(one.x - x) < 1 and abs(one.y - y) < 8]


@pytest.mark.parametrize("version", pictures.VERSIONS)
def test_a_cell_prints_the_same_of_the_comparable_and_never_a_share_of_too_few(version: str) -> None:
    items = pictures.drawn(chart(), version=version)

    assert printed(items, "Ann and Bo\n") == ["3/4"]
    assert printed(items, "Ann and Cy\n") == ["0/6"]
    assert printed(items, "Cy and Di\n") == ["3/3"]
    assert printed(items, "Ann and Di\n") == printed(items, "Bo and Cy\n") == ["not enough"]
    assert printed(items, "Bo and Di\n") == ["–"]
    assert not any("2/2" in text or "0/0" in text for text in pictures.texts(items))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_deeper_a_cell_the_larger_the_share_and_too_few_are_hatched_instead(dark: bool) -> None:
    items = pictures.drawn(chart(), dark)

    shades = {middle(one): one.fill for one in pictures.having(items, "rect") if not one.description}
    hatched = [(one.x, one.y) for one in pictures.having(items, "symbol") if one.shape == _HATCH]
    places = {start: middle(box(items, start)) for start in ("Ann and Bo", "Ann and Cy", "Cy and Di")}
    few = [middle(box(items, start)) for start in ("Ann and Di", "Bo and Cy")]
    assert set(shades) == set(places.values())
    assert len({shades[place] for place in places.values()}) == 3
    assert sorted(hatched) == sorted(few)


def test_how_many_are_enough_can_be_said_and_the_legend_says_it() -> None:
    two, five = pictures.drawn(chart(enough=2)), pictures.drawn(chart(enough=5))

    assert printed(two, "Ann and Di\n") == ["2/2"]
    assert printed(five, "Ann and Bo\n") == ["not enough"]
    assert any("fewer than 5 can be compared" in text for text in pictures.texts(five))
    assert pair_cells(pairs(COUNTS), speakers=SPEAKERS, enough=0)["kind"].to_list() == [
        "share", "share", "share", "few", "none", "share",
    ]  # fmt: skip


def test_the_hover_says_all_counts_in_words() -> None:
    tips = dict(pair_cells(pairs(COUNTS), speakers=SPEAKERS).select("mark_id", "tip").iter_rows())

    assert tips["a|b"].split("\n") == [
        "Ann and Bo", "both took a stance on 5, can be compared on 4", "3 the same, 1 partly, 0 all different",
    ]  # fmt: skip
    assert tips["a|d"].endswith("\nboth took a stance on 2, can be compared on 2\nnot enough: fewer than 3")
    assert tips["b|d"] == "Bo and Di\nno proposition in common"


def test_a_share_is_null_where_there_are_too_few() -> None:
    shares = dict(pair_cells(pairs(COUNTS), speakers=SPEAKERS).select("mark_id", "share").iter_rows())

    assert shares == {"a|b": 0.75, "a|c": 0, "a|d": None, "b|c": None, "b|d": None, "c|d": 1}


def test_a_name_ends_its_row_and_heads_its_column() -> None:
    items = pictures.drawn(chart())

    names = {one.words: one for one in pictures.having(items, "text") if one.words in [*SPEAKERS["name"]]}
    assert len(names) == 4
    for left, right in COUNTS:
        one, other = (names[name] for name in SPEAKERS.filter(pl.col("speaker_id").is_in([left, right]))["name"])
        cell = box(items, f"{one.words} and {other.words}")
        assert cell.x <= one.x + one.dx <= cell.x + cell.width
        assert one.y < cell.y < other.y < cell.y + cell.height
        assert cell.x + cell.width <= other.x + other.dx


def test_names_of_several_lines_do_not_stand_in_one_another_s_rows() -> None:
    long = "A Very Long Name of a Public Body That Nobody Would Ever Say in One Breath, and Its Successors in Law"
    spec = pairs_matrix(pairs(COUNTS), speakers=SPEAKERS.with_columns(name=pl.lit(long))).to_dict()
    items = pictures.drawn(spec)

    names = [one for one in pictures.having(items, "text") if one.words == long]
    lines = names[0].text.count("\n") + 1
    assert lines >= 3
    assert len(names) == 4
    tops = sorted(one.y for one in names)
    assert min(b - a for a, b in itertools.pairwise(tops)) >= 12 * lines + 6
    boxes = sorted(((one.y, one.y + one.height) for one in pictures.having(items, "rect") if one.description), key=str)
    assert all(bottom <= top for (_, bottom), (top, _) in itertools.combinations(sorted(set(boxes)), 2))


def test_the_picked_pair_has_a_stronger_frame() -> None:
    items = pictures.drawn(pictures.replaced(chart(), {"picked": "a|c"}))

    assert box(items, "Ann and Cy").strokeWidth > box(items, "Ann and Bo").strokeWidth == 0


def test_those_in_no_pair_are_left_out_and_no_pair_at_all_is_said() -> None:
    two = pictures.drawn(chart({("a", "c"): (1, 1, 1, 0, 0)}))
    none = pictures.drawn(chart({}))

    assert {"Ann", "Cy"} <= set(pictures.texts(two))
    assert "Bo" not in pictures.texts(two)
    assert "Fewer than two holders: there is no pair." in pictures.texts(none)
    assert "Fewer than two holders: there is no pair." not in pictures.texts(two)


@pytest.mark.parametrize("version", pictures.VERSIONS)
def test_the_legend_covers_no_name_however_many_holders(version: str) -> None:
    ids = [f"s{number:02}" for number in range(20)]
    speakers = pl.DataFrame({"speaker_id": ids, "name": [f"Somebody with a long name, {one}" for one in ids]})
    counts = {(one, other): (1, 1, 1, 0, 0) for one in ids for other in ids if one < other}
    items = pictures.drawn(pairs_matrix(pairs(counts), speakers=speakers).to_dict(), version=version)

    legend = [one for one in items if one.role.startswith("legend") and one.mark == "text"]
    edge, low = min(one.x for one in legend), 120
    names = [one for one in pictures.having(items, "text") if one.words.startswith("Somebody") and one.y < low]
    assert legend
    assert len(names) == 4
    assert all(one.x + 6.2 * max(map(len, one.words.split("\n"))) < edge for one in names)


def test_rows_that_come_later_are_placed_by_their_ids_alone() -> None:
    empty, later = chart(), pair_cells(pairs({("b", "d"): (4, 4, 1, 1, 2)}), speakers=SPEAKERS)
    items = pictures.drawn(pictures.replaced(empty, pairs=style.rows(later.select(CELLS))))

    assert middle(box(items, "Bo and Di")) == middle(box(pictures.drawn(empty), "Bo and Di"))
    assert printed(items, "Bo and Di") == ["1/4"]


def test_every_field_is_a_column_and_no_colour_is_named(corpus: kit.Corpus) -> None:
    spec = pairs_matrix(compare_holders(corpus), speakers=corpus.speakers, caption="A caption").to_dict()

    columns = {name: frozenset(rows[0]) for name, rows in spec["datasets"].items()}
    assert pictures.unknown_fields(spec, columns) == []
    assert pictures.colours_named(spec) == []
    assert "A caption" in pictures.texts(pictures.drawn(spec))


def test_hostile_names_are_drawn_as_text() -> None:
    name = '<script>alert(1)</script>"]} \x00'
    speakers = SPEAKERS.with_columns(name=pl.lit(name) + pl.col("speaker_id"))

    spec = pairs_matrix(pairs(COUNTS), speakers=speakers).to_dict()

    assert any("<script>alert(1)</script>" in text for text in pictures.texts(pictures.drawn(spec)))
    assert "\x00" not in str(spec)
