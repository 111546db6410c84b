from __future__ import annotations

import re
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, strategies as st

from kit.spans import (
    anchor,
    count_words,
    editorial,
    fold,
    line_of,
    lines,
    occurrences,
    search_pattern,
    sentences,
    strip_span,
)  # fmt: skip

NBSP, NARROW, HYPHEN, MINUS = "\u00a0", "\u202f", "\u2011", "\u2212"
INVISIBLE = "\ufeff\u200b"
# Letters whose lower case is longer, Unicode's line ends, what our documents hold, what regular expressions mean.
ODD = st.text(
    st.sampled_from(
        "aZ İßﬁÅ.!?\"'“”‘’-[](){}\\*+|^$\n\r\t\u2028\x85\ufeff" + NBSP + NARROW + HYPHEN + MINUS + "😀e\u0301"
    )
)
TEXTS = st.text() | ODD


def _trimmed(text: str) -> str:
    """Strip white and invisible characters, whichever comes first, one by one."""
    while text and (text[0].isspace() or text[0] in INVISIBLE):
        text = text[1:]
    while text and (text[-1].isspace() or text[-1] in INVISIBLE):
        text = text[:-1]
    return text


def _seen(text: str) -> str:
    return "".join(character for character in text if not character.isspace() and character not in INVISIBLE)


@given(TEXTS)
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(TEXTS, st.data())
def test_folding_a_part_gives_the_part_of_the_folded_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    # str.lower() knows one letter that depends on its neighbours: Σ at the end of a word.
    assert fold(text)[start:end].replace("ς", "σ") == fold(text[start:end]).replace("ς", "σ")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("BUY" + HYPHEN + "IN", "buy-in"),
        ("5" + NBSP + "million", "5 million"),
        ("5" + NARROW + "million", "5 million"),
        ("‘Don’t’", "'don't'"),
        ("“No”", '"no"'),
        ("2016–2023 — or " + MINUS + "1", "2016-2023 - or -1"),
        ("İstanbul", "İstanbul"),
    ],
)
def test_kinds_of_space_hyphen_and_quotation_mark_fold_to_one(written: str, plain: str) -> None:
    assert fold(written) == plain


@given(TEXTS)
def test_lines_lie_in_order_are_trimmed_and_hold_all_that_is_not_white(text: str) -> None:
    spans = lines(text)

    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[start:end] and text[start:end] == _trimmed(text[start:end]) for start, end in spans)
    assert _seen("".join(text[start:end] for start, end in spans)) == _seen(text)


def test_lines_end_at_every_kind_of_line_end_and_blank_ones_are_none() -> None:
    text = f"one\r\n{NBSP}two {NBSP}\n\n \t \nthree\rfour\u2028five"

    assert [text[start:end] for start, end in lines(text)] == ["one", "two", "three", "four", "five"]


@given(TEXTS)
def test_sentences_lie_in_order_are_trimmed_and_hold_all_that_is_not_white(text: str) -> None:
    spans = sentences(text)

    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[start:end] and text[start:end] == _trimmed(text[start:end]) for start, end in spans)
    assert _seen("".join(text[start:end] for start, end in spans)) == _seen(text)


@pytest.mark.parametrize(
    "parts",
    [
        ["The boat sails.", "It is night."],
        ["Mr. Sand spoke.", "Dr. Osei did not."],
        ["My hon. Friend asked.", "The Rt. Hon. Member left."],
        ["See No. 4 of the list.", "He said yes.", "4 boats sailed."],
        ["“It sails.”", "“It does not!”", "Does it?"],
        ["J. R. Marsh and the U.S. Navy met.", "They drank tea, e.g. Assam."],
        ["It cost £3.50 in all.", "(It was worth it.)", "Was it…?", "Yes."],
        ["Wait... for it.", "Now."],
        ["No full stop at the end"],
        ["It rose by 3 p.", "Éva counted it."],
    ],
)
def test_a_paragraph_is_parted_into_its_sentences(parts: list[str]) -> None:
    text = " ".join(parts)

    assert [text[start:end] for start, end in sentences(text)] == parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" – … !", 0),
        ("one two", 2),
        ("don’t buy" + HYPHEN + "in", 2),
        ("the two-and-a-half-inch café", 3),
        ("£2.50 in 2016", 4),
        ("snake_case", 2),
        ("don't – can't", 2),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, words: int) -> None:
    assert pl.select(count_words(pl.lit(text))).item() == words


@given(TEXTS)
def test_a_line_number_is_one_more_than_the_newlines_before(text: str) -> None:
    for offset in range(len(text)):
        assert line_of(text, offset) == len(text[:offset].split("\n"))


@given(TEXTS, st.data())
def test_a_span_is_narrowed_to_what_stripping_leaves(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    first, last = strip_span(text, start, end)

    assert text[first:last] == _trimmed(text[start:end])
    assert start <= first <= last <= end or not _trimmed(text[start:end])


@given(TEXTS, st.data())
def test_an_anchor_finds_what_slicing_cut_out(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    evidence = text[start:end]

    spans = anchor(text, evidence)

    assert ((start, end) in spans) == bool(evidence)
    assert all(text[at:to] == evidence for at, to in spans)


@given(TEXTS, st.data())
def test_the_words_before_and_after_an_anchor_leave_it_found(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    before, evidence, after = (text[start:end] for start, end in pairwise(cuts))

    assert ((cuts[1], cuts[2]) in anchor(text, evidence, before, after)) == bool(evidence)


def test_offsets_are_characters_and_not_bytes() -> None:
    text = "Café – “Plover”: soup"

    assert anchor(text, "soup") == [(17, 21)]
    assert text.encode().index(b"soup") == 24


def test_evidence_that_stands_twice_is_ambiguous_until_a_neighbour_tells() -> None:
    text = "It stays, she said. “It stays.” It stays."

    assert len(anchor(text, "It stays")) == 3
    assert anchor(text, "It stays", before="“") == [(21, 29)]
    assert anchor(text, "It stays", after=", she") == [(0, 8)]
    assert anchor(text, "It stays", before="”", after=".") == [(32, 40)]
    assert anchor(text, "It stays", before="never") == []


def test_overlapping_occurrences_are_all_found_and_nothing_is_found_nowhere() -> None:
    assert occurrences("aaaa", "aa") == [0, 1, 2]
    assert occurrences("aaaa", "") == []


def _found(wanted: str, text: str) -> bool:
    """Search by `re` and by polars, which must agree."""
    pattern = search_pattern(wanted)
    by_re = re.search(pattern, text) is not None
    by_polars = pl.DataFrame({"text": [text]}).select(pl.col("text").str.contains(pattern)).item()
    assert by_re == by_polars, (wanted, text)
    return by_re


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("buy-in", "the BUY" + HYPHEN + "IN of"),
        ("buy" + HYPHEN + "in", "the buy-in of"),
        ("five million", "five" + NBSP + "million"),
        ("five" + NBSP + "million", "five  million"),
        ("five million", "five\n\tmillion"),
        ("don't", "Don’t"),
        ("don’t", "DON'T"),
        ('"no"', "“No”"),
        ("“no”", '"no"'),
        (" night ", "all night."),
        ("[of Northport", "the Master [of Northport, Marsh]"),
        ("a\\b", "a\\b"),
        (".*", "what .* means"),
        ("(?i", "(?i) is no flag"),
        ("$", "5 $"),
        ("a|b", "a|b"),
        ("é", "CAFÉ"),
    ],
)
def test_a_search_finds_words_whatever_case_space_hyphen_and_quotation_mark(wanted: str, text: str) -> None:
    assert _found(wanted, text)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("a.b", "axb"),
        ("a|b", "a"),
        ("[ab]", "a"),
        ("night ferry", "nightferry"),
        ("e", "é"),
        ("a-b", "a b"),
        ("\\d", "5"),
        ("#", "x"),
    ],
)
def test_a_search_takes_every_character_at_its_word(wanted: str, text: str) -> None:
    assert not _found(wanted, text)


@given(ODD.filter(lambda text: bool(text.split())))
def test_any_text_finds_itself(text: str) -> None:
    words = " ".join(text.split())

    assert _found(words, f"… {words} …")


@given(TEXTS.filter(lambda text: bool(text.split())))
def test_a_search_pattern_is_one_for_any_text(text: str) -> None:
    assert re.compile(search_pattern(text))
    assert pl.Series(["x"]).str.contains(search_pattern(text)).len() == 1


def test_an_editors_insertion_is_what_stands_in_square_brackets_on_one_line() -> None:
    text = "[A] the Master [of Northport, Marsh] and [nothing\nelse] [b"

    assert [text[start:end] for start, end in editorial(text)] == ["[A]", "[of Northport, Marsh]"]
