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


def said(text: str) -> list[tuple[str | None, str]]:
    return [(draft.label, text[draft.start : draft.end]) for draft in briefing.read(text).passages if not draft.own]


def test_a_quotation_is_a_passage_of_whomever_the_words_beside_it_name() -> None:
    text = "- Ama Osei said: “We shall light every single lamp.” She meant it\n- It is “day and night” work\n"

    reading = briefing.read(text)

    assert said(text) == [("Ama Osei", "“We shall light every single lamp.”")]
    assert (len(reading.passages), reading.doubts) == (4, ())


@pytest.mark.parametrize(
    ("bullet", "words", "label"),
    [
        ("‘We light the pilots’ lamps by hand,’ said Ama Osei.", "‘We light the pilots’ lamps by hand,’", "Ama Osei"),
        ("'We shall light every single lamp,' the Mayor added.", "'We shall light every single lamp,'", "the Mayor"),
        ("The Mayor said: pilots need oil.", "pilots need oil.", "The Mayor"),
        ("Captain Ama Osei: “We need twice the oil.”", "“We need twice the oil.”", "Captain Ama Osei"),
        ("Ms Ama Osei: we need twice the oil.", "we need twice the oil.", "Ms Ama Osei"),
        ("Ama Osei, who leads, asked for more. She said: “We need oil.”", "“We need oil.”", "Ama Osei"),
        ("Ama Osei, who leads, agreed. “We need oil,” she said.", "“We need oil,”", "Ama Osei"),
        ("Ama Osei: we need twice the oil.", "we need twice the oil.", None),
        ("Inner Quay: “We need twice the oil.”", "“We need twice the oil.”", None),
        ("Statement by the Harbourmaster: pilots need oil.", "pilots need oil.", None),
        ("One pilot said: “We need twice the oil.”", "“We need twice the oil.”", None),
        ("“We need twice the oil.”", "“We need twice the oil.”", None),
        ("Ms Osei met Mr Quill. “We agreed on nothing,” he or she said.", "“We agreed on nothing,”", None),
        ("I grew up beside the pier.", "I grew up beside the pier.", None),
    ],
)  # fmt: skip
def test_words_of_somebody_else_are_never_the_publishers(bullet: str, words: str, label: str | None) -> None:
    text = f"- {bullet}\n- Ferries sail each hour\n"

    assert said(text) == [(label, words)]
    assert [doubt.line for doubt in briefing.read(text).doubts] == [1] * (label is None)


def test_a_quotation_that_goes_on_has_the_same_speaker() -> None:
    bullets = "- Lamps\n- Oil\n- Bells\n- “We lit them,” said Ama Osei, who leads. “I am glad of it.”\n- Wicks\n"
    text = f"{bullets}Ama Osei said:\n“We lit them.\n“I am glad.”\nNobody was hurt in all this.\n"

    assert [label for label, _ in said(text)] == ["Ama Osei"] * 4


def test_a_statement_without_quotation_marks_goes_on_as_far_as_it_says_i_or_we() -> None:
    bullets = "- Lamps\n- Oil\n- Wicks\n- Bells\n- Boats\n- Piers\n"
    text = f"{bullets}Captain Ama Osei, who leads:\nI light them.\nThey burn.\nWe like it.\nPass this note on.\n"

    hers = [("Captain Ama Osei", words) for words in ("I light them.", "They burn.", "We like it.")]
    assert said(text) == [*hers, (None, "Pass this note on.")]


def test_a_wrapped_bullet_is_one_passage_with_the_lines_indented_below_it() -> None:
    text = "Lamps\n▪ The Harbourmaster, Ama\n  Osei, told us: “We light\n  them.”\n▪ oil is\nneeded\n  o and wicks\n"

    assert said(text) == [("Ama Osei", "“We light\n  them.”")]
    assert found(text)[3:] == [("body", "▪ oil is\nneeded"), ("body", "o and wicks")]


def test_headings_and_questions_do_not_count_against_the_bullets() -> None:
    text = "Lamps\nPiers\nWhy?\n- for boats\n- for pilots\nOil\nWe buy it in May.\nContacts\n"

    assert [zone for zone, _ in found(text)] == ["heading"] * 3 + ["body"] * 2 + ["heading", "body", "heading"]
    with pytest.raises(WrongKind, match="2 bullets and 2 paragraphs"):
        briefing.read(text + "It burns well.\n")


@pytest.mark.parametrize(
    "bullet", ["Ferries: we sail each hour", "Inner Quay: forty lamps", "The pilots’ lamps burn ’til dawn"]
)
def test_a_colon_or_an_apostrophe_alone_makes_no_quotation(bullet: str) -> None:
    assert briefing.read(f"- {bullet}\n- Ferries sail each hour\n").doubts == ()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (pages.ANSWER, "fields of a question"),
        (pages.SPEECH, "2 bullets and 5 paragraphs"),
        (pages.NEWS, "0 bullets and"),
        ("", "0 bullets and 0 paragraphs"),
    ],
)
def test_other_kinds_are_refused_with_the_reason(page: str, reason: str) -> None:
    with pytest.raises(WrongKind, match=reason):
        briefing.read(page)


def test_a_question_that_a_reader_may_ask_is_the_publishers_and_no_statement() -> None:
    assert said("- Can I bring my own lamp? Yes, on every pier.\n- Ferries sail each hour\n") == []
    assert [label for label, _ in said("- Can I come? I asked her that.\n- Ferries sail each hour\n")] == [None]


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
