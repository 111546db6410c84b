"""Who an article says is speaking: the words around a quotation, and the names that one text prints.

Rules of English newspaper prose, for any subject. Everything here would sooner say nothing than guess.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from kit.spans import sentences

SAY = (
    r"(?:said|says?|told|tells|wrote|writes|went on|stated|urge[ds]|noted|announce[ds]|argue[ds]|conclude[ds]|declare[ds]"
    r"|continued|tweeted|posted|admitted|commented|replied|joked|quipped|cried|observed|promised|pleaded|interjected"
    r"|(?:claim|respond|answer|remark|shout|repeat|reflect|stress|laugh|retort)ed"
    r"|(?:add|explain|insist|warn|recall|ask|reveal|confirm|suggest)(?:ed|s))"
)
_ACT = (
    r"(?:called|sent|issued|emailed|written|criticised|criticized|praised|thanked|condemned|welcomed|apologised|vowed|pledged"
    r"|defended|appealed|hit|slammed|blasted|dismissed|denied|expressed|described|accused|hailed|rejected|spoke)"
)
_AUX = r"(?:(?:has|have|had|also|later|then|further|previously|today|yesterday|simply|since|already|\w+ly) )"
FINITE = (
    r"\b(?:is|are|was|were|am|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|cannot|\w+n't"
    r"|[IiTtWwHhYy]\w*'(?:s|re|ve|ll|d|m))\b"
)
_TIME = (
    r"(?:the|a|that|this|same|last|next|\w+day|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|morning|afternoon|evening|night|week|month|year|\d\w*|statement|post|tweet|letter|interview|email|speech)"
)
_LEAD = re.compile(
    r"(?:(?:But|And|and|but|However|Yet|So|Then|Later|Meanwhile|Now|Today|Yesterday|Earlier|Instead|Finally) |(?:Late |Early |Earlier |Later )?"
    rf"(?:On|By|In|At|Last|This|on|in|at|last|this) (?:{_TIME} )+(?<!\bthe )(?<!\ba )(?=[A-Zthas]))*"
)
_SKIP = re.compile(
    r"(?:who|whose|whom|which|where|when|while|that|of|from|in|at|on|with|by|near|for|to|after|before|during|as|then|\d[\w-]*$|[a-z]+(?:ing|ed)"
    r"|Speaking|Writing|Asked|When|After|Before|While|As|In|On|At|For|With|By|From|Following|During|Since|Outside)\b"
)
_CUT = (
    r"on|in|at|during|after|before|as|when|while|outside|following|last|this|earlier|later|yesterday|today|to|about|who|with|via|but"
    r"|because|afterwards|\w+day"
)
_PREPOSITIONS = set("of for from at in with on by to behind representing against about".split())
_NO_NOUN = set(
    "that who whom which what when after because if while whether where how why as than before until unless since though said says told "
    "claims claimed believes thinks not never nobody everyone it there this these those we i you be been being if according asked".split()
)
_INDEFINITE = set("a an one another some many several two three other every any".split())
_OWNED = {"the", "his", "her", "their", "its", "our", "my"}
_THINGS = set(
    "letter statement report email notice sign post tweet message document banner text note caption poster placard source sources one "
    "others leaflet review study survey website page video book song rumour rumours headline article petition".split()
)
_TITLES = dict.fromkeys("Mr Sir Lord".split(), "he") | dict.fromkeys("Mrs Ms Miss Dame Lady".split(), "she")
_TITLES |= dict.fromkeys("Dr Prof Professor Rev Cllr Councillor Judge Captain Capt Lt Sgt Mx Baroness".split(), "")
_BODIES = re.compile(
    r"\b(?:Council|Company|Department|University|College|Federation|Association|Trust|Group|Party|Committee|Agency|Services?|Office|Court"
    r"|Street|Road|Lane|Avenue|Square|Bridge|River|Park|Hospital|School|Radio|News|Union|Society|Institute|Ministry|Board|Commission|Centre"
    r"|Hall|House|Church|Club|Team|Authority|Foundation|Times|Echo|Herald|Gazette|Post|Chronicle|Mail|Live|Ltd|Bank|Review|Act|Bill|Report"
    r"|Day|Week|City|Town|County|North|South|East|West|Upper|Lower|Great|Little|St|New|Old|Green|National|Royal|British|International"
    r"|Campaign|Network|Forum|Alliance|Action|Operation|Storm|Good|[A-Z]{2,}|\w*\d\w*)\b"
)
_FUNCTION = set(
    "But And The A An In On At When After As If For However Yet While Speaking With Since Although Meanwhile He She They It We I His Her "
    "Their This That These Those There What Who Why How According Asked By From Last Earlier Later Some Many Another One Both Not No Now "
    "Then So To Of Our My Its Also Today Yesterday Despite Before During Following Under Over Only Still Even Former Once Until".split()
)
_WORD = r"[A-Z](?:[\w-]|'(?!s\b)(?=\w))*"
_NAME = rf"(?:(?:(?:Mr|Mrs|Ms|Dr|Rev|Prof|Cllr|Capt|Lt|Sgt|[A-Z])\.|{_WORD}) (?:(?:de|van|von|der|bin|al|la|le|&) )*)*{_WORD}"
_RUN = re.compile(rf"(?<![\w'-]){_NAME}(?![\w-])")


class Who(NamedTuple):
    """A speaker as printed: a `name`, a `common` phrase, a `pronoun`; `unclear` where the words say too little, `same` as before."""

    label: str
    kind: str


UNCLEAR = Who("", "unclear")


def phrase(text: str) -> Who | None:
    """Read one noun phrase as a speaker; None where it is none, unclear where it names two or a thing."""
    text = re.sub(r"\s*\([^)]*\)", "", text).strip(" \"'“”")
    words = text.split()
    if text.lower() in ("he", "she", "they", "it"):
        return Who(text.lower(), "pronoun")
    if not words or len(words) > 12 or _NO_NOUN & {words[0].lower(), *words} or re.search(FINITE, text):
        return None
    head = words[: next((at for at, word in enumerate(words) if word in _PREPOSITIONS), len(words))]
    if not head or {"and", "or", "Both", "both"} & set(head):
        return UNCLEAR if head else None
    if head[-1].lower() in _THINGS:
        return phrase(" ".join(words[len(head) + 1 :])) if words[len(head) : len(head) + 1] in (["from"], ["by"]) else UNCLEAR
    run = re.search(rf"(?:^| )({_NAME})$", " ".join(head))
    name = _plain(run[1]) if run else []
    lead = [word.lower() for word in head[: len(head) - len(name)]]
    if name and not _INDEFINITE & set(lead) and lead != ["the"]:
        title = max((at for at, word in enumerate(name) if word in _TITLES), default=0)
        if len(head) == len(words) or lead or len(name) > 1 and not _BODIES.search(" ".join(name)):
            return Who(" ".join(name[title:]), "name")
        return Who(text, "common")
    if len(words) > 1 and (words[0].lower() in _INDEFINITE | _OWNED or words[0].endswith(("'s", "s'"))):
        return Who(text, "common")
    return Who(text, "common") if head[-1].endswith("s") and (text[0].isupper() or len(head) < 3) else None


def _plain(run: str) -> list[str]:
    words = run.split(" ")
    while words and words[0] in _FUNCTION:
        words = words[1:]
    return words


def subject(text: str, names: Names) -> Who | None:
    """Read the words ahead of a verb as its subject: leads, appositions and relative clauses left aside."""
    text = re.sub(rf"{_AUX}*$", "", re.sub(r"\s[–—-]\s|[–—]", ", ", re.sub(r"\s*\([^)]*\)", "", text)).strip() + " ")
    parts = [_LEAD.sub("", part.strip() + " ", count=1).strip() for part in re.split(r"\s*,\s", text)]
    found = phrase(parts[-1])
    if found or len(parts) == 1 or parts[-1] and _SKIP.match(parts[-1]):
        return found
    kept = [part for part in parts if part and not _SKIP.match(part)]
    if any(re.match(r"(?:and|but|or)\b", part) for part in kept):
        return UNCLEAR
    return one([who for part in kept if (who := phrase(part))], names)


def one(found: list[Who], names: Names) -> Who | None:
    """Choose among phrases in apposition: the name that is a person's, else the first; unclear where two names are left."""
    named = [who for who in found if who.kind != "common"]
    sure = [who for who in named if names.is_person(who.label)] if len(named) > 1 else named
    return sure[0] if len(sure) == 1 else UNCLEAR if named else found[0] if found else None


def before(sentence: str, names: Names) -> Who | None:
    """Read a sentence that runs into a quotation (`Ms Osei told the hearing: “`); None where it has no words of attribution."""
    text = sentence.rstrip(" :,–—-")
    if match := re.match(r"According to ([^:]+)$", text):
        found = one([who for part in match[1].split(", ") if (who := phrase(part))], names)
        return UNCLEAR if re.search(rf"\b{SAY}\b", text) else found
    joined = re.search(r"(?:, | and | before )(?:saying|adding|writing|explaining|insisting|warning|added)(?: that)?$", text)
    text = text[: joined.start()] if joined else text
    verbs = list(re.finditer(rf"(?<![\w-]){SAY}(?![\w-])", text))
    if not verbs or joined and len(verbs) > 1:
        return acts(text, names) if joined and not verbs else UNCLEAR if verbs else None
    verb, rest = verbs[-1], text[verbs[-1].end() :]
    aside = re.match(r"(?:told|tells|ask|urge|warn)", verb[0]) or re.match(rf" (?:{_CUT})\b", rest)
    if re.search(r"according to|\b(?:including|such as)\b", text.lower()) or len(verbs) > 1 and not re.search(r", who\b", text[: verbs[0].start()]):
        return UNCLEAR
    if not joined and (len(rest.split()) > 14 or re.search(FINITE, rest) and not (aside and sentence.rstrip().endswith(":"))):
        return UNCLEAR
    return subject(text[: verb.start()], names) or UNCLEAR


def after(fragment: str, stopped: bool, names: Names) -> tuple[Who, str] | None:
    """Read the words behind a quotation (`said Ms Osei`, `she wrote`); gives the speaker and what follows the sentence.

    `stopped`: the quotation ended its sentence, so a name behind it may begin the next one.
    """
    text = fragment.lstrip(" ,.–—-")
    end = sentences(text)[0][1] if text else 0
    sentence, rest = text[:end].rstrip("."), text[end:]
    if match := re.match(rf"(?:according to|{SAY}) (?!to\b)(.+)$", sentence):
        first, *more = re.split(r"[;:]|, | [–—] ", match[1])
        cut = re.split(rf" (?:{_CUT})\b", re.sub(r" \([^)]*\)", "", first))[0]
        found = phrase(cut) or phrase(re.split(r" (?:of|for|from) ", cut)[0])
        named = phrase(more[0]) if found and more else None
        return (one([who for who in (found, named) if who and (who is found or who.kind == "name")], names) or UNCLEAR), rest
    verb = re.search(rf"(?<![\w-]){SAY}(?![\w-])", sentence)
    if not verb or _SKIP.match(sentence):
        return None
    follows, told = sentence[verb.end() :], re.match("told|tells|asked", verb[0])
    if not re.match(rf"$|[.,;:]|\s(?:{_CUT}|of|by|from|that day|the (?:next|following|same))\b", follows) and not told:
        return None
    if stopped and sentence[0].isupper() and follows.strip():
        return None
    found = subject(sentence[: verb.start()], names)
    return (found, rest) if found else None


def acts(sentence: str, names: Names) -> Who | None:
    """Give the subject of a sentence in which somebody speaks or turns to others (`Ms Osei criticised the plan.`)."""
    match = re.match(rf"(.+?[ ,])(?:{SAY}|{_ACT})\b", sentence)
    return subject(match[1], names) if match else None


class Names:
    """The names that one text prints: who is a person, in which fullest form, and with which pronoun."""

    def __init__(self, text: str) -> None:
        self.text, self.pronouns = text, dict[str, str]()
        self.low = set(re.findall(r"(?<![\w'-])[a-z]{3,}(?!\w)", text))
        self.runs = Counter(" ".join(_plain(match[0])) for match in _RUN.finditer(text))
        for run in self.runs:
            if (pronoun := _TITLES.get(run.split(" ")[0].rstrip("."), "")) and " " in run:
                self.pronouns[self.identity(run)] = pronoun

    def learn(self, narration: list[str]) -> None:
        """Learn pronouns from the paragraphs of narration that name one person and use the pronouns of one."""
        for paragraph in narration:
            kinds = {"he" if word in ("he", "his") else "she" for word in re.findall(r"\b(?:he|she|his|her)\b", paragraph.lower())}
            people, first = self.people(paragraph), self.leading(paragraph)
            if len(kinds) == len(people) == 1 and first and {self.identity(first.label)} == people:
                self.pronouns.setdefault(*people, *kinds)

    def fullest(self, label: str) -> str | None:
        """Give the fullest form printed for the surname of `label`, titles left aside; None where there is none, or two."""
        if not _RUN.fullmatch(label) or label.split(" ")[0] in _FUNCTION:
            return None
        forms = set[str]()
        for run in self.runs:
            words = run.split(" ")
            if words[-1] == label.split(" ")[-1]:
                words = words[max((at + 1 for at, word in enumerate(words) if word.rstrip(".") in _TITLES or word[1:].isupper()), default=0) :]
                while len(words) > 2 and words[0].lower() in self.low:
                    words = words[1:]
                if len(words) > 1:
                    forms.add(" ".join(words))
        forms = {form for form in forms if form.split(" ")[0].lower() not in self.low} or forms
        longest = max(forms, key=lambda form: (len(form), form), default="")
        if any(not set(form.split(" ")) <= set(longest.split(" ")) for form in forms):
            own = " ".join(word for word in label.split(" ") if word.rstrip(".") not in _TITLES)
            return own if own in forms else None
        return next((form for form in sorted(forms, key=len) if all(other.endswith(form) for other in forms)), longest or None)

    def identity(self, label: str) -> str:
        """Give one key for all forms of one speaker's name."""
        return self.fullest(label) or re.sub(r"^(?:the|an?) ", "", label.lower())

    def is_person(self, label: str) -> bool:
        """Say whether the text shows that a name is a person's: a title, an age, the surname alone, words said."""
        if label.split(" ")[0].rstrip(".") in _TITLES:
            return True
        full = self.fullest(label) or label
        name, surname = re.escape(full), full.split(" ")[-1]
        if _BODIES.search(full) or re.search(rf"\b(?:in|at|near|across|outside|around|[Tt]he) {name}\b", self.text):
            return False
        shown = rf"{name}(?:,? \(|, \d|, who|,[^.,]+,| {_AUX}?(?:{SAY}|{_ACT})\b)|[a-z], {name},|{SAY} (?:[a-z]+ )*{name}"
        shown += rf"|\b(?!(?:over|under|after|river|border|for)\b)[a-z-]+(?:er|or|ist|man|woman|chef|head|chair) {name}\b"
        return self.identity(label) in self.pronouns or " " in full and surname in self.runs or bool(re.search(shown, self.text))

    def people(self, fragment: str) -> set[str]:
        """Give the key of everybody in a piece of narration who may be a person."""
        found = set()
        for match in _RUN.finditer(fragment):
            words = _plain(match[0])
            run, ahead = " ".join(words), fragment[: match.start()]
            place = re.search(r"(?:\b(?:in|at|near|across|outside|around|the|The)|[A-Z]\w* (?:of|for)) $", ahead) or _BODIES.search(run)
            if words and (self.is_person(run) if len(words) == 1 else words[0] in _TITLES or not place and not self._place(run)):
                found.add(self.identity(run))
        return found

    def _place(self, run: str) -> bool:
        return bool(re.search(rf"\b(?:in|at|near|across|outside|around|[Tt]he) {re.escape(run)}\b", self.text))

    def leading(self, sentence: str) -> Who | None:
        """Give the name that a sentence of any verb begins with."""
        text = _LEAD.sub("", sentence, count=1).split(",")[0]
        found = [phrase(text[: match.end()]) for match in _RUN.finditer(text)]
        return next((who for who in reversed(found) if who and who.kind == "name"), None)

    def clashes(self, label: str, pronoun: str) -> bool:
        """Say whether a pronoun is known not to stand for this speaker."""
        return pronoun in ("he", "she") and self.pronouns.get(self.identity(label), pronoun) != pronoun

    def may_be(self, label: str, pronoun: str) -> bool:
        """Say whether the words of a label are such as "he" and "she", or else "it" and "they", stand for."""
        head = re.split(r" (?:for|from|of|at|in) ", label)[0]
        alive = bool(re.search(r"(?:person|man|woman|her|ster|or|ist|neighbour|resident|friend|wife)$", head)) or self.is_person(label)
        return alive == (pronoun in ("he", "she"))
