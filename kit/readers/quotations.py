"""Quotations in a line of an article: where each begins and ends, and whether it counts as one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, partial

from kit.readers.attribution import FINITE, SAY, Names, Who, after

CLEAN = dict.fromkeys(map(ord, "‘’‛"), "'") | dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 9), " ")
ENDED = re.compile(r"[.?!…:,;–—-]\W*$")
_ELIDED = re.compile(r"(?:em|til|cause|cos|[Tt]is|[Tt]was|n|bout|round|\d0s)\b")
_CLOSES_LATER = re.compile(r"[^'\"]*(?:'(?=\w)[^'\"]*)*[^\s']'(?!\w)")
_OPENING = re.compile(rf"[“„]|(?<![\w.,?!])\"(?=\S)|(?<![^\s(\[—–/:,-])'(?=\S)(?!{_ELIDED.pattern})")


@dataclass
class Quote:
    """A quotation within its line; `behind`: its words of attribution follow it."""

    start: int
    end: int
    closed: bool
    who: Who | None = None
    behind: bool = False
    label: str | None = None


def quotations(text: str, names: Names) -> list[Quote]:
    """Find the quotations that count; partial ones stay in the narration, inner ones in the outer quotation."""
    found, at, closes = list[Quote](), 0, cache(partial(_closes, text))
    while match := _OPENING.search(text, at):
        start, close = match.start(), closes(match[0] == "'").get(match.start())
        if close is None and match[0] == "'" and text[max(0, start - 99) : start].rstrip()[-1:] not in ":,.?!":
            at = match.end()
            continue
        at = close or len(text)
        while close and text[at : at + 1] in tuple(".,;:!?)]…"):
            at += 1
        gap, closed = text[found[-1].end if found else 0 : start], close is not None
        resumes = found and gap.rstrip().endswith(",") and (told := after(gap, False, names)) and not told[1]
        if found and not re.search(r"\w", gap):
            found[-1].end, found[-1].closed = at, closed
        elif resumes or _counts(text, start, at, not closed, names):
            found.append(Quote(start if re.search(r"\w", gap) else 0, at, closed))
    return found


def _closes(text: str, single: bool) -> dict[int, int]:
    """Find where each quotation ends, by its start, apostrophes and inner ones told apart; those left out: nowhere."""
    ends, around = dict[int, int](), list[list[int]]()  # open quotations; some end together
    for match in re.finditer("'" if single else '["“”„]', text):
        at, end = match.span()
        left, right = text[at - 1 : at], text[end : end + 1]
        if match[0] in "“„" or match[0] != "”" and left in ("", *" ([—–-/:") and right.strip():
            around += [] if single and _ELIDED.match(text, end) else [[at]]
        elif around and (not single or not right.isalnum() and left != " "):
            inner = around.pop()
            if not (single and left in "sn" and right == " " and _CLOSES_LATER.match(text, end)):
                ends |= dict.fromkeys(inner, end)
            elif around:
                around[-1] += inner
            else:
                around.append(inner)
    return ends


def _counts(text: str, start: int, end: int, unclosed: bool, names: Names) -> bool:
    """Say whether a quotation holds at least a clause or stands as its own sentence."""
    lead, inner, rest = text[:start].rstrip(), text[start:end].strip("\"'“”„ ,.)"), text[end:]
    words, verb, upper = re.findall(r"[\w'-]+", inner), re.search(FINITE, inner), bool(re.match(r"[A-Z\d£]", inner))
    plain = verb and not {"that", "which", "who", "to", "where"} & set(inner[: verb.start()].split())
    clause = len(words) > 2 and bool(verb and (upper or plain) or upper and len(words) > 7)
    ended = unclosed or bool(ENDED.search(text[start:end]))
    title = all(word[0].isupper() for word in [word for word in words if len(word) > 3] or words)
    if title and len(words) > 1 and not re.search(r"[.?!]\W*$", text[start:end]):
        return bool(after(rest, False, names)) and ended and not lead
    stands = not lead or lead[-1] in ".?!”\"':"
    turns = r"that|\w+ing|[,–—-]|(?:told|asked|warned|urged)(?: \w+){1,4}"
    told = stands or bool(re.search(rf"(?:{SAY}|{turns})(?<! the)(?<! a)$", lead))
    return clause and told or stands and upper and ended
