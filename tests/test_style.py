from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from pathlib import Path

import altair as alt
import polars as pl
import pytest
from hypothesis import given, strategies as st

from kit import charts, schema, style
from kit.charts import base
from tests.charts import pictures

THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
STATIC = Path(style.__file__).parent / "static"


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2): sRGB made linear, weighted."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_of_black_and_white_is_twenty_one_and_that_of_a_known_grey_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@THEMES
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("text", "surface"), ("text", "raised"), ("text", "mark"), ("muted", "surface"), ("muted", "raised"),
        ("muted", "mark"), ("accent", "surface"), ("accent", "raised"), ("on-accent", "accent"), ("warn", "surface"),
    ],
)  # fmt: skip
def test_words_can_be_read_on_what_they_stand_on(ink: str, ground: str, dark: bool) -> None:
    assert contrast(style.COLOURS[dark][ink], style.COLOURS[dark][ground]) >= 4.5


@THEMES
@pytest.mark.parametrize("ground", ["surface", "raised"])
@pytest.mark.parametrize("mark", [*schema.STANCES, "focus", "accent", "edge"])
def test_marks_stand_out_from_the_background(mark: str, ground: str, dark: bool) -> None:
    assert contrast(style.COLOURS[dark][mark], style.COLOURS[dark][ground]) >= 3


@THEMES
def test_numbers_can_be_read_on_every_depth_of_a_cell(dark: bool) -> None:
    ramp = style.vega_config(dark)["range"]["heatmap"]

    assert len(set(ramp)) == len(ramp) >= 3
    for colour in ramp:
        assert contrast(style.COLOURS[dark]["text"], colour) >= 4.5


@THEMES
def test_the_three_stances_have_three_colours_in_the_order_of_their_enum(dark: bool) -> None:
    colours = style.vega_config(dark)["range"]["category"]

    assert colours == [style.COLOURS[dark][stance] for stance in ("oppose", "mixed", "support")]
    assert len(set(colours)) == 3
    assert list(style.SHAPES) == list(style.GLYPHS) == list(schema.STANCES)
    assert len(set(style.SHAPES.values())) == len(set(style.GLYPHS.values())) == 3


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_every_variable_that_a_static_file_uses_is_defined_and_no_colour_is_written_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    used = set(re.findall(r"--kit-[\w-]+", text))
    light, *dark, paper = (set(re.findall(r"(--kit-[\w-]+):", rule)) for rule in style.css().splitlines())

    assert used <= light
    assert len(dark) == 2
    for rule in (*dark, paper):
        assert rule == light - {"--kit-font", "--kit-serif"}
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", text) == []


def test_the_sheet_holds_the_variables_and_the_layout() -> None:
    assert style.sheet().startswith(style.css())
    assert (STATIC / "kit.css").read_text(encoding="utf-8") in style.sheet()


def test_the_style_sheet_can_stand_between_style_tags() -> None:
    assert "</" not in style.sheet()
    assert "url(" not in style.sheet()
    assert "@import" not in style.sheet()


@THEMES
def test_a_view_is_given_every_colour_that_a_chart_refers_to(dark: bool) -> None:
    given_ = {one["name"]: one["value"] for one in style.panel_config(dark)["params"]}

    for name, colour in style.COLOURS[dark].items():
        assert given_[base.ink(name.replace("-", "_")).to_dict()["expr"]] == colour


MARK = {
    "mark_id": "m",
    "row_id": "p",
    "stance": "support",
    "statements": 1,
    "first_hand": True,
    "earliest": date(2019, 1, 1),
}
MARK |= {"latest": date(2019, 1, 1), "unknown": False, "lane": 0, "lanes": 1, "tip": "a tip"}


def small_chart() -> alt.LayerChart:
    propositions = pl.DataFrame({"proposition_id": ["p"], "theme_id": ["t"], "text": ["One thing."]})
    themes = pl.DataFrame({"theme_id": ["t"], "label": ["Theme"]})
    axes = {"propositions": propositions, "themes": themes, "earliest": date(2018, 1, 1), "latest": date(2020, 1, 1)}
    return charts.statements_over_time(pl.DataFrame([MARK]), **axes)


@pytest.fixture
def no_kept_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.usefixtures("no_kept_pictures")
def test_a_chart_shown_alone_carries_a_drawing_and_a_spec_and_a_picture_and_a_sentence() -> None:
    bundle, told = small_chart()._repr_mimebundle_()

    assert told["application/vnd.vegalite.v5+json"]["embed_options"]["actions"] is False  # no menu to elsewhere
    assert bundle.keys() == {"application/vnd.vegalite.v5+json", "text/html", "image/png", "text/plain"}
    spec = bundle["application/vnd.vegalite.v5+json"]
    assert spec["$schema"].endswith("/vega-lite/v5.json")
    assert spec["config"]["background"] == style.COLOURS[False]["surface"]
    assert bundle["text/plain"] == spec["description"] == "Statements on 1 propositions, from 2018 to 2020."
    width, height, colours = pictures.pixels(b64decode(bundle["image/png"]))
    assert min(width, height) > 100
    assert len(colours) > 20


SCHEME = re.compile(r'"light-dark\((#\w+|rgb\([^)]*\)), (#\w+|rgb\([^)]*\))\)"')
IDS = re.compile(r"\w*-?gradient_\d+")


def shaded_chart(caption: str = "") -> alt.LayerChart:
    names = pl.DataFrame({"speaker_id": ["a", "b"], "name": ['="#1c2127"', 'id="gradient_0"']})
    pair = {"left_id": "a", "right_id": "b", "both": 4, "comparable": 4, "same": 3, "partly": 1, "different": 0}
    return charts.pairs_matrix(pl.DataFrame([pair]), speakers=names, caption=caption)


@pytest.mark.usefixtures("no_kept_pictures")
@pytest.mark.parametrize("make", [small_chart, shaded_chart])
def test_a_drawing_of_both_themes_is_that_of_each_in_every_colour(make: Callable[[], alt.LayerChart]) -> None:
    spec = make().to_dict()
    both = style.svg_of_both_themes(spec)

    for group, dark in ((1, False), (2, True)):
        as_drawn = IDS.sub("", SCHEME.sub(lambda found: f'"{found[group]}"', both))  # noqa: B023  # used at once
        assert as_drawn == IDS.sub("", style.svg(spec, dark).decode())
    assert len(SCHEME.findall(both)) > 20


@pytest.mark.usefixtures("no_kept_pictures")
def test_what_two_drawings_of_a_page_refer_to_is_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = style.svg
    # Two processes begin to count alike.
    monkeypatch.setattr(style, "svg", lambda *asked: re.sub(rb"gradient_\d+", b"gradient_0", drawn(*asked)))
    one, other = (style.svg_of_both_themes(shaded_chart(caption).to_dict()) for caption in "ab")

    ids = [re.findall(r' id="([^"]+)"', drawing) for drawing in (one, other)]
    assert [f"url(#{ids[0][0]})" in one, f"url(#{ids[1][0]})" in other] == [True, True]
    assert set(ids[0]).isdisjoint(ids[1])


@pytest.mark.usefixtures("no_kept_pictures")
def test_a_picture_drawn_before_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = small_chart().to_dict()
    first, dark = style.png(spec), style.png(spec, dark=True)
    monkeypatch.setattr("vl_convert.vegalite_to_png", lambda *_, **__: b"drawn again")

    assert style.png(spec) == first
    assert style.png(spec, dark=True) == dark != first
    assert style.png(spec, scale=3) == b"drawn again"
    assert style.png({**spec, "description": "another chart"}) == b"drawn again"


def test_a_saved_chart_looks_as_a_shown_one() -> None:
    spec = small_chart().to_dict()

    assert spec["config"] == style.vega_config()


def test_without_inks_leaves_the_parameters_that_are_no_colour() -> None:
    spec = small_chart().to_dict()

    bare = style.without_inks(spec)
    assert {one["name"] for one in bare["params"]} == {"caption", "picked"}
    assert "config" not in bare
    assert {key: bare[key] for key in bare if key != "params"} == {
        k: v for k, v in spec.items() if k not in ("params", "config")
    }


@THEMES
def test_in_theme_sets_every_colour_and_leaves_the_other_parameters(dark: bool) -> None:
    spec = small_chart().to_dict()

    values = {one["name"]: one["value"] for one in style.in_theme(spec, dark)["params"]}
    assert values == {one["name"]: one["value"] for one in spec["params"]} | style.inks(dark)


@given(st.text(), st.integers(1, 60))
def test_wrapping_loses_no_character_but_white_space_and_no_line_is_too_long(text: str, width: int) -> None:
    wrapped = style.wrap(text, width)

    shown, whole = ("".join(one.split()) for one in (wrapped, style.drawable(text)))
    assert shown == whole or (shown[-1] == "…" and whole.startswith(shown[:-1]) and wrapped.count("\n") == 11)
    assert all(len(line) <= width for line in wrapped.split("\n"))


def test_wrapping_keeps_lines_that_were_there() -> None:
    assert style.wrap("one two three\n\nfour", 8) == "one two\nthree\n\nfour"
    assert style.wrap("", 8) == ""


@pytest.mark.parametrize(
    ("documents", "period", "coding", "said"),
    [
        (1, "2016", "Agreed", "1 document · 2016 · Agreed · a blank: nothing found in these documents"),
        (12, "", "Agreed", "12 documents · Agreed · a blank: nothing found in these documents"),
        (5, "2016–2023", "", f"5 documents · 2016–2023 · {style.NOT_CODED}"),
    ],
)
def test_the_caption_says_documents_period_coding_and_what_a_blank_is(
    documents: int, period: str, coding: str, said: str
) -> None:
    assert style.caption(documents, period, coding, width=200) == said


def test_a_long_caption_breaks_into_lines_and_loses_nothing() -> None:
    coding = "a coding that was made in a way that takes very many words to tell " * 5

    lines = style.caption(5, "2016–2023", coding).split("\n")
    assert len(lines) > 2
    assert max(map(len, lines)) <= 110
    assert coding.strip() in " ".join(lines)


def test_rows_have_dates_as_text_and_enums_as_words() -> None:
    frame = pl.DataFrame(
        {"day": [date(2019, 3, 1), None], "first": [date.min, date.max], "stance": ["oppose", "support"], "n": [1, 2]},
        schema_overrides={"stance": pl.Enum(schema.STANCES)},
    )

    assert style.rows(frame) == [
        {"day": "2019-03-01", "first": "0001-01-01", "stance": "oppose", "n": 1},
        {"day": None, "first": "9999-12-31", "stance": "support", "n": 2},
    ]


PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"]), max_size=20)


@given(st.dictionaries(st.sampled_from(["a", "b-1", "long-name"]), PRINTABLE, max_size=3))
def test_axis_words_are_looked_up_as_text_and_never_run(words: dict[str, str]) -> None:
    expression = style.lookup(words)

    assert expression.isascii()
    before, literal, after = re.split(r"(\{.*\})", expression)
    assert (before, after) == ("split(slice(", "[datum.value], 1), '\\n')")
    assert {key: value[1:] for key, value in json.loads(literal).items()} == words
    assert all(value.startswith(":") for value in json.loads(literal).values())  # no word stands alone


def test_ids_are_written_so_that_none_is_a_name_of_javascript_s_own() -> None:
    frame = pl.DataFrame({"mark_id": ["a|b"], "speaker_id": ["constructor"], "theme_id": [None], "name": ["toString"]})

    assert style.rows(frame.cast(pl.String)) == [
        {"mark_id": "a|b", "speaker_id": ":constructor", "theme_id": None, "name": "toString"}
    ]
    assert style.own(["constructor"]) == [":constructor"]


def test_what_is_too_long_to_draw_ends_in_an_ellipsis_and_wide_characters_take_two_places() -> None:
    assert style.wrap("word " * 9, 9, most=2) == "word word\nword wor…"
    assert style.wrap("漢字漢字 \x00", 4) == "漢字\n漢字\n\ufffd"


def test_datasets_name_every_missing_column_of_a_frame() -> None:
    frame = pl.DataFrame({"a": [1]})

    assert base.datasets(rows=(frame, ["a"])) == {"rows": [{"a": 1}]}
    with pytest.raises(ValueError, match="rows: the frame lacks b, c; it has a"):
        base.datasets(rows=(frame, ["a", "b", "c"]))


def test_a_drawing_is_the_same_whatever_was_drawn_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "kept", lambda name, make: make())
    shade = alt.Color("b:Q", legend=alt.Legend(type="gradient"))
    spec = (
        alt.Chart({"values": [{"a": 1, "b": 2}, {"a": 2, "b": 3}]}).mark_rect().encode(x="a:O", color=shade).to_dict()
    )

    drawn = [style.svg(spec) for _ in range(2)]

    assert b"gradient_0" in drawn[0]
    assert drawn[0] == drawn[1]
