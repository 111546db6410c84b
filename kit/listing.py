"""Which passages a selection shows for reading, and in what order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from kit.corpus import Corpus
from kit.reading import Article, Page, articles, listed_html
from kit.statements import for_reading

EMPTY = "Nothing in this selection. Take a speaker, a theme, a date or a word of the search away, or press Reset."
_KEPT = 1_000
_Key = tuple[str, tuple[str, ...]]  # a passage, and the statements that are marked in it


def passages(corpus: Corpus, most: int = 40) -> Page:
    """Show the passages of a corpus or of a selection of it, those with statements first, the evidence marked.

    At most `most` passages of each kind are listed; the heading says how many there are.
    """
    listed = sections(corpus, None, most)
    counts = " and ".join(f"{total} {title.lower()}" for title, total, _ in listed)
    return Page(listed_html(listed, EMPTY), f"{counts}.")


def running(corpus: Corpus) -> pl.DataFrame:
    """Give the passages of the running text: headlines, captions and furniture repeat it or are none."""
    return corpus.passages.filter(pl.col("zone") == "body")


def split(corpus: Corpus) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the passages that hold statements, each with its `statement_ids`, and the other ones of the running text.

    Both as `passage_id`, `document_id`, in the order of reading.
    """
    holding = _holding(corpus.whole, corpus.statements)
    others = corpus.passages.select_seq("passage_id", "document_id", "zone")  # of many passages, as little as will do
    return holding, others.filter(pl.col("zone") == "body", ~_is_one(holding["passage_id"])).select_seq(
        pl.exclude("zone")
    )


def _holding(whole: Corpus, statements: pl.DataFrame) -> pl.DataFrame:
    by_date = pl.col("document_id").cast(pl.Enum(whole.documents["document_id"]))
    found = statements.sort(by_date, "start").group_by("passage_id", "document_id", maintain_order=True)
    return found.agg(pl.col("statement_id").alias("statement_ids"))


def passages_shown(corpus: Corpus) -> tuple[int, int]:
    """Count the passages that hold statements and the other ones of the running text, and their documents."""
    both = corpus.kept(split)
    return sum(frame.height for frame in both), len(set().union(*(frame["document_id"].unique() for frame in both)))


def sections(selected: Corpus, only: Mapping[str, list[str]] | None, most: int) -> list[tuple[str, int, list[Article]]]:
    """Give the passages that hold selected statements, then the other selected ones, in the order of reading.

    `only`: those of one mark, by its `passage_ids` and `statement_ids`. Returns, twice: title, how many there are, and
    the first `most` of them for `listed_html`.
    """
    whole, statements = selected.whole, selected.statements
    if only is None:
        holding, others = selected.kept(split)
    else:  # the passage of a silence may be another's words, which the selection itself leaves out
        ids = only.get("statement_ids")
        chosen = _is_one(only["passage_ids"]) if ids is None else pl.col("statement_id").is_in(ids)
        holding = _holding(whole, statements.filter(chosen))
        others = whole.passages.filter(_is_one(only["passage_ids"]), ~_is_one(holding["passage_id"]))
    first = [(passage_id, tuple(ids)) for passage_id, _, ids in holding.head(most).iter_rows()]
    then: list[_Key] = [(passage_id, ()) for passage_id in others["passage_id"].head(most)]
    if len(known := whole.kept(_articles)) > _KEPT:
        known.clear()
    if missing := [key for key in first + then if key not in known]:
        known.update(_told(whole, dict(missing)))
    return [
        ("Passages with selected statements", holding.height, [known[key] for key in first]),
        ("Other selected passages" if first else "Selected passages", others.height, [known[key] for key in then]),
    ]


def _articles(whole: Corpus) -> dict[_Key, Article]:
    return {}  # most passages that a change shows were shown before


def _told(whole: Corpus, wanted: Mapping[str, tuple[str, ...]]) -> dict[_Key, Article]:
    found = whole.passages.filter(_is_one(wanted))
    marked = whole.statements.filter(pl.col("statement_id").is_in([one for ids in wanted.values() for one in ids]))
    told = articles(*for_reading(whole, found, marked))
    return {(passage_id, wanted[passage_id]): one for passage_id, one in zip(found["passage_id"], told, strict=True)}


def _is_one(passage_ids: Iterable[str]) -> pl.Expr:
    return pl.col("passage_id").is_in(list(passage_ids))
