"""Change over time: what a holder said earlier beside what the same holder said later, and what may explain it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from kit.corpus import Corpus
from kit.dates import UNKNOWN
from kit.guard import Guard, Side, as_side, classes, judged
from kit.positions import dated
from kit.selection import Selection

CHANGES = ("reversed", "shifted", "same", "not comparable")
# What could explain a difference without a change of mind: each is tested on every pair, whatever the guard allows.
RIVALS = {
    "office": "another office",
    "relay": "relayed in another way",
    "modality": "one is a question or a condition, the other is none, or another",
    "kind": "another kind of document",
    "proposition": "another proposition of the theme",
}
_WHEN = ["proposition_id", "earliest", "latest"]


def changes_over_time(
    corpus: Corpus, holder: Side | str, selection: Selection | None = None, guard: Guard | None = None
) -> pl.DataFrame:
    """Pair what a holder said at one date with what the same holder said at the next.

    Paired are neighbouring dates on one proposition; and where a holder took the theme up again, but not the
    proposition, those two, which are never compared and often look like a change. `selection` narrows what is looked at
    (its speakers are ignored), `guard` says what may be compared. Dates that overlap have no order, unknown and open
    ones neither: what was said then is paired with nothing.

    Returns one row per pair, in the codebook's order, then by date: `theme_id`, `proposition_id`,
    `later_proposition_id`, `proposition` (in words), `change` (an Enum of CHANGES: *same* or *reversed*, support
    against oppose, in all that can be compared; *shifted*: anything between), `reasons` (why nothing could be
    compared), `rivals` (words of RIVALS: what else could explain a difference), `years` between the two, at least; and
    for `earlier_` and `later_` each: `stances`, `dates` (in words), `earliest`, `latest`, `statement_ids`,
    `passage_ids`. Nothing said at two dates gives no rows.
    """
    guard, selection = guard or Guard(), replace(selection or Selection(), speakers=())
    said = as_side(holder).of(corpus, selection).statements
    said = said.filter(pl.col("earliest") > UNKNOWN[0], pl.col("latest") < UNKNOWN[1])
    pairs = _neighbours(_moments(corpus, said)).with_row_index("pair")
    each = classes(said.lazy()).explode("statement_id").drop("theme_id")
    sides = (
        pairs.lazy()
        .select("pair", statement_id=f"{side}_statement_ids")
        .explode("statement_id")
        .join(each, on="statement_id")
        for side in ("earlier", "later")
    )
    told = _told(judged(next(sides).join(next(sides), on="pair", suffix="_right"), guard), guard.least).collect()
    return _in_words(corpus, pairs.join(told, on="pair"))


def _moments(corpus: Corpus, said: pl.DataFrame) -> pl.DataFrame:
    """Give a row per proposition and date: what was said then, and under which of the circumstances in RIVALS."""
    kinds = corpus.documents.select("document_id", document_kind=pl.col("kind").cast(pl.String))
    conditional = pl.col("modality").is_in(["question", "conditional"])
    circumstances = {
        "office": pl.col("offices").list.sort().list.join("; "),
        "relay": pl.concat_str(pl.col("mode").cast(pl.String), pl.col("relayed_by").list.join("; "), separator=" "),
        "modality": pl.when(conditional).then(pl.col("modality").cast(pl.String)).otherwise(pl.lit("plain")),
        "kind": pl.col("document_kind"),
        "proposition": pl.col("proposition_id"),
    }
    moments = (
        said.join(kinds, on="document_id")
        .group_by("theme_id", *_WHEN)
        .agg(
            pl.col("stance").unique().sort().alias("stances"),
            pl.col("statement_id").sort().alias("statement_ids"),
            pl.col("passage_id").unique().sort().alias("passage_ids"),
            *(given.unique().sort().alias(name) for name, given in circumstances.items()),
        )
    )
    return dated(moments)


def _neighbours(moments: pl.DataFrame) -> pl.DataFrame:
    """Pair each moment with the next on its proposition, or with the theme's next where that is on others only."""
    names = {name: f"later_{name}" for name in moments.columns if name != "theme_id"}
    pairs = moments.rename({name: f"earlier_{name}" for name in names}).join(moments.rename(names), on="theme_id")
    pairs = pairs.filter(pl.col("earlier_latest") < pl.col("later_earliest"))
    own, begins = pl.col("earlier_proposition_id") == pl.col("later_proposition_id"), pl.col("later_earliest")
    moment = [f"earlier_{name}" for name in _WHEN]
    # The next moments are those before which no other lies wholly: dates that overlap are next together.
    next_own = own & (begins <= pl.col("later_latest").filter(own).min().over(moment))
    next_of_theme = begins <= pl.col("later_latest").min().over(moment)
    return pairs.filter(next_own | (next_of_theme & ~own & ~(own & next_of_theme).any().over(moment)))


def _told(joint: pl.LazyFrame, least: int) -> pl.LazyFrame:
    """Fold pairs of statements to one row per pair of moments: the change, the reasons, the years between."""
    alike = pl.col("proposition_id") == pl.col("proposition_id_right")
    fine = alike & (pl.col("reasons").list.len() == 0)
    each = [pl.col(name).filter(fine).n_unique() for name in ("statement_id", "statement_id_right")]
    enough = pl.min_horizontal(*each) >= least
    change = (
        pl.when(~enough).then(pl.lit("not comparable"))
        .when(pl.col("same").filter(fine).all()).then(pl.lit("same"))
        .when(pl.col("opposed").filter(fine).all()).then(pl.lit("reversed"))
        .otherwise(pl.lit("shifted"))
    )  # fmt: skip
    reasons, few = pl.col("reasons").explode().drop_nulls().unique().sort(), pl.lit(["too few statements"])
    told = pl.when(enough).then(pl.lit([], pl.List(pl.String))).when(fine.any()).then(few).otherwise(reasons.implode())
    return joint.group_by("pair").agg(
        change.cast(pl.Enum(CHANGES)).alias("change"), told.first().alias("reasons"), pl.col("years").min()
    )


def _in_words(corpus: Corpus, pairs: pl.DataFrame) -> pl.DataFrame:
    told = pairs.rename({"earlier_proposition_id": "proposition_id"})
    texts = corpus.propositions.select("proposition_id", "text").with_row_index("at")
    later = texts.select(later_proposition_id="proposition_id", later_text="text")
    told = told.join(texts, on="proposition_id").join(later, on="later_proposition_id")
    alike = pl.col("proposition_id") == pl.col("later_proposition_id")
    differ = {name: pl.col(f"earlier_{name}") != pl.col(f"later_{name}") for name in RIVALS if name != "proposition"}
    differ["proposition"] = ~alike
    rivals = pl.concat_list([pl.when(differ[name]).then(pl.lit(words)) for name, words in RIVALS.items()])
    told = told.with_columns(
        rivals=rivals.list.drop_nulls(),
        reasons=pl.when(alike).then("reasons").otherwise(pl.lit([RIVALS["proposition"]])),
        proposition=pl.when(alike).then("text").otherwise(pl.format("{} → {}", "text", "later_text")),
    ).sort("at", "earlier_earliest", "later_earliest", "later_proposition_id")
    names = ("stances", "dates", "earliest", "latest", "statement_ids", "passage_ids")
    each = [f"{side}_{name}" for side in ("earlier", "later") for name in names]
    ids = ("theme_id", "proposition_id", "later_proposition_id", "proposition")
    return told.select(*ids, "change", "reasons", "rivals", "years", *each)


def statements_in_window(corpus: Corpus, selection: Selection) -> pl.DataFrame:
    """Count each holder's statements that certainly, and only possibly, fall in the dates of a selection.

    Returns one row per holder with a statement, in the speakers' order: `speaker_id`, `holder`, `certainly` (the whole
    interval lies in the window), `possibly` (it touches the window, and may lie outside), `all` (of the corpus). Only
    the dates of the selection count.
    """
    touches, lies = selection.in_window(), selection.certainly_in_window()
    counts = {"certainly": lies, "possibly": touches & ~lies, "all": pl.lit(True)}
    found = corpus.whole.statements.with_columns(**counts).group_by("speaker_id")
    sums = found.agg(pl.col(name).sum().cast(pl.Int64) for name in counts)
    named = corpus.speakers.select("speaker_id", holder="name")
    return named.join(sums, on="speaker_id", maintain_order="left")
