"""Reading: frames to escaped HTML. No text of a document, a record or a codebook gets into a page any other way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import groupby, pairwise
from typing import Any

import polars as pl
from markupsafe import Markup, escape

from kit import style

_CONTEXT, _LONGEST, _GIANT = 1_200, 6_000, 100_000  # characters: of evidence, of a passage, of a cell
_OPEN = 24  # passages of folded documents: the first of them stand open, as far as they go into so many
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MARK = re.compile(r'<(\w+) aria-label="([^"]*)"((?: [\w-]+="[^"]*")*)/>')  # as Vega writes one, all of it escaped
_CITED = re.compile("<cite>(.*?)</cite>", re.DOTALL)  # the document of an article
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


def listed_html(listed: Iterable[tuple[str, int, Sequence[Markup]]], empty: str, folded: bool = False) -> Markup:
    """Give `articles` under their headings: title, how many there are in all, and those listed here.

    A heading without any is left out; where all are, the sentence `empty` stands alone. `folded`: those of one document
    are folded under its title, and below the first heading the first few stand open.
    """
    parts: list[Markup] = []
    for title, total, own in listed:
        if own:
            shown = _folded(own, 0 if parts else _OPEN) if folded else own
            parts.append(_section(title, total, shown, len(own)))
    return _NOTHING.join(parts) if parts else _empty(empty)


def _empty(sentence: str) -> Markup:
    return Markup('<p class="kit-empty">{}</p>').format(sentence)


def _section(title: str, total: int, shown: Sequence[Markup], length: int) -> Markup:
    count = f"{total:,}" if length == total else f"first {length:,} of {total:,}"
    head = Markup('<h3 class="kit-section">{} <span class="kit-count">{}</span></h3>').format(title, count)
    return head + _NOTHING.join(shown)


def _folded(listed: Sequence[Markup], most: int) -> list[Markup]:
    html = '<details class="kit-document"{}><summary><cite>{}</cite> <span class="kit-count">{}</span></summary>'
    parts = list[Markup]()
    for title, group in groupby(listed, lambda one: _CITED.findall(one)[0]):
        own = list(group)
        most -= len(own)
        head = Markup(html).format(Markup(" open" if most >= 0 else ""), Markup(title), f"{len(own):,}")
        parts += [head, *own, Markup("</details>")]
    return parts


def articles(passages: pl.DataFrame, evidence: pl.DataFrame) -> list[Markup]:
    """Give each passage for reading: whose words, in which office, where and when; the evidence marked in its context.

    `passages`, in the order of reading: `passage_id`, `text`, `form`, `speaker`, `offices` (list), `document`,
    `publisher`, `dates` (in words, with the basis), `editorial` (list of [start, end] in the text: an editor's words).
    `evidence`: `passage_id`, `statement_id`, `start`, `end` (within the passage's text), `holder`, `offices`,
    `relayers` (lists), `first_hand`, `mode`, `modality`, `stance`, `proposition`, `confidence`, `note`.
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
        '<li data-statements="{}"><span class="kit-stance kit-{}">{} {}</span> <q class="kit-proposition">{}</q>'
        '<span class="kit-meta">{}{} · {} · {} · confidence {}</span>{}</li>'
    ).format(
        row["statement_id"], stance, style.GLYPHS[stance], _VERBS[stance], _isolated(row["proposition"]),
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
    spans = [(row["start"], row["end"]) for row in evidence]
    shown, bounds = _windows(spans, len(text)), {edge for span in (*spans, *editorial) for edge in span}
    pieces, at = [], 0
    for begin, stop in shown:
        edges = {begin, stop, *(edge for edge in bounds if begin < edge < stop)}
        pieces.append(_left_out(begin - at))
        for start, end in pairwise(sorted(edges)):
            here = [row for row in evidence if row["start"] <= start and end <= row["end"]]
            edited = any(left <= start and end <= right for left, right in editorial)
            pieces.append(_piece(_visible(text[start:end]), here, edited))
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


def _piece(text: str, evidence: list[dict[str, Any]], edited: bool) -> Markup:
    piece = escape(text)
    if edited:
        piece = Markup('<span class="kit-editorial" title="the editor’s words">{}</span>').format(piece)
    if evidence:
        stances = " ".join(sorted({f"kit-{row['stance']}" for row in evidence}))
        ids = "\n".join(row["statement_id"] for row in evidence)
        piece = Markup('<mark class="kit-evidence {}" data-statements="{}">{}</mark>').format(stances, ids, piece)
    return piece


def _left_out(characters: int) -> Markup:
    words = '<span class="kit-editorial">[… {:,} characters left out …]</span>'
    return Markup(words).format(characters) if characters else _NOTHING


def chart_bundle(
    spec: dict[str, Any], named: Mapping[str, Mapping[str, str]] | None = None, **_: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the MIME bundle of a chart: as HTML that follows the page's theme live, as a spec, as a PNG, as a sentence.

    A page that does not trust its outputs takes the drawing and the style away; then the picture within is shown.
    `named`: attributes that the drawing gives to a mark, by its `mark_id`.
    """
    bundle, metadata = style._mimebundle(spec)
    drawing = _drawing(spec, named or {})
    sentence = bundle["text/plain"]
    html = Markup(
        '<figure aria-label="{}"><div class="kit-drawing" style="display: none">{}</div>'
        '<img src="data:image/png;base64,{}" alt="{}"/></figure>'
    ).format(sentence, drawing, bundle["image/png"], sentence)
    return bundle | Page(html, sentence)._repr_mimebundle_(), metadata


def _drawing(spec: dict[str, Any], named: Mapping[str, Mapping[str, str]]) -> Markup:
    """Draw a chart with a hover to every mark. Only a mark's words get through Vega: so they are its id meanwhile."""
    tips = {row.get("mark_id"): row.get("tip") for rows in spec["datasets"].values() for row in rows}
    known = {mark_id: attributes for mark_id, attributes in named.items() if mark_id in tips}
    data = {
        name: [{**row, "tip": row["mark_id"]} if row.get("mark_id") in known else row for row in rows]
        for name, rows in spec["datasets"].items()
    }

    def mark(found: re.Match[str]) -> str:
        tag, words, rest = found.groups()
        if (mark_id := unescape(words)) in known:
            words = escape(tips[mark_id])
            rest += "".join(Markup(' {}="{}"').format(*attribute) for attribute in known[mark_id].items())
        return f'<{tag} aria-label="{words}"{rest}><title>{words}</title></{tag}>'

    return Markup(_MARK.sub(mark, style.svg_of_both_themes({**spec, "datasets": data})))


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
    heads = [name.replace("_", " ") for name in shown.columns] if named else []
    return Page(rows_html(heads, shown.iter_rows()), f"A table of {shown.height} rows: {named or 'key, value'}.")


def rows_html(heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> Markup:
    """Give rows as a table below these headings, if any; a cell that is Markup stays as it is."""
    cells = _NOTHING.join(Markup("<th scope=col>{}</th>").format(_visible(head)) for head in heads)
    lines = (Markup("<tr>{}</tr>").format(_NOTHING.join(map(_cell, row))) for row in rows)
    html = '<div class="kit-scroll" tabindex="0" role="group" aria-label="Table">'
    html += '<table class="kit-table">{}<tbody>{}</tbody></table></div>'
    head = Markup("<thead><tr>{}</tr></thead>").format(cells) if cells else _NOTHING
    return Markup(html).format(head, _NOTHING.join(lines))


def _cell(value: Any) -> Markup:
    if value is None:
        return Markup('<td class="kit-empty">–</td>')
    if isinstance(value, bool):
        return Markup("<td>{}</td>").format("yes" if value else "no")
    if isinstance(value, Markup):
        return Markup("<td>{}</td>").format(value)
    if isinstance(value, int | float):
        number = f"{value:,}" if isinstance(value, int) else f"{value:.2f}"
        return Markup('<td class="kit-number">{}</td>').format(number)
    words = _words(value)
    return Markup('<td dir="auto">{}</td>').format(_visible(words) if len(words) < _GIANT else _marked(words, [], []))


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
