"""The widget with every control of a comparer, what it offers, and what is compared as it says it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import anywidget
import traitlets

from kit import style
from kit.comparison import Comparison
from kit.corpus import Corpus
from kit.guard import RULES
from kit.positions import holders, known_days
from kit.view import static


class Choices(anywidget.AnyWidget):
    """Offer two sides, the guard and a selection, and hold what is chosen.

    `chosen`, from both sides: `left` and `right` (`speaker_id`, `office`, `since`, `until`), `guard` (its fields),
    `themes`, `since`, `until`, `first_hand`; nothing of it is checked here. `offered` is what there is to choose,
    `told` what each rule and each way to count would change, in words.
    """

    _esm = static("dom.js", "comparer.js")
    _css = style.sheet()

    chosen, offered, told = (traitlets.Dict().tag(sync=True) for _ in range(3))


def examples(corpus: Corpus) -> list[str]:
    """Give the speaker_ids of the two sides to begin with: the corpus's example, else those with most statements."""
    ranked = [*corpus.examples.get("holders", []), *holders(corpus, 2)["speaker_id"], *corpus.speakers["speaker_id"]]
    return [*dict.fromkeys(ranked), ranked[0]][:2]


def offered(corpus: Corpus) -> dict[str, Any]:
    """Give what there is to choose: everybody and their offices, those with statements first; themes, days, rules."""
    offices: dict[str, list[str]] = {}
    for speaker_id, office in corpus.offices.select("speaker_id", "office").unique(maintain_order=True).iter_rows():
        offices.setdefault(speaker_id, []).append(office)
    held, on = Counter(corpus.statements["speaker_id"]), Counter(corpus.statements["theme_id"])
    named = corpus.speakers.select("speaker_id", "name").iter_rows()
    speakers = [{"id": key, "name": name, "count": held[key], "offices": offices.get(key, [])} for key, name in named]
    themes = corpus.themes.select("theme_id", "label").iter_rows()
    return {
        "speakers": sorted(speakers, key=lambda one: not one["count"]),
        "themes": [{"id": key, "label": label, "count": on[key]} for key, label in themes],
        "dates": sorted(day.isoformat() for day in known_days(corpus.documents, corpus.statements)),
        "rules": [{"rule": name, **rule._asdict()} for name, rule in RULES.items()],
    }


def said(now: Comparison) -> dict[str, Any]:
    """Write what is compared as the controls say it."""
    left, right = ({key: str(value or "") for key, value in asdict(side).items()} for side in (now.left, now.right))
    days = {name: str(getattr(now.selection, name) or "") for name in ("since", "until")}
    chosen = {"themes": list(now.selection.themes), "first_hand": now.selection.first_hand, "guard": asdict(now.guard)}
    return {"left": left, "right": right, **days, **chosen}
