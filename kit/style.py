"""The one place with colours, fonts, shapes and the renderer: how every chart, panel and page looks."""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import polars as pl

from kit.cache import kept
from kit.schema import STANCES

SHAPES = {"oppose": "triangle-down", "mixed": "diamond", "support": "triangle-up"}
GLYPHS = {"oppose": "▼", "mixed": "◆", "support": "▲"}
FONT = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif'
SERIF = 'Charter, "Bitstream Charter", "Source Serif Pro", Cambria, "Liberation Serif", "DejaVu Serif", serif'
NOT_CODED = "no positions are coded here: this shows who speaks about what, not who supports what"
BLANK = "a blank: nothing found in these documents"
_COLOUR = re.compile(r'(?<==)"(#\w+|rgb\([^)"]*\))"')
_GRADIENT = re.compile(r"gradient_\d+")  # vl-convert counts them through all that a process draws
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OWN = ":"  # before a word of a corpus that stands alone: Vega takes some, such as constructor, for names of its own
_WIDE = re.compile("[\u2e80-\ud7a3\uf900-\ufaff\uff01-\uff60\U0001f300-\U0003fffd]")
_NAMES = "oppose mixed support text muted edge line surface raised accent on-accent mark warn focus".split()
_LIGHT = (
    "#b3400a #6a5a80 #145fa8 #1c2127 #59626d #858e9a #d6dae0 #ffffff #f4f5f8 #145fa8 #ffffff #fff0b3 #9a3412 #145fa8"
)
_DARK = (
    "#ff9a5c #cdbde2 #69b1ff #e8eaed #a6aeb8 #6b7480 #343a43 #111111 #1c2025 #7ab8ff #0b1a2b #4d3f0a #ffb38a #9ccbff"
)
COLOURS = {False: dict(zip(_NAMES, _LIGHT.split(), strict=True)), True: dict(zip(_NAMES, _DARK.split(), strict=True))}
# Every step of a ramp carries the theme's text colour at 4.5 : 1 or more, so numbers in cells need no second colour.
_RAMPS = {False: ["#eef3f9", "#c3d7ec", "#8fb6dc"], True: ["#161c24", "#1c3553", "#27517f"]}
_FORMS = {False: ["#145fa8", "#5b93c9", "#a3c3e2", "#d4dae2"], True: ["#69b1ff", "#3f7fc4", "#2a5687", "#3d444d"]}


def css() -> str:
    """Give the style sheet that sets the `--kit-…` variables on `.kit`, for light and for dark pages.

    JupyterLab says which it is on the page's body; elsewhere the reader's own preference decides. Paper is light, and
    charts drawn for a dark page change their colours with it.
    """
    named = {dark: " ".join(f"--kit-{name}: {value};" for name, value in c.items()) for dark, c in COLOURS.items()}
    light, dark = f"color-scheme: light; {named[False]}", f"color-scheme: dark; {named[True]}"
    inked = zip([*COLOURS[True].values(), *_FORMS[True]], [*COLOURS[False].values(), *_FORMS[False]], strict=True)
    drawn = (f'.kit-stage [{of}="{one}"] {{ {of}: {other} }}' for one, other in inked for of in ("fill", "stroke"))
    return (
        f".kit {{ --kit-font: {FONT}; --kit-serif: {SERIF}; {light} }}\n"
        f'[data-jp-theme-light="false"] .kit {{ {dark} }}\n'
        f"@media (prefers-color-scheme: dark) {{ body:not([data-jp-theme-light]) .kit {{ {dark} }} }}\n"
        f"@media print {{ body .kit.kit {{ {light} }} {' '.join(drawn)} }}\n"
    )


@cache
def sheet() -> str:
    """Give the whole style sheet: the variables of `css`, then the layout that uses them."""
    return css() + "\n" + (files("kit") / "static" / "kit.css").read_text(encoding="utf-8")


def vega_config(dark: bool = False) -> dict[str, Any]:
    """Give the Vega-Lite config of every chart: specs hold no colour, so the same spec follows the theme.

    `range.category` is the stances in the order oppose, mixed, support; the background is transparent.
    """
    c = COLOURS[dark]
    words = {"labelColor": c["text"], "titleColor": c["muted"], "labelFontSize": 12, "titleFontSize": 12}
    words |= {"labelLimit": 0, "titleLimit": 0}
    axis = {"domainColor": c["line"], "tickColor": c["line"], "gridColor": c["line"], "gridOpacity": 0.7}
    axis |= {"labelLineHeight": 13}
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": words | axis | {"titleFontWeight": "normal"},
        "legend": words | {"titleFontWeight": "bold", "symbolStrokeWidth": 1.4},
        "title": {"color": c["muted"], "fontSize": 11.5, "fontWeight": "normal", "lineHeight": 15},
        "text": {"color": c["text"], "fontSize": 12, "lineHeight": 14},
        "range": {"category": [c[stance] for stance in STANCES], "heatmap": _RAMPS[dark], "ordinal": _FORMS[dark]},
    }


def inks(dark: bool = False) -> dict[str, str]:
    """Give the value of every colour parameter (`kit_text`, `kit_line` …) that a chart's marks refer to."""
    return {f"kit_{name.replace('-', '_')}": value for name, value in COLOURS[dark].items()}


def panel_config(dark: bool = False) -> dict[str, Any]:
    """Give the config of one theme with the colour parameters in it, for a view that changes the theme of a chart."""
    return vega_config(dark) | {"params": [{"name": name, "value": value} for name, value in inks(dark).items()]}


def without_inks(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Take config and colour parameters out of a spec: the view's theme gives both."""
    params = [one for one in spec.get("params", []) if one["name"] not in inks()]
    return {key: value for key, value in spec.items() if key != "config"} | {"params": params}


def in_theme(spec: Mapping[str, Any], dark: bool) -> dict[str, Any]:
    """Give a spec (`chart.to_dict()`) the look of one theme: config, colour parameters, an opaque background."""
    themed, config = without_inks(spec), panel_config(dark) | {"background": COLOURS[dark]["surface"]}
    return themed | {"params": [*themed["params"], *config.pop("params")], "config": config}


def drawable(text: str) -> str:
    """Put a replacement character for each one that XML has not: drawing such a text ends the whole process.

    What turns the direction of all words behind it is left out: a drawing ends none of it at the end of a line.
    """
    return _TURNS.sub("", _NOT_XML.sub("\ufffd", text))


def wrap(text: str, width: int, most: int = 12) -> str:
    """Break a `drawable` text into lines of at most `width` characters, joined by a line end.

    Of more than `most` lines the last that is drawn ends in an ellipsis; a wide character (漢) counts as two.
    """
    parts = (textwrap.wrap(_WIDE.sub("\\g<0>\0", part), width) or [""] for part in drawable(text).splitlines())
    lines = [line.replace("\0", "") for part in parts for line in part]
    return "\n".join([*lines[: most - 1], f"{lines[most - 1][: width - 1]}…"] if len(lines) > most else lines)


def balanced(text: str, width: int, most: int = 60) -> str:
    """Break a text as `wrap` does, into as many lines, but of about one length: no word stands alone below."""
    lines, longest = wrap(text, width, most).count("\n"), max(map(len, text.split()), default=1)
    if lines + 1 >= most:
        return wrap(text, width, most)
    widths = range(min(longest, width), width + 1)
    return next(broken for narrow in widths if (broken := wrap(text, narrow, most)).count("\n") <= lines)


def caption(documents: int, period: str, coding: str | None = "", width: int = 96) -> str:
    """Write the caption that every chart carries: documents and period, how the coding was made, what a blank says.

    `coding` in words; empty: no positions are coded, and the caption says so; None: the chart is not about positions.
    """
    counted = f"{documents:,} document{'' if documents == 1 else 's'}"
    last = [coding, BLANK] if coding else [NOT_CODED] if coding == "" else []
    return wrap(" · ".join(part for part in (counted, period, *last) if part), width)


def drawable_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a frame with what a chart takes: dates become ISO strings, an Enum its word, a text is drawable.

    An id (but `mark_id`) becomes what `own` gives.
    """
    words = pl.col(pl.String).str.replace_all(_NOT_XML.pattern, "\ufffd").str.replace_all(_TURNS.pattern, "")
    plain = frame.with_columns_seq(pl.col(pl.Date).dt.to_string("%Y-%m-%d"), pl.col(pl.Enum).cast(pl.String), words)
    ids = [key for key in frame.columns if key.endswith("_id") and key != "mark_id"]
    return plain.with_columns_seq(**{key: _OWN + pl.col(key) for key in ids})


def as_json(value: Any) -> str:
    """Write JSON in which a polars frame is the list of its rows, and what JSON has not is its text."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(key))}:{as_json(one)}" for key, one in value.items()) + "}"
    return value.write_json() if isinstance(value, pl.DataFrame) else json.dumps(value, ensure_ascii=False, default=str)


def json_lines(rows: pl.DataFrame | Iterable[Any]) -> list[str]:
    """Write each row as JSON."""
    return (
        rows.to_struct().struct.json_encode().to_list()
        if isinstance(rows, pl.DataFrame)
        else [as_json(row) for row in rows]
    )


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Give a `drawable_frame` as rows."""
    return drawable_frame(frame).to_dicts()


def own(ids: Iterable[str]) -> list[str]:
    """Write ids as charts have them, so that no id is a name that JavaScript has on every object."""
    return [_OWN + one for one in ids]


def lookup(words: Mapping[str, str]) -> str:
    """Write the axis label expression that shows each value's words instead of it, lines kept."""
    return f"split(slice({json.dumps({key: _OWN + value for key, value in words.items()})}[datum.value], 1), '\\n')"


def png(spec: Mapping[str, Any], dark: bool = False, scale: float = 2) -> bytes:
    """Draw a spec (`chart.to_dict()`) as PNG in one of the two themes; one drawn before is taken from the cache."""
    return _drawn(spec, dark, "png", scale=scale)


def svg(spec: Mapping[str, Any], dark: bool = False) -> bytes:
    """Draw a spec as SVG (UTF-8) in one of the two themes; one drawn before is taken from the cache."""
    return _drawn(spec, dark, "svg")


def _drawn(spec: Mapping[str, Any], dark: bool, kind: str, **options: float) -> bytes:
    import vl_convert

    def draw() -> bytes:
        made: bytes | str = getattr(vl_convert, f"vegalite_to_{kind}")(drawn, **options)
        if isinstance(made, bytes):
            return made
        ids = {one: f"gradient_{at}" for at, one in enumerate(dict.fromkeys(_GRADIENT.findall(made)))}
        return _GRADIENT.sub(lambda found: ids[found[0]], made).encode()

    drawn = json.dumps(in_theme(spec, dark))
    digest = hashlib.sha256(f"{version('vl-convert-python')} {options} {drawn}".encode()).hexdigest()
    return kept(f"{digest}.{kind}", draw)


def svg_of_both_themes(spec: Mapping[str, Any]) -> str:
    """Draw a spec as SVG of which every colour follows the page's `color-scheme`."""
    light, dark = (_COLOUR.split(svg(spec, theme).decode()) for theme in (False, True))
    for at, (one, other) in enumerate(zip(light, dark, strict=True)):
        if at % 2:
            light[at] = f'"{one}"' if one == other else f'"light-dark({one}, {other})"'
    drawn = "".join(light)
    # A page may hold several drawings, and ids are the page's.
    return re.sub(r'(id="|url\(#)(?=gradient)', rf"\1d{hashlib.sha256(drawn.encode()).hexdigest()[:12]}-", drawn)


def _mimebundle(spec: dict[str, Any], **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    drawn = {**in_theme(spec, dark=False), "$schema": "https://vega.github.io/schema/vega-lite/v5.json"}
    picture = b64encode(png(spec, scale=1)).decode()
    sentence = spec.get("description", "A chart.")
    bundle = {"application/vnd.vegalite.v5+json": drawn, "image/png": picture, "text/plain": sentence}
    # No menu: it would offer to open the chart on a server elsewhere.
    return bundle, {"application/vnd.vegalite.v5+json": {"embed_options": {"renderer": "svg", "actions": False}}}
