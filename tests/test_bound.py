"""What every panel shares: its citation pack, what it says beside the numbers, faults in words, and the link."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

import kit
from kit.bound import Bound
from kit.controls import CHOICES


class Sent:
    """Stands in for the page: keeps what a view sends."""

    def __init__(self, panel: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(panel.view, "send", lambda content, buffers=(): self.messages.append((content, [*buffers])))


def ask(panel: Bound, kind: str) -> None:
    panel.view._handle_custom_msg({"type": kind}, [])


def test_the_pack_that_a_page_asks_for_holds_what_is_selected(
    corpus: kit.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = kit.Explorer(corpus, kit.Selection(themes=["terrorism"]))
    sent = Sent(explorer, monkeypatch)

    ask(explorer, "pack")

    ((content, (packed,)),) = sent.messages
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert content == {"type": "pack", "name": "citation-pack.zip"}
    assert json.loads(archive.read("selection.json")) == json.loads(explorer.selection.to_json())
    assert {"matrix.png", "matrix.svg", "timeline.png", "timeline.svg", "passages.csv"} <= {*archive.namelist()}
    assert archive.read("matrix.png").startswith(b"\x89PNG")
    picture = archive.read("matrix.svg").decode()
    assert "a blank: nothing found in these documents" in picture
    assert "kit.Selection(themes=" in picture  # a picture travels without its pack
    for statement in corpus.select(explorer.selection).statements["evidence"]:
        assert " ".join(statement.split()) in " ".join(archive.read("passages.csv").decode().split()).replace('""', '"')


def test_a_pack_of_the_panel_is_found_again_in_the_sources(corpus: kit.Corpus, tmp_path: Any) -> None:
    explorer = kit.Explorer(corpus, kit.Selection(speakers=["len-duvall"]))

    kit.write_pack(tmp_path / "pack.zip", explorer.pack())

    assert set(kit.verify(tmp_path / "pack.zip", corpus)["outcome"]) == {"found"}


def test_beside_positions_the_panel_says_how_far_coders_agree_and_what_a_blank_is(corpus: kit.Corpus) -> None:
    explorer = kit.Explorer(corpus)

    ask(explorer, "aside")

    assert explorer.view.aside.startswith(
        "A blank means that nothing was found in these documents, not that the holder"
    )
    assert kit.agreement_in_words(corpus) in explorer.view.aside


def test_a_request_that_fails_is_told_in_the_panel(corpus: kit.Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    explorer = kit.Explorer(corpus)
    monkeypatch.setattr(explorer, "pack", lambda: 1 / 0)

    ask(explorer, "pack")

    assert explorer.view.notice.startswith("A fault in the kit (ZeroDivisionError: division by zero)")


@pytest.mark.parametrize("name", CHOICES)
def test_the_link_opens_the_same_view_again_for_every_control(corpus: kit.Corpus, name: str) -> None:
    chosen: dict[str, Any] = {
        "speakers": ["len-duvall", "sadiq-khan"], "themes": ["terrorism"], "since": "2016-09-14", "until": "2018-12-20",
        "text": "armed", "first_hand": True,
    }  # fmt: skip
    first = kit.Explorer(corpus)
    setattr(first.controls, name, chosen[name])

    again = kit.Explorer(corpus, kit.Selection.from_json(first.view.link))

    assert again.selection == first.selection != kit.Selection()
    assert {one: getattr(again.controls, one) for one in CHOICES} == {
        one: getattr(first.controls, one) for one in CHOICES
    }
    assert (again.view.frames, again.view.passages, again.view.summary) == (
        first.view.frames, first.view.passages, first.view.summary,
    )  # fmt: skip
