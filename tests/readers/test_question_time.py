from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from kit.errors import WrongKind
from kit.readers import question_time, reader
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


FAQ = "Questions and answers\nQ: When does it start?\nA: On 4 May.\nQ: Who do I ask?\nA: Ring the harbour office.\n"
LIT = "We lit the lamps and they burned all winter long, and I was glad of every one.\n"
LECTURE = (
    "Harbour lecture\nTom Quill, Warden: Good evening. We have time for questions later.\n"
    f"Dr Ama Osei: Thank you.\n{LIT * 9}Tom Quill, Warden: Thank you.\nDr Ama Osei: I thank you all.\n"
)
PANEL = "A talk\nDr Ama Osei: We met.\nMr Tom Quill: We did.\nDr Ama Osei: It rained.\nMr Tom Quill: It did.\n"
TALK = f"Speech by Ama Osei\n{LIT * 4}Questions\nQuestion from Mr Tom Quill:\nWhy?\nAnswer:\nI was asked to.\n"
LETTER = "To the editor\nFrom: Tom Quill\nI should like to say that the lamps are dim and that nobody will say why.\n"


@pytest.mark.parametrize(
    "page", [pages.BRIEFING, pages.SPEECH, pages.NEWS, FAQ, LECTURE, PANEL, TALK, LETTER, f"{LETTER}Report\n", ""]
)
def test_other_kinds_are_refused(page: str) -> None:
    with pytest.raises(WrongKind, match="no two of the fields"):
        question_time.read(page)


@pytest.mark.parametrize("page", [pages.ANSWER, pages.QUESTIONS, pages.RECORD])
@pytest.mark.parametrize("kind", ["briefing", "news", "speech"])
def test_readers_of_other_kinds_refuse_every_page_of_questions(kind: str, page: str) -> None:
    with pytest.raises(WrongKind, match="fields of a question and its answer, or headings or turns"):
        reader(kind)(page)


def named(text: str) -> list[tuple[str | None, str]]:
    """The name of each turn, and its first word."""
    drafts = [draft for draft in question_time.read(text).passages if not draft.own]
    return [(draft.name or draft.label, text[draft.start : draft.end].split()[0]) for draft in drafts]


def test_a_numbered_heading_names_who_asks_and_who_is_asked_and_replies_are_theirs() -> None:
    raman, quill = "Councillor Priya Raman", "Councillor Tom Quill"

    assert named(pages.QUESTIONS) == [
        (raman, "How"), (quill, "Eleven"), (quill, "We"), (raman, "Will"), (quill, "The"),
        ("Councillor Lena Fox", "When"), ("Councillor Ama Osei", "It"),
    ]  # fmt: skip
    assert question_time.read(pages.QUESTIONS).doubts == ()
    assert zone_of(pages.QUESTIONS, "Reply") == ["furniture"] * 3
    assert zone_of(pages.QUESTIONS, "Contact us | Cookies") == ["furniture"]


def test_turns_in_quick_exchange_are_a_record_and_what_stands_between_them_is_furniture() -> None:
    raman, quill = "Ms PRIYA RAMAN", "Mr TOM QUILL"

    assert named(pages.RECORD) == [
        (raman, "My"), (quill, "I"), (quill, "They"), ("Mr KOFI BLAKE", "Which"), ("The SPEAKER", "Order!"),
        (quill, "This"), ("Dr LENA FOX", "How"), (quill, "I"),
    ]  # fmt: skip
    for line in ("QUESTIONS WITHOUT NOTICE", "[Members interjected.]", "NIGHT FERRIES"):
        assert zone_of(pages.RECORD, line) == ["furniture"]
    assert zone_of(pages.RECORD, pages.RECORD.splitlines()[-1]) == ["furniture"]


TIMED = """The Record
The Assembly met at 13:30.
1. Questions to the Secretary for Piers
The Presiding Officer
13:30:04
Good afternoon. The first question is from Priya Raman.
Lamps
Priya Raman
13:30:21
1. When will the lamps be lit?
Tom Quill
13:30:29
Secretary for Piers
In May. I have said so before.
We have the oil.
Boats at night
Lena Fox
13:31:40
2. Who sails at night?
Tom Quill
13:32:00
Nobody does.
This is a draft version of the Record.
"""


def test_names_above_a_time_are_labels_and_times_offices_and_headings_are_furniture() -> None:
    assert named(TIMED) == [
        ("The Presiding Officer", "Good"), ("Priya Raman", "1."), ("Tom Quill", "In"), ("Tom Quill", "We"),
        ("Lena Fox", "2."), ("Tom Quill", "Nobody"),
    ]  # fmt: skip
    for line in ("13:30:29", "Secretary for Piers", "Boats at night", "This is a draft version of the Record."):
        assert zone_of(TIMED, line) == ["furniture"]


LINES = """Portfolio questions
Ferries
Lena Fox (Inner Quay)
1. What is being done for Sunday ferries?
The Minister for Ferries (Tom Quill)
We are in talks with the crews.
Lena Fox
And what has changed?
Tom Quill
There is money now.
Priya Raman
Will he say sorry?
Tom Quill
I am sorry that it has taken so long.
"""


def test_a_name_that_stands_alone_above_words_again_and_again_is_a_label_and_any_other_may_be_one() -> None:
    fox, quill = "Lena Fox", "Tom Quill"

    found = [(who, first) for who, first in named(LINES) if first not in ("The", "Priya")]
    assert found == [(fox, "1."), (None, "We"), (fox, "And"), (quill, "There"), (None, "Will"), (quill, "I")]


MINUTES = """Harbour Board: public questions

The replies to these questions were given by the Warden unless the minutes say otherwise, and two came by letter.

Q.1  MR TOM QUILL

Why is the outer pier dark?

WARDEN'S REPLY:

It is dark because the lamps are old.

Mr Quill asked a supplementary question:

Are they to be mended?

The Chair replied:

They are, and I have the money for it.

Mr Quill asked whether the oil was paid for.

Harbourmaster: It is.

Q.2  MS LENA FOX (by letter)

Who rings the bells?

Answer from the Harbourmaster, Captain Ruth Vane:

I do.

Q.3  MRS AMA OSEI

Who pays?

Answer:

The Board pays.

The Chair thanked the public for their questions.
The meeting closed at nine.
"""


def test_headings_of_minutes_name_who_speaks_and_a_sentence_of_minutes_is_nobodys() -> None:
    assert named(MINUTES) == [
        ("MR TOM QUILL", "Why"), ("WARDEN", "It"), ("Mr Quill", "Are"), ("The Chair", "They"), (None, "Mr"),
        ("Harbourmaster", "It"), ("MS LENA FOX", "Who"), ("the Harbourmaster, Captain Ruth Vane", "I"),
        ("MRS AMA OSEI", "Who"), (None, "The"), (None, "The"),
    ]  # fmt: skip
    assert zone_of(MINUTES, "The meeting closed at nine.") == ["furniture"]


def test_one_more_question_forgets_who_answered_the_one_before() -> None:
    head = "Question 1 from Mr Tom Quill to the Warden\nAre they lit?\nReply\nYes.\n"

    assert [who for who, _ in named(f"{head}Question 2 from Ms Lena Fox\nAnd the bells?\nReply\nThey ring.\n")] == [
        "Mr Tom Quill",
        "the Warden",
        "Ms Lena Fox",
        None,
    ]


def test_from_one_to_another_in_a_line_of_its_own_names_both() -> None:
    head = "Question 4\nFrom Councillor Lena Fox to the Warden, Captain Ama Osei\n"

    assert [who for who, _ in named(f"{head}Are they lit?\nReply\nYes.\n")] == [
        "Councillor Lena Fox",
        "the Warden, Captain Ama Osei",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Question time was lively.",
        "Answers to that we have none.",
        "Report from the pilots came in May.",
        "Note that the oil is ours.",
        "Response on the quays was good.",
        "The answer is simple: we bought oil.",
    ],
)
def test_words_that_only_begin_like_a_heading_are_none(line: str) -> None:
    assert spoken_after(f"They are lit.\n{line}\nIt goes on.\n")[1:] == [
        ("The Mayor", line),
        ("The Mayor", "It goes on."),
    ]


def test_short_lines_that_end_no_sentence_are_words_in_a_list_and_furniture_at_the_end() -> None:
    text = (
        f"{FIELDS}We bought these:\nForty lamps\nOil\nPriya Raman AM: Is that all?\nThe Mayor: It is.\nMinutes\nNext\n"
    )

    assert turns(text)[1:4] == [("The Mayor", line) for line in ("We bought these:", "Forty lamps", "Oil")]
    assert zone_of(text, "Minutes") == zone_of(text, "Next") == ["furniture"]


def test_one_written_answer_among_spoken_ones_does_not_make_a_page_written() -> None:
    text = MINUTES.replace("Answer:", "Written answer:")

    assert {draft.form for draft in question_time.read(text).passages if not draft.own} == {"spoken"}


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


def test_a_numbered_heading_with_a_title_is_furniture_as_a_whole() -> None:
    text = "Question 1: Pier lamps\nFrom: Mr Tom Quill\nAre they lit?\nAnswer:\nYes.\n"
    text += "Question 2: Night boats\nFrom: Ms Lena Fox\nDo they sail?\nAnswer:\nNo.\n"

    assert [words for _, words in turns(text)] == ["Are they lit?", "Yes.", "Do they sail?", "No."]
    assert [label for label, _ in turns(text)] == ["Mr Tom Quill", None, "Ms Lena Fox", None]


def test_links_below_one_question_do_not_close_the_page_for_the_next() -> None:
    text = pages.QUESTIONS.replace("Question 2", "Supporting documents:\nLamps.pdf\n\nQuestion 2")

    assert turns(text) == turns(pages.QUESTIONS)
    assert zone_of(text, "Lamps.pdf") == ["furniture"]


def test_a_heading_and_the_words_behind_its_colon_are_a_turn_but_not_within_words_of_an_answer() -> None:
    fields = "Lamps\nQuestion by: Tom Quill\nAnswered by: Ama Osei\n"

    found = turns(f"{fields}Question: Lit?\nAnswer: They are.\nQuestion: who asked? Nobody did.\n")
    assert found == [
        ("Tom Quill", "Lit?"),
        ("Ama Osei", "They are."),
        ("Ama Osei", "Question: who asked? Nobody did."),
    ]


def test_two_fields_that_name_different_answerers_leave_the_answer_open() -> None:
    head = "Lamps\nQuestion By: Tom Quill\nAre they lit?\nAnswered By: The Mayor\n"

    assert turns(f"{head}Answered By: Captain Ruth Vane\nThey are.\n")[1][0] is None
    assert turns(f"{head}Answered By: The Mayor\nThey are.\n")[1][0] == "The Mayor"
