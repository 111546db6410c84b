"""The reader of news articles, on articles of our own about a flood, a library and a ferry."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st

from kit.errors import WrongKind
from kit.readers import Draft, Reading
from kit.readers.news import read

HEAD = "Ferry town counts the cost of a wet winter\n\n3 May 2021, 09:14\n\nBy Nell Tozer\n\n"


def article(*paragraphs: str) -> str:
    return HEAD + "\n\n".join(paragraphs) + "\n"


def quotations(text: str) -> list[tuple[str | None, str]]:
    return [(draft.label, text[draft.start : draft.end]) for draft in read(text).passages if draft.form == "quoted"]


def labels(*paragraphs: str) -> list[str | None]:
    return [label for label, _ in quotations(article(*paragraphs))]


def zones(text: str) -> dict[str, str]:
    return {text[draft.start : draft.end]: draft.zone for draft in read(text).passages}


def doubts(*paragraphs: str) -> list[str]:
    return [doubt.what for doubt in read(article(*paragraphs)).doubts]


ATTRIBUTIONS = {
    "a colon ahead": ("Ama Osei said: “We were cut off for a week.”", ["Ama Osei"]),
    "a possessive and an outlet are left aside": (
        "Labour’s Idris Vane told Ferry FM: “We need a barrier.”",
        ["Idris Vane"],
    ),
    "an apposition with a name": ("The head of the River Trust, Ken Moss, said: “We need a barrier.”", ["Ken Moss"]),
    "an apposition behind a name": ("Ken Moss, the head of the River Trust, said: “We need a barrier.”", ["Ken Moss"]),
    "a relative clause between name and verb": (
        "Mr Moss, who chairs a group set up to lobby us, said: “We need it.”",
        ["Mr Moss"],
    ),
    "an opening clause": ("Speaking after the meeting, Ken Moss said: “We need a barrier.”", ["Ken Moss"]),
    "a day ahead of an organisation": (
        'On Monday evening the Trust announced :"Enough boats have now returned."',
        ["the Trust"],
    ),
    "according to": ("According to Ken Moss, “the water was over the doors”.", ["Ken Moss"]),
    "a pronoun behind a name and verb": ("Ken Moss said: “It rose.” He added: “It fell.”", ["Ken Moss", "Ken Moss"]),
    "he said behind": ("Ken Moss criticised the plan. “It is a mess,” he said.", ["Ken Moss"]),
    "inverted with an office": ("“We were cut off,” said Dr Ama Osei, head of the trust.", ["Dr Ama Osei"]),
    "inverted with a lower-case role": ("“We were cut off,” said hotel owner Ama Osei on Sunday.", ["Ama Osei"]),
    "name first behind": ("“We were cut off,” Singh said during a briefing.", ["Singh"]),
    "between": ("“We were cut off,” said Ama Osei, “and nobody came.”", ["Ama Osei", "Ama Osei"]),
    "between with a full stop": ("“We were cut off,” Ama Osei said. “Nobody came.”", ["Ama Osei", "Ama Osei"]),
    "a participle": ("Ama Osei criticised the delay, saying: “Nobody came.”", ["Ama Osei"]),
    "two speakers in one paragraph": ("“It rose,” said Ama Osei. Ken Moss said: “It fell.”", ["Ama Osei", "Ken Moss"]),
    "a parenthesis is left out of the label": (
        "Mayor Ama Osei (pictured) said: “We were cut off.”",
        ["Mayor Ama Osei"],
    ),
    "an unnamed spokesperson": (
        "A spokesperson for the council said: “We are sorry.”",
        ["A spokesperson for the council"],
    ),
    "an unnamed group": ("“We are scared,” residents said.", ["residents"]),
    "an organisation in two words": ("The River Trust said: “We are sorry.”", ["The River Trust"]),
    "somebody's relation": ("“He is a rock,” said Mr Moss’s wife.", ["Mr Moss's wife"]),
    "single marks": ("‘It’s the officers’ fault,’ Ama Osei said. ‘Tell ’em.’", ["Ama Osei", "Ama Osei"]),
    "straight single marks": ("Ama Osei told Ferry FM: 'It's the officers' fault and we'll tell 'em.'", ["Ama Osei"]),
    "straight double marks": ('"Why?" asked Ama Osei. "We were never told."', ["Ama Osei", "Ama Osei"]),
    "a question behind which nobody speaks": ("“Is it safe?” The council said the bridge would open.", [None]),
    "a sentence of its own behind a full stop": ("“It is safe.” Ken Moss said the bridge would open.", [None]),
    "two speakers at once": ("Ken Moss and Ama Osei said: “We are appalled.”", [None]),
    "a speaker within another's words": ("Ken Moss said Ama Osei told him: “You are not covered.”", [None]),
    "a verb that is not known": (
        "The Trust claimed it was fine. “It was terrible,” snorted Mrs Osei.",
        ["Mrs Osei"],
    ),
    "words behind that name nobody": ("“It was terrible,” posted on Monday, drew replies.", [None]),
    "a state ahead of a colon": ("Engineer Ken Moss of the Rafters was scathing: “We need it.”", [None]),
    "a thing's state ahead of a colon": ("His advice was simple: “We should all leave.”", [None]),
    "somebody else within words said": ("Ken Moss said it was his wife who was clear: “We should leave.”", [None]),
    "a passive state ahead of a colon": ("Ken Moss was warned: “We are closing.”", [None]),
    "a participle and an aside": ("Ken Moss backed her, tweeting at noon: “We are proud of her.”", ["Ken Moss"]),
    "a pronoun in the sentence of its name": (
        "The chair, Ken Moss, could not be reached, but in a post on Y he wrote: “We need it.”",
        [None],
    ),
    "a pronoun for one of two names": ("Ken Moss met Idris Vane, but later he wrote: “We need it.”", [None]),
    "words still to be said": ("Ken Moss will speak today. “We need it,” he is expected to say.", ["Ken Moss"]),
    "a relative clause with words said": (
        "The woman who saw it, and who asked not to be named, told the Echo: “We ran.”",
        ["The woman"],
    ),
    "a plural owner's organisation": ("The Ferry Owners’ Group said: “We are sorry.”", ["The Ferry Owners' Group"]),
    "an owner whose name begins like a pronoun": ("Mrs Tam’s family said: “We are sorry.”", ["Mrs Tam's family"]),
    "a quotation that begins with a figure": ("The Trust tweeted: “40 boats are out on the river.”", ["The Trust"]),
    "a role that looks like a verb": ("“We have it in writing,” managing director Ken Moss said.", ["Ken Moss"]),
    "a speaker within another's words, apart": (
        "Ken Moss said that, after a row, Ama Osei told him: “Get out.”",
        [None],
    ),
    "two people in apposition": ("The chairs of the groups, Ken Moss and Ama Osei, said: “We are sad.”", [None]),
    "a new sentence with a day": ("“It is safe.” Ken Moss said on Monday that it was closed.", [None]),
    "a passive": ("Ken Moss was told: “You are not covered for this.”", [None]),
    "a letter": ("A letter sent to Ken Moss said: “You are not covered.”", [None]),
    "a denial": ("Ken Moss never said: “They can drown.”", [None]),
    "a condition": ("When Ken Moss said: “We are closing,” the hall fell silent.", [None]),
    "one of several": ("Several people tweeted about it, including @moss: “We are closing the hall.”", [None]),
    "a handle behind a role": ("One ferryman, @moss99, wrote: “We are closing the hall.”", ["@moss99"]),
    "words in a clause about a thing": (
        "The Trust, which had promised pumps, said: “We are sorry.”",
        ["The Trust"],
    ),
    "an office of two branches": ("The park and leisure officer said: “It rose.”", ["The park and leisure officer"]),
    "a body of two places": ("The Alder and Mill Trust said: “It rose.”", ["The Alder and Mill Trust"]),
    "two roles of one person": ("Farmer and writer Ken Moss said: “It rose.”", ["Ken Moss"]),
    "two offices": ("The mayor and deputy mayor said: “It rose.”", [None]),
    "a group and a person": ("Residents and farmer Ken Moss said: “It rose.”", [None]),
    "a body and a body of a place": ("The Council and Alder Trust said: “It rose.”", [None]),
    "an owner's one-word office": ("Marsham’s MP, Ama Osei, said: “It rose.”", ["Ama Osei"]),
    "a surname like an adverb": ("Baker Ken Daly told us he was cold. “We ran,” he said.", ["Baker Ken Daly"]),
    "a state of a known person ahead of a colon": (
        "Ken Moss, 61, has lost it all. Mr Moss was scathing: “We need it.”",
        ["Mr Moss"],
    ),
    "a relative clause that names somebody else": (
        "Mrs Osei, who lives near Mrs Lea, said she was cold. “We ran,” she said.",
        ["Mrs Osei"],
    ),
    "a quotation of short words": ("Ken Moss, 61, rang. “It was bad,” he said.", ["Ken Moss"]),
    "an owned office is no name beside its holder": ("Its Chair, Ama Osei, told the Echo: “It rose.”", ["Ama Osei"]),
    "an owned office alone": ("Its Chair said: “It rose.”", ["Its Chair"]),
    "a brief in an office": (
        "Cabinet member for piers Ama Osei was blunt. “We quit,” she said.",
        ["Ama Osei"],
    ),
    "somebody beside a brief in an office": (
        "A friend of the minister for piers Ama Osei said: “We quit.”",
        ["A friend of the minister for piers Ama Osei"],
    ),
    "hit back": ("A ferry source hit back: “It never rose.”", ["A ferry source"]),
    "took to a website": ("Ken Moss took to Chatter: “It rose.”", ["Ken Moss"]),
    "a family's tribute": ("His family paid tribute, saying: “He was a rock.”", ["His family"]),
    "present tense behind": ("“It rose by the hour,” she comments.", [None]),
    "a belief ahead": ("Engineer Ken Moss believes the plan will do. “It is sound,” he says.", ["Engineer Ken Moss"]),
    "a comment behind a name that says": (
        "Engineer Ama Osei says that it rose. “It rose by the hour,” she comments.",
        ["Engineer Ama Osei"],
    ),
    "the comments of a body are no verb": ("“It is safe.” The Trust comments on none of it.", [None]),
    "an address of two names": ("Ken Moss, 44, of Mill Lane, Marsham, said: “It rose.”", ["Ken Moss"]),
    "an address behind a role": ("The baker, from Alder, Marsham, said: “It rose.”", ["The baker"]),
    "one for whom it is something": ("For Ama Osei, a cook, it is too late. “I quit,” she says.", ["Ama Osei"]),
    "a town for which it is something": ("For Market Harrow, 20 miles off, it is late. “I quit,” he said.", [None]),
    "a report of a body's own": ("In its report the River Trust says: “It rose.”", ["the River Trust"]),
    "two before-and-after speakers who differ": ("Ken Moss said: “We are closing,” Ama Osei recalled.", [None]),
}


@pytest.mark.parametrize(("paragraph", "expected"), ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_words_beside_a_quotation_name_its_speaker_or_leave_it_open(paragraph: str, expected: list[str | None]) -> None:
    assert [label.replace("’", "'") if label else None for label in labels(paragraph)] == expected


AROUND = {
    "a colon ends the paragraph ahead": (["Ken Moss told the meeting:", "“We need a barrier.”"], ["Ken Moss"]),
    "he said, one person ahead": (["Ken Moss, 61, has called for a barrier.", "“We need it,” he said."], ["Ken Moss"]),
    "she wrote, one titled person ahead": (
        ["Dr Ama Osei emailed members.", "“We need it,” she wrote."],
        ["Dr Ama Osei"],
    ),
    "nothing, the paragraph ahead speaks": (
        ["Ama Osei sent a stark message to looters.", "“Do not come here.”"],
        ["Ama Osei"],
    ),
    "nothing, the paragraph ahead is silent": (["Ama Osei lives in Mill Lane.", "“Do not come here.”"], [None]),
    "nothing, the paragraph ahead names two": (
        ["Ama Osei praised Ken Moss for it.", "“We were lucky to be out.”"],
        [None],
    ),
    "he said, two people ahead": (["Ken Moss and Idris Vane were asleep.", "“It was thunder,” he said."], [None]),
    "a colon, and two people named": (
        ["Asked about the wall that Ama Osei built, Ken Moss said:", "“We need a barrier.”"],
        ["Ken Moss"],
    ),
    "he said, one met another": (["Ken Moss, 61, met Idris Vane, 40, here.", "“It was thunder,” he said."], [None]),
    "he said, a father ahead": (["Ken Moss, 61, and his father were asleep.", "“It was thunder,” he said."], [None]),
    "he said, a town between him and his words": (
        [
            "Homes in Market Harrow are wet.",
            "Ken Moss, 61, has had enough.",
            "Market Harrow is cut off.",
            "“I quit,” he said.",
        ],
        [None],
    ),
    "he said, only a town ahead": (
        ["Market Harrow, 20 miles inland, is cut off.", "“I quit,” he said.", "A pump stands in Market Harrow."],
        [None],
    ),
    "he said behind a woman's unclosed words": (
        ["Mrs Ama Osei said: “It rose.", "“It fell,” he said."],
        ["Mrs Ama Osei", None],
    ),
    "a bare quotation between two speakers": (
        ["“It rose,” said Ama Osei.", "“It is a disgrace.”", "“It fell,” said Ken Moss."],
        ["Ama Osei", None, "Ken Moss"],
    ),
    "she said, the subject ahead spoke of a man": (
        ["Mr Moss’s sister, Ama Osei, said her brother was cold.", "“We were cut off,” she said."],
        ["Ama Osei"],
    ),
    "she said, a name that ends an inversion": (
        ["Among those on the quay was cook Ama Osei, 71, who swims.", "“We were cut off,” she said."],
        ["Ama Osei"],
    ),
    "she said, a place ahead of the name": (
        ["On Mill Lane, cafe owner Ama Osei was packing.", "“We were cut off,” she said."],
        ["Ama Osei"],
    ),
    "he said, another man quoted ahead of the paragraph": (
        ["“It rose,” said Mr Lea.", "Baker Ken Moss, who swims, saw it. “It fell,” he said."],
        ["Mr Lea", "Baker Ken Moss"],
    ),
    "he said, a country ahead of the name": (
        ["Former Freedonia rower Ken Moss saw it.", "“It fell,” he said."],
        ["Ken Moss"],
    ),
    "she said, a name ahead of another verb": (
        ["Ferry leader Ama Osei broke down as she described it.", "“We were cut off,” she said."],
        ["Ama Osei"],
    ),
    "he said, somebody with letters behind the name ahead": (
        ["“It rose,” said Kim Lea.", "The judge, Ken Moss KC, rose.", "“It fell,” he said."],
        ["Kim Lea", "Ken Moss KC"],
    ),
    "he said, an office ahead": (
        ["“It rose,” said Kim Lea.", "The bosun in charge had left.", "“It fell,” he said."],
        ["Kim Lea", None],
    ),
    "it said, an organisation ahead": (
        ["The Ferry Owners’ Group has advised people to stay.", "“Boats will be late,” it said."],
        ["The Ferry Owners' Group"],
    ),
    "they said, a family ahead": (
        ["Mr Moss’s family said they were grateful.", "In a tribute they said: “We miss him.”"],
        ["Mr Moss's family"],
    ),
    "he said, a brother ahead": (["Ken Moss and his brother Jack were asleep.", "“It was thunder,” he said."], [None]),
    "he said, somebody unnamed between": (
        ["Ken Moss said: “It rose.”", "A neighbour had raised the alarm.", "“It was thunder,” he said."],
        ["Ken Moss", None],
    ),
    "he said behind a woman's words": (
        ["Mrs Ama Osei said: “It rose.”", "“It fell,” he said."],
        ["Mrs Ama Osei", None],
    ),
    "she said, one met another": (
        ["Mr Moss met Mrs Osei on the bridge.", "“It was thunder,” she said."],
        [None],
    ),
    "he said, a town that ends like a trade": (["Northminster was hit.", "“We lost all,” he said."], [None]),
    "she said, the place ahead is no person": (["Great Marsham was hit.", "“We lost all,” she said."], [None]),
    "a closed quotation goes on": (["“It rose,” said Ama Osei.", "“It has not stopped since.”"], ["Ama Osei"] * 2),
    "a following quotation has its own speaker": (
        ["“It rose,” said Ama Osei.", "“It fell,” said Ken Moss."],
        ["Ama Osei", "Ken Moss"],
    ),
    "three paragraphs, the speaker in the last": (
        ["The meeting was long.", "“It rose.", "“It rose again.", "“It never stopped,” said Ama Osei."],
        ["Ama Osei"] * 3,
    ),
    "closed quotations before somebody else's": (
        ["The meeting was long.", "“It is a disgrace.”", "“I will never forgive them,” said Ama Osei."],
        [None, "Ama Osei"],
    ),
    "the speaker of an unclosed quotation goes on": (["Ken Moss said: “It rose.", "“It fell.”"], ["Ken Moss"] * 2),
    "nothing, the paragraph ahead says what somebody thinks": (
        ["But Mrs Ama Osei was not convinced.", "“Do not come here.”"],
        ["Mrs Ama Osei"],
    ),
    "nothing, a body was not convinced": (["The River Trust was not convinced.", "“Do not come here.”"], [None]),
    "nothing, he said that somebody else": (
        ["Dr Ken Moss said it was late. “We ran from it,” he said.", "He said that Mr Lea was cold.", "“It fell.”"],
        ["Dr Ken Moss"] * 2,
    ),
    "nothing, he met one and then he said": (
        ["Mr Lea met Mr Moss on the quay.", "He said it was late.", "“We should go home.”"],
        [None],
    ),
    "the speaker of several paragraphs named behind them": (
        ["The lamp went out.", "“It rose.", "“It fell.”", "The words were those of Ama Osei, 84, who swims."],
        ["Ama Osei"] * 2,
    ),
    "words behind that are a thing's": (["“It rose.”", "Those were the words of a banner on the quay."], [None]),
    "he said, behind one man's words": (["“It rose,” said Ken Moss.", "“It fell,” he said."], ["Ken Moss"] * 2),
    "asked, he said": (
        ["“It rose,” said Ken Moss.", "Asked if he would stay, he said: “Yes, I will.”"],
        ["Ken Moss"] * 2,
    ),
    "he said, somebody unnamed beside the words": (
        ["“It rose,” said Kim Lea, as a fisherman watched.", "“It fell,” he said."],
        ["Kim Lea", None],
    ),
    "he said, another man two paragraphs ahead": (
        ["Ken Moss, 61, wants a wall.", "“It rose,” said Kim Lea.", "“It fell,” he said."],
        ["Kim Lea", None],
    ),
    "she said, her husband's words ahead": (
        ["“It rose,” said Ama Lea.", "Her husband, Jon Lea, said: “I ran.”", "“He is a rock,” she said."],
        ["Ama Lea", "Jon Lea", None],
    ),
    "nothing, words told to a paper ahead": (
        ["Mr Moss said it was dear. “It is a lot,” he told Marsham Sound.", "“It is too much.”"],
        ["Mr Moss"] * 2,
    ),
    "a quotation in single marks goes on": (
        ["‘It rose,’ said Ama Osei. ‘I've two who won't swim.", "‘It fell.’"],
        ["Ama Osei"] * 3,
    ),
    "straight single marks that close nowhere": (
        ["'It rose,' said Ama Osei. 'I've two who won't swim.", "'It fell.'"],
        ["Ama Osei"] * 3,
    ),
    "narration behind a quotation ends it": (
        ["“It rose,” said Ama Osei. The hall fell silent.", "“Shame on you.”"],
        ["Ama Osei", None],
    ),
    "he added, behind a verb that is not known": (
        ["“It rose,” fumed Ken Moss.", "“It fell,” he added."],
        ["Ken Moss"] * 2,
    ),
    "she said, the subject ahead agrees": (
        ["“It rose,” said Mrs Lea.", "Parent Ama Osei, whose son Jo swims, agrees.", "“It fell,” she said."],
        ["Mrs Lea", "Parent Ama Osei"],
    ),
    "asked, he said, somebody else ahead of his words": (
        ["Mr Lea swims.", "“It rose,” said Ken Moss.", "Asked if he would stay, he said: “Yes, I will.”"],
        ["Ken Moss"] * 2,
    ),
    "asked about somebody else, he said": (
        ["“It rose,” said Kim Lea.", "Asked about Mr Moss, he said: “It fell.”"],
        ["Kim Lea", None],
    ),
    "several paragraphs, who was speaking named behind them": (
        ["The lamp went out.", "“It rose.", "“It fell.”", "Ken Moss, who swims, was speaking to the Echo."],
        ["Ken Moss"] * 2,
    ),
    "somebody else was speaking": (
        ["“It rose,” said Ama Osei.", "“It fell.”", "Ken Moss was speaking after the storm."],
        ["Ama Osei", None],
    ),
    "everyone was speaking": (["The lamp went out.", "“It rose.”", "Everyone was speaking at once."], [None]),
    "narration ends a quotation": (
        ["Ken Moss said: “It rose.”", "The hall fell silent.", "“Shame on you.”"],
        ["Ken Moss", None],
    ),
}


@pytest.mark.parametrize(("paragraphs", "expected"), AROUND.values(), ids=AROUND)
def test_paragraphs_around_a_quotation_name_its_speaker_or_leave_it_open(
    paragraphs: list[str], expected: list[str | None]
) -> None:
    found = labels(*paragraphs)

    assert [label and label.replace("’", "'").removeprefix("Mrs ") for label in found] == [
        label and label.removeprefix("Mrs ") for label in expected
    ]


def test_narration_is_the_publishers_and_the_attributing_words_belong_to_it() -> None:
    text = article("“We were cut off,” she said.", "Ken Moss said: “It rose.”")

    drafts = [(text[draft.start : draft.end], draft.form, draft.own) for draft in read(text).passages[-4:]]

    assert drafts == [
        ("“We were cut off,”", "quoted", False),
        ("she said.", "narrated", True),
        ("Ken Moss said:", "narrated", True),
        ("“It rose.”", "quoted", False),
    ]


@pytest.mark.parametrize(
    "interruption",
    ["Read more: Ferry to stay shut", "Listen to this article", "Loading audio...", "The quay at dawn. Picture: Tozer"],
)
def test_an_interruption_does_not_end_a_quotation(interruption: str) -> None:
    assert labels("Ken Moss said: “It rose.", interruption, "“It fell.”") == ["Ken Moss", "Ken Moss"]


@pytest.mark.parametrize(
    "partial",
    [
        "Ken Moss said the town has ‘enough boats’ to cope with it.",
        'The council has spoken of a "shift" in the risk of flooding.',
        "A review was announced ‘to ensure they have the pumps to do their jobs’.",
        "She was sent a copy of “Rivers of Grass”, a book about meadows.",
        "It’s the residents’ view that the officers’ boats were ’em all over.",
    ],
)
def test_a_partial_quotation_stays_in_the_narration(partial: str) -> None:
    assert quotations(article(partial)) == []


def test_a_quotation_inside_a_quotation_stays_in_it() -> None:
    text = article("Ken Moss said: “They told us ‘go home’ and we did.”", 'Ama Osei said: "I said "no" and left."')

    assert quotations(text) == [
        ("Ken Moss", "“They told us ‘go home’ and we did.”"),
        ("Ama Osei", '"I said "no" and left."'),
    ]


def test_apostrophes_do_not_close_a_quotation_in_single_marks() -> None:
    words = "'It's the officers' fault, so we'll tell 'em.'"

    assert quotations(article(f"Ama Osei said: {words}")) == [("Ama Osei", words)]


def test_a_quotation_that_is_never_closed_ends_with_its_paragraph_and_a_doubt() -> None:
    paragraphs = ("The Trust said: “Enough boats have returned.", "The bridge is shut.")

    assert quotations(article(*paragraphs)) == [("The Trust", "“Enough boats have returned.")]
    assert doubts(*paragraphs) == ["a quotation is never closed"]


def test_an_open_quotation_leaves_a_doubt_with_its_line() -> None:
    (doubt,) = read(article("The hall fell silent.", "“Shame on you all.”")).doubts

    assert (doubt.line, doubt.where) == (9, "“Shame on you all.”")
    assert "[labels]" in doubt.remedy


def test_the_fullest_form_of_a_name_stands_beside_a_short_label() -> None:
    text = article(
        "Dr Ama Osei lives here.",
        "Engineer Lena Hale lives there. Lena Hale swims.",
        "Ken Moss and his wife Jill Moss agree.",
        "Hale said: “It is wet.”",
        "Osei said: “It rose.”",
        "Moss said: “It fell.”",
    )

    found = [(draft.label, draft.name) for draft in read(text).passages if draft.form == "quoted"]

    assert found == [("Hale", "Lena Hale"), ("Osei", "Ama Osei"), ("Moss", None)]


@pytest.mark.parametrize(
    ("behind", "label", "name"),
    [
        ("the former Reeve of Marsham", "the former Reeve of Marsham", None),
        ("the then Harbour Warden", "the then Harbour Warden", None),
        ("the acting Reeve", "the acting Reeve", None),
        ("former Reeve of Marsham Ama Osei", "former Reeve of Marsham Ama Osei", "Ama Osei"),
        ("the former Reeve of Great Marsham", "the former Reeve of Great Marsham", None),
        ("Deputy Reeve of Marsham Ama Osei", "Deputy Reeve", "Deputy Reeve of Marsham Ama Osei"),
        ("Mrs Ken Moss", "Mrs Ken Moss", None),
    ],
)
def test_an_office_of_another_time_or_rank_keeps_its_words(behind: str, label: str, name: str | None) -> None:
    text = article("Ken Moss has called for a barrier.", f"“We were cut off,” said {behind}.", "The hall emptied.")

    assert [(draft.label, draft.name) for draft in read(text).passages if draft.form == "quoted"] == [(label, name)]


OFFICES = {
    "a holder ahead of the office": ("Ken Moss, the Reeve of Marsham, has called for a barrier.", "Ken Moss"),
    "a holder in lower case": ("Ken Moss, the reeve of Marsham, said it was wet.", "Ken Moss"),
    "a holder behind the office": ("In Marsham the Reeve, Ken Moss, has called for a barrier.", "Ken Moss"),
    "a holder behind somebody's office": ("Marsham’s Reeve, Ken Moss, told us it was wet.", "Ken Moss"),
    "a holder without comma": ("Marsham Reeve Ken Moss has called for a barrier.", "Marsham Reeve Ken Moss"),
    "a place behind": ("The Reeve of Marsham came by boat.", "Reeve of Marsham"),
    "a place ahead": ("Marsham’s Reeve came by boat.", "Reeve of Marsham"),
    "two places": ("The Reeve of Marsham met the Reeve of Alder.", "Reeve of Marsham or Reeve of Alder"),
    "a former holder": ("The former Reeve of Marsham came by boat.", None),
    "a day": ("On Monday, the Reeve came by boat.", None),
    "nothing": ("The Reeve came by boat.", None),
}


@pytest.mark.parametrize(("introduction", "name"), OFFICES.values(), ids=OFFICES)
def test_a_bare_office_has_the_holder_or_place_that_the_page_prints(introduction: str, name: str | None) -> None:
    text = article(introduction, "“We were cut off,” the Reeve said.", "He added: “It rose.”")

    found = [(draft.label, draft.name) for draft in read(text).passages if draft.form == "quoted"]

    assert found[0] == ("the Reeve", name)
    assert {name for label, name in found[1:] if label} <= {name}


def test_a_doubt_shows_whole_words_of_a_long_quotation() -> None:
    (doubt,) = read(article("The hall fell silent.", f"“Shame on {'all of you ' * 9}tonight.”")).doubts

    assert doubt.where == "“Shame on all of you all of you all of you all of you all …"


def test_turns_number_the_consecutive_quotations_of_one_speaker() -> None:
    text = article(
        "“It rose,” said Ama Osei. “And rose.”",
        "Ken Moss said: “It fell.”",
        "The hall emptied.",
        "Mr Moss said: “It did.”",
    )

    assert [(draft.label, draft.turn) for draft in read(text).passages if draft.turn] == [
        ("Ama Osei", 1),
        ("Ama Osei", 1),
        ("Ken Moss", 2),
        ("Mr Moss", 2),
    ]


def test_headline_dates_byline_links_and_the_list_of_headlines_have_their_zones() -> None:
    text = (
        "‘Nobody came’: ferry town counts cost\n\n3 May 2021, 09:14 | Updated: 3 May 2021, 10:02\n\nBy Nell Tozer\n\n"
        "Listen to this article\n\nLoading audio...\n\nThe ferry is shut.\n\n"
        "Read more: ‘We are leaving’, says islander\n\n"
        "What happens next?\n\nThe ferry will reopen.\n\nMore Latest News\n\nSee more More Latest News\n\nA quay\n\n"
        "‘It will sink’: Ken Moss argues for a bridge\n\nBoat found"
    )

    found = zones(text)

    assert found.pop("‘Nobody came’: ferry town counts cost") == "heading"
    assert found.pop("The ferry is shut.") == found.pop("The ferry will reopen.") == "body"
    found.pop("What happens next?")
    assert set(found.values()) == {"furniture"}
    assert quotations(text) == []


@pytest.mark.parametrize(
    "caption",
    [
        "The quay at dawn. Picture: Alder",
        "The quay at dawn (Image: Alder)",
        "The quay at dawn. Credit: Alder Press",
        "Photo: Alder Press",
        "The ferry is shut for the whole of the spring",
    ],
)
def test_a_caption_is_known_by_its_credit_or_by_repeating_the_article(caption: str) -> None:
    text = article("The ferry is shut for the whole of the spring.", caption, "Boats lie idle.")

    assert zones(text)[caption] == "caption"


def test_alternative_text_ahead_of_a_caption_is_a_caption_and_nobodys_words_are_the_publishers() -> None:
    words = "Idris Vane told Ferry FM: “We need a barrier now.”"
    text = article("“It rose,” said Ama Osei.", words, f"{words}. Picture: Alder", "Boats lie idle.")

    found = [(draft.label, draft.turn) for draft in read(text).passages if draft.zone == "caption" and not draft.own]

    assert found == [("Idris Vane", 0), ("Idris Vane", 0)]


def test_a_pronoun_reaches_back_over_a_sentence_that_only_has_its_own_forms() -> None:
    lead = "Dr Ama Osei, who told the panel of it, said the cost was counted wrongly."

    assert labels(f"{lead} Her study of 40 towns found that it rose.", "“It is warm,” she said.") == ["Dr Ama Osei"]
    assert labels(f"{lead} The towns, she pointed out, were poor.", "“It is warm,” she said.") == ["Dr Ama Osei"]
    assert labels(f"{lead} Her colleague Lena Fox disagrees.", "“It is warm,” she said.") == [None]
    assert labels(f"{lead} The towns were poor.", "“It is warm,” she said.") == [None]


OTHERS = {
    "question and its answer": "Ferries\nQuestion By:\nAma Osei\nAsked Of:\nThe Chair\nAnswered By:\nThe Chair\nSoon.",
    "transcript": "\n".join(f"{name}: We met on the quay." for name in ("Ama Osei", "Ken Moss") * 3),
    "bullets": "- The ferry is shut\n- The bridge is open\n- Boats lie idle",
    "salutation": "The Lecture\n\nLord Mayor, ladies and gentlemen.\n\nThis town floods.\n\nIt rains.",
    "first person": "A speech\n\nI came here to talk.\n\nI think we can win.\n\nWe will build it.",
    "no byline": "Ferry times\n\nThe ferry is shut.",
    "empty": " \n\n",
}


@pytest.mark.parametrize(("reason", "text"), OTHERS.items(), ids=OTHERS)
def test_a_text_of_another_kind_is_refused_with_the_reason(reason: str, text: str) -> None:
    with pytest.raises(WrongKind, match=reason):
        read(text)


def test_a_short_article_that_quotes_nobody_is_an_article() -> None:
    reading = read(
        "Bridge to reopen\nThe bridge reopens on Friday.\nIt was built in 1823.\nA ribbon will be cut at noon.\n"
    )

    assert [(draft.zone, draft.own) for draft in reading.passages] == [("heading", True)] + [("body", True)] * 3


def test_offsets_count_characters_of_the_text_as_received() -> None:
    text = "\ufeff" + article("“It rose,” said Ama\u00a0Osei.").replace("\n", "\r\n")

    (quotation,) = (draft for draft in read(text).passages if draft.form == "quoted")

    assert text[quotation.start : quotation.end] == "“It rose,”"
    assert quotation.label == "Ama Osei"


PIECES = [
    "“",
    "”",
    '"',
    "‘",
    "’",
    "'",
    "\n",
    "\n\n",
    " ",
    "Ama Osei",
    "said",
    "he",
    "it's",
    ":",
    ",",
    ".",
    "told",
    "who",
    "?",
    "By",
    "—",
    "the Trust",
]

INVISIBLE = "\ufeff\u200b" + "".join(filter(str.isspace, map(chr, range(0x3001))))


def _covers(text: str, reading: Reading) -> bool:
    spans: list[Draft] = list(reading.passages)
    gaps = zip([0, *(draft.end for draft in spans)], [*(draft.start for draft in spans), len(text)], strict=True)
    return all(start <= end and not text[start:end].strip(INVISIBLE) for start, end in gaps) and all(
        draft.start < draft.end for draft in spans
    )


@settings(max_examples=300, deadline=None)
@example(["A", " said", "“", '"', "”"])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40))
def test_passages_cover_any_text_in_order_and_never_overlap(pieces: list[str]) -> None:
    text = article("The ferry is shut.", "".join(pieces))
    try:
        reading = read(text)
    except WrongKind:
        return

    assert _covers(text, reading)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_a_bare_heap_of_marks_and_words_is_read_or_refused(pieces: list[str]) -> None:
    text = " ".join(pieces)
    try:
        reading = read(text)
    except WrongKind:
        return

    assert _covers(text, reading)
