"""The corpus that `benchmarks/generate.py` makes: valid, of the size asked for, the same from the same seed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import kit
from kit import schema
from kit.corpus import problems
from tests.conftest import ROOT

SIZE = ("--passages", "300", "--holders", "12", "--statements", "40")


def generate(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "generate.py"), str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True)


def sums(folder: Path) -> dict[str, str]:
    """Give the sum of every file's bytes by its path within a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "corpus"
    ran = generate(folder, *SIZE)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture(scope="module")
def generated(folder: Path) -> kit.Corpus:
    return kit.load(folder)


def test_check_finds_no_problem_in_a_generated_corpus(folder: Path) -> None:
    assert problems(folder) == []


def test_a_generated_corpus_has_exactly_what_was_asked_for(generated: kit.Corpus) -> None:
    assert generated.passages.height == 300
    assert generated.statements.height == 40
    assert generated.statements["speaker_id"].n_unique() == 12


def test_a_generated_corpus_has_documents_of_every_kind_and_length_over_thirty_years(generated: kit.Corpus) -> None:
    lengths = generated.passages.group_by("document_id").len()["len"]
    dated = generated.documents.filter(pl.col("date_basis") == "stated")["earliest"].dt.year()
    assert set(generated.documents["kind"]) == set(schema.KINDS)
    assert lengths.is_between(40, 400).all()
    assert dated.is_between(1994, 2023).all()


def test_every_speaker_is_resolved_and_every_passage_of_the_body_has_one(generated: kit.Corpus) -> None:
    assert generated.passages["speaker_id"].null_count() == 0
    assert generated.doubts.is_empty()


def test_all_that_was_made_to_be_read_is_a_passage_of_the_body_or_a_caption(generated: kit.Corpus) -> None:
    read = generated.passages.join(generated.reviewed, on="passage_id", how="semi")
    greetings = generated.passages.filter(pl.col("text").str.starts_with("Friends"))
    assert set(read["zone"]) == {"body"}
    assert read.height == generated.passages.filter(pl.col("zone") == "body").height - greetings.height


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", *SIZE)
    generate(tmp_path / "other", *SIZE, "--seed", "2")
    assert sums(tmp_path / "again") == sums(folder)
    assert not set(sums(tmp_path / "other").values()) & set(sums(folder).values()) - same(folder)


def same(folder: Path) -> set[str]:
    """Give the sums of the files that say nothing of who speaks: themes and coders are the same of every seed."""
    return {sums(folder)[name] for name in ("codebook.toml", "codings/coders.toml")}


def test_frequent_words_are_frequent_and_themes_are_found(generated: kit.Corpus) -> None:
    words = generated.passages["text"].str.to_lowercase().str.extract_all(r"\w+").explode().value_counts(sort=True)
    assert words["count"][0] > 20 * words["count"][100]
    assert set(generated.passages["themes"].explode().drop_nulls()) == set(generated.themes["theme_id"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--passages", "299"), "at least 300"),
        (("--passages", "300", "--statements", "61"), "at most one for every five passages"),
        (("--passages", "300", "--statements", "60", "--holders", "9"), "from 10 to 900"),
        (("--passages", "300", "--statements", "60", "--holders", "60"), "holders find no room"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words_and_nothing_is_written(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    ran = generate(tmp_path / "corpus", *options)
    assert ran.returncode
    assert said in ran.stderr
    assert not (tmp_path / "corpus").exists()


def test_a_folder_that_holds_something_is_let_be(folder: Path) -> None:
    before = sums(folder)
    ran = generate(folder, *SIZE)
    assert ran.returncode
    assert "not empty" in ran.stderr
    assert sums(folder) == before
