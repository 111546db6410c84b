"""The guard: which statements may be set beside each other, as rules that a reader can see and lift.

Every rule is tested on pairs of statements, not on people: a holder may have asserted one thing and asked another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl

from kit.corpus import Corpus
from kit.dates import UNKNOWN
from kit.errors import SelectionError
from kit.positions import COMPUTED, SILENCE_WORDS, silences_by_cell
from kit.selection import Selection


class Rule(NamedTuple):
    """A rule in a sentence, and the words for what a reader allows who lifts it ("": it cannot be lifted)."""

    sentence: str
    allows: str

    def __str__(self) -> str:
        return f"{self.sentence} Lifted: {self.allows}." if self.allows else self.sentence


# What must hold of two statements before their stances are compared. Those that can be lifted are the fields of Guard.
RULES: Mapping[str, Rule] = MappingProxyType({
    "version": Rule("Both are coded on the same version of the same proposition.", ""),
    "relayed": Rule(
        "Own words (spoken, written, or quoted once) are compared with own words only, and paraphrases with "
        "paraphrases; what passed through several people, with what came the same way through as many.",
        "let relayed statements count",
    ),
    "questions": Rule("A question is compared with questions only.", "let questions count"),
    "conditionals": Rule("A conditional (if …, then …) is compared with conditionals only.", "let conditionals count"),
    "years": Rule("The two are at most so many years apart.", "any distance in time counts"),
    "least": Rule("Each side has at least so many statements that can be compared.", "a single statement is enough"),
})  # fmt: skip
_CLASS = "proposition_id theme_id version stance mode relays channel kind earliest latest".split()
_INTERVAL = ("earliest", "latest")
_ELSEWHERE = "took a stance, but not in this office or period, or the selection leaves it out"


@dataclass(frozen=True)
class Guard:
    """What a reader lets be compared beyond what is comparable by default; `RULES` explains each field.

    `years`: the most years between two statements, None for no limit; `least`: statements that each side must have.
    """

    relayed: bool = False
    questions: bool = False
    conditionals: bool = False
    years: float | None = None
    least: int = 1

    def __post_init__(self) -> None:
        for name in ("relayed", "questions", "conditionals"):
            if not isinstance(getattr(self, name), bool):
                raise SelectionError(f"{name}: {getattr(self, name)!r} is not True or False")
        if self.years is not None and not (type(self.years) in (int, float) and 0 <= self.years < 10_000):
            raise SelectionError(f"years: {self.years!r} is no number of years; write 2 or 0.5, or None for no limit")
        if type(self.least) is not int or self.least < 1:
            raise SelectionError(f"least: {self.least!r} is no number of statements; write 1 or more")

    def __repr__(self) -> str:
        return f"kit.Guard({_given(self)})"

    def lifted(self) -> dict[str, Guard]:
        """Give, for each rule that is in force and can be lifted, the guard without it."""
        free: dict[str, Any] = {"relayed": True, "questions": True, "conditionals": True, "years": None, "least": 1}
        return {name: replace(self, **{name: value}) for name, value in free.items() if getattr(self, name) != value}

    def merged(self, held: pl.LazyFrame) -> pl.LazyFrame:
        """Give classes with the same `channel` and `kind` wherever this guard does not tell them apart."""
        plain = [kind for kind, lifted in (("question", self.questions), ("conditional", self.conditionals)) if lifted]
        kind = pl.when(pl.col("kind").is_in(plain)).then(pl.lit("plain")).otherwise("kind")
        channel = pl.lit("any") if self.relayed else pl.col("channel")
        return held.with_columns(kind=kind, channel=channel)


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a holder, or what one holder said in one office or in one period.

    `office` as the frame `offices` names it; `since` and `until` (dates, or ISO texts): statements whose date touches
    the period.
    """

    speaker_id: str
    office: str = ""
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        given = Selection((self.speaker_id,), since=self.since, until=self.until)  # reads ISO texts, refuses others
        if not isinstance(self.office, str):
            raise SelectionError(f"office: {self.office!r} is not text; put its name in quotation marks")
        for name in ("since", "until"):
            object.__setattr__(self, name, getattr(given, name))

    def __repr__(self) -> str:
        return f"kit.Side({_given(self)})"

    def selection(self, within: Selection) -> Selection:
        """Give the selection of this holder in this period within another selection."""
        since = max(filter(None, (self.since, within.since)), default=None)
        until = min(filter(None, (self.until, within.until)), default=None)
        if since and until and since > until:
            raise SelectionError(f"{self!r}: its period lies outside the selected dates; change one of the two")
        return replace(within, speakers=(self.speaker_id,), since=since, until=until)

    def of(self, corpus: Corpus, within: Selection) -> Corpus:
        """Give a corpus narrowed to this side and a selection; raises SelectionError for what it does not have."""
        selected = corpus.select(self.selection(within))
        if not self.office:
            return selected
        held = corpus.offices.filter(pl.col("speaker_id") == self.speaker_id)["office"].to_list()
        if self.office not in held:
            there = ", ".join(map(repr, held)) or "none that is known"
            raise SelectionError(f"office: {self.office!r} is no office of '{self.speaker_id}'; there is {there}")
        own = self._own()
        return replace(selected, statements=selected.statements.filter(own), codings=selected.codings.filter(own))

    def silences(self, corpus: Corpus, selected: Corpus, within: Selection) -> pl.DataFrame:
        """Say by `proposition_id` in words which `silence` this side's is, from its own office and period alone.

        `selected`: the corpus narrowed to this side and the selection `within`; "" where that has statements.
        """
        whole, own = corpus.whole, corpus.speakers.filter(speaker_id=self.speaker_id)
        kinds = silences_by_cell(whole.kept(_alone, self), selected, self.selection(within), own)
        taken = whole.statements.filter(speaker_id=self.speaker_id)["proposition_id"].implode()
        elsewhere = pl.col("kind").is_in(COMPUTED) & pl.col("proposition_id").is_in(taken)
        words = pl.col("kind").replace_strict(SILENCE_WORDS, default="")
        return kinds.select("proposition_id", silence=pl.when(elsewhere).then(pl.lit(_ELSEWHERE)).otherwise(words))

    def _own(self) -> pl.Expr:
        """Test a row of the holder's statements."""
        period = Selection(since=self.since, until=self.until).in_window()
        return period & pl.col("offices").list.contains(self.office) if self.office else period

    def in_words(self, corpus: Corpus) -> str:
        """Name the side for reading: the holder, and the office or period where one is meant."""
        name = dict(corpus.speakers.select("speaker_id", "name").iter_rows()).get(self.speaker_id, self.speaker_id)
        period = [f"from {self.since}" if self.since else "", f"until {self.until}" if self.until else ""]
        return ", ".join(filter(None, [name, self.office, *period]))


def _alone(whole: Corpus, side: Side) -> Corpus:
    """Give a corpus with the statements of one side only, and of all else what dates from its office."""
    if side == Side(side.speaker_id):
        return whole
    frames = {"statements": whole.statements.filter(side._own())}
    if side.office:
        terms = whole.offices.filter(speaker_id=side.speaker_id, office=side.office).select("since", "until")
        held = pl.any_horizontal(
            (pl.col("earliest") >= (since or date.min)) & (pl.col("latest") <= (until or date.max))
            for since, until in terms.iter_rows()
        )
        frames |= {name: getattr(whole, name).filter(held) for name in ("passages", "silences")}
    return replace(whole, **frames)  # type: ignore[arg-type]  # names of frames only


def as_side(one: Side | str) -> Side:
    """Take a speaker_id for the side that is all of that holder."""
    if not isinstance(one, Side | str):
        raise SelectionError(f"{one!r} is no side; write a speaker_id in quotation marks, or kit.Side(...)")
    return Side(one) if isinstance(one, str) else one


def _given(value: Guard | Side) -> str:
    """Write the fields of a value that say something, as code."""
    given = {one.name: getattr(value, one.name) for one in fields(value) if getattr(value, one.name) != one.default}
    return ", ".join(f"{name}={str(one) if isinstance(one, date) else one!r}" for name, one in given.items())


def classes(statements: pl.LazyFrame) -> pl.LazyFrame:
    """Fold statements that no rule tells apart into one row: a class, with its `statement_id`s (list).

    `channel`: "own" for the holder's own words at one remove at most, else how they came and through how many
    (`relays`); `kind`: plain, question or conditional.
    """
    relays = pl.col("relayed_by").list.len().cast(pl.Int64)
    own = (pl.col("mode") != "reported") & (relays <= 1)
    channel = pl.when(own).then(pl.lit("own")).otherwise(pl.format("{} {}", pl.col("mode").cast(pl.String), relays))
    kind = pl.col("modality").cast(pl.String).replace({"assertion": "plain", "action": "plain"})
    known = statements.with_columns(channel=channel, relays=relays, kind=kind)
    return known.group_by("speaker_id", *_CLASS).agg("statement_id")


def judged(pairs: pl.LazyFrame, guard: Guard) -> pl.LazyFrame:
    """Judge pairs of classes on one proposition, the second's columns ending in `_right`.

    Adds `reasons` (list of texts; empty: comparable), `same`, `opposed` (support against oppose), and `years` between
    the two (at least; null where a date is unknown).
    """
    years = years_between()
    hands = pl.max_horizontal("relays", "relays_right")
    often = pl.when(hands == 2).then(pl.lit("relayed twice")).otherwise(pl.format("relayed {} times", hands))
    more = (hands > 1) & (pl.col("relays") != pl.col("relays_right"))
    paraphrase = pl.lit("one is another’s paraphrase, the other the holder’s own words")
    versions = pl.format("coded on versions {} and {} of the proposition", "version", "version_right")
    broken = {
        "version": (pl.col("version") != pl.col("version_right"), versions),
        "relayed": (pl.col("channel") != pl.col("channel_right"), pl.when(more).then(often).otherwise(paraphrase)),
        "questions": (_one_is("question"), pl.lit("one is a question")),
        "conditionals": (_one_is("conditional"), pl.lit("one is conditional")),
        "years": (
            years.is_null() | (years > (guard.years or 0)),
            pl.coalesce(apart(years), pl.lit("a date is unknown")),
        ),
    }
    asked = {"version", *guard.lifted()} & broken.keys()
    reasons = [pl.when(fails).then(words) for name, (fails, words) in broken.items() if name in asked]
    lines = pl.concat_str(reasons, separator="\n", ignore_nulls=True)  # concat_list takes five times as long
    one, other = pl.col("stance").cast(pl.String), pl.col("stance_right").cast(pl.String)
    return pairs.with_columns(years=years, same=one == other).with_columns(
        reasons=lines.str.extract_all(".+"),
        opposed=~pl.col("same") & (one != "mixed") & (other != "mixed"),
    )


def _one_is(kind: str) -> pl.Expr:
    return (pl.col("kind") == kind) != (pl.col("kind_right") == kind)


def years_between() -> pl.Expr:
    """Give the years that lie between the intervals of a pair, at least; null where a date is unknown.

    The same day of a later year is so many whole years away, whatever leap days lie between.
    """
    known = [
        pl.col(f"{end}{side}") != day for side in ("", "_right") for end, day in zip(_INTERVAL, UNKNOWN, strict=True)
    ]
    begins, ends = pl.max_horizontal("earliest", "earliest_right"), pl.min_horizontal("latest", "latest_right")
    number = [day.dt.year() * 10_000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day() for day in (ends, begins)]
    apart, whole = number[1] - number[0], (number[1] - number[0]) // 10_000
    part = pl.when(apart % 10_000 == 0).then(0.0).otherwise(0.999)
    years = ((begins - ends).dt.total_days() / 365.25).clip(whole, whole + part)
    return pl.when(pl.all_horizontal(*known)).then(pl.when(apart > 0).then(years).otherwise(0.0))


def opening(held: pl.LazyFrame, years: float) -> pl.LazyFrame:
    """Add `opens`, the first day that lies at most so many years before `earliest`; leave unknown dates out.

    Two rows are at most so many years apart exactly where the days from `opens` to `latest` of both overlap.
    """
    known = held.filter(pl.col(end) != day for end, day in zip(_INTERVAL, UNKNOWN, strict=True))
    within = 5 + int(years / 100)  # days that so many years may be longer or shorter, by leap days
    days = pl.LazyFrame({"days": range(int(365.25 * years) - within, int(365.25 * years) + within)})
    before = pl.col("earliest") - pl.duration(days="days")
    tried = known.select("earliest", latest="earliest").unique().join(days, how="cross")
    near = tried.with_columns(earliest_right=before, latest_right=before).filter(years_between() <= years)
    return known.join(near.group_by("earliest").agg(opens=pl.col("earliest_right").min()), on="earliest")


def windows(held: pl.LazyFrame, guard: Guard) -> pl.LazyFrame:
    """Fold the classes of holders, numbered `at`, to what a guard tells apart.

    Returns one row per holder, `class`, `stance` (as a number) and window from `opens` to `latest`, with its
    `proposition_id` and the `number` of statements. Rows of one class may be compared where their windows overlap;
    without a limit in years all are the same.
    """
    held = held.with_columns(opens=0, latest=0) if guard.years is None else opening(held, guard.years)
    alike = pl.struct("proposition_id", "version", "channel", "kind").rank("dense").alias("class")
    stance, number = pl.col("stance").to_physical(), pl.col("statement_id").list.len().sum().alias("number")
    return guard.merged(held).group_by("at", "proposition_id", alike, stance, "opens", "latest").agg(number)


def apart(years: pl.Expr) -> pl.Expr:
    """Say a distance in years in words; null stays null."""
    whole = years.floor().cast(pl.Int64)
    words = pl.when(whole == 1).then(pl.lit("1 year apart")).otherwise(pl.format("{} years apart", whole))
    return pl.when(whole > 0).then(words).when(whole == 0).then(pl.lit("less than a year apart"))
