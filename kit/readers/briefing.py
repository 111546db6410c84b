"""Briefings: bullets in groups, maybe with headings between; the words are the publisher's."""

from __future__ import annotations

import re

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, beginning
from kit.readers.quotations import CLEAN, marked
from kit.spans import count_words, line_of, lines, strip_span

BULLET = re.compile(r"[-–—*+·▪▸►◦‣○●■]\s|[•∙]\s*\S|\(?\d{1,2}[.)]\s|\(?[a-z][.)]\s|\(?[ivx]{1,4}[.)]\s")
FIELD = re.compile(r"(?i)(?:question by|asked of|answered by)\s*:")
_TOLD = re.compile(
    r"(?:(?i:statement|comment|message|remarks?|response|quote)s? (?:by|from) [^:]+|[^:]*\b(?:said|says|added)\b[^:]*"
    r"|(?:The |[A-Z][\w.'’-]+ )(?:(?:of|for|the|and|de|van) |[A-Z][\w.'’-]+ )*[A-Z][\w.'’-]+(?: \([^)]*\))?"
    r"(?=:.*\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me)\b)):\s+"
)
_CLAUSE = 6  # words: from here on a quotation is somebody's statement, below it a name or a slogan


def read(text: str) -> Reading:
    """Read a briefing: every line a passage, its bullet sign included; a short line without full stop is a heading.

    A quotation of a clause or more, and what stands behind a name or "Statement by …" and a colon, is a passage without
    a speaker, and a doubt. Raises WrongKind where at most half of the lines are bullets, or fields of a question stand.
    """
    spans, passages, doubts = lines(text), list[Draft](), list[Doubt]()
    bullets = sum(bool(BULLET.match(text, start)) for start, _ in spans)
    if any(FIELD.match(text, start) for start, _ in spans):
        raise WrongKind("it has the fields of a question and its answer")
    if bullets < 2 or bullets * 2 <= len(spans):
        raise WrongKind(f"{bullets} of its {len(spans)} lines are bullets; a briefing has more than half")
    for start, end in spans:
        bullet = BULLET.match(text, start)
        if not bullet and end - start <= 80 and text[end - 1] not in ".!?;:,…\"”'’":
            passages.append(Draft(start, end, "written", "heading", own=True))
            continue
        at, words = start, bullet.end() if bullet else start
        quoted = [(words + first, words + last) for first, last, _ in marked(text[words:end].translate(CLEAN))]
        quoted = [(first, last) for first, last in quoted if count_words(text[first:last]) >= _CLAUSE]
        told = _TOLD.match(text, words, end)
        for first, last in quoted or ([(told.end(), end)] if told else []):
            passages += [*_own(text, at, first), Draft(first, last, "quoted", turn=1)]
            remedy = "leave it open: a briefing's reader looks for no attribution"
            where, at = beginning(text[first:last]), last
            doubts.append(Doubt(line_of(text, start), "a quotation has no speaker", where, remedy))
        passages += _own(text, at, end)
    return Reading(tuple(passages), tuple(doubts))


def _own(text: str, start: int, end: int) -> list[Draft]:
    start, end = strip_span(text, start, end)
    return [Draft(start, end, "written", own=True, turn=1)] if start < end else []
