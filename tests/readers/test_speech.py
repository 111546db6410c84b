from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from kit.errors import WrongKind
from kit.readers import Draft, speech
from tests.readers import pages

WORDS = "Good evening.\nI am glad that we meet here.\nWe shall keep the lamps lit.\nThank you.\n"


def drafts(text: str) -> dict[str, Draft]:
    return {text[draft.start : draft.end]: draft for draft in speech.read(text).passages}


def labels(text: str) -> set[str | None]:
    return {draft.label for draft in speech.read(text).passages if not draft.own}


def test_what_stands_above_a_speech_is_told_apart() -> None:
    zones = [draft.zone for draft in speech.read(pages.SPEECH).passages if draft.own]

    assert zones == ["furniture", "heading", "furniture", "caption"]


def test_the_salutation_opens_the_speech_and_all_of_it_is_one_turn() -> None:
    said = [draft for draft in speech.read(pages.SPEECH).passages if not draft.own]

    assert pages.SPEECH[said[0].start : said[0].end] == "Pilots, distinguished guests, ladies and gentlemen."
    kinds = {(draft.form, draft.zone, draft.turn, draft.label) for draft in said}
    assert kinds == {("spoken", "body", 1, "Harbourmaster")}


def test_bullets_and_quotations_of_others_stay_in_the_speakers_words() -> None:
    found = drafts(pages.SPEECH)

    assert found["- Light - to see by"].label == "Harbourmaster"
    assert found['My teacher Ruth Vane said: "We never sail by hope."'].label == "Harbourmaster"


@pytest.mark.parametrize(
    ("above", "label"),
    [
        ("Speech by Dame Ama Osei, chief executive of Northport Ferries", "Dame Ama Osei"),
        ("Ama Osei's speech to the pilots", "Ama Osei"),
        ("Ama Osei’s full speech to the pilots", "Ama Osei"),
        ("Remarks by the Minister for Harbours at Lantern Hall", "the Minister for Harbours"),
        ("Harbour talk\nDelivered by: Ama Osei", "Ama Osei"),
        ("Harbour talk\nThe Rt Hon Ama Osei MP", "The Rt Hon Ama Osei MP"),
        ("Harbours\nFrom:\nHarbour Office and The Rt Hon Ama Osei MP\nPublished 3 May 2019", "The Rt Hon Ama Osei MP"),
        ("Mayor's speech\nFrom:\nHarbour Office and The Rt Hon Ama Osei MP\n3 May 2019", "The Rt Hon Ama Osei MP"),
        ("Harbourmaster delivers lecture at Lantern Hall", "Harbourmaster"),
        ("Ama Osei addresses pilots' dinner", "Ama Osei"),
        ("Harbour talk\nAma Osei speaking at Lantern Hall", "Ama Osei"),
        ("Harbours\nBelow is the text of the speech made by Ama Osei, the harbourmaster, on 4 May 2019.", "Ama Osei"),
        ("Speech to the pilots\nBy Ama Osei", "Ama Osei"),
        ("Harbour talk\nThe Right Reverend Ama Osei, Bishop of Northport", "The Right Reverend Ama Osei"),
        ("Harbour talk\nAma Osei, Leader of the Council", "Ama Osei"),
        ("Our chief pilot's speech in full\nOn Monday our chief pilot, Ama Osei, spoke to us.\n4 May 2019", "Ama Osei"),
        ("Budget\nCouncillor Ama Osei, Leader of the Council, presented it.\n4 May 2019", "Councillor Ama Osei"),
        ("This is the text of remarks by our Warden, Dr Ama Osei, on 4 May 2019.", "Dr Ama Osei"),
        ("Given at Lantern Hall on 4 May 2019 by Captain Ama Osei", "Captain Ama Osei"),
        ("In full: new harbourmaster Ama Osei's first speech to the pilots", "Ama Osei"),
        ("A new harbourmaster\nAma Osei was sworn in as harbourmaster today. This is her speech in full.", "Ama Osei"),
        ("A new harbourmaster\nAma Osei, 41, became harbourmaster today. Here is what she told pilots.", "Ama Osei"),
        ("Sir Tom Quill\nThe talk\nDr Ama Osei, Harbour Trust\nSir Tom Quill Hall", "Dr Ama Osei"),
        ("TRANSCRIPT: CAPTAIN AMA OSEI DELIVERS 2021 STATE OF THE HARBOUR ADDRESS", "CAPTAIN AMA OSEI"),
        ("AMA OSEI'S SPEECH TO THE PILOTS", "AMA OSEI"),
        ("General secretary Ama Osei's speech to the pilots\nPresident Tom Quill with Ama Osei", "Ama Osei"),
    ],
)
def test_title_standfirst_or_byline_name_the_speaker_as_printed(above: str, label: str) -> None:
    assert labels(f"{above}\n{WORDS}") == {label}


@pytest.mark.parametrize(
    "above",
    [
        "Lantern lecture 2021",
        "Lord Warden's Lecture 2021",
        "Chief pilot's full speech: 'We stay'\nBy Lena Fox\nThe pilot spoke last night.",
        "Harbour talk\nSpeech by Ama Osei\nRemarks by Tom Quill",
        "Harbour talk\nAma Osei, Leader of the Council\nSir Tom Quill",
        "Harbour talk\nDame Ama Osei\nSir Tom Osei",
        "The Sir Tom Quill Memorial Lecture",
        "Harbour talk\nGiven at Lantern Hall in May, chaired by Sir Tom Quill",
        "Mayor's speech in full\nCouncillor Tom Quill",
        "A new harbourmaster\nTom Quill was named by Ama Osei today. Here is what she told pilots.",
        "A new harbourmaster\nTom Quill became pilot as Ama Osei resigned. This is her speech in full.",
        "In full: reply to Ama Osei's speech",
    ],
)
def test_a_page_that_names_no_one_speaker_leaves_the_label_out_with_one_doubt(above: str) -> None:
    text = f"{above}\n{WORDS}"

    assert labels(text) == {None}
    assert ["speaker_id" in doubt.remedy for doubt in speech.read(text).doubts] == [True]


def test_fields_datelines_and_site_links_are_furniture_and_a_standfirst_is_a_heading() -> None:
    headings = ["Safe harbours", "The harbourmaster set out her plans."]
    furniture = ["Speech", "Published 3 May 2019", "Location: Lantern Hall", "Check against delivery"]

    found = drafts("\n".join([*headings, *furniture, WORDS]))

    assert {found[line].zone for line in headings} == {"heading"}
    assert {found[line].zone for line in furniture} == {"furniture"}


@pytest.mark.parametrize("told", ["This is what the harbourmaster said to them.", "Here is what she told the crowd."])
def test_a_line_that_says_whose_words_follow_is_a_heading(told: str) -> None:
    assert drafts(f"Speech by Ama Osei\nForty pilots were sworn in. {told}\n{WORDS}").popitem()[1].label == "Ama Osei"
    assert drafts(f"Speech by Ama Osei\nPilots came. {told}\n{WORDS}")[f"Pilots came. {told}"].zone == "heading"


LABELLED = """Harbour lecture
Given by Professor Ama Osei on 4 May 2019
Tom Quill, Vice-Chancellor: Good evening. We are glad that she is here.
She has kept the lamps for years.
[Applause]
{first}: Thank you. I am glad too.
There were forty lamps.
Is that enough?
{last}: We thank you all.
"""


@pytest.mark.parametrize("first", ["Professor Ama Osei", "Ama Osei", "Professor Osei"])
@pytest.mark.parametrize(
    ("last", "label"),
    [("Tom Quill, Vice-Chancellor", "Tom Quill"), ("Dr Lena Fox", "Dr Lena Fox"), ("Inner Quay", None)],
)
def test_where_the_speaker_has_a_label_too_every_label_opens_a_turn(first: str, last: str, label: str | None) -> None:
    found = speech.read(LABELLED.format(first=first, last=last)).passages

    names = [draft.name or draft.label for draft in found if not draft.own]
    assert names == ["Tom Quill"] * 2 + ["Professor Ama Osei"] * 3 + [label]
    assert [draft.zone for draft in found if draft.own][-1] == "caption"


def test_what_nobody_is_named_for_above_the_first_label_of_the_speaker_stays_open() -> None:
    found = drafts(f"Speech by Ama Osei\n{WORDS}Ama Osei: We go on.\nThe lamps burn.\n")

    assert [found[line].label for line in ("Thank you.", "The lamps burn.")] == [None, "Ama Osei"]


def test_whoever_introduces_a_speaker_without_a_label_has_only_that_line() -> None:
    found = drafts(f"Speech by Ama Osei\nTom Quill, Vice-Chancellor: Good evening, we are glad.\n{WORDS}")

    assert [draft.label for draft in found.values() if not draft.own] == ["Tom Quill", None, None, None, None]


def test_a_word_of_the_speakers_office_ahead_of_a_colon_is_no_label() -> None:
    text = f"Speech by the Minister for Harbours at Lantern Hall\n{WORDS}Harbours: we built them.\n"

    assert labels(text) == {"the Minister for Harbours"}


@pytest.mark.parametrize(
    "closing",
    [
        "Notes to editors", "Share this", "Contact the pilots: a@b.example", "A note from the editor: We ask.", "ENDS",
        "[1] Form 12, in use since 2009.", "Registered charity. Donate by text.", "Other lectures: 2017, 2016",
    ],
)  # fmt: skip
def test_what_stands_below_a_speech_is_furniture(closing: str) -> None:
    found = drafts(f"Speech by Ama Osei\n{WORDS}{closing}\nHarbour plan 2019\n")

    assert {found[closing].zone, found["Harbour plan 2019"].zone} == {"furniture"}
    assert found["Thank you."].label == "Ama Osei"


def test_captions_and_subheadings_inside_are_not_the_speakers_words() -> None:
    long = "We built every one of these lamps with our own hands, and we light them every night."
    found = drafts(f"Speech by Ama Osei\n{WORDS}[Applause]\nPicture: Lena Fox\nWhat changed\n{long}\n")

    zones = [found[line].zone for line in ("[Applause]", "Picture: Lena Fox", "What changed", long)]
    assert zones == ["caption", "caption", "heading", "body"]


TAKEN = "We built every one of these lamps with our own hands, and we light them every night.\n"


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("Ama Osei, harbourmaster of Northport, asks who should pay for us all.", "furniture"),
        ("Captain Ama Osei is the harbourmaster of Northport.", "furniture"),
        ("Talk (PDF 1.1MB)", "furniture"),
        ("Chart 1: Lamps by pier, 2011-2021", "caption"),
        ("Figure 2", "caption"),
        ("Source: Harbour Office survey.", "caption"),
        ("\u00a9 2021 Northport Harbour. All of it is ours.", "furniture"),
        ("###", "furniture"),
    ],
)
def test_what_the_page_says_of_speaker_and_charts_is_never_the_speakers(line: str, zone: str) -> None:
    found = drafts(f"Speech by Captain Ama Osei\n4 May 2021\n{TAKEN}{TAKEN}{line}\n")

    assert (found[line].zone, found[line].own) == (zone, True)


def test_a_chart_near_the_beginning_does_not_make_what_stands_above_it_the_pages() -> None:
    dark = "Ten winters ago every second lamp on the outer pier was dark.\n"
    found = drafts(f"Speech by Ama Osei\n4 May 2021\nGood evening.\n{dark}Chart 1: Lamps by pier\n{TAKEN}{TAKEN}")

    assert [found[line.strip()].own for line in ("Good evening.", dark, "Chart 1: Lamps by pier")] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("line", ["Ama Osei: I go on.", "Ama Osei is who I am.", "Table 2 shows that we did it."])
def test_a_line_of_the_speaker_that_begins_like_the_pages_own_stays_the_speakers(line: str) -> None:
    last = speech.read(f"Speech by Captain Ama Osei\n4 May 2021\n{TAKEN}{TAKEN}{line}\n").passages[-1]

    assert (last.name or last.label, last.own) == ("Captain Ama Osei", False)


def test_where_a_speech_has_subheadings_a_short_question_above_a_paragraph_is_one() -> None:
    text = f"Speech by Ama Osei\n{TAKEN}Who pays?\n{TAKEN}Oil and wicks\n{TAKEN}Why do we ask?\n{TAKEN}"

    assert not drafts(text)["Who pays?"].own
    found = drafts(f"{text}Lamps and bells\n{TAKEN}")
    assert [found[line].zone for line in ("Who pays?", "Why do we ask?")] == ["heading", "body"]


def test_a_plural_of_the_speakers_office_begins_the_speakers_words() -> None:
    line = "Pilots of the harbour know it, as all of us do."

    assert not drafts(f"Remarks by the Chief Pilot at Lantern Hall\n{TAKEN}{TAKEN}{line}\n")[line].own


def test_what_stands_behind_the_last_thanks_and_addresses_nobody_is_furniture() -> None:
    thanks = "Thank you for listening so patiently.\n"
    note = "Tom Quill and Lena Fox helped to write this text. The views are not those of the Board."
    text = f"Speech by Ama Osei\n{TAKEN}{TAKEN}{thanks}"

    assert drafts(f"{text}{note}\n[1] Harbour Bulletin, June 2021.\n")[note].own
    for more in ("Now let us go and see the lamps.", "You have been kind.", "Tom Quill: That was a talk."):
        assert not drafts(f"{text}{more}\n")[more].own


def test_an_office_gets_the_name_that_stands_beside_it_above_the_speech() -> None:
    found = drafts(f"Harbourmaster addresses pilots\n[Harbourmaster Ama Osei with the pilots]\n{WORDS}")["Thank you."]

    assert (found.label, found.name) == ("Harbourmaster", "Harbourmaster Ama Osei")


def test_a_pull_quote_a_sign_up_line_and_an_edit_note_are_not_the_speakers_words() -> None:
    aside = [
        "“we shall keep the lamps lit”",
        "Like it? Sign up to our newsletter and miss nothing.",
        "This is an edited version of the speech.",
        "READ MORE: How the vote for a new harbourmaster was fought and won, pier by pier",
    ]
    found = drafts("\n".join(["Speech by Ama Osei", WORDS, *aside]))

    assert [found[line].zone for line in aside] == ["caption", "furniture", "furniture", "furniture"]


def test_what_the_house_says_of_itself_below_a_speech_is_furniture() -> None:
    found = drafts(f"Speech by Ama Osei\n{WORDS}You may also like\nAbout Northport\nWe are a trust. We help pilots.\n")

    assert found["We are a trust. We help pilots."].zone == "furniture"


def test_a_heckler_with_a_title_is_never_the_speaker() -> None:
    found = drafts(f"Speech by Ama Osei\n{WORDS}Councillor Tom Quill: shame!\n")["Councillor Tom Quill: shame!"]

    assert (found.label, found.turn) == (None, 2)


def test_questions_after_the_speech_are_never_the_speakers() -> None:
    text = f"Speech by Ama Osei\n{WORDS}Question: Are you sure?\nI am.\n"

    found = [drafts(text)[line].label for line in ("Thank you.", "Question: Are you sure?", "I am.")]
    assert found == ["Ama Osei", "Question", None]
    assert [doubt.line for doubt in speech.read(text).doubts] == [6]


@pytest.mark.parametrize("heading", ["Questions from the public\n", "Q&A\n", "Tom Quill (Echo): Will you?\n"])
@pytest.mark.parametrize(
    ("line", "label", "name"),
    [
        ("Q1. Lena Fox, Pilots' Guild: We ask why.", "Lena Fox", None),
        ("Lena Fox (Herald): We ask why.", "Lena Fox", None),
        ("Lena Fox: May we ask why?", "Lena Fox", None),
        ("Member of the public: We ask why.", "Member of the public", None),
        ("Ms Osei: We asked why.", "Ms Osei", "Dame Ama Osei"),
        ("Inner Quay: We sold it.", None, None),
        ("The Mayor: We sold it.", None, None),
        ("The meeting closed at ten.", None, None),
        ("We heard two questions.", None, None),
    ],
)
def test_after_a_speech_whoever_is_named_has_the_word(heading: str, line: str, label: str | None, name: str) -> None:
    found = drafts(f"Speech by Dame Ama Osei\n{WORDS}{heading}{line}\n")[line]

    assert (found.label, found.name, found.turn > 1) == (label, name, True)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (pages.ANSWER, "fields of a question"),
        (pages.BRIEFING, "half of its lines are bullets"),
        (pages.NEWS, "hardly anybody speaks in the first person"),
        ("", "hardly anybody speaks in the first person"),
        ("Jane Doe: We go.\nTom Quill: We stay.\nJane Doe: We go.\nTom Quill: We stay.", "several speakers take turns"),
    ],
)
def test_other_kinds_are_refused_with_the_reason(page: str, reason: str) -> None:
    with pytest.raises(WrongKind, match=reason):
        speech.read(page)


ODD = ("Q&A", "Question: Who?", "Notes to editors", "By Ama Osei", "We are", "“")
PIECES = st.sampled_from([*pages.SPEECH.splitlines(), *ODD])


@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=14), st.sampled_from(["\n", "\r\n", "\x85"]))
def test_any_text_is_refused_or_covered_in_order(pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    try:
        passages = speech.read(text).passages
    except WrongKind:
        return
    pages.assert_covered(text, passages)
