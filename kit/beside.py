"""Beside: two sides of a comparison as escaped HTML, proposition by proposition, with the words of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from kit import style
from kit.reading import _NOTHING, _as_json, _isolated, _passage
from kit.schema import STANCES

_SIDES = ("left", "right")
LISTED = 24  # passages of one side on one proposition
_NAMED = 6  # documents by their titles
_OPEN = ("different", "partly")  # what differs is to be read; of the rest the reader opens what he likes


def beside_html(
    names: tuple[str, str],
    headings: Mapping[str, str],
    rows: pl.DataFrame,
    passages: pl.DataFrame,
    evidence: pl.DataFrame,
    documents: Sequence[str] = (),
    most: int = LISTED,
) -> Markup:
    """Give two sides of a comparison for reading: each heading with its count, each row with both.

    What differs stands open, and so does the first row; the words of the others open by a click. `headings`: the words
    for each level, in the order shown; levels of the same words share one. `rows`, one per proposition:
    `proposition_id`, `proposition`, `theme`, `level`, `reasons` (list), `years` (in words, may be empty),
    `left_silence`, `right_silence`. `passages` and `evidence` as in `reading.articles`; `evidence` also has
    `proposition_id`, `side` ("left", "right"), `compared` (Boolean), `reasons` (list: why it was not).
    `documents`: titles of those of which something was compared. Of each side and row, `most` passages are listed.
    """
    said: dict[tuple[str, str], list[dict[str, Any]]] = {}
    told = evidence.with_columns(_as_json(evidence.drop("side", "compared", "reasons")).alias("json"))
    for one in told.iter_rows(named=True):
        said.setdefault((one["proposition_id"], one["side"]), []).append(one)
    texts = dict(zip(passages["passage_id"], _as_json(passages), strict=True))
    parts = [_two("kit-sides", [Markup("<b>{}</b>").format(_isolated(name)) for name in names])]
    if 0 < len(documents) <= _NAMED:
        titles = Markup("; ").join(Markup("<cite>{}</cite>").format(_isolated(one)) for one in documents)
        parts.append(Markup('<p class="kit-meta kit-sources">Compared in {}</p>').format(titles))
    told_rows = rows.to_dicts()
    for words in dict.fromkeys(headings.values()):
        own = [row for row in told_rows if headings[row["level"]] == words]
        head = Markup('<h3 class="kit-section{}">{} <span class="kit-count">{}</span></h3>')
        parts.append(head.format("" if own else " kit-none", words, len(own)))
        for row in own:
            sides = [said.get((row["proposition_id"], side), []) for side in _SIDES]
            own_words = _two("kit-words", [_words(side, texts, most) for side in sides])
            parts.append(_row(row, sides, own_words, is_open=row["level"] in _OPEN or row is told_rows[0]))
    return Markup('<div class="kit-beside">{}</div>').format(_NOTHING.join(parts))


def _row(row: Mapping[str, Any], sides: list[list[dict[str, Any]]], words: Markup, is_open: bool) -> Markup:
    silences = [row[f"{side}_silence"] for side in _SIDES]
    stances = [_stances(*side, told=all(sides)) for side in zip(sides, silences, strict=True)]
    refused = f"Not compared: {'; '.join(row['reasons'])}." if row["level"] == "refused" else ""
    return Markup(
        '<details class="kit-compared"{}><summary><q class="kit-proposition">{}</q> <span class="kit-meta">{}</span>'
        "{}{}</summary>{}</details>"
    ).format(
        Markup(" open") if is_open else "",
        _isolated(row["proposition"]),
        Markup(" · ").join(map(_isolated, filter(None, [row["theme"], row["years"]]))),
        Markup('<p class="kit-refused">{}</p>').format(refused) if refused else _NOTHING,
        _two("kit-heads", stances),
        words,
    )


def _stances(own: list[dict[str, Any]], silence: str, told: bool) -> Markup:
    """Give a side's stances with their counts: those compared, then what was left out; or its silence."""
    if not own:
        return Markup('<span class="kit-silence">{}</span>').format(silence)
    compared = [one for one in own if one["compared"]]
    if not compared or not told:
        count = Markup("0 of {} compared").format(_statements(len(own))) if told else _NOTHING
        return Markup('{} <span class="kit-meta">{}</span>').format(_signs(own), count)
    rest = [one for one in own if not one["compared"]]
    left_out = Markup("; left out: {}").format(_signs(rest)) if rest else _NOTHING
    return Markup('{} <span class="kit-meta">{} of {} compared{}</span>').format(
        _signs(compared), len(compared), _statements(len(own)), left_out
    )


def _signs(statements: list[dict[str, Any]]) -> Markup:
    counts = Counter(one["stance"] for one in statements)
    sign = Markup('<span class="kit-stance kit-{}">{} {} {}</span>')
    return Markup(" ").join(sign.format(one, style.GLYPHS[one], one, counts[one]) for one in STANCES if counts[one])


def _words(own: list[dict[str, Any]], texts: Mapping[str, str], most: int) -> Markup:
    """Give the passages of one side, each with what was not compared of it, and why."""
    parts, ids = [], list(dict.fromkeys(one["passage_id"] for one in own))
    for passage_id in ids[:most]:
        here = [one for one in own if one["passage_id"] == passage_id]
        parts.append(_passage(texts[passage_id], tuple(one["json"] for one in here)))
        refused = [one for one in here if one["reasons"] and not one["compared"]]
        why = "; ".join(dict.fromkeys(reason for one in refused for reason in one["reasons"]))
        some = f"{len(refused)} of {_statements(len(here))}: n" if len(refused) < len(here) else "N"
        parts.append(Markup('<p class="kit-refused">{}ot compared: {}.</p>').format(some, why) if why else _NOTHING)
    if len(ids) > most:
        parts.append(Markup('<p class="kit-meta">the first {} of {} passages</p>').format(most, len(ids)))
    return _NOTHING.join(parts)


def _statements(count: int) -> str:
    return f"{count} statement{'' if count == 1 else 's'}"


def _two(name: str, sides: list[Markup]) -> Markup:
    return Markup('<div class="kit-two {}"><div>{}</div><div>{}</div></div>').format(name, *sides)
