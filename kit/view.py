"""The widget that holds an explorer's charts, each with its table twin, beside the passages behind its marks.

It knows nothing of statements: it draws rows it is given and says which mark was picked. The script that draws (Vega,
Vega-Lite) is sent once per page, on request, and is no part of the widget's state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import chain
from threading import Timer
from typing import Any

import anywidget
import traitlets
from comm import DummyComm

from kit import style
from kit.cache import kept

_SNIPPET = "export default vegaEmbed;"  # brings both Vega and Vega-Lite
_TEXTS = ("passages", "summary", "code", "link", "aside", "notice")


def static(*names: str) -> str:
    """Give the files `names` of `kit/static` as one text, in that order."""
    return "\n".join((files("kit") / "static" / name).read_text(encoding="utf-8") for name in names)


@cache
def script() -> bytes:
    """Give the JavaScript that draws charts: a module that exports vega-embed, its parts inside (UTF-8).

    Bundled by vl-convert on first use (about a second) and kept under the versions of its parts.
    """
    import vl_convert

    parts = (version("vl-convert-python"), vl_convert.get_vega_version(), vl_convert.get_vegalite_versions()[-1])
    name = f"vega-{'-'.join(parts)}-{hashlib.sha256(_SNIPPET.encode()).hexdigest()[:8]}.js"
    return kept(name, lambda: vl_convert.javascript_bundle(_SNIPPET).encode())


class View(anywidget.AnyWidget):
    """Hold the charts of one explorer and the passages behind their marks.

    `charts` maps the name of a chart to `{"title", "spec", "columns"}`: a heading (may be empty), a Vega-Lite
    specification whose data are named datasets, and the columns of its table twin as `[field, heading]` pairs. `light`
    and `dark` are Vega-Lite configurations for the two themes; `passages_first`: for the eye and for the keyboard the
    passages come before the charts. None of these changes later; `show` changes the rest.

    `picked` is `{"chart", "mark"}` for the mark chosen last, by mouse or in the table, or `{}`; observe it, or set it.
    A mark can be picked when its row carries `mark_id` (a string); a specification with a parameter `picked` is given
    the picked `mark_id`, or "".
    """

    _esm = static("dom.js", "view.js")
    _css = style.sheet()

    charts = traitlets.Dict().tag(sync=True)
    light = traitlets.Dict().tag(sync=True)
    dark = traitlets.Dict().tag(sync=True)
    passages_first = traitlets.Bool().tag(sync=True)
    passages, summary, code, link, aside, notice = (traitlets.Unicode().tag(sync=True) for _ in _TEXTS)
    picked, changes, counts, answered = (traitlets.Dict().tag(sync=True) for _ in range(4))
    _unasked: Timer | None = None

    def __init__(self, charts: Mapping[str, Mapping[str, Any]], **state: Any) -> None:
        # Traits for each chart, as bytes of JSON: a change sends the frames that differ, and nobody walks their rows.
        for of, empty in ((_frame, b"{}"), (_known, b"[]")):
            self.add_traits(**{of(name): traitlets.Bytes(empty).tag(sync=True) for name in charts})
        self._numbers: dict[str, dict[str, str]] = {}  # of the rows that the page knows
        state = {"light": style.panel_config(), "dark": style.panel_config(dark=True), **state}
        super().__init__(charts=dict(charts), **state)
        self.on_msg(self._answer)
        # A kernel that runs all cells answers nobody before the last one: the first view sends the script unasked.
        if View._unasked is None and not isinstance(self.comm, DummyComm):
            View._unasked = Timer(0.5, self._answer, [self, {"type": "script"}, []])
            View._unasked.start()

    @property
    def frames(self) -> dict[str, dict[str, Any]]:
        """What each chart shows: `{"rows": {dataset: rows}, "params": {name: value}, "table": rows}` by its name."""
        return {
            name: whole_frame(*(json.loads(getattr(self, of(name))) for of in (_frame, _known))) for name in self.charts
        }

    def written(self, frames: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
        """Write frames for `show` as JSON in which a row that the page knows is its number.

        It knows the rows of the frame of each chart that was written first.
        """
        return {name: self._written(name, frame) for name, frame in frames.items()}

    def _written(self, name: str, frame: Mapping[str, Any] | bytes) -> bytes:
        if isinstance(frame, bytes):
            return frame
        rows = {key: style.json_lines(rows) for key, rows in frame.get("rows", {}).items()}
        table = style.json_lines(frame.get("table", ()))
        if name not in self._numbers:
            lines = [*dict.fromkeys(chain(*rows.values(), table))]
            self._numbers[name] = {line: str(at) for at, line in enumerate(lines)}
            setattr(self, _known(name), _array(lines).encode())
        number = self._numbers[name]
        arrays = {key: _array(number.get(line, line) for line in lines) for key, lines in rows.items()}
        listed = _array(number.get(line, line) for line in table)
        parts = {"rows": _object(arrays), "params": json.dumps(frame.get("params")), "table": listed}
        return _object({key: part for key, part in parts.items() if key in frame}).encode()

    def show(self, frames: Mapping[str, Mapping[str, Any] | bytes] | None = None, **texts: Any) -> None:
        """Show new frames (by name of chart, may be `written`) and texts in one message: only what changed is sent.

        `texts`: any of `passages` (HTML from `kit.reading`, the only HTML that is taken as such), `summary`, `code`,
        `link` (the selection as JSON), `aside` (what the numbers do not say), `notice`, `picked`, `changes`
        (`changed`, a line, and `changes`, `words` and `propositions` each; empty: nothing to open), and for the
        controls `counts` (`{"speakers": {id: count}, "themes": {id: count}}`, an id that is not there has none) and
        `answered` (`asked`, the number of the choice that is shown, its `link` and `picked`). Rows are a polars frame
        or dicts of JSON values; one that equals another of its dataset is not drawn twice. Raises KeyError for an
        unknown chart or text.
        """
        frames, known = frames or {}, {*_TEXTS, "picked", "changes", "counts", "answered"}
        if unknown := set(frames) - set(self.charts) | set(texts) - known:
            raise KeyError(f"{sorted(unknown)}: charts are {sorted(self.charts)}, texts {sorted(known)}")
        with self.hold_sync():
            new = {_frame(one): self._written(one, frame) for one, frame in frames.items()}
            for name, value in {**new, **texts}.items():
                setattr(self, name, value)

    def _answer(self, _: View, content: Mapping[str, Any], buffers: list[memoryview]) -> None:
        if content.get("type") == "state":  # the page shows what it kept of another time
            self.send_state([*map(_frame, self.charts), *_TEXTS, "counts"])
        if content.get("type") == "script":
            if View._unasked:
                View._unasked.cancel()
            try:
                self.send({"type": "script"}, [script()])
            except Exception as problem:  # noqa: BLE001 - the widget's edge: the reader sees it in words
                self.send({"type": "script", "problem": str(problem)})


def whole_frame(frame: dict[str, Any], known: list[Any]) -> dict[str, Any]:
    """Give a frame as it was before `View.written`: with every row instead of the numbers of those that are `known`."""

    def whole(rows: list[Any]) -> list[Any]:
        return [known[row] if isinstance(row, int) else row for row in rows]

    parts = {"rows": {key: whole(rows) for key, rows in frame.get("rows", {}).items()}}
    return frame | {
        key: part for key, part in (parts | {"table": whole(frame.get("table", []))}).items() if key in frame
    }


def _frame(name: str) -> str:
    return f"frame_{name}"


def _known(name: str) -> str:
    return f"known_{name}"


def _array(lines: Iterable[str]) -> str:
    return f"[{','.join(lines)}]"


def _object(parts: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{json.dumps(key)}:{part}" for key, part in parts.items()) + "}"
