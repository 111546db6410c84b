"""A world made up from a seed, for corpora of any size: its people and councils, its themes and its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, cycle, product
from random import Random
from typing import Any

VOCABULARY, GAZETTES, MOST_HOLDERS = 20_000, 6, 900
TERMS = range(1990, 2026, 4)  # a mayor's term begins on 1 May
STANCES = {"oppose": 4, "mixed": 1, "support": 5}  # how often each is taken
# The most frequent words, then invented ones: none that tells a reader of documents who speaks.
COMMON = (
    "the of to and in a that for it on as with be by this are from at or an is which not more than but was one all has "
    "there when have if about into will other can new some two may then first any now such over even most also many "
    "must through where much way well down should because each those people too little very still work long here "
    "between both under same another while last year off since against right three"
).split()
THEMES = {
    "harbour": "quay pier dredge", "tramway": "tram rails depot", "library": "shelf reading archive",
    "orchard": "apple orchards pears", "lighthouse": "lamp beacon foghorn", "market": "stalls hall cattle",
    "bathhouse": "baths pool steam", "observatory": "dome telescope stars", "weather": "rain frost thaw",
    "festival": "lantern dance brass",
}  # fmt: skip
CODED = [theme for theme in THEMES if theme not in ("weather", "festival")]  # the others have no proposition
ACTIONS = {"extending": "extended", "moving": "moved", "renaming": "renamed"}
FIRST_PERSON = ("I think that ", "We know that ", "I hope that ", "In our view ", "I see that ")
GIVEN = "Ada Ben Cleo Dov Esme Finn Gita Hugo Ines Jonas Kaia Leo Mira Nils Opal Per Rosa Sami Tess Uma Vera".split()
ROOTS = "Tam Bras Quen Dor Fel Gar Hol Jes Kel Lam Mor Nor Pel Rav Sel Tor Ul Ver Wen Yar".split()
MIDDLES, ENDINGS = "bar del kin lo mi ra sen ta".split(), "low by wick combe sley dale".split()
ONSETS, CODAS = "b d f g k l m n p r s t v tr pl".split(), ("", "l", "n", "t")


@dataclass(frozen=True)
class Speaker:
    """Somebody who is made up: a person, a council or a gazette."""

    name: str
    person: bool = True

    @property
    def speaker_id(self) -> str:
        return self.name.lower().replace(" ", "-")


class World:
    """Everybody who speaks, who was mayor of which place and when, and the words they use.

    `holders` of positions: a twentieth of them councils, at least two, the others persons, who speak the more often the
    earlier they stand; besides, gazettes.
    """

    def __init__(self, holders: int, rng: Random) -> None:
        self.rng = rng
        surnames = ["".join(parts) for parts in product(ROOTS, MIDDLES, ENDINGS)]
        rng.shuffle(surnames)
        places = [f"{root}{ending}" for ending in ("haven", "stead", "mere") for root in ROOTS]
        self.councils = {place: Speaker(f"{place} Council", False) for place in places[: max(2, holders // 20)]}
        self.gazettes = [Speaker(f"{place} Gazette", False) for place in places[:GAZETTES]]
        given = zip(cycle(GIVEN), surnames[: holders - len(self.councils)], strict=False)
        self.persons = [Speaker(f"{first} {surname}") for first, surname in given]
        mayors = cycle(self.persons)
        self.mayors = {(place, year): next(mayors) for place in self.councils for year in TERMS}
        self.propositions = list(product(CODED, ACTIONS))
        self._stances: dict[tuple[Speaker, int], str] = {}
        self._often = [*accumulate(1 / rank for rank in range(1, len(self.persons) + 1))]
        self._words = self._drawn()

    def anybody(self, number: int) -> list[Speaker]:
        return self.rng.choices(self.persons, cum_weights=self._often, k=number)

    def mayor(self, place: str, day: date) -> Speaker:
        return self.mayors[place, next(year for year in reversed(TERMS) if date(year, 5, 1) <= day)]

    def position(self, holder: Speaker) -> tuple[int, str]:
        """Give a proposition and a stance on it: mostly the one that the holder took before."""
        proposition = int(self.rng.random() ** 1.5 * len(self.propositions))
        (stance,) = self.rng.choices([*STANCES], [*STANCES.values()])
        first = self._stances.setdefault((holder, proposition), stance)
        return proposition, first if self.rng.random() < 0.8 else stance

    def sentence(self, first_person: bool) -> str:
        """Make up a sentence of 8 to 22 words, frequent words as frequent as they are in a language."""
        words = [next(self._words) for _ in range(8 + int(self.rng.random() * 15))]
        begin = FIRST_PERSON[int(self.rng.random() * 5)] if first_person and self.rng.random() < 0.6 else ""
        sentence = begin + " ".join(words)
        return f"{sentence[0].upper()}{sentence[1:]}."

    def _drawn(self) -> Iterator[str]:
        """Draw words for ever, each as often as its rank says (Zipf's law, Mandelbrot's form)."""
        known = [*COMMON, *(word for theme, words in THEMES.items() for word in (theme, *words.split()))]
        vocabulary = dict.fromkeys(known)
        syllables = ["".join(parts) for parts in product(ONSETS, "aeiou", CODAS)]
        while len(vocabulary) < VOCABULARY:
            vocabulary["".join(self.rng.choices(syllables, k=self.rng.choice((2, 2, 2, 3))))] = None
        words, weights = list(vocabulary), [*accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY))]
        while True:
            yield from self.rng.choices(words, cum_weights=weights, k=50_000)


def about(world: World, title: str) -> dict[str, str]:
    """Give the files that are about the whole corpus, by their names."""
    everybody = (*world.councils.values(), *world.gazettes, *world.persons)
    kinds = {True: "person", False: "organisation"}
    speakers = [{"speaker_id": one.speaker_id, "name": one.name, "kind": kinds[one.person]} for one in everybody]
    offices = [
        {"speaker_id": mayor.speaker_id, "office": f"Mayor of {place}",
         "organisation_id": world.councils[place].speaker_id, "since": f"{year}-05-01", "until": f"{year + 4}-04-30",
         "known_from": "invented"}
        for (place, year), mayor in world.mayors.items()
    ]  # fmt: skip
    themes = [
        {"theme_id": theme, "label": theme.title(), "definition": f"What has to do with the {theme}.",
         "words": [theme, *words.split()]}
        for theme, words in THEMES.items()
    ]  # fmt: skip
    propositions = [
        {"proposition_id": f"{thing}-{action}", "theme_id": thing, "text": f"The {thing} should be {ACTIONS[action]}.",
         "support_means": f"For {action} it.", "oppose_means": f"Against {action} it.", "version": 1}
        for thing, action in world.propositions
    ]  # fmt: skip
    top = {"title": title, "version": "1", "languages": ["en"], "default_coding": "made", "note": "Invented."}
    holders = [one.speaker_id for one in world.persons[:2]]
    examples = {"holders": holders, "theme_id": "harbour", "proposition_id": "harbour-extending", "word": "rain"}
    how = "Made by a program together with the texts: nobody read them."
    coder = {"coder_id": "made", "name": "Made coding", "how": how, "model": "", "checked_by_person": False}
    return {
        "corpus.toml": table("", top) + table("[examples]", examples),
        "speakers.toml": tables("speaker", speakers) + tables("office", offices),
        "codebook.toml": f"version = 1\n{tables('theme', themes)}{tables('proposition', propositions)}",
        "codings/coders.toml": tables("coder", [coder]),
    }


def tables(kind: str, rows: list[dict[str, Any]]) -> str:
    return "".join(table(f"[[{kind}]]", row) for row in rows)


def table(head: str, row: dict[str, Any]) -> str:
    """Write a TOML table; JSON writes the values as TOML does."""
    keys = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in row.items())
    return f"\n{head}\n{keys}" if head else keys
