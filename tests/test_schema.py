from __future__ import annotations

import polars as pl
import pytest

from kit import schema


@pytest.mark.parametrize("name", schema.FRAMES)
def test_a_frame_without_rows_has_its_columns_and_their_types(name: str) -> None:
    empty = schema.frame(name, [])

    assert empty.height == 0
    assert dict(empty.schema) == {column: pl.Schema({"": kind})[""] for column, kind in schema.FRAMES[name].items()}


def test_a_row_with_a_missing_column_is_refused_and_the_column_named() -> None:
    with pytest.raises(ValueError, match=r"themes: columns \['definition'\] are missing or unknown"):
        schema.frame("themes", [{"theme_id": "a", "label": "A"}])


def test_a_row_with_an_unknown_column_is_refused_though_others_are_right() -> None:
    right = {"theme_id": "a", "label": "A", "definition": "a"}

    with pytest.raises(ValueError, match=r"\['colour'\]"):
        schema.frame("themes", [right, {**right, "colour": "red"}])


def test_stance_and_confidence_are_sorted_by_meaning_and_not_by_letter() -> None:
    stances = pl.Series(["support", "oppose", "mixed"], dtype=schema.FRAMES["statements"]["stance"])
    confidences = pl.Series(["high", "low", "medium"], dtype=schema.FRAMES["statements"]["confidence"])

    assert stances.sort().to_list() == ["oppose", "mixed", "support"]
    assert confidences.sort().to_list() == ["low", "medium", "high"]


def test_dates_of_every_dated_frame_are_days() -> None:
    for name in ("documents", "passages", "statements", "codings", "silences"):
        assert [schema.FRAMES[name][bound] for bound in ("earliest", "latest")] == [pl.Date, pl.Date], name


def test_no_key_column_is_called_otherwise_than_the_thing_it_names() -> None:
    columns = {column for columns in schema.FRAMES.values() for column in columns if column.endswith("_id")}

    assert columns == {
        "document_id", "speaker_id", "organisation_id", "passage_id", "theme_id", "proposition_id", "statement_id",
        "coder_id",
    }  # fmt: skip
