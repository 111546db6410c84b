"""Pages of the four kinds, of our own writing: the harbour of Northport does not exist."""

from __future__ import annotations

from kit.readers import Draft

ANSWER = """Pier lamps
Session date:\u00a0
March 4, 2021
Question By:\u00a0
Priya Raman
Lantern Group
Asked Of:\u00a0
The Mayor


Do you believe that the pier is lit well enough? Were you asked?


Answer for Pier lamps

Answer for Pier lamps

Answered By:\u00a0
The Mayor

Ama Osei (Mayor of Northport): Thank you, Chair. There were three points:

The lamps [forty of them] are new.


Priya Raman AM:\u00a0 Thank you, Mr\u00a0Mayor. I said: they are dim.


Ama Osei (Mayor of Northport):\u00a0 They are not.
"""

UNLABELLED_ANSWER = """Ferry bells (Supplementary) [2]

Session date:\u00a0
May 6, 2022
Question By:\u00a0
Tom Quill
Asked Of:\u00a0
The Mayor


Will the bells ring?

And when?


Ferry bells (Supplementary) [2]

Ferry bells (Supplementary) [2]

Answered By:\u00a0
The Mayor

They will ring at dawn.

They always have.


Tom Quill AM: Is that agreed?
"""

QUESTIONS = """Northport Harbour Council
Agenda item 7: questions from members

The Warden reminded members that questions have to be short and that each has but one supplementary question.

Question 1 - Councillor Priya Raman to the Cabinet Member for Piers (Councillor Tom Quill)

How many lamps on the outer pier were dark on the night of the storm, and who knew of it?

Reply

Eleven lamps were dark. I was told of it the next morning, and I have asked why nobody told me sooner.

We shall light them all by May.

Supplementary question

Will the Cabinet Member say who pays for it?

Reply

The harbour dues pay for it.

Question 2 - Councillor Lena Fox to the Cabinet Member for Ferries (Councillor Ama Osei)

When does the last boat leave in winter?

Reply

It leaves at six. I should like it to leave at seven, but the crew has to sleep.

Supporting documents:
Lamps on the outer pier, item 7. PDF 2 MB

Contact us | Cookies
"""

RECORD = """ASSEMBLY OF NORTHPORT
Tuesday, 4 May 2021

QUESTIONS WITHOUT NOTICE

LAMPS ON THE OUTER PIER

Ms PRIYA RAMAN (Inner Quay) (14:01:10): My question is to the Minister for Piers. When will the lamps be lit again?

Mr TOM QUILL (Outer Quay—Minister for Piers) (14:01:35): I thank the member, and I know that she asks for her pilots.

They will be lit in May, and we are paying for them out of the dues.

[Members interjected.]

Mr KOFI BLAKE: Which May?

The SPEAKER: Order! The Minister has the call.

Mr TOM QUILL: This one, Speaker.

NIGHT FERRIES

Dr LENA FOX (Ferry Hill) (14:04:00): How many boats sailed at night last winter?

Mr TOM QUILL: I am told that it was nine.

Page 212    Assembly of Northport    Tuesday, 4 May 2021
"""

BRIEFING = """

- The harbour opens forty new lamps on Monday
- They burn on every pier, \u201cday and night\u201d, through the winter
- No boat has waited since the spring

Ferries
- Ferries sail each hour
- In fog they sail when the bell has rung
"""

SPEECH = """Follow Northport Harbour

Harbourmaster gives opening speech at Lantern Hall

Blog post \u00a0 \u2022 \u00a0 Mar 4, 2021\u00a018:00\u00a0GMT

[The harbourmaster at Lantern Hall]

Pilots, distinguished guests, ladies and gentlemen.

I am glad to speak here tonight, in a hall that our pilots built with their own hands and their own oil.

My teacher Ruth Vane said: "We never sail by hope."

There are two parts to our plan:

- Light - to see by
- And bells - to hear by

We shall keep both. Thank you.
"""

NEWS = """Ferries stopped after pilots walk out

4 March 2021, 13:46

By Lena Fox

Ferries stood still in Northport on Monday, the company said.

\u201cWe had no choice,\u201d Ama Osei, its chief executive, told the Herald. \u201cI am sorry for it.\u201d

Read more: Pilots reject offer

Tom Quill, of the pilots\u2019 guild, said: \u201cWe warned them.

\u201cI told them so in March.\u201d

Passengers were brought home by bus.
"""


def assert_covered(text: str, passages: tuple[Draft, ...]) -> None:
    """Passages stand in order, begin and end in words, and leave nothing between them but white space."""
    at = 0
    for draft in passages:
        assert at <= draft.start < draft.end
        assert is_blank(text[at : draft.start])
        assert not is_blank(text[draft.start])
        assert not is_blank(text[draft.end - 1])
        at = draft.end
    assert is_blank(text[at:])


def is_blank(text: str) -> bool:
    return not text.replace("\ufeff", "").replace("\u200b", "").strip()
