"""What the controls of an explorer offer, and how many statements stand behind each choice now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from kit.corpus import Corpus
from kit.listing import running
from kit.positions import known_days
from kit.selection import Selection


def options(corpus: Corpus) -> dict[str, Any]:
    """Give what the controls offer: everybody who speaks or holds a position, the themes, the corpus's own dates."""
    groups, there = _groups(corpus), {*corpus.statements["speaker_id"], *running(corpus)["speaker_id"].unique()}
    speakers = [
        {"id": speaker_id, "label": name, **groups[speaker_id]}
        for speaker_id, name in corpus.speakers.select("speaker_id", "name").iter_rows()
        if speaker_id in there
    ]
    order = {group: at for at, group in reversed([*enumerate(one["group"] for one in speakers)])}
    speakers.sort(key=lambda one: order[one["group"]])
    themes = [
        {"id": theme_id, "label": label} for theme_id, label in corpus.themes.select("theme_id", "label").iter_rows()
    ]
    days = sorted(day.isoformat() for day in known_days(corpus.documents, corpus.statements))
    counted = "passages" if corpus.statements.is_empty() else "statements"
    return {"speaker_options": speakers, "theme_options": themes, "dates": days, "counted": counted}


def counts(selected: Corpus, selection: Selection) -> dict[str, dict[str, int]]:
    """Count the statements (where nothing is coded, the passages) behind each speaker and theme, by id.

    Each of the two is counted as if nothing of it were chosen, in what the rest of the selection leaves: so many there
    would be if it alone were chosen.
    """
    whole = selected.whole
    freed = {"speaker_id": replace(selection, speakers=()), "theme_id": replace(selection, themes=())}
    if whole.statements.is_empty():
        found = {
            key: _spoken(selected if free == selection else whole.select(free), key) for key, free in freed.items()
        }
    else:
        said = selected if selection == selection.for_all() else whole.for_all(selection)
        keys = said.statements.select_seq("speaker_id", "theme_id", "proposition_id")
        found = {key: keys.filter(free.of_positions())[key] for key, free in freed.items()}
    return {f"{key.removesuffix('_id')}s": dict(ids.value_counts().iter_rows()) for key, ids in found.items()}


def _spoken(corpus: Corpus, key: str) -> pl.Series:
    found = running(corpus).select("speaker_id", theme_id="themes")
    return (found.explode(key) if key == "theme_id" else found)[key].drop_nulls()


def _groups(corpus: Corpus) -> dict[str, dict[str, str]]:
    """Give each speaker's organisation and office, by the first office held while the corpus's documents were made."""
    names = dict(corpus.speakers.select("speaker_id", "name").iter_rows())
    groups = {
        speaker_id: {"group": name if kind == "organisation" else "No office known", "office": ""}
        for speaker_id, name, kind in corpus.speakers.select("speaker_id", "name", "kind").iter_rows()
    }
    first, last = corpus.documents["earliest"].min(), corpus.documents["latest"].max()
    during = corpus.offices.filter(
        pl.col("since").is_null() | (pl.col("since") <= last), pl.col("until").is_null() | (pl.col("until") >= first)
    )
    for one in during.reverse().iter_rows(named=True):
        groups[one["speaker_id"]] = {"group": names[one["organisation_id"]], "office": one["office"]}
    return groups
