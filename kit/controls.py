"""The widget with every control of an explorer: speakers, themes, dates, search, first-hand.

It knows ids, labels and counts, and says what was chosen; what that selects is the explorer's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from kit import style
from kit.view import static

CHOICES = ("speakers", "themes", "since", "until", "text", "first_hand")


class Controls(anywidget.AnyWidget):
    """Offer what can be chosen, and hold what is: an empty choice filters nothing.

    What is chosen, from both sides: `speakers` and `themes` (lists of ids, kept in the order of the options), `since`
    and `until` (ISO dates, "" is open), `text`, `first_hand`. What can be chosen: `speaker_options` (`{"id", "label",
    "group", "office"}`, in the order shown), `theme_options` (`{"id", "label"}`) and `dates` (the corpus's own dates,
    ISO, ascending: the range snaps to them). How many `counted` (statements, passages) stand behind each now, the
    `counts` of the widget `view` say; `asked` numbers what the page chooses, and its `answered` says which it shows.

    Setting an id that no option has, or a date that is none, raises traitlets.TraitError, which names the value.
    """

    _esm = static("dom.js", "controls.js")
    _css = style.sheet()

    speakers, themes = (traitlets.List(traitlets.Unicode()).tag(sync=True) for _ in range(2))
    since, until, text = (traitlets.Unicode().tag(sync=True) for _ in range(3))
    first_hand = traitlets.Bool().tag(sync=True)
    speaker_options, theme_options = (traitlets.List(traitlets.Dict()).tag(sync=True) for _ in range(2))
    dates = traitlets.List(traitlets.Unicode()).tag(sync=True)
    counted = traitlets.Unicode().tag(sync=True)
    asked = traitlets.Int().tag(sync=True)
    view = traitlets.Instance(widgets.Widget, allow_none=True).tag(sync=True, **widgets.widget_serialization)

    def reset(self) -> None:
        """Choose nothing: every control back to where it filters nothing."""
        self.choose(**{name: self.trait_defaults(name) for name in CHOICES})

    def choose(self, **chosen: Any) -> None:
        """Set several choices in one message, all or (when one is refused) none."""
        if unknown := chosen.keys() - set(CHOICES):
            raise traitlets.TraitError(f"{sorted(unknown)}: there are {', '.join(CHOICES)}")
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in chosen.items():
                setattr(self, name, value)

    @traitlets.validate("speakers", "themes")
    def _known(self, proposal: Mapping[str, Any]) -> list[str]:
        name, ids = proposal["trait"].name, set(proposal["value"])
        options = [one["id"] for one in (self.speaker_options if name == "speakers" else self.theme_options)]
        if unknown := ids.difference(options):
            raise traitlets.TraitError(f"{name}: {sorted(unknown)} cannot be chosen; there are {', '.join(options)}")
        return [one for one in options if one in ids]

    @traitlets.validate("since", "until")
    def _dated(self, proposal: Mapping[str, Any]) -> str:
        name, value = proposal["trait"].name, proposal["value"]
        try:
            return value and date.fromisoformat(value).isoformat()
        except ValueError as problem:
            raise traitlets.TraitError(f"{name}: {value!r} is not a date like 2017-07-20") from problem
