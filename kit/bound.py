"""What an explorer and a comparer share: faults told in the panel, the picture that stands in for it, its pack."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any

import ipywidgets as widgets

from kit import style
from kit.agreement import agreement_in_words
from kit.corpus import Corpus
from kit.errors import SelectionError
from kit.exports import zipped
from kit.view import View

REMEMBERED = 64  # what was chosen last, and what a panel showed of it
_BLANK = "A blank means that nothing was found in these documents, not that the holder has no view."


class Bound(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """A panel of controls and one view, bound to a corpus: the view's requests are answered here."""

    corpus: Corpus
    view: View
    _alone = RLock()  # the page's choices arrive in a thread of their own, while code may choose as well

    def pack(self) -> dict[str, bytes]:
        """Give the citation pack of what is shown, file name to content; here the pictures, to which a panel adds."""
        return self._pictures()

    def reading(self, most: int) -> str:
        """Give the HTML of all that is shown for reading, at most `most` passages of a kind; here what the view has."""
        return str(self.view.passages)

    def behind(self, chart: str) -> dict[str, Mapping[str, Any]]:
        """Give the `passage_ids` and `statement_ids` behind each mark of a chart by its `mark_id`; here none."""
        return {}

    def _changes(self) -> dict[str, Any]:
        """Give what would change if fewer statements counted or another coding were read, for `View.changes`."""
        return {}

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell what goes wrong in the panel, where the last good view stays."""
        with self._alone:
            try:
                yield
            except Exception as problem:  # noqa: BLE001  # the widget's edge
                fault = f"A fault in the kit ({type(problem).__name__}: {problem})"
                said = problem if isinstance(problem, SelectionError) else fault
                self.view.show(notice=f"{said} — the view below is the one before.")

    def _asked(self, view: View, content: Mapping[str, Any], _: list[memoryview]) -> None:
        """Answer what the page asks for when it has drawn, or when a button is pressed."""
        with self._telling():
            if content.get("type") == "aside" and not self.corpus.statements.is_empty():
                view.show(aside=f"{_BLANK} {agreement_in_words(self.corpus)}".strip())
            if content.get("type") == "changes":
                view.show(changes=self._changes())
            if content.get("type") == "pack":
                view.send({"type": "pack", "name": "citation-pack.zip"}, [zipped(self.pack())])

    def _drawn(self, name: str) -> dict[str, Any]:
        """Give the spec of a chart with what it shows now."""
        spec, now = self.view.charts[name]["spec"], {"rows": {}, "params": {}} | self.view.frames[name]
        params = [{**one, "value": now["params"].get(one["name"], one["value"])} for one in spec["params"]]
        return {**spec, "params": params, "datasets": {**spec["datasets"], **now["rows"]}}

    def _pictures(self) -> dict[str, bytes]:
        """Draw every chart as PNG and SVG; what was selected stands in the caption: a picture travels without it."""
        drawn = {name: self._drawn(name) for name in self.view.charts}
        for spec in drawn.values():
            for one in spec["params"]:
                if one["name"] == "caption":
                    one["value"] += f"\n{style.wrap(f'{self.view.summary} · {self.view.code}', 110, most=400)}"
        pictures = {f"{name}.png": style.png(spec) for name, spec in drawn.items()}
        return pictures | {f"{name}.svg": style.svg(spec) for name, spec in drawn.items()}

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Give the widget, and a picture and a sentence for wherever widgets do not live."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        name, chart = next(iter(self.view.charts.items()))
        bundle["image/png"] = b64encode(style.png(self._drawn(name), scale=1)).decode()
        bundle["text/plain"] = f"{chart['title']}: {self.view.summary.removesuffix('.')}. {self.view.code}"
        return bundle
