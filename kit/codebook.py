"""The codebook: themes with the rules that find them in any text, and the propositions that positions are taken on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from kit import schema
from kit.records import Key, Known, Record, keys
from kit.spans import search_pattern

_TOP = {
    "version": Key(int),
    "note": Key(optional=True),
    "theme": Key(dict, many=True),
    "proposition": Key(dict, many=True, optional=True),
}
_RULES = ("words", "stems", "phrases", "excludes")
_THEME = keys("themes", "theme_id label definition") | dict.fromkeys(_RULES, Key(many=True, optional=True))
_PROPOSITION = keys("propositions", "proposition_id theme_id text support_means oppose_means version")
_MARKS = {"marked_by": Key(), "drawn": Key(), "mark": Key(dict, many=True)}
_MARK = keys("marks", "passage_id themes half")


@dataclass(frozen=True)
class Codebook:
    """Themes, propositions; for each theme the two regular expressions of its rules (found, left out).

    `theme_of`, `version_of`: the theme and the version of each proposition; `known`: the ids for each key that names a
    theme or a proposition.
    """

    themes: pl.DataFrame
    propositions: pl.DataFrame
    rules: dict[str, tuple[str, str]]
    theme_of: dict[str, str]
    version_of: dict[str, int]
    known: dict[str, Known]

    def themes_of(self, text: pl.Expr) -> pl.Expr:
        """Give, for a column of texts, the list of theme_ids whose rules find something, in the codebook's order.

        What `excludes` matches is taken out before words (whole), stems (the beginning of a word) and phrases are
        sought.
        """
        found = []
        for theme_id, (wanted, without) in self.rules.items():
            sought = text.str.replace_all(without, " ") if without else text
            found += [pl.when(sought.str.contains(wanted)).then(pl.lit(theme_id))] if wanted else []
        return pl.concat_list(found or [pl.lit(None, pl.String)]).list.drop_nulls()


def read_codebook(record: Record) -> Codebook:
    """Read `codebook.toml`."""
    sure = record.check((), record.data, _TOP) and record.readable
    themes, rules = [], {}
    for _, table in record.tables("theme", _THEME):
        themes.append(schema.fields("themes", table))
        rules[table["theme_id"]] = _patterns(table)
    theme_ids = Known(record.written("theme", "theme_id"))
    known = {"theme_id": theme_ids, "themes": theme_ids}
    propositions = [table for _, table in record.tables("proposition", _PROPOSITION, known)]
    ids = record.written("proposition", "proposition_id")
    remedy = "Write one that stands in codebook.toml"
    known["proposition_id"] = Known({"", *ids} if ids or sure else (), remedy=remedy)
    theme_of, version_of = (
        {table["proposition_id"]: table[key] for table in propositions} for key in ("theme_id", "version")
    )
    frames = schema.frame("themes", themes), schema.frame("propositions", propositions)
    return Codebook(*frames, rules, theme_of, version_of, known)


def read_marks(record: Record, known: dict[str, Known]) -> list[dict[str, Any]]:
    """Read `marks.toml`, the passages whose themes somebody marked by reading: rows of the frame `marks`."""
    record.check((), record.data, _MARKS)
    return [table for _, table in record.tables("mark", _MARK, known, same="passage_id")]


def _patterns(table: dict[str, Any]) -> tuple[str, str]:
    wanted = [_bounded(rule, key != "stems") for key in _RULES[:3] for rule in table.get(key, [])]
    without = [_bounded(rule, False) for rule in table.get("excludes", [])]
    return _any(wanted), _any(without)


def _any(patterns: list[str]) -> str:
    return f"(?i)(?:{'|'.join(patterns)})" if patterns else ""


def _bounded(rule: str, whole: bool) -> str:
    """Keep a rule to whole words or beginnings of words; a sign at its edge, as in "£5", has no such boundary."""
    rule = rule.strip()
    front, back = (r"\b" if edge.isalnum() else "" for edge in (rule[0], rule[-1]))
    return front + search_pattern(rule).removeprefix("(?i)") + (back if whole else "")
