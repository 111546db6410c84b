"""Frozen: what a kernel leaves of its panels, and says of its corpus and selection, where no kernel will be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from importlib.metadata import version
from platform import python_version
from typing import Any

import nbformat
import polars as pl
from ipywidgets.widgets import widget as widgets
from markupsafe import Markup

from kit import style
from kit.agreement import agreement_in_words
from kit.bound import Bound
from kit.corpus import Corpus
from kit.explorer import Explorer
from kit.panels import how_coded
from kit.reading import Page, _visible, chart_bundle, rows_html
from kit.selection import Selection

Output = Any  # nbformat ships no types
PLACE = re.compile(r'<(a|article class="kit-passage") data-passage="([^"]*)">')  # what leads to a passage, and itself
_LISTED = re.compile(r' data-(passage|statement)s?="([^"]*)"')
_LIBRARIES = ("jupyterlab", "ipywidgets", "polars", "altair", "anywidget", "vl-convert-python")
_NAMED = {"speakers": "name", "themes": "label", "propositions": "text", "documents": "title"}
_SAID = {"first_hand": "own transcript, speech or release only", "text": "words"}
_ROWS, _PASSAGES = 500, 1_000  # at most: of the table of a chart's marks; of each kind


def told(corpus: Corpus, selection: Selection, kit_version: str) -> str:
    """Tell as JSON what a report is made of: `facts`, and `panels`: the outputs in the place of each widget, by id."""
    there = widgets._instances  # the only list of them that there is
    panels = {key: [one for panel in _bound(widget) for one in _panel(panel)] for key, widget in there.items()}
    return json.dumps({"panels": panels, "facts": facts(corpus, selection, kit_version)})


def _bound(widget: Any) -> Iterator[Bound]:
    for one in [widget] if isinstance(widget, Bound) else getattr(widget, "children", ()):
        yield from [one] if isinstance(one, Bound) else _bound(one)


def facts(corpus: Corpus, selection: Selection, kit_version: str) -> dict[str, str]:
    """Tell, heading to words, what a report says of itself: corpus, selection, denominators, versions."""
    whole, about = corpus.whole, corpus.about
    frames = whole.documents.select("document_id", "sha256"), whole.propositions, whole.codings, whole.silences
    digest = hashlib.sha256("".join(frame.write_json() for frame in frames).encode()).hexdigest()
    versions = [f"kit {kit_version}", f"Python {python_version()}", *(f"{one} {version(one)}" for one in _LIBRARIES)]
    return {
        "Corpus": f"{about['title']}, version {about['version']}; codebook version {about['codebook_version']}",
        "Selection": _in_words(whole, selection),
        "Shown": Explorer(whole, selection, ["words"]).view.summary,
        "Coding": ". ".join(filter(None, [how_coded(whole), agreement_in_words(whole)])) or style.NOT_CODED,
        "Selection as code": repr(selection),
        "Selection as JSON": selection.to_json(),
        "Checksum": f"sha256 {digest}, over the documents' checksums, propositions, codings and silences",
        "Versions": ", ".join(versions),
    }


def _in_words(corpus: Corpus, selection: Selection) -> str:
    parts = []
    for key, value in json.loads(selection.to_json()).items():
        if key in _NAMED:
            value = getattr(corpus, key).filter(pl.col(f"{key[:-1]}_id").is_in(value))[_NAMED[key]].to_list()
        words = ", ".join(value) if isinstance(value, list) else value
        parts.append(_SAID.get(key, key) + (f": {words}" if words is not True else ""))
    return " · ".join(parts) or "everything: nothing is filtered"


def _panel(panel: Bound) -> Iterator[Output]:
    """Give what a panel shows as outputs: the denominators, each chart and its table, the passages, the code."""
    view, words, listed = panel.view, panel.reading(_PASSAGES), {"passage": set[str](), "statement": set[str]()}
    said, code = _visible(view.summary), _visible(view.code)
    for kind, ids in _LISTED.findall(words):
        listed[kind].update(unescape(ids).split("\n"))
    yield _html(Markup('<p class="kit-summary">{}</p>').format(said), said)
    for name, chart in view.charts.items():
        rows, behind = view.frames[name].get("table", []), panel.behind(name)
        named = {mark_id: _attributes(row, listed) for mark_id, row in behind.items()}
        yield _html(Markup("<h3>{}</h3>").format(chart["title"]), chart["title"])
        described = f"{chart['title']}: {said}. {len(rows):,} marks, rows of the table below."
        data, metadata = chart_bundle(panel._drawn(name) | {"description": described}, named)
        yield nbformat.v4.new_output("display_data", data, metadata=metadata | {"image/png": {"alt": described}})
        yield _twin(chart, rows, named)
    foot = Markup("<p>In code: <code>{}</code></p>").format(code)
    yield _html(Markup('<div class="kit-passages">{}</div>').format(Markup(words)) + foot, code)


def _attributes(row: Mapping[str, Any], listed: Mapping[str, set[str]]) -> dict[str, str]:
    """Name the passages and statements behind a mark, as far as they are listed, and how many passages there are."""
    own = {kind: [one for one in row.get(f"{kind}_ids") or () if one in ids] for kind, ids in listed.items()}
    named = {f"data-{kind}s": "\n".join(ids) for kind, ids in own.items() if ids}
    return named and {**named, "data-of": f"{len(row['passage_ids']):,}"}


def _twin(chart: Mapping[str, Any], rows: Sequence[Any], named: Mapping[str, Mapping[str, str]]) -> Output:
    """Give the table of a chart's marks, with a link to each passage that a mark names."""
    fields, heads = zip(*chart["columns"], strict=True)
    words = f"Table of these marks ({f'{_ROWS} of ' if len(rows) > _ROWS else ''}{len(rows)}): {chart['title']}"
    lines = [[row.get(field) for field in fields] for row in rows[:_ROWS]]
    for line, row in zip(lines if named else [], rows, strict=False):
        line.append(_links(named.get(row.get("mark_id"), {})))
    listed = rows_html([*heads, "Read"] if named else heads, lines)
    return _html(Markup("<details><summary>{}</summary>{}</details>").format(words, listed), words)


def _links(named: Mapping[str, str]) -> Markup | None:
    if not named:
        return None
    here = enumerate(named["data-passages"].split("\n"), 1)
    links = [Markup('<a data-passage="{}">{}</a>').format(passage_id, at) for at, passage_id in here]
    more = "" if f"{len(links):,}" == named["data-of"] else f" of {named['data-of']}"
    return Markup(" ").join(links) + more


def _html(html: Markup, sentence: str) -> Output:
    return nbformat.v4.new_output("display_data", Page(html, sentence)._repr_mimebundle_())
