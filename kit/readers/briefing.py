"""Briefings: bullets in groups, maybe with headings between; the words are the publisher's."""

from __future__ import annotations

import re

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading
from kit.spans import count_words, line_of, lines, strip_span

BULLET = re.compile(r"[-–—*+·▪▸►◦‣○●■]\s|[•∙]\s*\S|\(?\d{1,2}[.)]\s|\(?[a-z][.)]\s|\(?[ivx]{1,4}[.)]\s")
FIELD = re.compile(r"(?i)(?:question by|asked of|answered by)\s*:")
_QUOTED = re.compile(r"“[^“”]*”?|(?<!\w)\"[^\"]*\"?")
_CLAUSE = 6  # words: from here on a quotation is somebody's statement, below it a name or a slogan


def read(text: str) -> Reading:
    """Read a briefing: every line a passage, its bullet sign included; a short line without full stop is a heading.

    A quotation of a clause or more is a passage without a speaker, and a doubt. Raises WrongKind where at most half of
    the lines are bullets, or fields of a question stand on the page.
    """
    spans = lines(text)
    bullets = sum(bool(BULLET.match(text, start)) for start, _ in spans)
    if any(FIELD.match(text, start) for start, _ in spans):
        raise WrongKind("it has the fields of a question and its answer")
    if bullets < 2 or bullets * 2 <= len(spans):
        raise WrongKind(f"{bullets} of its {len(spans)} lines are bullets; a briefing has more than half")
    passages: list[Draft] = []
    doubts: list[Doubt] = []
    for start, end in spans:
        bullet = BULLET.match(text, start)
        if not bullet and end - start <= 80 and text[end - 1] not in ".!?;:,…\"”'’":
            passages.append(Draft(start, end, "written", "heading", own=True))
            continue
        at = start
        for found in _QUOTED.finditer(text, start, end):
            if count_words(found[0]) >= _CLAUSE:
                passages += [*_own(text, at, found.start()), Draft(*found.span(), "quoted", turn=1)]
                remedy = "leave it open: a briefing's reader looks for no attribution"
                doubts.append(Doubt(line_of(text, at), "a quotation has no speaker", found[0][:60], remedy))
                at = found.end()
        passages += _own(text, at, end)
    return Reading(tuple(passages), tuple(doubts))


def _own(text: str, start: int, end: int) -> list[Draft]:
    start, end = strip_span(text, start, end)
    return [Draft(start, end, "written", own=True, turn=1)] if start < end else []
