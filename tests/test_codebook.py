from __future__ import annotations

import tomllib

import polars as pl
import pytest

from kit.codebook import Codebook, read_codebook
from kit.records import Record

BOOK = """
version = 3

[[theme]]
theme_id = "boats"
label = "Boats"
definition = "Boats."
words = ["boat", "night-boat"]
stems = ["sail"]
phrases = ["all aboard"]
excludes = ["sailcloth", "toy boat"]

[[theme]]
theme_id = "food"
label = "Food"
definition = "Food."
words = ["soup", "crew's mess", "[sic]"]

[[theme]]
theme_id = "silent"
label = "Silent"
definition = "Has no rules."

[[proposition]]
proposition_id = "more-soup"
theme_id = "food"
text = "There should be more soup."
support_means = "For it."
oppose_means = "Against it."
version = 1
"""


def _book(text: str = BOOK) -> tuple[Codebook, list[str]]:
    record = Record("codebook.toml", tomllib.loads(text), text)
    return read_codebook(record), [str(problem) for problem in record.problems]


def _themes(*texts: str) -> list[list[str]]:
    book, problems = _book()
    assert problems == []
    return pl.DataFrame({"text": texts}).select(book.themes_of(pl.col("text")).alias("themes"))["themes"].to_list()


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("A boat.", ["boats"]),
        ("BOAT", ["boats"]),
        ("boats", []),
        ("steamboat", []),
        ("Sailing", ["boats"]),
        ("they sailed", ["boats"]),
        ("assailed", []),
        ("the night\u2011boat", ["boats"]),
        ("All\u00a0aboard!", ["boats"]),
        ("all on board", []),
        ("sailcloth", []),
        ("sailcloths and sails", ["boats"]),
        ("a toy\u00a0boat", []),
        ("a toy boat beside a boat", ["boats"]),
        ("soup on the boat", ["boats", "food"]),
        ("the crew’s mess", ["food"]),
        ("it says [SIC] here", ["food"]),
        ("sic transit", []),
        ("", []),
        ("nothing of the kind", []),
    ],
)
def test_a_text_carries_the_themes_whose_rules_find_something(text: str, themes: list[str]) -> None:
    assert _themes(text) == [themes]


def test_themes_are_found_for_a_whole_column_in_the_codebooks_order() -> None:
    assert _themes("soup, then sails", "", "soup") == [["boats", "food"], [], ["food"]]


def test_a_codebook_without_rules_gives_every_text_an_empty_list() -> None:
    text = 'version = 1\n[[theme]]\ntheme_id = "a"\nlabel = "A"\ndefinition = "A."\n'
    book, _ = _book(text)

    found = pl.DataFrame({"text": ["a", "b"]}).with_columns(book.themes_of(pl.col("text")).alias("themes"))

    assert found["themes"].to_list() == [[], []]
    assert found.schema["themes"] == pl.List(pl.String)


def test_themes_and_propositions_are_frames_in_the_order_of_the_file() -> None:
    book, _ = _book()

    assert book.themes["theme_id"].to_list() == ["boats", "food", "silent"]
    assert book.propositions.rows() == [
        ("more-soup", "food", "There should be more soup.", "For it.", "Against it.", 1)
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        (
            'theme_id = "food"\ntext',
            'theme_id = "foot"\ntext',
            26,
            "theme_id: 'foot' is unknown. Write one of boats, food, silent",
        ),
        (
            'theme_id = "silent"',
            'theme_id = "food"',
            20,
            "theme_id: the same 'food' stands on line 14. Remove one of the two",
        ),
        ('words = ["soup"', 'words = [" "', 17, "words: is empty. Remove it"),
        ('words = ["soup"', 'word = ["soup"', 17, "unknown key 'word'. Write 'words'"),
        ('label = "Food"\n', "", 13, "missing key 'label'. Add label = …"),
        ("version = 3", 'version = "3"', 2, "version: '3' is not a whole number. Correct the value"),
        (
            'phrases = ["all aboard"]',
            'phrases = "all aboard"',
            10,
            "phrases: 'all aboard' is not a list of texts. Correct the value",
        ),
        ("version = 1", "", 24, "missing key 'version'. Add version = …"),
    ],
)
def test_a_wrong_entry_is_a_problem_with_its_line(old: str, new: str, line: int, problem: str) -> None:
    _, problems = _book(BOOK.replace(old, new, 1))

    assert problems[0] == f"codebook.toml:{line}: {problem}"
