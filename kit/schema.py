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

_TEXTS = pl.List(pl.String)
_SPAN = {"start": pl.Int64, "end": pl.Int64}
_DATES = {"earliest": pl.Date, "latest": pl.Date}

_STATEMENT = {
    "statement_id": pl.String,
    "document_id": pl.String,
    "passage_id": pl.String,
    "speaker_id": pl.String,
    "offices": _TEXTS,
    "relayed_by": _TEXTS,
    "first_hand": pl.Boolean,
    "mode": pl.Enum(MODES),
    "modality": pl.Enum(MODALITIES),
    "proposition_id": pl.String,
    "theme_id": pl.String,
    "stance": pl.Enum(STANCES),
    "confidence": pl.Enum(CONFIDENCES),
    "evidence": pl.String,
    **_SPAN,
    **_DATES,
    "said_on": pl.String,
    "coder_id": pl.String,
    "note": pl.String,
}

FRAMES: dict[str, dict[str, Any]] = {
    "documents": {
        "document_id": pl.String,
        "title": pl.String,
        "kind": pl.Enum(KINDS),
        "publisher": pl.String,
        **_DATES,
        "date_basis": pl.Enum(DATE_BASES),
        "date_note": pl.String,
        "source": pl.String,
        "rights": pl.String,
        "sha256": pl.String,
        "characters": pl.Int64,
        "words": pl.Int64,
    },
    "speakers": {
        "speaker_id": pl.String,
        "name": pl.String,
        "kind": pl.Enum(SPEAKER_KINDS),
        "aliases": _TEXTS,
    },
    "offices": {
        "speaker_id": pl.String,
        "office": pl.String,
        "organisation_id": pl.String,
        "since": pl.Date,
        "until": pl.Date,
        "known_from": pl.String,
    },
    "passages": {
        "passage_id": pl.String,
        "document_id": pl.String,
        "order": pl.Int64,
        "turn": pl.Int64,
        "speaker_id": pl.String,
        "speaker_label": pl.String,
        "form": pl.Enum(FORMS),
        "zone": pl.Enum(ZONES),
        **_SPAN,
        "text": pl.String,
        "words": pl.Int64,
        "themes": _TEXTS,
        **_DATES,
    },
    "themes": {"theme_id": pl.String, "label": pl.String, "definition": pl.String},
    "propositions": {
        "proposition_id": pl.String,
        "theme_id": pl.String,
        "text": pl.String,
        "support_means": pl.String,
        "oppose_means": pl.String,
        "version": pl.Int64,
    },
    "statements": _STATEMENT,
    "codings": _STATEMENT,
    "reviewed": {"coder_id": pl.String, "passage_id": pl.String},
    "silences": {
        "document_id": pl.String,
        "passage_id": pl.String,
        "speaker_id": pl.String,
        "proposition_id": pl.String,
        "theme_id": pl.String,
        "kind": pl.Enum(SILENCES),
        "evidence": pl.String,
        **_SPAN,
        **_DATES,
        "coder_id": pl.String,
        "note": pl.String,
    },
    "disagreements": {
        "document_id": pl.String,
        "passage_id": pl.String,
        "speaker_id": pl.String,
        "proposition_id": pl.String,
        "coder_ids": _TEXTS,
        "stances": _TEXTS,
        "resolved_as": pl.String,
        "why": pl.String,
    },
    "doubts": {
        "document_id": pl.String,
        "line": pl.Int64,
        "what": pl.String,
        "where": pl.String,
        "remedy": pl.String,
    },
    "marks": {"passage_id": pl.String, "themes": _TEXTS, "half": pl.Enum(("tuning", "test"))},
    "coders": {
        "coder_id": pl.String,
        "name": pl.String,
        "how": pl.String,
        "model": pl.String,
        "made_from": _TEXTS,
        "checked_by_person": pl.Boolean,
    },
}


def frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Build the frame `name` from rows, one mapping of column to value a row; no rows give an empty frame.

    Raises ValueError for a row whose columns are not those of the frame: polars alone would fill or drop them.
    """
    schema, rows = FRAMES[name], list(rows)
    for row in rows:
        if row.keys() != schema.keys():
            raise ValueError(f"{name}: columns {sorted(row.keys() ^ schema.keys())} are missing or unknown")
    return pl.DataFrame(rows, schema=schema)
