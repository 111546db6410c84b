"""Reading: frames to escaped HTML. No text of a document, a record or a codebook gets into a page any other way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import polars as pl
from markupsafe import Markup, escape

from kit import style

_CONTEXT, _LONGEST, _GIANT = 1_200, 6_000, 100_000  # characters: of evidence, of a passage, of a cell
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MARK = re.compile(r'<(\w+)( aria-label="([^"]*)"(?: [\w-]+="[^"]*")*)/>')  # as Vega writes one, all of it escaped
_VERBS = {"support": "supports", "mixed": "both affirms and denies", "oppose": "opposes"}
_NOTHING = Markup("")
Article = Markup  # a passage for reading


@dataclass(frozen=True)
class Page:
    """A piece of HTML that a notebook shows as the last line of a cell, and the sentence that stands in for it."""

    html: Markup
    sentence: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # The last two classes: JupyterLab and others would set what stands between two dollars as a formula.
        html = Markup('<div class="kit kit-page mathjax_ignore tex2jax_ignore"><style>{}</style>{}</div>')
        return {"text/html": str(html.format(Markup(style.sheet()), self.html)), "text/plain": self.sentence}


def listed_html(listed: Iterable[tuple[str, int, Sequence[Markup]]], empty: str) -> Markup:
    """Give `articles` under their headings: title, how many there are in all, and those listed here.

    A heading without any is left out; where all are, the sentence `empty` stands alone.
    """
    parts = [_section(*one) for one in listed if one[2]]
    return _NOTHING.join(parts) if parts else _empty(empty)


def _empty(sentence: str) -> Markup:
    return Markup('<p class="kit-empty">{}</p>').format(sentence)


def _section(title: str, total: int, listed: Sequence[Markup]) -> Markup:
    count = f"{total:,}" if len(listed) == total else f"first {len(listed):,} of {total:,}"
    head = Markup('<h3 class="kit-section">{} <span class="kit-count">{}</span></h3>').format(title, count)
    return head + _NOTHING.join(listed)


def articles(passages: pl.DataFrame, evidence: pl.DataFrame) -> list[Markup]:
    """Give each passage for reading: whose words, in which office, where and when; the evidence marked in its context.

    `passages`, in the order of reading: `passage_id`, `text`, `form`, `speaker`, `offices` (list), `document`,
    `publisher`, `dates` (in words, with the basis), `editorial` (list of [start, end] in the text: an editor's words).
    `evidence`: `passage_id`, `start`, `end` (within the passage's text), `holder`, `offices`, `relayers` (lists),
    `first_hand`, `mode`, `modality`, `stance`, `proposition`, `confidence`, `note`.
    """
    behind: dict[str, list[str]] = {}
    for passage_id, row in zip(evidence["passage_id"], _as_json(evidence), strict=True):
        behind.setdefault(passage_id, []).append(row)
    rows = zip(passages["passage_id"], _as_json(passages), strict=True)
    return [_passage(row, tuple(behind.get(passage_id, ()))) for passage_id, row in rows]


def _as_json(frame: pl.DataFrame) -> pl.Series:
    """Give each row as JSON, by which `_passage` knows it again."""
    return frame.select(pl.struct(frame.columns).struct.json_encode()).to_series()


@lru_cache(maxsize=1_000)  # most passages that a change of the selection shows were shown before
def _passage(row_as_json: str, evidence_as_json: tuple[str, ...]) -> Markup:
    row, evidence = json.loads(row_as_json), [json.loads(one) for one in evidence_as_json]
    statements = _NOTHING.join(_statement(one) for one in evidence)
    return Markup(
        '<article class="kit-passage" data-passage="{}"><header class="kit-holder">{}</header>'
        '<p class="kit-meta"><cite>{}</cite> · {} · {}</p>'
        '<blockquote class="kit-text" dir="auto">{}</blockquote>{}</article>'
    ).format(
        row["passage_id"],
        _who(row["speaker"], row["offices"]),
        _isolated(row["document"]),
        _isolated(row["publisher"]),
        row["dates"],
        _marked(row["text"], row["editorial"], evidence),
        Markup('<ul class="kit-statements">{}</ul>').format(statements) if statements else _NOTHING,
    )


def _statement(row: Mapping[str, Any]) -> Markup:
    stance = row["stance"]
    through = Markup(", through {}").format(_listed(row["relayers"])) if row["relayers"] else _NOTHING
    how = "own transcript, speech or release" if row["first_hand"] else row["mode"]
    note = Markup('<span class="kit-note">{}</span>').format(_isolated(row["note"])) if row["note"] else _NOTHING
    return Markup(
        '<li><span class="kit-stance kit-{}">{} {}</span> <q class="kit-proposition">{}</q>'
        '<span class="kit-meta">{}{} · {} · {} · confidence {}</span>{}</li>'
    ).format(
        stance, style.GLYPHS[stance], _VERBS[stance], _isolated(row["proposition"]),
        _who(row["holder"], row["offices"]), through, how, row["modality"], row["confidence"], note,
    )  # fmt: skip


def _who(name: str, offices: list[str]) -> Markup:
    office = Markup(' <span class="kit-office">{}</span>').format(_listed(offices)) if offices else _NOTHING
    return Markup("<b>{}</b>{}").format(_isolated(name), office)


def _listed(names: list[str]) -> Markup:
    return Markup(", ").join(map(_isolated, names))


def _isolated(text: str) -> Markup:
    """Escape a text and keep its direction to itself: an override in a name must not turn the line around it."""
    return Markup("<bdi>{}</bdi>").format(_visible(text))


def _visible(text: str) -> str:
    """Show what HTML has no character for (NUL and other controls) as a replacement character, one for one."""
    return _CONTROL.sub("\ufffd", text)


def _marked(text: str, editorial: list[list[int]], evidence: list[dict[str, Any]]) -> Markup:
    """Wrap evidence and editor's insertions, which may overlap; of a very long text only the surroundings are shown."""
    spans = [(row["start"], row["end"], row["stance"]) for row in evidence]
    shown = _windows([(start, end) for start, end, _ in spans], len(text))
    spans += [(start, end, "editorial") for start, end in editorial]
    pieces, at = [], 0
    for begin, stop in shown:
        edges = {begin, stop, *(edge for start, end, _ in spans for edge in (start, end) if begin < edge < stop)}
        pieces.append(_left_out(begin - at))
        for start, end in pairwise(sorted(edges)):
            kinds = {kind for left, right, kind in spans if left <= start and end <= right}
            pieces.append(_piece(_visible(text[start:end]), kinds))
        at = stop
    return _NOTHING.join([*pieces, _left_out(len(text) - at)])


def _windows(evidence: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Give the parts of a text to show: all of it, or of a very long one what stands around each piece of evidence."""
    if length <= _LONGEST:
        return [(0, length)]
    windows: list[tuple[int, int]] = []
    for start, end in sorted(evidence) or [(0, _CONTEXT)]:
        begin, stop = max(0, start - _CONTEXT), min(length, end + _CONTEXT)
        if windows and begin <= windows[-1][1]:
            begin, stop = windows[-1][0], max(stop, windows.pop()[1])
        windows.append((begin, stop))
    return windows


def _piece(text: str, kinds: set[str]) -> Markup:
    piece = escape(text)
    if "editorial" in kinds:
        piece = Markup('<span class="kit-editorial" title="the editor’s words">{}</span>').format(piece)
    if stances := " ".join(f"kit-{kind}" for kind in sorted(kinds - {"editorial"})):
        piece = Markup('<mark class="kit-evidence {}">{}</mark>').format(stances, piece)
    return piece


def _left_out(characters: int) -> Markup:
    words = '<span class="kit-editorial">[… {:,} characters left out …]</span>'
    return Markup(words).format(characters) if characters else _NOTHING


def chart_bundle(spec: dict[str, Any], **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the MIME bundle of a chart: as HTML that follows the page's theme live, as a spec, as a PNG, as a sentence.

    A page that does not trust its outputs takes the drawing and the style away; then the picture within is shown.
    """
    bundle, metadata = style._mimebundle(spec)
    drawing = Markup(_MARK.sub(r"<\1\2><title>\3</title></\1>", style.svg_of_both_themes(spec)))
    sentence = bundle["text/plain"]
    html = Markup(
        '<figure aria-label="{}"><div class="kit-drawing" style="display: none">{}</div>'
        '<img src="data:image/png;base64,{}" alt="{}"/></figure>'
    ).format(sentence, drawing, bundle["image/png"], sentence)
    return bundle | Page(html, sentence)._repr_mimebundle_(), metadata


def table(frame: pl.DataFrame | Mapping[str, Any], *columns: str) -> Page:
    """Show a frame, or the columns of it that are named, as a table in which no text is cut; a mapping as two columns.

    One row of the table is one row of the frame; from 100,000 characters on, a cell says how much of it is left out.
    Raises ValueError for a column that the frame does not have.
    """
    if not isinstance(frame, pl.DataFrame):
        frame, columns = pl.DataFrame({"": list(frame), " ": [_words(value) for value in frame.values()]}), ()
    if missing := [column for column in columns if column not in frame.columns]:
        raise ValueError(f"columns: {missing[0]!r} is not one of {', '.join(frame.columns)}")
    shown = frame.select(columns or frame.columns)
    if shown.is_empty():
        return Page(_empty("Nothing to list here."), "Nothing to list here.")
    named = ", ".join(filter(str.strip, shown.columns))
    cells = (Markup("<th scope=col>{}</th>").format(_visible(name.replace("_", " "))) for name in shown.columns)
    heads = Markup("<thead><tr>{}</tr></thead>").format(_NOTHING.join(cells)) if named else _NOTHING
    rows = (Markup("<tr>{}</tr>").format(_NOTHING.join(map(_cell, row))) for row in shown.iter_rows())
    html = '<div class="kit-scroll" tabindex="0" role="group" aria-label="Table">'
    html += '<table class="kit-table">{}<tbody>{}</tbody></table></div>'
    sentence = f"A table of {shown.height} rows: {named or 'key, value'}."
    return Page(Markup(html).format(heads, _NOTHING.join(rows)), sentence)


def _cell(value: Any) -> Markup:
    if value is None:
        return Markup('<td class="kit-empty">–</td>')
    if isinstance(value, bool):
        return Markup("<td>{}</td>").format("yes" if value else "no")
    if isinstance(value, int | float):
        number = f"{value:,}" if isinstance(value, int) else f"{value:.2f}"
        return Markup('<td class="kit-number">{}</td>').format(number)
    words = _words(value)
    return Markup('<td dir="auto">{}</td>').format(_visible(words) if len(words) < _GIANT else _marked(words, [], []))


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
