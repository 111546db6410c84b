"""Every frame's columns, and the closed sets of values that stand in them.

One row of each frame is one thing; `frame` builds any of them from rows and refuses a missing or unknown column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

KINDS = ("answer", "briefing", "news", "speech")
DATE_BASES = ("stated", "inferred", "unknown")
SPEAKER_KINDS = ("person", "organisation")
FORMS = ("spoken", "written", "quoted", "narrated")
ZONES = ("body", "heading", "caption", "furniture")
MODES = ("direct", "quoted", "reported")
MODALITIES = ("assertion", "question", "conditional", "action")
STANCES = ("oppose", "mixed", "support")
CONFIDENCES = ("low", "medium", "high")
SILENCES = ("asked-not-answered", "no-stance")
HALVES = ("tuning", "test")

_INTEGERS = "start end characters words order turn version line"
_LISTS = "aliases offices relayed_by themes coder_ids stances made_from"
_DATES = "earliest latest since until"
_TYPES: dict[str, Any] = {
    **dict.fromkeys(_INTEGERS.split(), pl.Int64),
    **dict.fromkeys(_LISTS.split(), pl.List(pl.String)),
    **dict.fromkeys(_DATES.split(), pl.Date),
    **dict.fromkeys(("first_hand", "checked_by_person"), pl.Boolean),
    "date_basis": pl.Enum(DATE_BASES),
    "form": pl.Enum(FORMS),
    "zone": pl.Enum(ZONES),
    "mode": pl.Enum(MODES),
    "modality": pl.Enum(MODALITIES),
    "stance": pl.Enum(STANCES),
    "confidence": pl.Enum(CONFIDENCES),
    "half": pl.Enum(HALVES),
}
_OF_KIND = {"documents": pl.Enum(KINDS), "speakers": pl.Enum(SPEAKER_KINDS), "silences": pl.Enum(SILENCES)}
_STATEMENT = (
    "statement_id document_id passage_id speaker_id offices relayed_by first_hand mode modality proposition_id "
    "theme_id stance confidence evidence start end earliest latest said_on coder_id note version"
)
_COLUMNS = {
    "documents": "document_id title kind publisher earliest latest date_basis date_note source rights sha256 "
    "characters words",
    "speakers": "speaker_id name kind aliases",
    "offices": "speaker_id office organisation_id since until known_from",
    "passages": "passage_id document_id order turn speaker_id speaker_label form zone start end text words themes "
    "earliest latest",
    "themes": "theme_id label definition",
    "propositions": "proposition_id theme_id text support_means oppose_means version",
    "statements": _STATEMENT,
    "codings": _STATEMENT,
    "reviewed": "coder_id passage_id",
    "silences": "document_id passage_id speaker_id proposition_id theme_id kind evidence start end earliest latest "
    "coder_id note",
    "disagreements": "document_id passage_id speaker_id proposition_id coder_ids stances resolved_as why",
    "doubts": "document_id line what where remedy",
    "marks": "passage_id themes half",
    "coders": "coder_id name how model made_from checked_by_person",
}
FRAMES: dict[str, dict[str, Any]] = {
    name: {column: _OF_KIND[name] if column == "kind" else _TYPES.get(column, pl.String) for column in columns.split()}
    for name, columns in _COLUMNS.items()
}


def fields(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row of the frame `name`: its columns and nothing else; raises KeyError for a missing one."""
    return {column: row[column] for column in FRAMES[name]}


def frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Build the frame `name` from rows, one mapping of column to value a row; no rows give an empty frame.

    Raises ValueError for a row whose columns are not those of the frame: polars alone would fill or drop them.
    """
    schema, rows = FRAMES[name], list(rows)
    for row in rows:
        if row.keys() != schema.keys():
            raise ValueError(f"{name}: columns {sorted(row.keys() ^ schema.keys())} are missing or unknown")
    return pl.DataFrame({column: [row[column] for row in rows] for column in schema}, schema=schema)


# The columns that a chart takes of each of its frames, in the order of its arguments.
DRAWN: dict[str, dict[str, tuple[str, ...]]] = {
    "stance_matrix": {
        "marks": ("mark_id", "speaker_id", "proposition_id", "stance", "statements", "tip"),
        "cells": ("mark_id", "speaker_id", "proposition_id", "kind", "blank", "differs", "tip"),
    },
    "statements_over_time": {
        "marks": tuple("mark_id row_id stance statements first_hand earliest latest unknown lane lanes tip".split()),
    },
    "words_by_speaker": {
        "rows": ("mark_id", "speaker_id", "name", "form", "words", "passages", "words_share", "speaker_words", "tip"),
    },
    "passages_by_theme": {
        "rows": tuple("mark_id theme_id column_id passages base_passages passages_share per_1000_words tip".split()),
    },
}
