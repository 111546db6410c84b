"""The codebook: themes with the rules that find them in any text, and the propositions that positions are taken on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from kit import schema
from kit.errors import Problem
from kit.records import Place, Record, check_table, keys, one_of, twice, unique_tables, unknown
from kit.spans import search_pattern

_RULES = ("words", "stems", "phrases", "excludes")
_THEME = keys("theme_id label definition", " ".join(_RULES), types=dict.fromkeys(_RULES, list))
_PROPOSITION = keys("proposition_id theme_id text support_means oppose_means version", types={"version": int})
_TOP = keys("version theme", "note proposition", types={"version": int, "theme": list, "proposition": list})
_MARKS = keys("marked_by drawn mark", types={"mark": list})
_MARK = keys("passage_id themes half", types={"themes": list}, half=schema.HALVES)


@dataclass(frozen=True)
class Codebook:
    """Themes, propositions, and for each theme the two regular expressions of its rules (found, left out)."""

    version: int
    themes: pl.DataFrame
    propositions: pl.DataFrame
    rules: dict[str, tuple[str, str]]
    theme_ids: set[str]  # as written, also in an entry that has a problem; so the next
    proposition_ids: set[str]
    sure: bool  # nothing was wrong with the file as a whole, so that an id that is not in it is nowhere

    def themes_of(self, text: pl.Expr) -> pl.Expr:
        """Give, for a column of texts, the list of theme_ids whose rules find something, in the codebook's order.

        What `excludes` matches is taken out before words (whole), stems (the beginning of a word) and phrases are
        sought.
        """
        found = [
            pl.when((text.str.replace_all(without, " ") if without else text).str.contains(wanted)).then(
                pl.lit(theme_id)
            )
            for theme_id, (wanted, without) in self.rules.items()
            if wanted
        ]
        if not found:
            return pl.lit([], dtype=pl.List(pl.String))
        return pl.concat_list(found).list.drop_nulls()


def read_codebook(record: Record, problems: list[Problem]) -> Codebook:
    """Read `codebook.toml`; every problem of the file is added to `problems`."""
    whole = check_table(record, (), record.data, _TOP, deep=False)
    problems += whole
    themes: dict[str, dict[str, Any]] = {}
    rules: dict[str, tuple[str, str]] = {}
    for theme_id, (place, table) in unique_tables(record, "theme", _THEME, problems).items():
        themes[theme_id] = {key: table[key] for key in schema.FRAMES["themes"]}
        rules[theme_id] = _patterns(table)
        try:
            pl.Series([""]).str.contains("|".join(rules[theme_id]))
        except pl.exceptions.ComputeError:
            rules[theme_id] = ("", "")
            what = f"theme '{theme_id}': its rules are too many or too long for one search"
            problems.append(record.problem(place, what, "Shorten them, or make several themes of it"))
        for key in _RULES:
            for index, rule in enumerate(table.get(key, [])):
                if not rule.strip():
                    problems.append(record.problem((*place, key, index), f"{key}: a rule is empty", "Remove it"))
    propositions: dict[str, dict[str, Any]] = {}
    theme_ids = record.written("theme", "theme_id")
    for proposition_id, (place, table) in unique_tables(record, "proposition", _PROPOSITION, problems).items():
        if table["theme_id"] not in theme_ids:
            what = f"theme_id: '{table['theme_id']}' is no theme of this codebook"
            problems.append(record.problem((*place, "theme_id"), what, one_of(themes, "Add a [[theme]]")))
        propositions[proposition_id] = table
    version = record.data.get("version")
    return Codebook(
        version if isinstance(version, int) else 0,
        schema.frame("themes", themes.values()),
        schema.frame("propositions", propositions.values()),
        rules,
        theme_ids,
        record.written("proposition", "proposition_id"),
        record.readable and not whole,
    )


def read_marks(
    record: Record, passage_ids: set[str], unread: set[str], codebook: Codebook, problems: list[Problem]
) -> list[dict[str, Any]]:
    """Read `marks.toml`, the passages whose themes somebody marked by reading: rows of the frame `marks`.

    `unread`: documents that have a problem themselves, so that nothing can be said of their passages.
    """
    problems += check_table(record, (), record.data, _MARKS, deep=False)
    rows: list[dict[str, Any]] = []
    seen: dict[Any, Place] = {}
    for place, table in record.tables("mark"):
        wrong = check_table(record, place, table, _MARK)
        if not wrong and table["passage_id"] not in passage_ids and table["passage_id"].partition("#")[0] not in unread:
            what = f"passage_id: '{table['passage_id']}' is no passage of this corpus"
            wrong.append(record.problem((*place, "passage_id"), what, "Mark the passages that stand there now"))
        wrong = wrong or unknown(record, (*place, "themes"), table["themes"], codebook.theme_ids)
        wrong = wrong or twice(record, place, table["passage_id"], seen)
        problems += wrong
        rows += [table] if not wrong else []
    return rows


def _patterns(table: dict[str, Any]) -> tuple[str, str]:
    parts = {
        key: [_bounded(rule.strip(), key in ("words", "phrases")) for rule in table.get(key, []) if rule.strip()]
        for key in _RULES
    }
    without = parts.pop("excludes")
    wanted = [pattern for patterns in parts.values() for pattern in patterns]
    return tuple(f"(?i)(?:{'|'.join(side)})" if side else "" for side in (wanted, without))  # type: ignore[return-value]  # two sides, always


def _bounded(rule: str, whole: bool) -> str:
    """Keep a rule to whole words or beginnings of words; a sign at its edge, as in "£5", has no such boundary."""
    front, back = (r"\b" if edge.isalnum() else "" for edge in (rule[0], rule[-1]))
    return front + search_pattern(rule).removeprefix("(?i)") + (back if whole else "")
