"""The widget that holds the charts, without a browser: what it sends, what it keeps, what it refuses."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kit import style, view
from kit.view import View, static

CHARTS: dict[str, Any] = {
    name: {"title": name, "spec": {"mark": "point"}, "columns": []} for name in ("first", "second")
}
ROWS = [{"mark_id": "a", "songs": 1}]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Record which traits each message to the page carries."""
    messages: list[set[str]] = []

    def record(_: View, key: Any = None) -> None:
        messages.append({key} if isinstance(key, str) else set(key))

    monkeypatch.setattr(View, "send_state", record)
    return messages


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    """Record the custom messages to the page."""
    messages: list[tuple[Any, Any]] = []
    monkeypatch.setattr(View, "send", lambda _, content, buffers=None: messages.append((content, buffers)))
    return messages


def test_show_sends_one_message_with_only_what_changed(sent: list[set[str]]) -> None:
    shown = View(CHARTS, summary="1 of 2 songs")
    sent.clear()

    frames = {"first": {"rows": {"songs": ROWS}, "table": ROWS}, "second": {}}
    shown.show(frames=frames, summary="1 of 2 songs", code="Songs()")

    assert sent == [{"frame_first", "known_first", "code"}]
    assert shown.frames == frames
    sent.clear()
    shown.show(frames=frames, code="Songs()")
    assert [message for message in sent if message] == []


def test_a_row_of_the_first_frame_is_sent_by_its_number_from_then_on() -> None:
    shown = View(CHARTS)
    rows = [{"mark_id": one, "songs": at} for at, one in enumerate("ab")]
    new = {"mark_id": "c", "songs": 2}
    shown.show({"first": {"rows": {"songs": rows}, "table": rows}})

    frame = {"rows": {"songs": [rows[1], new]}, "params": {"caption": "2 songs"}, "table": [new, rows[1]]}
    written = shown.written({"first": frame})
    shown.show(written)

    assert json.loads(written["first"])["rows"] == {"songs": [1, new]}
    assert json.loads(written["first"])["table"] == [new, 1]
    assert shown.frames["first"] == frame


def test_show_refuses_a_chart_or_a_text_that_there_is_none_of() -> None:
    shown = View(CHARTS)

    with pytest.raises(KeyError, match=r"third.*charts are \['first', 'second'\]"):
        shown.show(frames={"third": {}})
    with pytest.raises(KeyError, match="title"):
        shown.show(title="Songs")

    assert shown.frames == {"first": {}, "second": {}}


def test_two_views_keep_their_frames_apart() -> None:
    one, other = View(CHARTS), View({"third": CHARTS["first"]})

    one.show(frames={"first": {"table": ROWS}})

    assert one.frames == {"first": {"table": ROWS}, "second": {}}
    assert other.frames == {"third": {}}


def test_the_script_is_given_on_request_and_is_no_part_of_the_state(
    monkeypatch: pytest.MonkeyPatch, given: list[tuple[Any, Any]]
) -> None:
    monkeypatch.setattr(view, "script", lambda: b"export default 1;")
    shown = View(CHARTS)

    shown._handle_custom_msg({"type": "script"}, [])
    shown._handle_custom_msg({"type": "something else"}, [])

    assert given == [({"type": "script"}, [b"export default 1;"])]
    assert len(json.dumps(shown.get_state(), default=str)) < 60_000


def test_a_script_that_cannot_be_made_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, given: list[tuple[Any, Any]]
) -> None:
    def broken() -> bytes:
        raise ValueError("no bundler here")

    monkeypatch.setattr(view, "script", broken)

    View(CHARTS)._handle_custom_msg({"type": "script"}, [])

    assert given == [({"type": "script", "problem": "no bundler here"}, None)]


def test_the_script_is_a_module_and_asks_for_nothing_from_outside() -> None:
    made = view.script().decode("utf-8")

    assert re.search(r"export\s*\{\s*\S+ as default\s*\}", made)
    assert not re.search(r"""(\bfrom|\bimport)\s*\(?\s*["']https?:""", made)


def test_both_themes_come_from_the_one_place_with_colours() -> None:
    shown = View(CHARTS)

    assert (shown.light, shown.dark) == (style.panel_config(), style.panel_config(dark=True))
    assert shown.light != shown.dark


def test_the_style_sheet_uses_only_colours_and_fonts_that_the_style_defines() -> None:
    used = set(re.findall(r"var\((--kit-[a-z-]+)\)", static("kit.css")))
    defined = set(re.findall(r"(--kit-[a-z-]+):", style.css()))

    assert used
    assert used <= defined


def test_no_file_of_the_page_holds_a_colour_or_an_address() -> None:
    page = static("dom.js", "view.js", "controls.js", "kit.css")

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|https?://", page) == []


def test_only_the_passages_are_ever_taken_as_html() -> None:
    page = static("dom.js", "view.js", "controls.js")

    assert re.findall(r".*(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write).*", page) == [
        "    else passages.innerHTML = html;"
    ]
    assert re.findall(r".*\bhtml\b.*=.*", page)[0].startswith('    const html = model.get("passages"), ')
