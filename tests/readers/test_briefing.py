from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from kit.errors import WrongKind
from kit.readers import briefing
from tests.readers import pages


def found(text: str) -> list[tuple[str, str]]:
    return [(draft.zone, text[draft.start : draft.end]) for draft in briefing.read(text).passages]


def test_every_bullet_is_one_passage_with_its_sign_in_the_words_of_the_publisher() -> None:
    passages = briefing.read(pages.BRIEFING).passages

    assert [zone for zone, _ in found(pages.BRIEFING)] == ["body"] * 3 + ["heading"] + ["body"] * 2
    assert found(pages.BRIEFING)[0][1] == "- The harbour opens forty new lamps on Monday"
    assert {(draft.own, draft.form, draft.label) for draft in passages} == {(True, "written", None)}


def test_a_short_line_between_bullets_is_a_heading_outside_every_turn() -> None:
    assert ("heading", "Ferries") in found(pages.BRIEFING)
    assert [draft.turn for draft in briefing.read(pages.BRIEFING).passages] == [1, 1, 1, 0, 1, 1]


@pytest.mark.parametrize("sign", ["-", "•", "*", "–", "1.", "2)", "(a)", "●"])
def test_bullets_of_many_signs_are_known(sign: str) -> None:
    text = f"We open new lamps on Monday, as follows:\n{sign} forty on the pier\n{sign} ten in the yard\n"

    assert found(text)[1:] == [("body", f"{sign} forty on the pier"), ("body", f"{sign} ten in the yard")]


def test_an_introduction_is_body() -> None:
    assert found("We open lamps on Monday:\n- on the pier\n- in the yard")[0] == ("body", "We open lamps on Monday:")


def test_a_quotation_of_a_clause_is_left_without_a_speaker_and_doubted() -> None:
    text = "- Ama Osei said: “We shall light every single lamp.” She meant it\n- It is “day and night” work\n"

    reading = briefing.read(text)

    (quoted,) = (draft for draft in reading.passages if draft.form == "quoted")
    assert text[quoted.start : quoted.end] == "“We shall light every single lamp.”"
    assert (quoted.own, quoted.label) == (False, None)
    assert [doubt.line for doubt in reading.doubts] == [1]
    assert len(reading.passages) == 4


@pytest.mark.parametrize(
    ("bullet", "words"),
    [
        ("‘We light the pilots’ lamps by hand,’ said Ama Osei.", "‘We light the pilots’ lamps by hand,’"),
        ("'We shall light every single lamp,' the Harbourmaster added.", "'We shall light every single lamp,'"),
        ("Ama Osei: we need twice the oil.", "we need twice the oil."),
        ("The Harbourmaster (Northport): my pilots need oil.", "my pilots need oil."),
        ("Statement by the Harbourmaster: pilots need oil.", "pilots need oil."),
        ("The Harbourmaster said: pilots need oil.", "pilots need oil."),
    ],
)  # fmt: skip
def test_words_of_somebody_else_are_never_the_publishers(bullet: str, words: str) -> None:
    text = f"- {bullet}\n- Ferries sail each hour\n"

    reading = briefing.read(text)

    (quoted,) = (draft for draft in reading.passages if draft.form == "quoted")
    assert (text[quoted.start : quoted.end], quoted.own, quoted.label) == (words, False, None)
    assert [doubt.line for doubt in reading.doubts] == [1]


@pytest.mark.parametrize(
    "bullet", ["Ferries: we sail each hour", "Inner Quay: forty lamps", "The pilots’ lamps burn ’til dawn"]
)
def test_a_colon_or_an_apostrophe_alone_makes_no_quotation(bullet: str) -> None:
    assert briefing.read(f"- {bullet}\n- Ferries sail each hour\n").doubts == ()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (pages.ANSWER, "fields of a question"),
        (pages.SPEECH, "of its 11 lines are bullets"),
        (pages.NEWS, "0 of its 9 lines are bullets"),
        ("", "0 of its 0 lines"),
    ],
)
def test_other_kinds_are_refused_with_the_reason(page: str, reason: str) -> None:
    with pytest.raises(WrongKind, match=reason):
        briefing.read(page)


QUOTED = ("• “We shall light every lamp there is”", '1. He said "not one of us knew of it', "* “")
PIECES = st.sampled_from(["- lamps", "Ferries", *QUOTED])


@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=12), st.sampled_from(["\n", "\r\n", "\u2028"]))
def test_any_text_is_refused_or_covered_in_order(pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    try:
        passages = briefing.read(text).passages
    except WrongKind:
        return
    pages.assert_covered(text, passages)
