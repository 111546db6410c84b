"""Frozen: what is left of a panel where there is no kernel."""

from __future__ import annotations

import re
from typing import Any

import pytest

import kit
from kit import frozen


def outputs(panel: Any) -> list[str]:
    return [output.data["text/html"].rpartition("</style>")[2] for output in frozen._panel(panel)]


def test_beyond_the_limit_a_heading_says_so_and_a_mark_says_how_many_of_its_passages_are_listed(
    corpus: kit.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = kit.Explorer(corpus, charts=["words"])
    monkeypatch.setattr(frozen, "_PASSAGES", 5)

    *_, chart, twin, words = outputs(explorer)

    listed = re.findall('data-passage="(.*?)"', words)
    heads = re.findall('<span class="kit-count">(first .*?)</span></h3>', words)
    assert heads == [f"first 5 of {corpus.statements['passage_id'].n_unique()}", f"first 5 of {145 - 46}"]
    assert len(listed) == 10
    behind = explorer.behind("words").values()
    wanted = [([one for one in row["passage_ids"] if one in listed], len(row["passage_ids"])) for row in behind]
    named = re.findall(' data-passages="(.*?)" data-of="(.*?)"', chart, flags=re.DOTALL)
    assert [(ids.split("\n"), int(of)) for ids, of in named] == [one for one in wanted if one[0]] != []
    more = [str(of) for ids, of in wanted if 0 < len(ids) < of]
    assert re.findall(r"</a> of (\d+)</td>", twin) == more != []


def test_a_passage_behind_a_blank_that_the_selection_leaves_out_is_listed_last(corpus: kit.Corpus) -> None:
    silent = corpus.silences.join(corpus.passages, on="passage_id").row(0, named=True)
    explorer = kit.Explorer(corpus, kit.Selection(speakers=[silent["speaker_id"]]), ["matrix"])
    behind = {one for row in explorer.behind("matrix").values() for one in row["passage_ids"]}

    shown = set(re.findall('data-passage="(.*?)"', explorer.reading(1_000)))

    assert silent["passage_id"] in behind <= shown
    own = corpus.select(explorer.selection)
    left_out = behind - {*own.passages["passage_id"], *own.statements["passage_id"]}
    assert ("which the selection itself leaves out" in explorer.reading(1_000)) == bool(left_out)


def test_each_widget_with_a_panel_in_it_is_frozen(corpus: kit.Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from ipywidgets import VBox

    comparer = kit.Comparer(corpus)
    box = VBox([VBox([comparer])])
    monkeypatch.setattr(frozen.widgets, "_instances", {"box": box, "panel": comparer, "view": comparer.view})
    monkeypatch.setattr(frozen, "_panel", lambda panel: [panel.code])

    told = frozen.json.loads(frozen.told(corpus, kit.Selection(), "1"))

    assert told["panels"] == {"box": [comparer.code], "panel": [comparer.code], "view": []}
