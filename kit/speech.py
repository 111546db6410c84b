"""Who speaks how much, and about what: counts of passages and words, always with what they are counts of."""

from __future__ import annotations

import polars as pl

from kit.corpus import Corpus


def words_spoken(corpus: Corpus) -> pl.DataFrame:
    """Count the words and body passages of every speaker, by form.

    Returns one row per speaker and form, the speaker with most words first: `mark_id`, `speaker_id`, `name`, `form`,
    `passages`, `words`, `speaker_words` (over all forms), `words_share` (0–1, of all body words counted),
    `passage_ids`, `tip`. Passages whose speaker is not resolved stand together under the name "not resolved".
    """
    body = corpus.passages.filter(pl.col("zone") == "body").with_columns(pl.col("speaker_id").fill_null(""))
    total = body["words"].sum()
    counted = body.group_by("speaker_id", "form").agg(*_counts())
    return (
        counted.join(corpus.speakers.select("speaker_id", "name"), on="speaker_id", how="left")
        .with_columns(
            pl.col("name").fill_null("not resolved"),
            pl.col("words").sum().over("speaker_id").alias("speaker_words"),
            (pl.col("words") / max(total, 1)).alias("words_share"),
            pl.concat_str("speaker_id", "form", separator="|").alias("mark_id"),
        )
        .with_columns(
            pl.format(
                "{}, {}\n{} words in {} passages\n{} % of the {} words in the selected documents’ text",
                "name", "form", "words", "passages", (pl.col("words_share") * 100).round(1), pl.lit(total),
            ).alias("tip")
        )
        .sort("speaker_words", "speaker_id", "form", descending=[True, False, False])
    )  # fmt: skip


def theme_rates(corpus: Corpus, by: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count the passages about each theme, by document or by speaker, with the base of every rate.

    `by`: "document" or "speaker". Returns rows and columns. Rows, one per theme and column: `mark_id`, `theme_id`,
    `column_id`, `passages` (body passages that carry the theme; one may carry several), `words` (in these),
    `base_passages` and `base_words` (all body passages of the column), `passages_share` (0–1), `per_1000_words`
    (passages about the theme per 1,000 words of the column), `passage_ids`, `tip`. Columns: `column_id`, `label`,
    `base_passages`, `base_words`; a column without passages has zeros, and its rates are null.
    """
    key = f"{by}_id"
    names = {"document": (corpus.documents, "title"), "speaker": (corpus.speakers, "name")}
    frame, label = names[by]
    body = corpus.passages.filter(pl.col("zone") == "body")
    base = body.group_by(key).agg(*_counts()).select(key, base_passages="passages", base_words="words")
    columns = frame.select(key, label=label).join(base, on=key, how="left", maintain_order="left")
    columns = columns.with_columns(pl.col("base_passages", "base_words").fill_null(0))
    if by == "speaker":
        columns = columns.filter(pl.col("base_passages") > 0).sort("base_words", key, descending=[True, False])
    counted = body.explode("themes").rename({"themes": "theme_id"}).group_by(key, "theme_id").agg(*_counts())
    rows = (
        corpus.themes.select("theme_id", theme="label")
        .join(columns, how="cross")
        .join(counted, on=[key, "theme_id"], how="left", maintain_order="left")
        .with_columns(pl.col("passages", "words").fill_null(0), pl.col("passage_ids").fill_null([]))
        .with_columns(
            _share("passages", "base_passages").alias("passages_share"),
            (_share("passages", "base_words") * 1000).round(2).alias("per_1000_words"),
            pl.concat_str(key, "theme_id", separator="|").alias("mark_id"),
        )
    )
    said = "{}\n{}: {} of {} passages, of {} words"
    tip = pl.format(said, "label", "theme", "passages", "base_passages", "base_words")
    return rows.with_columns(tip=tip).rename({key: "column_id"}), columns.rename({key: "column_id"})


def theme_quality(corpus: Corpus) -> pl.DataFrame:
    """Compare the themes that the rules find with those that somebody marked by reading, theme by theme.

    Returns one row per theme and half ("tuning": seen while the rules were written; "test": not): `theme_id`, `half`,
    `passages` (marked passages in the half), `marked` (of these, with the theme by reading), `found` (by rule), `both`,
    `precision` (both / found) and `recall` (both / marked), null where the base is 0. Nothing marked gives no rows.
    """
    seen = corpus.marks.join(corpus.passages.select("passage_id", found="themes"), on="passage_id")
    pairs = corpus.themes.select("theme_id", theme="label").join(seen, how="cross")
    is_marked, is_found = (pl.col(name).list.contains(pl.col("theme_id")) for name in ("themes", "found"))
    counted = pairs.group_by("theme_id", "theme", "half", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("passages"),
        is_marked.sum().cast(pl.Int64).alias("marked"),
        is_found.sum().cast(pl.Int64).alias("found"),
        (is_marked & is_found).sum().cast(pl.Int64).alias("both"),
    )
    return counted.with_columns(_share("both", "found").alias("precision"), _share("both", "marked").alias("recall"))


def _counts() -> tuple[pl.Expr, ...]:
    passages = pl.len().cast(pl.Int64).alias("passages")
    return passages, pl.col("words").sum(), pl.col("passage_id").alias("passage_ids")


def _share(part: str, base: str) -> pl.Expr:
    return pl.when(pl.col(base) > 0).then(pl.col(part) / pl.col(base))
