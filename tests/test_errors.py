from __future__ import annotations

from kit.errors import CorpusError, Problem, visible


def test_a_problem_prints_as_path_line_what_and_remedy() -> None:
    assert (
        str(Problem("a.toml", 4, "kind: 'sermon' is none", "Choose one"))
        == "a.toml:4: kind: 'sermon' is none. Choose one"
    )


def test_a_problem_of_a_whole_file_prints_no_line() -> None:
    assert str(Problem("a.txt", 0, "the text is empty", "Put it there")) == "a.txt: the text is empty. Put it there"


def test_a_corpus_error_holds_every_problem_once_by_file_and_by_line_as_a_number() -> None:
    ten, nine, other = Problem("b.toml", 10, "x", "y"), Problem("b.toml", 9, "x", "y"), Problem("a.toml", 11, "x", "y")

    error = CorpusError([ten, nine, other, nine])

    assert error.problems == [other, nine, ten]
    assert str(error).splitlines() == ["a.toml:11: x. y", "b.toml:9: x. y", "b.toml:10: x. y"]


def test_a_problem_is_one_line_of_which_a_terminal_obeys_nothing() -> None:
    problem = Problem("a\n\x1b[2J.toml", 4, "title: \u202eb\x9b\udcff is none", "Write \u200bone")

    assert str(problem) == r"a\n\x1b[2J.toml:4: title: \u202eb\x9b\udcff is none. Write \u200bone"
    assert visible("é 漢 \t", "&#{};") == "é 漢 &#9;"
