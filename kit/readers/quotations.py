"""Quotations in a line of an article: where each begins and ends, and whether it counts as one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kit.readers.attribution import FINITE, SAY, Names, Who, after

CLEAN = dict.fromkeys(map(ord, "‘’‛"), "'") | dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 9), " ")
ENDED = re.compile(r"[.?!…:,;–—-]\W*$")
_ELIDED = r"(?:em|til|cause|cos|[Tt]is|[Tt]was|n|bout|round|\d0s)\b"
_OPENING = re.compile(rf"[“„]|(?<![\w.,?!])\"(?=\S)|(?<![^\s(\[—–/:,-])'(?=\S)(?!{_ELIDED})")


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
    found, at = list[Quote](), 0
    while match := _OPENING.search(text, at):
        start, close = match.start(), _close(text, match.start())
        if close is None and match[0] == "'" and text[:start].rstrip()[-1:] not in ":,.?!":
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


def _close(text: str, start: int) -> int | None:
    """Find where the quotation that opens at `start` ends, apostrophes and inner ones told apart; None: nowhere."""
    single, depth = text[start] == "'", 0
    for match in re.compile("'" if single else '["“”„]').finditer(text, start):
        at, left, rest = match.start(), text[: match.start()][-1:], text[match.end() :]
        if match[0] in "“„" or match[0] != "”" and left in ("", *" ([—–-/:") and rest[:1].strip():
            depth += at == start or not re.match(_ELIDED, rest)
        elif not single or not rest[:1].isalnum() and left != " ":
            owner = single and depth == 1 and left in "sn" and rest[:1] == " "
            if owner and re.match(r"[^'\"]*(?:'(?=\w)[^'\"]*)*[^\s']'(?!\w)", rest):
                continue
            depth -= 1
            if depth == 0:
                return match.end()
    return None


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
