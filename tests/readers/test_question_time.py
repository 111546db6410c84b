from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from kit.errors import WrongKind
from kit.readers import question_time
from tests.readers import pages

FIELDS = "Lamps\nQuestion By:\nPriya Raman\nAsked Of:\nThe Mayor\nAre they lit?\nAnswered By:\nThe Mayor\n"


def turns(text: str) -> list[tuple[str | None, str]]:
    return [
        (draft.label, text[draft.start : draft.end]) for draft in question_time.read(text).passages if not draft.own
    ]


def spoken_after(lines: str) -> list[tuple[str | None, str]]:
    return turns(FIELDS + lines)[1:]


def zone_of(text: str, words: str) -> list[str]:
    return [draft.zone for draft in question_time.read(text).passages if text[draft.start : draft.end] == words]


def test_the_lead_question_belongs_to_whoever_asks_and_a_label_opens_the_answer() -> None:
    assert turns(pages.ANSWER) == [
        ("Priya Raman", "Do you believe that the pier is lit well enough? Were you asked?"),
        ("Ama Osei (Mayor of Northport)", "Thank you, Chair. There were three points:"),
        ("Ama Osei (Mayor of Northport)", "The lamps [forty of them] are new."),
        ("Priya Raman AM", "Thank you, Mr\u00a0Mayor. I said: they are dim."),
        ("Ama Osei (Mayor of Northport)", "They are not."),
    ]


def test_the_first_answer_without_a_label_belongs_to_whoever_stands_under_answered_by() -> None:
    labels = [label for label, _ in turns(pages.UNLABELLED_ANSWER)]

    assert labels == ["Tom Quill", "Tom Quill", "The Mayor", "The Mayor", "Tom Quill AM"]
    assert question_time.read(pages.UNLABELLED_ANSWER).doubts == ()


def test_turns_are_numbered_and_furniture_has_no_turn() -> None:
    passages = question_time.read(pages.ANSWER).passages

    assert [draft.turn for draft in passages if not draft.own] == [1, 2, 2, 3, 4]
    assert {draft.turn for draft in passages if draft.own} == {0}


def test_the_title_is_a_heading_and_its_repetitions_the_group_and_the_labels_are_furniture() -> None:
    assert zone_of(pages.UNLABELLED_ANSWER, "Ferry bells (Supplementary) [2]") == ["heading", "furniture", "furniture"]
    assert zone_of(pages.ANSWER, "Lantern Group") == ["furniture"]
    assert zone_of(pages.ANSWER, "Answer for Pier lamps") == ["furniture"] * 2
    assert zone_of(pages.ANSWER, "Priya Raman AM:") == ["furniture"]


def test_a_label_gives_the_name_without_office_and_letters() -> None:
    names = {draft.label: draft.name for draft in question_time.read(pages.ANSWER).passages if not draft.own}

    assert names == {
        "Priya Raman": None,
        "Priya Raman AM": "Priya Raman",
        "Ama Osei (Mayor of Northport)": "Ama Osei",
    }


@pytest.mark.parametrize(
    ("line", "label", "words"),
    [
        ("Andrew Boon (Chair): Order.", "Andrew Boon (Chair)", "Order."),
        ("Dr Kofi Blake (Deputy Mayor for Ferries):   Yes.", "Dr Kofi Blake (Deputy Mayor for Ferries)", "Yes."),
        ("The Chair: Order.", "The Chair", "Order."),
        ("Captain Jane Doe (Harbour Watch) : Aye.", "Captain Jane Doe (Harbour Watch)", "Aye."),
        ("Tom Quill MP: No.", "Tom Quill MP", "No."),
        ("Tom Quill (AM): No.", "Tom Quill (AM)", "No."),
        ("Sir Tom Quill: No.", "Sir Tom Quill", "No."),
        ("Mr Raman: No.", "Mr Raman", "No."),
        ("Member of the public: Shame!", "Member of the public", "Shame!"),
        ("Priya Raman AM  Thank you.", "Priya Raman AM", "Thank you."),
        ("Ama Osei (Mayor of Northport) Thank you.", "Ama Osei (Mayor of Northport)", "Thank you."),
        ("Ama Osei, Mayor of Northport: Thank you.", "Ama Osei, Mayor of Northport", "Thank you."),
        ("PRIYA RAMAN AM: Thank you.", "PRIYA RAMAN AM", "Thank you."),
        ("PRIYA RAMAN AM Thank you.", "PRIYA RAMAN AM", "Thank you."),
        ("Mr Holt: No.", "Mr Holt", "No."),
        ("Léa O’Brien-Smith AM:\u00a0 So am I.", "Léa O’Brien-Smith AM", "So am I."),
        ("Priya\u00a0Raman AM: 12 lamps?", "Priya\u00a0Raman AM", "12 lamps?"),
    ],
)
def test_labels_of_many_shapes_open_a_turn(line: str, label: str, words: str) -> None:
    assert spoken_after(f"They are lit.\n{line}\n")[-1] == (label, words)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Tom Quill AM (in the Chair)", "Tom Quill"),
        ("Tom Quill (as Chair)", "Tom Quill"),
        ("Lena Fox (on behalf of Priya Raman AM)", "Lena Fox"),
        ("Tom d’Arc AM", "Tom d’Arc"),
        ("Member 1", None),
        ("Speaker 2", None),
        ("Mr Raman", None),
        ("Ms Raman", None),
        ("Raman", "Priya Raman"),
    ],
)
@pytest.mark.parametrize("colon", [":", "："])
def test_a_label_gives_no_name_that_the_page_does_not_tell(label: str, name: str | None, colon: str) -> None:
    last = question_time.read(f"{FIELDS}They are lit.\n{label}{colon} No.\n").passages[-1]

    assert (last.label, last.name) == (label, name)


@pytest.mark.parametrize(
    "label",
    [
        "Chief executive",
        "Deputy mayor",
        "Director of finance",
        "Clerk to the Board",
        "Tom Quill AM & Lena Fox AM",
        "Question from Tom Quill AM",
        "Tom Quill AM asked",
        "• Priya Raman",
        "**Priya Raman AM",
        "[Priya Raman]",
        "12. Priya Raman AM",
        "10:32 Priya Raman AM",
        "Chairman, Mr Holt",
        "Lena Fox’s office",
        "Through you, Chair",
        "Chair, Mr Quill asked",
        "Chair (Tom Quill)",
        "Tom Quill (Lantern Group)",
        "Priya Raman, Tom Quill",
        "the mayor",
        "priya raman AM",
        "ama osei (mayor of northport)",
    ],
)
def test_a_short_phrase_that_names_a_person_or_post_never_continues_the_turn_before(label: str) -> None:
    text = f"{FIELDS}They are lit.\n{label}: We think so too.\n"

    assert turns(text)[-1] == (None, f"{label}: We think so too.")
    assert [doubt.line for doubt in question_time.read(text).doubts] == [10]


@pytest.mark.parametrize("line", ["Tom Quill: we think so too.", "tom quill: we think so too.", "Chair", "The Chair"])
def test_a_label_in_front_of_a_small_letter_or_alone_never_continues_the_turn_before(line: str) -> None:
    assert spoken_after(f"They are lit.\n{line}\nIt goes on.\n")[-1] == (None, "It goes on.")


@pytest.mark.parametrize(
    "line", ["Another matter: We bought oil.", "The list: Lamps.", "Looking ahead: We light them."]
)
def test_a_phrase_that_ends_like_a_post_but_is_none_continues_the_turn(line: str) -> None:
    assert spoken_after(f"They are lit.\n{line}\n")[-1] == ("The Mayor", line)


def test_an_office_that_a_field_prints_in_full_is_the_fuller_form() -> None:
    text = (
        "Lamps\nQuestion By: Tom Quill\nAsked Of: The Chair of the Lamp Board\nAre they lit?\nAnswered By: The Chair\n"
    )

    drafts = question_time.read(f"{text}Yes.\nTom Quill: All?\nThe Chair: Nearly.\n").passages

    found = [(draft.label, draft.name) for draft in drafts if not draft.own]
    assert found[1::2] == [("The Chair", "The Chair of the Lamp Board")] * 2


def test_a_label_alone_on_its_line_opens_the_turn_of_the_next_paragraph() -> None:
    found = spoken_after("They are lit.\nPriya Raman AM\nAll of them?\nEvery one?\n")

    assert found[1:] == [("Priya Raman AM", "All of them?"), ("Priya Raman AM", "Every one?")]


@pytest.mark.parametrize(
    "line",
    [
        "There are three points: oil, wicks, glass.",
        "Read more: in my report.",
        "I said: Light them.",
        "Let me be clear: I will.",
        "My message is simple: Light the lamps.",
        "Night ferries: none.",
        "Lamps bought: 400",
        "Secondly: We bought oil.",
        "Priya Raman AM said: it was good.",
        "Priya Raman AM asked that before.",
    ],
)
def test_a_colon_inside_speech_opens_no_turn(line: str) -> None:
    assert spoken_after(f"Here is what we did.\n{line}\n")[-1] == ("The Mayor", line)


@pytest.mark.parametrize(
    "line",
    [
        "Operation Neptune: We began it in May.",
        "Transport for Northport (TfN): We gave it lamps.",
        "Safer Piers (Phase Two): We lit it.",
        "New Harbour Yard HQ: We sold it.",
        "The Government: They pay.",
        "Mr Mayor: You must.",
        "Ama Osei (Mayor of Northport): “We shall see,” she told us.",
    ],
)
def test_a_phrase_that_only_may_be_a_label_leaves_the_turn_open_with_a_doubt(line: str) -> None:
    text = f"{FIELDS}Here is what we did.\n{line}\nIt goes on.\nPriya Raman AM: Good.\n"

    reading = question_time.read(text)

    assert turns(text)[-3:] == [(None, line), (None, "It goes on."), ("Priya Raman AM", "Good.")]
    assert [(doubt.line, doubt.where) for doubt in reading.doubts] == [(10, line[:60])]


def test_a_bare_name_that_comes_again_after_somebody_else_is_a_label() -> None:
    found = spoken_after("Yes.\nLena Fox: I doubt it.\nPriya Raman: So do I.\nLena Fox: We all do.\n")

    assert [label for label, _ in found] == ["The Mayor", "Lena Fox", "Priya Raman", "Lena Fox"]


def test_phrases_that_alternate_within_one_turn_are_no_labels() -> None:
    found = spoken_after(
        "Here is the list.\nInner Quay: We sold it.\nOuter Quay: We did not.\nInner Quay: We bought it.\n"
    )

    assert [label for label, _ in found] == ["The Mayor", None, None, None]


def test_each_block_of_answered_by_gives_its_own_speaker() -> None:
    found = spoken_after("Yes.\nAnswered By: Captain Ruth Vane, Harbour Watch\nI agree.\n")

    assert found == [("The Mayor", "Yes."), ("Captain Ruth Vane, Harbour Watch", "I agree.")]


def test_two_names_under_one_answered_by_leave_the_first_answer_open() -> None:
    assert spoken_after("Captain Ruth Vane (Harbour Watch)\nWe both agree.\n") == [(None, "We both agree.")]


def test_where_two_offices_answer_the_first_answer_is_open_and_each_is_a_label() -> None:
    text = FIELDS.replace("The Mayor", "The Mayor and the Harbourmaster")

    assert turns(f"{text}Yes.\nPriya Raman AM: Sure?\nThe Mayor: Quite.\n")[1::2] == [
        (None, "Yes."),
        ("The Mayor", "Quite."),
    ]


def test_an_answered_by_without_a_value_never_gives_the_answer_to_whoever_asked() -> None:
    head = "Lamps\nQuestion By: Tom Quill\nAsked Of: The Mayor\nAre they lit?\n"

    found = turns(f"{head}Answered By:\nDate: 4 May 2022\nThey are lit.\n")

    assert found == [("Tom Quill", "Are they lit?"), (None, "They are lit.")]


def test_an_answered_by_without_a_value_takes_no_words_for_one() -> None:
    head = "Lamps\nQuestion By: Tom Quill\nAsked Of: The Mayor\nAre they lit?\nAnswered By:\n"

    assert turns(f"{head}Written response from the Mayor received 28/06/2019\nFour barrels.\n")[1:] == [
        ("the Mayor", "Four barrels.")
    ]
    assert turns(f"{head}Here is the list:\nFour barrels.\n")[1][0] is None


def test_a_written_answer_is_written_and_belongs_to_whom_the_page_names() -> None:
    text = (
        "Lamp oil\nReference: 2019/12\nQuestion by: Tom Quill\nOrganisation: NPO\nAsked of: The Mayor\n"
        "Question\nHow much oil?\nAnswer\nAnswered By: The Mayor\nDate: Friday 3 May 2019\n"
        "Officers are drafting a response.\nWritten response from the Mayor received 28/06/2019\nFour barrels.\n"
    )

    assert turns(text) == [
        ("Tom Quill", "How much oil?"),
        ("The Mayor", "Officers are drafting a response."),
        ("the Mayor", "Four barrels."),
    ]
    assert {draft.form for draft in question_time.read(text).passages} == {"written"}


def test_answered_by_above_the_question_waits_for_the_answer() -> None:
    head = "Lamps\nQuestion By: Tom Quill\nAnswered By: The Mayor\n"

    found = turns(f"{head}Question\nAre they lit?\nAnswer\nYes.\n")

    assert found == [("Tom Quill", "Are they lit?"), ("The Mayor", "Yes.")]
    assert turns(f"{head}They are lit.\n") == [(None, "They are lit.")]


LETTERS = """Question 4: Ferry times

From: Mr Tom Quill, resident of Quayside
To: Councillor Lena Fox, Cabinet Member for Ferries

Question:

Why does the last boat leave at six?

Reply from {replies}:

It leaves at six because the crew has to sleep.

Supplementary question:

Could it leave at seven?

Supplementary reply:

In summer it will.

Question 4 was taken at 7.10 pm. Two more were answered in writing.
"""


def test_from_and_to_are_fields_and_a_reply_belongs_to_whom_its_heading_names() -> None:
    text = LETTERS.format(replies="Councillor Fox")
    own = [draft for draft in question_time.read(text).passages if not draft.own]

    assert [(draft.name or draft.label, text[draft.start : draft.end].split()[0]) for draft in own] == [
        ("Mr Tom Quill", "Why"),
        ("Councillor Lena Fox", "It"),
        ("Mr Tom Quill", "Could"),
        ("Councillor Lena Fox", "In"),
    ]


def test_a_reply_from_an_office_that_the_page_does_not_resolve_stays_as_printed() -> None:
    labels = [label for label, _ in turns(LETTERS.format(replies="the Director of Piers"))]

    assert labels[1] == labels[3] == "the Director of Piers"


def test_links_below_the_last_turn_are_furniture() -> None:
    assert zone_of(f"{FIELDS}Yes.\nRelated questions\nFerry bells\n", "Ferry bells") == ["furniture"]


@pytest.mark.parametrize("page", [pages.BRIEFING, pages.SPEECH, pages.NEWS, ""])
def test_other_kinds_are_refused(page: str) -> None:
    with pytest.raises(WrongKind, match="no two of the fields"):
        question_time.read(page)


def test_fields_without_question_and_answer_are_refused() -> None:
    with pytest.raises(WrongKind, match="neither a question nor an answer"):
        question_time.read("Lamps\nQuestion By: Tom Quill\nAsked Of: The Mayor\n")


ODD = ("Priya Raman AM: Yes.", "Jane Doe (Chair)", "\ufeffQuestion", "Answer: “No”", "[Noise]", "Answer for")
PIECES = st.sampled_from([*FIELDS.splitlines(), *ODD])


@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=14), st.sampled_from(["\n", "\r\n", " "]))
@example(["Question By:", "Answered By:", "Lamps", "Answer: “No”"], "\n")
def test_any_text_is_refused_or_covered_in_order(pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    try:
        passages = question_time.read(text).passages
    except WrongKind:
        return
    pages.assert_covered(text, passages)


@pytest.mark.parametrize("answerer", ["Ama Osei", "Ama Osei, Harbourmaster", "Captain Ama Osei"])
@pytest.mark.parametrize("headings", [("Question", "Response"), ("Main question", "Answer"), ("Question:", "Reply:")])
def test_below_both_fields_headings_switch_between_who_asks_and_who_answers(
    answerer: str, headings: tuple[str, str]
) -> None:
    fields = f"Lamps\nQuestion by: Mrs Tom Quill, Inner Quay\nAnswered by: {answerer}\n"
    asked, told = headings
    text = f"{fields}{asked}\nAre they lit?\n{told}\nThey are. We lit them.\nSupplementary question\nAnd the bells?\n"
    text += "Supplementary response\nMs Osei\nThey ring.\nBack to list of questions\nNext: Oil\n"

    labels = [(draft.label, draft.name or draft.label) for draft in question_time.read(text).passages if not draft.own]
    asker, held = ("Mrs Tom Quill, Inner Quay", "Mrs Tom Quill"), answerer.split(",")[0]
    assert labels == [asker, (answerer, held), asker, ("Ms Osei", held)]
    assert question_time.read(text).doubts == ()


def test_below_a_heading_for_the_answer_somebody_else_alone_on_a_line_stays_open() -> None:
    text = "Lamps\nQuestion by: Tom Quill\nAnswered by: Ama Osei\nQuestion\nLit?\nResponse\nLena Fox\nThey are.\n"

    assert [label for label, _ in turns(text)] == ["Tom Quill", None, None]


def test_a_field_may_name_the_member_who_asks() -> None:
    text = "Lamps\nMember name\nTom Quill\nOrganisation\nLamplighters\nAsked of\nThe Mayor\nQuestion\nAre they lit?\n"

    assert turns(text) == [("Tom Quill", "Are they lit?")]


@pytest.mark.parametrize(("name", "labels"), [("Lena Fox", [None, None]), ("Mr Quill", ["Mr Quill"])])
def test_a_name_below_a_supplementary_question_is_never_passed_over(name: str, labels: list[str | None]) -> None:
    fields = "Lamps\nQuestion by: Tom Quill\nAnswered by: Ama Osei\nQuestion\nLit?\nResponse\nThey are.\n"

    found = turns(f"{fields}Supplementary question\n{name}\nWhy?\n")
    assert [label for label, _ in found] == ["Tom Quill", "Ama Osei", *labels]
