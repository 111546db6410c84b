"""Statements made for tests on the second corpus, and what may be compared of them, said again in plain Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from hypothesis import strategies as st

import kit
from kit import schema
from kit.dates import interval
from kit.guard import Guard

THEMES = {"run-all-night": "service", "second-deckhand": "safety", "raise-fares": "money", "sell-a-boat": "money"}
ANSWER, SPEECH = "2019-03-12-questions-night-ferry", "2020-harbour-master-winter-speech"
POST, ROOKE = "northport-post", "dana-rooke"
PARAPHRASE: dict[str, Any] = {"mode": "reported", "relayed_by": [POST]}
QUOTED: dict[str, Any] = {"mode": "quoted", "relayed_by": [POST]}
TWICE: dict[str, Any] = {"mode": "reported", "relayed_by": [ROOKE, POST]}
QUOTED_TWICE: dict[str, Any] = {"mode": "quoted", "relayed_by": [ROOKE, POST]}
COLUMNS = schema.FRAMES["statements"]

Statement = dict[str, Any]


def statement(
    speaker_id: str = "ama-osei",
    stance: str = "support",
    proposition_id: str = "run-all-night",
    when: str = "2019-03-12",
    **given: Any,
) -> Statement:
    """Make one statement: the holder's own assertion unless something else is given; `when` is EDTF."""
    earliest, latest = interval(when)
    row = {
        **dict.fromkeys(COLUMNS, ""), "document_id": ANSWER, "passage_id": f"{ANSWER}#char=0,9", "start": 0, "end": 9,
        "speaker_id": speaker_id, "stance": stance, "proposition_id": proposition_id, "earliest": earliest,
        "latest": latest, "offices": [], "relayed_by": [], "mode": "direct", "modality": "assertion",
        "confidence": "high", "coder_id": "agreed", "version": 1, **given,
    }  # fmt: skip
    return {**row, "theme_id": THEMES[row["proposition_id"]], "first_hand": row["mode"] == "direct"}


def rows(*made: Statement) -> list[Statement]:
    """Give the statements their ids, in their order: s00, s01 ..."""
    return [{**row, "statement_id": row["statement_id"] or f"s{at:02}"} for at, row in enumerate(made)]


def frame(*made: Statement) -> pl.DataFrame:
    return pl.DataFrame(rows(*made), schema=COLUMNS)


def corpus_of(second: kit.Corpus, *made: Statement) -> kit.Corpus:
    """Give the second corpus with these statements for its own; those of other coders are codings only."""
    codings = frame(*made)
    return replace(second, statements=codings.filter(coder_id="agreed"), codings=codings)


def comparable(rows: pl.DataFrame) -> int:
    """Count the propositions of a comparison's rows that could be compared."""
    return rows.filter(pl.col("level").is_in(["different", "partly", "same"])).height


# ---- what hypothesis makes: few holders, propositions and dates, so that they meet

HOLDERS = ("ama-osei", "ben-adu", "cleo-marsh")
WAYS: list[dict[str, Any]] = [{}, {}, QUOTED, PARAPHRASE, TWICE, QUOTED_TWICE]
# No two are a number of years apart that is near one of LIMITS.
WHEN = ["2018-02-10", "2018-12-20", "2018-01-15/2018-05-30", "2020-09-07", "XXXX", "2019-03-01/.."]
LIMITS = [None, None, 0, 0.5, 1.5, 5]

STATEMENTS = st.builds(
    lambda way, **given: statement(**given, **way),
    way=st.sampled_from(WAYS),
    speaker_id=st.sampled_from(HOLDERS),
    stance=st.sampled_from(schema.STANCES),
    proposition_id=st.sampled_from(["run-all-night", "run-all-night", "raise-fares"]),
    when=st.sampled_from(WHEN),
    modality=st.sampled_from(["assertion", "assertion", *schema.MODALITIES]),
    version=st.sampled_from([1, 1, 1, 2]),
)
GUARDS = st.builds(
    Guard,
    relayed=st.booleans(),
    questions=st.booleans(),
    conditionals=st.booleans(),
    years=st.sampled_from(LIMITS),
    least=st.sampled_from([1, 1, 2, 3]),
)


# ---- the rules once more, statement by statement


def may_meet(one: Statement, other: Statement, guard: Guard) -> bool:
    """Say whether two statements may be compared, by the sentences of RULES."""
    if one["version"] != other["version"]:
        return False
    if not guard.relayed and _way(one) != _way(other):
        return False
    for modality, lifted in (("question", guard.questions), ("conditional", guard.conditionals)):
        if not lifted and (one["modality"] == modality) != (other["modality"] == modality):
            return False
    if guard.years is None:
        return True
    if not all(date.min < row["earliest"] and row["latest"] < date.max for row in (one, other)):
        return False
    ends, begins = (pick(one[end], other[end]) for pick, end in ((min, "latest"), (max, "earliest")))
    whole, part = divmod(guard.years, 1)
    if _day(begins) <= _day(ends, whole):
        return True
    return _day(begins) < _day(ends, whole + 1) and (part >= 0.999 or (begins - ends).days <= 365.25 * guard.years)


def _day(day: date, years: float = 0) -> tuple[float, int, int]:
    """Give a day so many years later."""
    return (day.year + years, day.month, day.day)


def _way(row: Statement) -> tuple[str, int]:
    relayers = len(row["relayed_by"])
    return ("own words", 0) if row["mode"] in ("direct", "quoted") and relayers < 2 else (row["mode"], relayers)


def level(left: list[Statement], right: list[Statement], guard: Guard) -> str:
    """Say how two sides come out on one proposition on which at least one took a stance."""
    if not left or not right:
        return "left-only" if left else "right-only"
    met = [(one, other) for one in left for other in right if may_meet(one, other, guard)]
    for side in zip(*met, strict=True) if met else [()]:
        if len({row["statement_id"] for row in side}) < guard.least:
            return "refused"
    stances = [(one["stance"], other["stance"]) for one, other in met]
    if all(one == other for one, other in stances):
        return "same"
    opposites = [("support", "oppose"), ("oppose", "support")]
    return "different" if all(pair in opposites for pair in stances) else "partly"
