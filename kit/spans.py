"""Characters of a text: folding one to one, lines, sentences, words, and anchors of a quotation.

Offsets are Unicode code points of the text as decoded, end exclusive: `text[start:end]` is the span.
"""

from __future__ import annotations

import re
from unicodedata import category

import polars as pl

_WHITE = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\ufeff"  # a byte order mark is no word
_KINDS = {
    " ": "\t" + "".join(character for character in _WHITE if category(character) == "Zs"),
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    "'": "\u2018\u2019\u201a\u201b\u2032\u02bc",
    '"': "\u201c\u201d\u201e\u201f\u2033",
}
_FOLD = {ord(kind): plain for plain, kinds in _KINDS.items() for kind in kinds}
_WORD = r"[\p{L}\p{N}]+(?:['’‑-][\p{L}\p{N}]+)*"
EDITORIAL = r"\[[^\[\]\n]*\]"
_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[^\W_a-z]|\s*$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“‘\"'])(?:Mr|Mrs|Ms|Dr|Prof|Rev|St|Sir|Lt|Col|Gen|Sgt|Insp|Supt|Det|Cllr|Hon|hon|Rt|Gov|Sen|Rep|vs|etc|"
    r"e\.g|i\.e|cf|ed|al|Jr|Sr|Co|Ltd|Inc|approx|[A-Z]|(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_NUMBER = re.compile(r"(?:^|\s)(?:No|Nos|para|paras|p|pp|Art|s|ss|vol|fig)\.$", re.IGNORECASE)


def fold(text: str) -> str:
    """Make a text comparable, one character for one: case, kinds of space, hyphen and quotation mark no longer differ.

    The result is as long as the text, so a span found in it is a span of the text.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    return lowered.translate(_FOLD)


def line_of(text: str, offset: int) -> int:
    """Give the number, from 1, of the line that holds the character at `offset`."""
    return text.count("\n", 0, offset) + 1


def strip_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a span until neither end is white space or invisible; a span of nothing else becomes empty."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip(_WHITE)), end - len(piece) + len(piece.rstrip(_WHITE))


def lines(text: str) -> list[tuple[int, int]]:
    """Give the spans of the lines that are not blank, white space at both ends left out."""
    spans = (strip_span(text, *match.span()) for match in _LINE.finditer(text))
    return [(start, end) for start, end in spans if start < end]


def sentences(text: str) -> list[tuple[int, int]]:
    """Give the spans of the sentences of a paragraph: English abbreviations and initials do not end one."""
    spans, start = [], 0
    for match in _END.finditer(text):
        before = text[max(start, match.start() - 20) : match.start() + 1]
        rest = text[match.end() :].lstrip()
        if match[0].startswith(".") and (
            _ABBREVIATION.search(before) and rest or _NUMBER.search(before) and rest[:1].isdigit()
        ):
            continue
        spans.append(strip_span(text, start, match.end()))
        start = match.end()
    spans.append(strip_span(text, start, len(text)))
    return [(start, end) for start, end in spans if start < end]


def count_words(text: pl.Expr) -> pl.Expr:
    """Count words: runs of letters and digits, an apostrophe or hyphen inside does not part them."""
    return text.str.count_matches(_WORD).cast(pl.Int64)


def occurrences(text: str, wanted: str) -> list[int]:
    """Give every start of `wanted`, overlapping ones included; nothing wanted is nowhere."""
    found, at = [], text.find(wanted) if wanted else -1
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def anchor(text: str, evidence: str, before: str = "", after: str = "") -> list[tuple[int, int]]:
    """Give the spans at which `evidence` stands, character for character, right behind `before` and ahead of `after`.

    White space between the evidence and its neighbours does not matter. One span: found; none: not in the text; more:
    ambiguous.
    """
    spans = [(at, at + len(evidence)) for at in occurrences(text, evidence)]
    return [
        (start, end)
        for start, end in spans
        if (not before or text[:start].rstrip().endswith(before.rstrip()))
        and (not after or text[end:].lstrip().startswith(after.lstrip()))
    ]


def search_pattern(wanted: str) -> str:
    """Make the regular expression (for polars and for `re`) that finds `wanted` literally, as `fold` compares texts."""
    return r"(?i)" + r"\s+".join("".join(map(_kinds, word)) for word in wanted.split())


def _kinds(character: str) -> str:
    plain = fold(character)
    return f"[{plain}{_KINDS[plain]}]" if plain in _KINDS else re.escape(character)


def editorial(text: str) -> list[tuple[int, int]]:
    """Give the spans of an editor's insertions in square brackets, brackets included; unclosed ones are none."""
    return [match.span() for match in re.finditer(EDITORIAL, text)]
