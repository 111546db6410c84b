from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import vl_convert

import kit
from kit import Selection, style
from kit.dates import UNKNOWN
from kit.panels import PANELS, Frames, Panel, caption, how_coded, period, title, years_in_a_mark
from kit.positions import over_time
from kit.speech import theme_rates, words_spoken
from tests.charts import pictures
from tests.made import corpus_of, statement

NOTHING = Selection(text="nobody ever said this")
CAPTION = "4 documents · the caption’s first line\nits second line, in the picture too"


@dataclass(frozen=True)
class Drawn:
    """One chart of a corpus: its frames and specification with all rows, and the same with none."""

    whole: kit.Corpus
    name: str
    frames: Frames
    spec: dict[str, Any]
    empty: dict[str, Any]

    @property
    def panel(self) -> Panel:
        return PANELS[self.name]


@pytest.fixture(
    scope="module", params=[(which, name) for which in ("first", "second") for name in PANELS], ids="-".join
)
def chart(request: pytest.FixtureRequest, corpus: kit.Corpus, second: kit.Corpus) -> Drawn:
    which, name = request.param
    whole = {"first": corpus, "second": second}[which]
    frames = PANELS[name].rows(whole, whole, Selection())
    none = {key: frame.clear() for key, frame in frames.items()}
    specs = (PANELS[name].draw(whole, rows, CAPTION).to_dict() for rows in (frames, none))
    return Drawn(whole, name, frames, *specs)


def columns(spec: dict[str, Any]) -> dict[str, frozenset[str]]:
    return {name: frozenset(rows[0]) for name, rows in spec["datasets"].items() if rows}


def encoded(node: dict[str, Any], kind: str) -> Iterator[str]:
    """Give every field that is encoded as one type."""
    for definition in node.get("encoding", {}).values():
        if definition.get("type") == kind and "field" in definition:
            yield definition["field"]
    for layer in node.get("layer", []):
        yield from encoded(layer, kind)


def test_every_field_that_is_encoded_tested_or_transformed_is_a_column_of_its_data(chart: Drawn) -> None:
    assert pictures.unknown_fields(chart.spec, columns(chart.spec)) == []


def test_a_column_that_goes_missing_is_found_by_this_walk(chart: Drawn) -> None:
    for missing in ("tip", "mark_id"):
        without = {name: fields - {missing} for name, fields in columns(chart.spec).items()}
        assert any(missing in one for one in pictures.unknown_fields(chart.spec, without))


def test_the_rows_of_a_chart_are_those_of_its_frames_and_hold_no_number_that_is_none(chart: Drawn) -> None:
    for name in chart.frames.keys() & chart.spec["datasets"].keys():
        rows = chart.spec["datasets"][name]
        assert rows == style.rows(chart.frames[name].select(list(rows[0])))
    json.dumps(chart.spec, allow_nan=False)
    numbers = set(encoded(chart.spec, "quantitative"))
    for rows in chart.spec["datasets"].values():
        assert [row for row in rows for field in numbers & row.keys() if not isinstance(row[field], (int, float))] == []


def test_a_chart_without_rows_has_the_same_axes_legends_and_places_as_with_all(chart: Drawn) -> None:
    apart = {key: chart.spec[key] for key in chart.spec if key != "datasets"}
    assert apart == {key: chart.empty[key] for key in chart.empty if key != "datasets"}

    full, empty = pictures.drawn(chart.spec), pictures.drawn(chart.empty)
    around, alone = (
        [(one.words, one.x, one.y) for one in items if one.mark == "text" and one.role not in ("mark", "title-text")]
        for items in (full, empty)
    )
    assert around == alone
    placed = {(one.words, one.x, one.y) for one in pictures.having(full, "text")}
    moved = {(one.words, one.x, one.y) for one in pictures.having(empty, "text")} - placed
    assert [words for words, _, _ in moved if "No statements in this selection." not in words] == []
    # The caption stands under all that is drawn, the outline of marks included.
    assert all(abs(a - b) <= 3 for a, b in zip(pictures.size(chart.spec), pictures.size(chart.empty), strict=True))


def test_both_versions_of_vega_lite_draw_the_same(chart: Drawn) -> None:
    six, five = (pictures.drawn(chart.spec, version=version) for version in pictures.VERSIONS)

    for kind in ("symbol", "rect", "text"):
        seen = [
            Counter(
                (one.words, one.fill, one.shape, round(one.x), round(one.y)) for one in pictures.having(items, kind)
            )
            for items in (six, five)
        ]
        assert seen[0] == seen[1]
        assert seen[0] or kind != "text"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_picture_is_not_blank_in_either_theme_and_version(chart: Drawn, dark: bool) -> None:
    version = pictures.VERSIONS[dark]
    spec = json.dumps(style.in_theme(chart.spec, dark))
    width, height, colours = pictures.pixels(vl_convert.vegalite_to_png(spec, vl_version=version, scale=0.2))

    background = (*tuple(bytes.fromhex(style.COLOURS[dark]["surface"][1:])), 255)
    assert max(colours, key=colours.__getitem__) == background
    assert colours[background] < 0.9 * width * height
    assert len(colours) > 40


def test_the_caption_stands_inside_the_picture_under_the_chart(chart: Drawn) -> None:
    titles = [one for one in pictures.drawn(chart.spec) if one.role == "title-text"]

    assert [one.text[-2:] for one in titles] == [CAPTION.split("\n")]
    assert titles[0].y > max(one.y for one in pictures.having(pictures.drawn(chart.spec), "text"))


def test_another_caption_is_drawn_when_the_parameter_is_set(chart: Drawn) -> None:
    items = pictures.drawn(pictures.replaced(chart.spec, {"caption": "other <b>words</b>\nand more"}))

    assert [one.text[-2:] for one in items if one.role == "title-text"] == [["other <b>words</b>", "and more"]]


def test_a_chart_names_no_colour_and_follows_the_theme(chart: Drawn) -> None:
    assert pictures.colours_named(chart.spec) == []
    light, dark = (
        {one.fill for one in pictures.drawn(chart.spec, dark) if one.mark == "text" and one.fill}
        for dark in (False, True)
    )
    assert light <= {style.COLOURS[False]["text"], style.COLOURS[False]["muted"]}
    assert dark <= {style.COLOURS[True]["text"], style.COLOURS[True]["muted"]}


@pytest.mark.parametrize("name", PANELS)
def test_no_text_of_a_chart_is_cut_short(second: kit.Corpus, name: str) -> None:
    long = {
        "speakers": ("name", "Right Honourable " * 9 + "Person"),
        "themes": ("label", "a theme with a very long name " * 4),
        "propositions": ("text", "One should say all of it, whatever the length, and then a little more. " * 6),
        "documents": ("title", "A title that goes on and on " * 6),
    }
    changed = {
        frame: getattr(second, frame).with_columns(pl.lit(text).alias(column)) for frame, (column, text) in long.items()
    }
    whole = replace(second, **changed)

    rows = PANELS[name].rows(whole, whole, Selection())
    spec = pictures.unchecked(lambda: PANELS[name].draw(whole, rows, CAPTION))

    seen = pictures.texts(pictures.drawn(spec))
    wanted = {
        "matrix": ("speakers", "themes", "propositions"),
        "timeline": ("themes", "propositions"),
        "themes": ("documents", "themes"),
        "speakers": ("speakers", "themes"),
        "words": ("speakers",),
    }
    for frame in wanted[name]:
        assert any(long[frame][1].strip() in text for text in seen)
    assert [one for one in pictures.drawn(spec) if one.mark == "text" and one.limit] == []
    assert not any("…" in text for text in seen)


def test_marks_of_a_chart_have_ids_of_their_own_and_the_passages_behind_them(chart: Drawn) -> None:
    known = set(chart.whole.passages["passage_id"])
    marked = [frame for name, frame in chart.frames.items() if "mark_id" in frame.columns and not name.startswith("_")]

    ids = [mark_id for frame in marked for mark_id in frame["mark_id"]]
    assert marked
    assert len(ids) == len(set(ids))
    assert None not in ids
    for frame in marked:
        assert frame["tip"].null_count() == 0
        behind = [passage_id for passage_ids in frame["passage_ids"] for passage_id in passage_ids]
        assert set(behind) <= known
        for passage_ids in frame["passage_ids"]:
            assert len(passage_ids) == len(set(passage_ids))


def test_the_table_twin_lists_marks_in_columns_that_its_frames_have(chart: Drawn) -> None:
    listed = [chart.frames[name] for name in chart.panel.table]

    for field, heading in chart.panel.columns:
        assert heading
        assert any(field in frame.columns for frame in listed)
    drawn = {row["mark_id"] for rows in chart.spec["datasets"].values() for row in rows if "mark_id" in row}
    assert {mark_id for frame in listed for mark_id in frame["mark_id"]} <= drawn


@pytest.mark.parametrize("name", PANELS)
def test_a_chart_is_drawn_from_a_corpus_without_codings_or_without_anything(second: kit.Corpus, name: str) -> None:
    bare = replace(second, statements=second.statements.clear(), silences=second.silences.clear())
    nobody = replace(
        bare,
        **{
            name: getattr(bare, name).clear()
            for name in ("documents", "passages", "speakers", "propositions", "themes")
        },
    )
    for whole in (bare, nobody):
        rows = PANELS[name].rows(whole, whole.select(Selection()), Selection())
        spec = PANELS[name].draw(whole, rows, CAPTION).to_dict()
        for version in pictures.VERSIONS:
            assert "4 documents" in " ".join(pictures.texts(pictures.drawn(spec, version=version)))


def test_a_timeline_spans_every_known_day_and_no_open_end(second: kit.Corpus) -> None:
    ends = pl.lit(date(2019, 5, 1)).alias("earliest"), pl.lit(date.max).alias("latest")
    open_ended = replace(
        second, documents=second.documents.with_columns(*ends), statements=second.statements.with_columns(*ends)
    )
    panel = PANELS["timeline"]

    spec = panel.draw(open_ended, panel.rows(open_ended, open_ended, Selection()), "").to_dict()

    width, _ = pictures.size(spec)
    assert width < 1200
    assert any("2019" in text for text in pictures.texts(pictures.drawn(spec)))
    assert {mark.x for mark in pictures.having(pictures.drawn(spec), "symbol")} < set(range(width))


LONG = [  # of one row: a bar of two years, a day in it, a bar that begins just after it, and one of no known date
    statement(when="2019-03-12/2021-03-12"),
    statement("ben-adu", when="2019-06-01"),
    statement("cleo-marsh", when="2021-03-20/2021-04-30"),
    statement("dana-rooke", when="2020-03-12"),
    statement("emil-sand", when="XXXX"),
]


@pytest.mark.parametrize(
    ("which", "selection"),
    [
        ("first", Selection()),
        ("first", Selection(until="2016-12-31")),
        ("first", Selection(until="2016-12-31", speakers=["sadiq-khan", "metropolitan-police"])),
        ("first", Selection(documents=["2016-met-operation-hercules"])),
        ("second", Selection()),
        ("second", Selection(since="2020-09-01")),
        ("long", Selection()),
        ("long", Selection(speakers=["ama-osei", "cleo-marsh"])),
    ],
)
def test_no_two_marks_of_a_timeline_touch_whatever_is_selected(
    corpus: kit.Corpus, second: kit.Corpus, which: str, selection: Selection
) -> None:
    whole = {"first": corpus, "second": second, "long": corpus_of(second, *LONG)}[which]
    panel = PANELS["timeline"]
    frames = panel.rows(whole, whole.select(selection), selection)
    items = pictures.drawn(panel.draw(whole, frames, "").to_dict())
    signs, bars = (pictures.having(items, mark) for mark in ("symbol", "rect"))
    bars = [one for one in bars if one.description]

    assert len(signs) == frames["marks"].height > 0
    boxes = [(one.x - 5, one.x + 5, one.y, one.description) for one in signs]
    boxes += [(one.x, one.x + one.width, one.y + one.height / 2, one.description) for one in bars]
    for (left, right, y, tip), (begin, end, other_y, other) in itertools.combinations(boxes, 2):
        assert tip == other or abs(y - other_y) >= 10 or right <= begin or end <= left, (tip, other)


@pytest.mark.parametrize("day", [date(1, 1, 2), date(9999, 12, 30)], ids=str)
def test_a_timeline_of_a_corpus_with_a_date_at_the_end_of_all_years_is_drawn(second: kit.Corpus, day: date) -> None:
    stated = pl.when(pl.col("document_id") == "2021-06-04-northport-post-night-ferry").then(pl.lit(day))
    ends = [stated.otherwise(name).alias(name) for name in ("earliest", "latest")]
    frames = {name: getattr(second, name).with_columns(*ends) for name in ("documents", "passages", "statements")}
    whole, panel = replace(second, **frames), PANELS["timeline"]

    rows = panel.rows(whole, whole, Selection())
    items = pictures.drawn(panel.draw(whole, rows, "").to_dict())

    assert len({one.description for one in pictures.having(items, "symbol")}) == rows["marks"]["tip"].n_unique()


def test_a_click_on_a_mark_of_matrix_or_timeline_can_say_which_statements_are_behind_it(chart: Drawn) -> None:
    named = {name for name, frame in chart.frames.items() if "statement_ids" in frame.columns and name[0] != "_"}

    assert named == {"matrix": {"marks", "cells"}, "timeline": {"marks"}}.get(chart.name, set())
    for name in named:
        for row in chart.frames[name].filter(pl.col("statement_ids").is_not_null()).iter_rows(named=True):
            behind = chart.whole.statements.filter(pl.col("statement_id").is_in(row["statement_ids"]))
            assert behind.height == len(row["statement_ids"]) > 0
            assert set(behind["passage_id"]) == set(row["passage_ids"])


D = date


@pytest.mark.parametrize(
    ("intervals", "said"),
    [
        ([("stated", D(2019, 3, 1), D(2019, 3, 1))], "2019"),
        ([("stated", D(2019, 3, 1), D(2019, 3, 1)), ("inferred", D(2020, 12, 1), D(2021, 1, 31))], "2019–2021"),
        (
            [("stated", D(2019, 3, 1), D(2019, 3, 1)), ("unknown", *UNKNOWN), ("unknown", *UNKNOWN)],
            "2019 and 2 of unknown date",
        ),
        ([("unknown", *UNKNOWN)], "1 of unknown date"),
        ([("inferred", D(2019, 3, 1), D.max), ("inferred", D.min, D(2021, 1, 1))], "2019–2021"),
        ([], "date unknown"),
    ],
)
def test_the_period_names_known_years_and_counts_unknown_dates(
    second: kit.Corpus, intervals: list[tuple[str, date, date]], said: str
) -> None:
    rows = [dict(zip(("date_basis", "earliest", "latest"), one, strict=True)) for one in intervals]
    documents = pl.DataFrame(rows, schema={"date_basis": pl.String, "earliest": pl.Date, "latest": pl.Date})

    assert period(replace(second, documents=documents)) == said


SAME = (
    "both codings come from the same language model (talker 1); agreement shows that it repeats itself, "
    "not that it is right"
)


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (("talker 1", "talker 1"), f"Agreed coding: {SAME}"),
        (("talker 1", "talker 2"), "Agreed coding"),
        (("talker 1", ""), "Agreed coding"),
        (("", ""), "Agreed coding"),
    ],
)
def test_the_caption_says_when_one_language_model_made_both_codings(
    second: kit.Corpus, models: tuple[str, str], said: str
) -> None:
    named = dict(zip(("reader-one", "reader-two"), models, strict=True))
    coders = second.coders.with_columns(pl.col("coder_id").replace_strict(named, default="").alias("model"))

    assert how_coded(replace(second, coders=coders)) == said


def test_a_coding_made_by_itself_is_said_by_its_name_and_none_by_nothing(second: kit.Corpus) -> None:
    assert how_coded(replace(second, coding="reader-one")) == "First coding"
    assert how_coded(replace(second, coding="")) == ""


def test_a_caption_says_documents_and_period_and_of_positions_how_they_were_coded_and_what_a_blank_means(
    second: kit.Corpus,
) -> None:
    told = "4 documents · 2019–2021 and 1 of unknown date"

    assert caption(second) == told
    assert " ".join(caption(second, positions=True).split("\n")) == f"{told} · Agreed coding · {style.BLANK}"
    for positions in (False, True):
        assert kit.caption(second.select(NOTHING), positions=positions) == caption(second, positions=positions)


def test_the_caption_of_a_corpus_without_coding_says_so_instead(second: kit.Corpus) -> None:
    bare = replace(second, statements=second.statements.clear(), coding="")

    for positions in (False, True):
        said = " ".join(caption(bare, positions=positions).split("\n"))
        assert said == f"4 documents · 2019–2021 and 1 of unknown date · {style.NOT_CODED}"


# ---- one holder over time


def test_a_holder_over_time_has_a_band_for_each_office_and_a_line_for_each_pair(corpus: kit.Corpus) -> None:
    spec = kit.holder_over_time(corpus, "sadiq-khan").to_dict()
    changes = kit.changes_over_time(corpus, "sadiq-khan")
    own = changes.filter(pl.col("proposition_id") == pl.col("later_proposition_id"))

    bands, lines = spec["datasets"]["offices"], spec["datasets"]["links"]

    assert [(one["office"], one["since"], one["until"]) for one in bands] == [("Mayor of London", "2016-05-09", None)]
    ids = style.own(own["proposition_id"])
    assert [(one["row_id"], one["change"]) for one in lines] == [*zip(ids, own["change"], strict=True)]
    assert {*style.own(["office:0"]), *ids} <= {row["row_id"] for row in spec["datasets"]["rows"]}
    assert "one is conditional" in next(one["tip"] for one in lines if one["change"] == "not comparable")
    assert pictures.unknown_fields(spec, columns(spec)) == []


@pytest.mark.parametrize("holder", ["metropolitan-police", "lbc"])
def test_a_holder_of_no_office_or_without_statements_is_drawn_all_the_same(corpus: kit.Corpus, holder: str) -> None:
    spec = kit.holder_over_time(corpus, holder).to_dict()

    assert spec["datasets"]["offices"] == []
    assert len(spec["datasets"]["marks"]) == over_time(corpus.select(Selection(speakers=[holder]))).height
    assert style.png(spec).startswith(b"\x89PNG")


def test_statements_are_counted_that_fall_in_a_window_certainly_and_possibly(corpus: kit.Corpus) -> None:
    window = Selection(since="2016-08-01", until="2016-12-31")
    found = {row["speaker_id"]: row for row in kit.statements_in_window(corpus, window).iter_rows(named=True)}
    statements = corpus.select(replace(window, speakers=["metropolitan-police"])).statements
    certain = statements.filter(window.certainly_in_window()).height

    police = found["metropolitan-police"]
    assert (police["certainly"], police["possibly"]) == (certain, statements.height - certain)
    assert 0 < police["possibly"] < police["all"] == 16
    assert sum(row["all"] for row in found.values()) == corpus.statements.height
    assert kit.statements_in_window(corpus.select(Selection(themes=["terrorism"])), window).height == len(found)


def test_a_timeline_of_too_many_marks_sums_years_says_so_and_is_drawn(
    second: kit.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.panels._READABLE", 9)
    crowded = replace(second)  # which remembers nothing

    explorer = kit.Explorer(crowded, charts=["timeline"])

    years = years_in_a_mark(crowded)
    assert over_time(crowded, years).height <= 9 < over_time(crowded).height
    said = f"When it was said: all holders together, {years} year{'s' * (years > 1)} in a mark"
    assert explorer.view.charts["timeline"]["title"] == said
    shown = explorer.view.frames["timeline"]["rows"]["marks"]
    assert sum(row["statements"] for row in shown) == crowded.statements.height
    assert {row["tip"].partition(":")[0] for row in shown} == {"All holders"}
    drawn = pictures.drawn(explorer._drawn("timeline"))
    assert all(len(pictures.shown(drawn, row["tip"])) == 1 for row in shown)


@pytest.mark.parametrize("name", ["themes", "speakers", "words"])
def test_a_chart_of_too_many_columns_shows_those_with_most_words_and_says_of_how_many(
    second: kit.Corpus, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("kit.panels._FEW", 2)
    crowded = replace(second)

    panel, whole = PANELS[name], title(name, crowded)

    rows = panel.rows(crowded, crowded, Selection())["rows"]
    key = "speaker_id" if name == "words" else "column_id"
    there = (
        words_spoken(second)
        if name == "words"
        else theme_rates(second, name.removesuffix("s").replace("theme", "document"))[0]
    )
    words = dict(
        there.group_by(key).agg(pl.col("speaker_words" if name == "words" else "base_words").max()).iter_rows()
    )
    assert whole.startswith(f"{panel.title}: 2 of ")
    assert rows[key].n_unique() == 2
    panel.draw(crowded, {"rows": rows}, "").to_dict()
    left_out = set(there[key]) - set(rows[key])
    assert min(words[one] for one in set(rows[key])) >= max(words[one] for one in left_out)


@pytest.mark.parametrize("name", PANELS)
def test_a_kept_specification_is_the_one_that_is_drawn_anew(second: kit.Corpus, name: str) -> None:
    panel = PANELS[name]
    frames = panel.rows(second, second, Selection())
    none = {key: frame.clear() for key, frame in frames.items()}

    assert panel.spec(second, frames) == panel.spec(second, frames) == panel.draw(second, none, "").to_dict()


def test_a_kept_specification_is_of_its_own_axes(second: kit.Corpus, corpus: kit.Corpus) -> None:
    other = replace(second, themes=second.themes.with_columns(pl.lit("Another name").alias("label")))
    first, last, elsewhere = (
        PANELS["matrix"].spec(one, PANELS["matrix"].rows(one, one, Selection())) for one in (second, other, corpus)
    )

    assert "Another name" in json.dumps(last)
    assert "Another name" not in json.dumps(first)
    assert first != elsewhere


def test_numbers_of_a_cell_are_summed_where_one_of_two_digits_may_stand_beside_another(second: kit.Corpus) -> None:
    many = replace(second, statements=pl.concat([second.statements] * 10))

    assert not PANELS["matrix"].axes(second)["summed"]
    assert PANELS["matrix"].axes(many)["summed"]


def test_an_explorer_that_was_there_before_needs_no_altair(tmp_path: Path) -> None:
    code = "import sys, kit; kit.Explorer(kit.load()); print('altair' in sys.modules)"
    places = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}

    said = [subprocess.run([sys.executable, "-c", code], env=places, capture_output=True, text=True) for _ in range(2)]

    assert [(one.stdout.strip(), one.returncode) for one in said] == [("True", 0), ("False", 0)]
