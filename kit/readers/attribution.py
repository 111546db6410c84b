"""Who an article says is speaking, by rules of English newspaper prose that would sooner say nothing than guess."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kit.readers import WORDS
from kit.spans import fold, occurrences, sentences

SAY = rf"(?<![\w-])(?:{WORDS['say']})(?![\w-])"
_ACT = rf"\b(?:{WORDS['act']})\b"
_STATE = rf"\b(?:was|is|remain(?:s|ed)) (?:(?:not|far|less|more|from|so|\w+ly) )*(?:{WORDS['state']})$"
_AUX = r"(?:(?:has|have|had|also|later|then|further|today|yesterday|since|already|\b(?!family|assembly|ally)[a-z]+ly) )"
FINITE = rf"\b(?:{WORDS['finite']})\b"
_LEAD = re.compile(
    rf"(?:(?:{WORDS['opener']}) |(?:Late |Early )?(?:[Oo]n|By|[Ii]n|[Aa]t|[Ll]ast|[Tt]his) (?:(?:{WORDS['time']}) )+"
    r"(?<!\b(?:the|his|her|its) )(?<!\btheir )(?<!\ba )(?=[A-Zthasi]))*"
)
_SKIP = re.compile(rf"(?:(?i:{WORDS['skip']}|{WORDS['cut']})|[a-z]+(?:ing|ed)|Speaking|Writing|Asked)\b|\d[\w-]*$")
_SETS = ("preposition", "indefinite", "owner", "no_noun", "nobody")
_PREPOSITIONS, _INDEFINITE, _OWNED, _NO_NOUN, _NOBODY = (set(WORDS[name].split("|")) for name in _SETS)
_FUNCTION = {*WORDS["function"].split("|")} | _PREPOSITIONS | _INDEFINITE | _OWNED | _NO_NOUN
_PRONOUNS = {"title_he": "he", "title_she": "she", "title": ""}
_TITLES = {title: pronoun for name, pronoun in _PRONOUNS.items() for title in WORDS[name].split("|")}
_HONOUR = re.compile(rf"^.*\b(?:{'|'.join(_TITLES)}|[A-Z]{{2,}})\.? ")
BODIES = re.compile(rf"\b(?:{WORDS['body']})\b")
_WORD = r"(?:[A-Z]|@\w)(?:[\w-]|'(?!s\b)(?=\w)|(?<=s)'(?= [A-Z]))*"
_BRIEF = r"(?:\w+ )?(?i:cabinet member|minister|portfolio holder) for(?: [a-z]+)+"
_OWNER = re.compile(rf"(?:[^,]*'s?|{_BRIEF}) (?={_WORD} {_WORD}$)")
NAME = rf"(?:(?:(?:Mrs?|M[sx]|Dr|Rev|Prof|Cllr|Capt|[A-Z])\.|{_WORD}) (?:(?:de|van|von|der|bin|al|la|le|&) )*)*{_WORD}"
_RUN = re.compile(rf"(?<![\w'-]){NAME}(?![\w-])")
_NEAR = r"\b(?:in|at|near|across|outside|around|[Tt]he)"
ALIVE = rf"\b(?!(?i:{WORDS['not_alive']})\b)[A-Za-z-]*(?:{WORDS['alive']})"
_DOES = re.compile(rf",? \(|, \d+(?:,|\.| and\b)|, who|,[^.,\d]+,| {_AUX}?(?:{SAY}|{_ACT})")  # behind a person's name
_TOLD_OF = re.compile(  # around a person's name, which is "\0" here
    rf"[a-z], \0,|(?:[,?!.][\"'”] [a-z]+ed|{SAY}(?<!told)(?<!tells)(?: [a-z]+)*) \0|{ALIVE} \0(?!\w)"
)
_PIECES = re.compile(r"[\n;:?!]|(?<=[.,])[\"”]")  # no name or office goes on beyond these
_PAIRED = re.compile(  # "the park and leisure officer", "the Alder and Mill Trust": one speaker all the same
    rf"^({ALIVE}) and (?=[a-z ]*{ALIVE} {NAME}$)|^(.*?(?:\b(?i:the|an?)|'s)) (?:(?!{BODIES.pattern}){_WORD} and"
    rf" (?=.*{BODIES.pattern}$)|(?!{ALIVE} |\w+s )[a-z]+ and (?=[a-z]+ {ALIVE}(?: {NAME})?$))"
)


class Who(NamedTuple):
    """A speaker as printed, and the `kind` of label: name, common (a phrase), pronoun, unclear, same (as before)."""

    label: str
    kind: str


UNCLEAR = Who("", "unclear")


def phrase(text: str) -> Who | None:
    """Read one noun phrase as a speaker; None where it is none, unclear where it names two or a thing."""
    text = re.sub(r"\s*\([^)]*\)", "", text).strip(" \"'“”")
    if (owner := _OWNER.match(text)) and not BODIES.search(text[owner.end() :]):
        text = text[owner.end() :]
    words = _PAIRED.sub(r"\1\2 ", text).split()
    if not words or _NO_NOUN & {words[0].lower(), *words} or re.search(FINITE, text):
        return None
    head = words[: next((at for at, word in enumerate(words) if word in _PREPOSITIONS), len(words))]
    if not head or _NOBODY & {word.lower() for word in head}:
        return UNCLEAR if head else None
    run = re.search(rf"(?:^| )({NAME})$", " ".join(head))
    name = plain(run[1]) if run else []
    lead = [word.lower() for word in head[: len(head) - len(name)]]
    held = len(name) == 1 and lead and lead[-1].endswith("'s")
    office = len(lead) == 1 and lead[0] in _OWNED and name and name[0] not in _TITLES  # "the Trust", "its President"
    if name and not held and not office and not _INDEFINITE & set(lead):
        whole = len(head) == len(words) or len(name) > 1 and (lead or not BODIES.search(" ".join(name)))
        former = {*lead[-1:]}.intersection(WORDS["modifier"].split("|"))
        return Who(" ".join(name), "name") if whole and not former else Who(text, "common")
    owned = words[0].lower() in _INDEFINITE | _OWNED or any(word.endswith(("'s", "s'")) for word in head[:-1])
    many = head[-1].endswith("s") and (text[0].isupper() or len(head) < 3)
    return Who(text, "common") if many or owned and len(words) > 1 else None


def plain(run: str) -> list[str]:
    """Give the words of a run from the first that carries a meaning on."""
    words = run.split(" ")
    return words[next((at for at, word in enumerate(words) if word.lower() not in _FUNCTION), len(words)) :]


def subject(text: str, names: Names) -> Who | None:
    """Read the words ahead of a verb as its subject: leads, appositions and relative clauses left aside."""
    text = re.sub(r"\s[–—-]\s|[–—]", ", ", re.sub(r"\s*\([^)]*\)", "", text))
    text = re.sub(rf"(, (?:of|from|near|in) [^,]+), {NAME}(?=,)", r"\1", text)  # "of Mill Lane, Alder," is one place
    text = re.sub(rf"{_AUX}*$", "", text.strip() + " ")
    if last := re.search(r"(?:^|[ ,])(he|she|they|it)$", text.strip(), re.IGNORECASE):
        return Who(last[1].lower(), "pronoun")
    parts = [_LEAD.sub("", part.strip() + " ", count=1).strip() for part in re.split(r"\s*,\s", text)]
    found = phrase(parts[-1])
    if found or len(parts) == 1 or parts[-1] and _SKIP.match(parts[-1]):
        return found
    kept = [part for part in parts if part and not _SKIP.match(part.removeprefix("and "))]
    return _one([phrase(part.split(" who ")[0]) for part in kept], names)


def _one(found: list[Who | None], names: Names) -> Who | None:
    """Choose among phrases in apposition: the one name that is a person's, else the first phrase."""
    named = [who for who in found if who and who.kind == "name"]
    sure = [who for who in named if names.is_person(who.label)] if len(named) > 1 else named
    if UNCLEAR in found or named and len(sure) != 1:
        return UNCLEAR
    return sure[0] if sure else next(filter(None, found), None)


def before(sentence: str, names: Names) -> Who | None:
    """Read a sentence that runs into a quotation (`Ms Osei told us: “`); None where it has no words of attribution."""
    text = sentence.rstrip(" :,–—-")
    participle = r"(?:,|[–—-]| and| before) *(?:saying|adding|writing|explaining|insisting|warning|tweeting|posting)"
    joined = re.search(rf"(?:{participle}(?: [\w-]+){{0,4}}| and added)$", text)
    text = text[: joined.start()] if joined else text
    verbs = list(re.finditer(SAY, text))
    if match := re.match(r"According to ([^:]+)$", text):
        return UNCLEAR if verbs else _one([phrase(part) for part in match[1].split(", ")], names)
    if not verbs:
        found = acts(text, names) if joined or re.search(_STATE, text) else phrase(text)
        return found if found and (joined or found.kind == "name" and names.is_person(found.label)) else None
    verb, rest = verbs[-1], text[verbs[-1].end() :]
    other = re.search(r"according to|\b(?:including|such as)\b", text.lower())
    two = len(verbs) > 1 and (joined or not re.search(r",(?: and)? (?:who|which)\b", text[: verbs[0].start()]))
    far = not joined and (len(rest.split()) > 14 or re.search(FINITE, rest))
    return UNCLEAR if other or two or far else subject(text[: verb.start()], names) or UNCLEAR


def after(fragment: str, stopped: bool, names: Names) -> tuple[Who, str] | None:
    """Read the words behind a quotation, `stopped` if it ends a sentence; gives the speaker and what follows them."""
    text = fragment.lstrip(" ,.–—-")
    said = SAY if stopped else rf"(?:{SAY}|[a-z]+ed(?! (?:by|to|in|at|on|as|for|with)\b))"
    end = sentences(text)[0][1] if text else 0
    sentence, rest = text[:end].rstrip(" .,:"), text[end:].strip()
    if match := re.match(rf"(?:according to|{said}) (?!to\b)(.+)$", sentence):
        first, *more = re.split(r"[;:]|, | [–—] ", match[1])
        found = phrase(re.split(rf" (?:{WORDS['cut']})\b", re.sub(r" \([^)]*\)", "", first))[0])
        apart = [who for part in more[:1] if (who := phrase(part)) and who.kind == "name"]
        return (_one([found, *apart], names) if found else None) or UNCLEAR, rest
    verb = re.search(SAY, sentence)
    if not verb or stopped and sentence[0].isupper() and sentence[verb.end() :].strip():
        return None
    ends = rf"(?:$|[.,;:]|\s(?:{WORDS['cut']}|of|by|from|that day|the (?:next|same))\b)"
    says = re.compile(rf"(?:told|tells|asked|urged|warned)\b|{SAY}{ends}").match(sentence, verb.start())
    found = subject(sentence[: verb.start()], names) if says else None
    return (found, rest) if found else None


def acts(sentence: str, names: Names) -> Who | None:
    """Give the subject of a sentence in which somebody speaks or turns to others (`Ms Osei criticised the plan.`)."""
    match = re.match(rf"(.+?[ ,])(?<!who )(?<!which )(?<!that )(?:{SAY}|({_ACT}|{_STATE}))", sentence.rstrip(" .:"))
    who = subject(match[1], names) if match else None
    apart = match and match[2] and match[1].endswith(", ")
    return None if apart and who and who.kind == "common" else who


def leading(sentence: str, names: Names) -> Who | None:
    """Give the name that a sentence of any verb begins with, or that its opening inversion ends in."""
    text, *more = re.sub(r"^(?:For|(?:Among|Also) [^,]*? (?:was|is)) ", "", _LEAD.sub("", sentence, 1)).split(", ")
    while more and _SKIP.match(text) and text[0].isupper():
        text, *more = more
    ends = [match.end() for match in _RUN.finditer(text) if not text.startswith("'s", match.end())]
    found = [who for end in ends if (who := phrase(text[:end])) and who.kind == "name"]
    apart = phrase(more[0]) if len(more) > 1 and not found else None
    persons = (who for who in found if names.is_person(who.label))
    return next(persons, found[-1]) if found else apart if apart and apart.kind == "name" else None


class Names:
    """The names that one text prints: who is a person, in which fullest form, and with which pronoun."""

    def __init__(self, text: str) -> None:
        self.text, self.pronouns, self.shown = text, dict[str, str](), cache(self._shown)
        self.pieces = [(piece, fold(piece)) for piece in _PIECES.split(text)]
        self.runs = dict.fromkeys(" ".join(plain(match[0])) for match in _RUN.finditer(text))
        self.places = set(re.findall(rf"{_NEAR} ({NAME})(?![\w-])", text))
        self.untitled = dict[str, set[str]]()  # by their last words
        for form in (_HONOUR.sub("", run) for run in self.runs):
            if " " in form:
                self.untitled.setdefault(form.split(" ")[-1], set()).add(form)
        titled = {run: _TITLES.get(run.split(" ")[0].rstrip(".")) for run in self.runs if " " in run}
        self.pronouns |= {self.identity(run): pronoun for run, pronoun in titled.items() if pronoun}

    def learn(self, narration: list[str]) -> None:
        """Learn pronouns from paragraphs of narration that begin with the one person they name and use one pronoun."""
        for paragraph in narration:
            ahead, *found = re.split(r"\b(he|she|his|her)\b", paragraph, flags=re.IGNORECASE)
            kinds = {"he" if word.lower() in ("he", "his") else "she" for word in found[::2]}
            first = leading(ahead, self) if len(kinds) == 1 and not ahead.startswith("For ") else None
            if first and {self.identity(first.label)} == self.people(paragraph).keys():
                self.pronouns.setdefault(self.identity(first.label), *kinds)

    def fullest(self, label: str) -> str | None:
        """Give the fullest form printed for a name's last word, titles left aside; None where there is none, or two."""
        if not _RUN.fullmatch(label) or re.match(r"Mrs\.? \S+ ", label) or label.split(" ")[0].lower() in _FUNCTION:
            return None
        forms = self.untitled.get(label.split(" ")[-1], set())
        longest = max(forms, key=lambda form: (len(form), form), default=None)
        if longest and any(not set(form.split(" ")) <= set(longest.split(" ")) for form in forms):
            return None
        plain = (form for form in sorted(forms, key=len) if all(other.endswith(form) for other in forms))
        return next(plain, longest)

    def identity(self, label: str) -> str:
        """Give one key for all forms of one speaker's name."""
        return self.fullest(label) or re.sub(r"^(?:the|an?) ", "", label.lower())

    def is_person(self, label: str) -> bool:
        """Say whether the text shows that a name is a person's: a title, a pronoun, an age, words said."""
        titled = label[0] == "@" or label.split(" ")[0].rstrip(".") in _TITLES
        if titled or "'s " in label or self.identity(label) in self.pronouns:
            return "'s " not in label
        full = self.fullest(label) or label
        if BODIES.search(full) or full in self.places:
            return False
        return self.shown(full)

    def _shown(self, name: str) -> bool:
        for at in occurrences(self.text, name):
            ahead, end = self.text[max(0, at - 400) : at], at + len(name)
            if _DOES.match(self.text, end) or _TOLD_OF.search(f"{ahead}\0{self.text[end : end + 1]}"):
                return True
        return False

    def people(self, fragment: str) -> dict[str, str]:
        """Give everybody in a piece of narration who may be a person: the key, and the label as printed."""
        found = dict[str, str]()
        for match in _RUN.finditer(fragment):
            words, ahead = plain(match[0]), fragment[: match.start()]
            run = " ".join(words)
            place = re.search(rf"({_NEAR}|told|, from|(,|[A-Z]\w*) (of|for)) $", ahead) or BODIES.search(run)
            known = words and self.fullest(run) and self.is_person(run)
            if known or len(words) > 1 and (words[0] in _TITLES or not place and run not in self.places):
                beside = re.findall(r"^(?:, \d+,)? and (?:his|her|their|an?|the) [\w-]+", fragment[match.end() :])
                found |= {self.identity(run): run} | {other: other for other in beside}
        return found

    def clashes(self, label: str, pronoun: str) -> bool:
        """Say whether a pronoun is known not to stand for this speaker."""
        return pronoun in ("he", "she") and self.pronouns.get(self.identity(label), pronoun) != pronoun

    def may_be(self, who: Who, pronoun: str) -> bool:
        """Say whether the words of a label are such as "he" and "she", or else "it" and "they", stand for."""
        head = re.split(r" (?:for|from|of|at|in) ", who.label)[0]
        role = re.search(rf"{ALIVE}$", head) and (who.kind != "name" or pronoun in ("they", "it"))
        return bool(role or self.is_person(who.label)) == (pronoun in ("he", "she"))
