from __future__ import annotations

import random
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path
from threading import Event, Thread
from typing import Any

import polars as pl
import pytest

import kit
from kit import Selection, SelectionError, style
from kit.explorer import Explorer
from kit.positions import SILENCE_WORDS, holders
from kit.spans import fold
from tests.charts import pictures

ALL = ("matrix", "timeline", "themes", "speakers", "words")
POST = "2021-06-04-northport-post-night-ferry"
EMPTY = "Nothing in this selection. Take a speaker, a theme, a date or a word of the search away, or press Reset."
WORDS = {"first": ["police", "HERCULES", "nobody ever said this"], "second": ["night", "FARE", "nobody ever said this"]}
Row = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module", params=["first", "second"])
def which(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def whole(which: str, corpus: kit.Corpus, second: kit.Corpus) -> kit.Corpus:
    return {"first": corpus, "second": second}[which]


@pytest.fixture(scope="module")
def shared(whole: kit.Corpus) -> Explorer:
    return Explorer(whole, charts=ALL)


@pytest.fixture
def explorer(shared: Explorer) -> Explorer:
    """Give an explorer of all charts in which nothing is chosen; making one takes a third of a second."""
    shared.view.picked = {}
    shared.selection = Selection()
    shared.controls.reset()
    assert shared.selection == Selection()
    return shared


@dataclass(frozen=True)
class Expected:
    """What a selection leaves, found row by row: statements, passages and silences, as dicts."""

    whole: kit.Corpus
    selection: Selection
    statements: list[Row]
    passages: list[Row]
    silences: list[Row]

    @property
    def body(self) -> list[Row]:
        return [row for row in self.passages if row["zone"] == "body"]

    @property
    def on_themes(self) -> dict[tuple[str, str], str]:
        """The kind of silence of every holder on a theme as a whole, by the holder and the heading's row."""
        shown = set(holders(self.whole)["speaker_id"])
        return {
            (row["speaker_id"], f"theme:{row['theme_id']}"): row["kind"]
            for row in self.silences
            if row["proposition_id"] == "" and row["speaker_id"] in shown
        }

    def sections(self) -> list[tuple[str, list[str]]]:
        """Give heading and passages of what is to be read, in order."""
        order = {document_id: at for at, document_id in enumerate(self.whole.documents["document_id"])}
        everything = self.whole.passages.to_dicts()
        everything.sort(key=lambda row: (order[row["document_id"]], row["order"]))
        holding = {row["passage_id"] for row in self.statements}
        others = {row["passage_id"] for row in self.body} - holding
        rest = "Other selected passages" if holding else "Selected passages"
        named = (("Passages with selected statements", holding), (rest, others))
        return [
            (title, found)
            for title, ids in named
            if (found := [row["passage_id"] for row in everything if row["passage_id"] in ids])
        ]


def expected(whole: kit.Corpus, chosen: Selection) -> Expected:
    texts = {row["passage_id"]: fold(row["text"]) for row in whole.passages.to_dicts()}

    def fits(row: Row, **named: tuple[str, ...]) -> bool:
        in_window = (not chosen.since or row["latest"] >= chosen.since) and (
            not chosen.until or row["earliest"] <= chosen.until
        )
        has_text = not chosen.text or fold(chosen.text) in texts[row["passage_id"]]
        return in_window and has_text and all(row[column] in ids for column, ids in named.items() if ids)

    ids = {"speaker_id": chosen.speakers, "document_id": chosen.documents}
    statements = [
        row for row in whole.statements.to_dicts()
        if fits(row, **ids, theme_id=chosen.themes, proposition_id=chosen.propositions, modality=chosen.modalities)
        and (row["first_hand"] or not chosen.first_hand)
    ]  # fmt: skip
    passages = [
        row for row in whole.passages.to_dicts()
        if fits(row, **ids) and row["zone"] != "furniture"
        and (not chosen.themes or set(chosen.themes) & set(row["themes"]))
    ]  # fmt: skip
    silences = [
        row for row in whole.silences.to_dicts()
        if fits(row, **ids, theme_id=chosen.themes, proposition_id=chosen.propositions)
    ]  # fmt: skip
    return Expected(whole, chosen, statements, passages, silences)


def read(html: str) -> list[tuple[str, str, list[str]]]:
    """Give heading, count and passages of each section of a pane."""
    sections = []
    for part in html.split('<h3 class="kit-section">')[1:]:
        title, count = re.match(r'(.*?) <span class="kit-count">(.*?)</span>', part).groups()
        sections.append((title, count, [unescape(one) for one in re.findall(r'data-passage="([^"]*)"', part)]))
    return sections


def told(html: str) -> Counter[tuple[str, str, str, str]]:
    """Give passage, holder, stance and proposition of every statement that a pane tells beside a passage."""
    told = Counter[tuple[str, str, str, str]]()
    for passage_id, article in re.findall(r'<article [^>]*data-passage="([^"]*)">(.*?)</article>', html, re.DOTALL):
        for stance, proposition, holder in re.findall(
            r'<li [^>]*><span class="kit-stance kit-(\w+)">.*?<q [^>]*><bdi>(.*?)</bdi></q>.*?<b><bdi>(.*?)</bdi></b>',
            article,
        ):
            told[unescape(passage_id), unescape(holder), stance, unescape(proposition)] += 1
    return told


def in_words(whole: kit.Corpus, statements: list[Row]) -> Counter[tuple[str, str, str, str]]:
    names = dict(whole.speakers.select("speaker_id", "name").iter_rows())
    texts = dict(whole.propositions.select("proposition_id", "text").iter_rows())
    return Counter(
        (row["passage_id"], names[row["speaker_id"]], row["stance"], texts[row["proposition_id"]]) for row in statements
    )


def marked(html: str) -> dict[str, str]:
    """Give all that is marked as evidence in each passage of a pane, end to end."""
    found = {}
    for passage_id, text in re.findall(
        r'data-passage="([^"]*)">.*?<blockquote [^>]*>(.*?)</blockquote>', html, re.DOTALL
    ):
        pieces = re.findall(r"<mark [^>]*>(.*?)</mark>", text, re.DOTALL)
        found[unescape(passage_id)] = unescape("".join(re.sub(r"<[^>]*>", "", piece) for piece in pieces))
    return found


def to_mark(whole: kit.Corpus, statements: list[Row]) -> dict[str, str]:
    """Give the characters of each passage that lie in the evidence of any of these statements."""
    at: dict[str, set[int]] = {}
    for row in statements:
        at.setdefault(row["passage_id"], set()).update(range(row["start"], row["end"]))
    texts = {passage_id: whole.text(passage_id.partition("#")[0]) for passage_id in at}
    return {passage_id: "".join(texts[passage_id][one] for one in sorted(places)) for passage_id, places in at.items()}


def counted(sections: list[tuple[str, list[str]]]) -> list[tuple[str, str, list[str]]]:
    counts = (f"{len(ids)}" if len(ids) <= 24 else f"first 24 of {len(ids)}" for _, ids in sections)
    return [(title, count, ids[:24]) for (title, ids), count in zip(sections, counts, strict=True)]


def frames_of(explorer: Explorer) -> dict[str, Row]:
    """Give the frames of an explorer with their ids as in the corpus: a view has them behind a colon."""
    bare = {name: dict(frame) for name, frame in explorer.view.frames.items()}
    for frame in bare.values():
        frame["rows"] = {
            dataset: [
                {
                    key: value[1:] if value and key.endswith("_id") and key != "mark_id" else value
                    for key, value in row.items()
                }
                for row in rows
            ]
            for dataset, rows in frame["rows"].items()
        }
    return bare


def agrees(explorer: Explorer, chosen: Selection) -> None:
    """Assert that everything in an explorer is what this selection leaves, counted row by row."""
    whole, want = explorer.corpus, expected(explorer.corpus, chosen)
    assert explorer.selection == chosen
    selected = whole.select(chosen)
    assert [row["statement_id"] for row in want.statements] == selected.statements["statement_id"].to_list()
    assert [row["passage_id"] for row in want.passages] == selected.passages["passage_id"].to_list()
    named = whole.documents.filter(pl.col("document_id").is_in(chosen.documents or whole.documents["document_id"]))
    for name, frame in frames_of(explorer).items():
        AGREE[name](frame, want)
        positions = name in ("matrix", "timeline")
        assert frame["params"]["caption"] == kit.caption(replace(whole, documents=named), positions=positions)
        assert frame["params"]["caption"].startswith(f"{named.height} document{'s' * (named.height > 1)} · ")
        assert " ".join(frame["params"]["caption"].split("\n")).endswith(style.BLANK) is positions
    agree_summary(explorer.view.summary, want)
    assert explorer.view.code == repr(chosen)
    assert eval(explorer.view.code, {"kit": kit}) == chosen
    if not explorer.picked:
        assert read(explorer.view.passages) == counted(want.sections())
    assert explorer.view.notice == ""


def agree_matrix(frame: Row, want: Expected) -> None:
    shown = set(holders(want.whole)["speaker_id"])
    keys = Counter(
        (row["speaker_id"], row["proposition_id"], row["stance"])
        for row in want.statements
        if row["speaker_id"] in shown
    )
    marks = frame["rows"]["marks"]
    assert {(row["speaker_id"], row["proposition_id"], row["stance"]): row["statements"] for row in marks} == keys
    assert len(marks) == len(keys)
    cells = {(row["speaker_id"], row["proposition_id"]): row for row in frame["rows"]["cells"]}
    pairs = {(one, proposition_id) for one in shown for proposition_id in want.whole.propositions["proposition_id"]}
    assert cells.keys() == pairs | want.on_themes.keys()
    assert len(cells) == len(frame["rows"]["cells"]) == len(pairs) + len(want.on_themes)
    for key, kind in want.on_themes.items():
        seen = cells[key]
        assert (seen["mark_id"], seen["kind"], seen["blank"]) == ("|".join(key), kind, SILENCE_WORDS[kind])
    stances = Counter((speaker_id, proposition_id) for speaker_id, proposition_id, _ in keys)
    for key, cell in cells.items():
        assert (cell["kind"] == "", cell["blank"] == "") == (key in stances, key in stances)
        assert cell["differs"] == (stances[key] > 1)
    blanks = [row for row in frame["table"] if row["stance"] not in ("oppose", "mixed", "support")]
    assert Counter((row["holder"], row["proposition"]) for row in blanks).total() == len(cells) - len(stances)
    assert {row["mark_id"] for row in frame["table"]} - {row["mark_id"] for row in blanks} == {
        row["mark_id"] for row in marks
    }


def agree_timeline(frame: Row, want: Expected) -> None:
    keys = Counter(
        (
            row["proposition_id"],
            row["earliest"].isoformat(),
            row["latest"].isoformat(),
            row["speaker_id"],
            row["stance"],
            row["first_hand"],
        )
        for row in want.statements
    )
    marks = frame["rows"]["marks"]
    assert {
        (row["row_id"], row["earliest"], row["latest"], row["mark_id"].split("|")[3], row["stance"], row["first_hand"]):
        row["statements"] for row in marks
    } == keys  # fmt: skip
    for row in marks:
        assert row["unknown"] == (row["earliest"] == "0001-01-01" and row["latest"] == "9999-12-31")
    assert sorted(row["mark_id"] for row in frame["table"]) == sorted(row["mark_id"] for row in marks)


def agree_rates(frame: Row, want: Expected, key: str, ids: list[str]) -> None:
    bases = Counter(row[key] for row in want.body)
    about = Counter((row[key], theme_id) for row in want.body for theme_id in row["themes"])
    words = Counter[Any]()
    for row in want.body:
        words[row[key]] += row["words"]
    rows = {(row["column_id"], row["theme_id"]): row for row in frame["rows"]["rows"]}
    assert set(rows) == {(one, theme_id) for one in ids for theme_id in want.whole.themes["theme_id"]}
    for (one, theme_id), row in rows.items():
        assert (row["passages"], row["base_passages"]) == (about[one, theme_id], bases[one])
        share = about[one, theme_id] / bases[one] if bases[one] else None
        assert row["passages_share"] == pytest.approx(share)
        rate = about[one, theme_id] / words[one] * 1000 if words[one] else None
        assert row["per_1000_words"] == pytest.approx(rate, abs=0.005)


def agree_themes(frame: Row, want: Expected) -> None:
    agree_rates(frame, want, "document_id", want.whole.documents["document_id"].to_list())


def agree_speakers(frame: Row, want: Expected) -> None:
    agree_rates(frame, want, "speaker_id", [one for one in {row["speaker_id"] for row in want.body} if one])


def agree_words(frame: Row, want: Expected) -> None:
    words, passages = Counter[Any](), Counter[Any]()
    for row in want.body:
        words[row["speaker_id"] or "", row["form"]] += row["words"]
        passages[row["speaker_id"] or "", row["form"]] += 1
    rows = frame["rows"]["rows"]
    assert {(row["speaker_id"], row["form"]): row["words"] for row in rows} == dict(words)
    assert {(row["speaker_id"], row["form"]): row["passages"] for row in rows} == dict(passages)
    assert sum(row["words_share"] for row in rows) == pytest.approx(1 if words.total() else 0)


AGREE = {
    "matrix": agree_matrix,
    "timeline": agree_timeline,
    "themes": agree_themes,
    "speakers": agree_speakers,
    "words": agree_words,
}


def agree_summary(summary: str, want: Expected) -> None:
    chosen, whole = want.selection, want.whole
    unsure = [
        row for row in want.statements
        if (chosen.since and row["earliest"] < chosen.since) or (chosen.until and row["latest"] > chosen.until)
    ]  # fmt: skip
    note = f" ({len(unsure)} of them only possibly: their date is not sure)" if unsure else ""
    documents = {row["document_id"] for row in [*want.body, *want.statements]}
    shown = {row["passage_id"] for row in [*want.body, *want.statements]}
    body = [row for row in whole.passages.to_dicts() if row["zone"] == "body"]
    of_all = {row["passage_id"] for row in [*body, *whole.statements.to_dicts()]}
    narrowed = [name for name in ("propositions", "documents", "modalities") if getattr(chosen, name)]
    in_code = f" · {' and '.join(narrowed)} narrowed in code" if narrowed else ""
    assert summary == (
        f"{len(want.statements)} of {whole.statements.height} statements{note} · {len(shown)} of {len(of_all)} passages"
        f" · {len(documents)} of {whole.documents.height} documents{in_code}"
    )


def test_nothing_chosen_shows_everything(explorer: Explorer) -> None:
    agrees(explorer, Selection())


@pytest.mark.parametrize("control", ["speakers", "themes"])
def test_each_chip_and_none_shows_what_it_selects(explorer: Explorer, control: str) -> None:
    options = [one["id"] for one in getattr(explorer.controls, f"{control.removesuffix('s')}_options")]
    for chosen in [*([one] for one in options), options[:3], []]:
        setattr(explorer.controls, control, chosen)
        agrees(explorer, Selection(**{control: chosen}))


def test_a_page_that_chooses_is_not_told_again_what_it_said_before(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(type(explorer.controls), "send_state", lambda _, key=None: sent.extend(key or ()))
    speakers, themes = (
        [one["id"] for one in options]
        for options in (explorer.controls.speaker_options, explorer.controls.theme_options)
    )
    assert speakers != sorted(speakers), "a selection has them in another order"

    explorer.controls.set_state({"speakers": speakers})
    for many in range(1, len(themes) + 1):
        explorer.controls.set_state({"themes": themes[:many]})

    assert explorer.selection == Selection(speakers=speakers, themes=themes)
    assert sent == []


@pytest.mark.parametrize("control", ["since", "until"])
def test_each_date_and_none_shows_what_touches_the_window(explorer: Explorer, control: str) -> None:
    for day in [*explorer.controls.dates, "1999-12-31", "2030-01-01", ""]:
        setattr(explorer.controls, control, day)
        agrees(explorer, Selection(**{control: day}))


def test_each_day_as_both_ends_of_the_window(explorer: Explorer) -> None:
    for day in explorer.controls.dates:
        explorer.controls.choose(since=day, until=day)
        agrees(explorer, Selection(since=day, until=day))


def test_words_and_none_show_the_passages_that_hold_them(explorer: Explorer, which: str) -> None:
    for words in [*WORDS[which], "  ", ""]:
        explorer.controls.text = words
        agrees(explorer, Selection(text=words))


def test_own_words_only_and_all(explorer: Explorer) -> None:
    for first_hand in (True, False):
        explorer.controls.first_hand = first_hand
        agrees(explorer, Selection(first_hand=first_hand))


def test_all_controls_together_narrow_together(explorer: Explorer, which: str) -> None:
    speaker = max(explorer.view.counts["speakers"].items(), key=lambda one: one[1])[0]
    chosen: Row = {"speakers": [speaker], "themes": [one["id"] for one in explorer.controls.theme_options[:2]]}
    chosen |= {
        "since": explorer.controls.dates[0],
        "until": explorer.controls.dates[-1],
        "text": WORDS[which][0],
        "first_hand": True,
    }

    explorer.controls.choose(**chosen)

    agrees(explorer, Selection(**chosen))


def test_a_selection_that_leaves_nothing_says_so_in_words(explorer: Explorer) -> None:
    explorer.controls.text = "nobody ever said this"

    assert explorer.view.passages == f'<p class="kit-empty">{EMPTY}</p>'
    assert explorer.view.summary.startswith(f"0 of {explorer.corpus.statements.height} statements · 0 of ")
    assert explorer.view.summary.endswith(f" · 0 of {explorer.corpus.documents.height} documents")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (
            {"propositions": ["run-all-night"]},
            "8 of 15 statements · 34 of 34 passages · 4 of 4 documents · propositions",
        ),
        ({"documents": [POST]}, "7 of 15 statements · 12 of 34 passages · 1 of 4 documents · documents"),
        ({"modalities": ["question"]}, "1 of 15 statements · 34 of 34 passages · 4 of 4 documents · modalities"),
        (
            {"modalities": ["question"], "documents": [POST], "propositions": ["raise-fares"]},
            "0 of 15 statements · 12 of 34 passages · 1 of 4 documents · propositions and documents and modalities",
        ),
    ],
)
def test_the_summary_names_what_was_narrowed_in_code_where_no_control_shows_it(
    second: kit.Corpus, chosen: Row, said: str
) -> None:
    explorer = Explorer(second, Selection(**chosen), charts=["words"])

    assert explorer.view.summary == f"{said} narrowed in code"


def test_the_summary_counts_a_passage_once_and_those_that_others_speak(second: kit.Corpus) -> None:
    explorer = Explorer(second, Selection(speakers=["deckhands-union"]), charts=["words"])

    # the union speaks nowhere itself: both statements stand in passages of the paper
    assert second.passages.filter(speaker_id="deckhands-union").height == 0
    assert explorer.view.summary == "2 of 15 statements · 2 of 34 passages · 1 of 4 documents"


def test_a_caption_that_holds_a_statement_counts_among_the_passages_and_one_that_does_not_is_left_out(
    second: kit.Corpus,
) -> None:
    caption = second.passages.filter(document_id=POST, zone="caption")["passage_id"][0]
    first = pl.col("statement_id") == second.statements.filter(document_id=POST)["statement_id"][0]
    moved = pl.when(first).then(pl.lit(caption)).otherwise("passage_id").alias("passage_id")
    other = replace(second, statements=second.statements.with_columns(moved))

    explorer = Explorer(other, charts=["words"])
    assert explorer.view.summary == "15 of 15 statements · 35 of 35 passages · 4 of 4 documents"
    explorer.selection = Selection(speakers=["ivo-lund"])
    assert explorer.view.summary == "0 of 15 statements · 0 of 35 passages · 0 of 4 documents"


def pick(explorer: Explorer, chart: str, mark: str) -> list[str]:
    """Pick a mark as a click does, and give the passages that are shown."""
    explorer.view.picked = {"chart": chart, "mark": mark}
    assert explorer.picked == {"chart": chart, "mark": mark}
    return sorted(passage_id for _, _, ids in read(explorer.view.passages) for passage_id in ids)


def own(want: Expected, chart: str, row: Row) -> list[Row]:
    """Give the statements of a mark of matrix or timeline, found row by row from what the mark says of itself."""
    if chart == "matrix":
        keys = ("speaker_id", "proposition_id", *(["stance"] if "stance" in row else []))
        return [one for one in want.statements if all(one[key] == row[key] for key in keys)]
    dates = (date.fromisoformat(row["earliest"]), date.fromisoformat(row["latest"]))
    named = (row["row_id"], row["mark_id"].split("|")[3], row["stance"], row["first_hand"], *dates)
    keys = ("proposition_id", "speaker_id", "stance", "first_hand", "earliest", "latest")
    return [one for one in want.statements if tuple(one[key] for key in keys) == named]


def behind(want: Expected, chart: str, row: Row) -> set[str]:
    """Give the passages of a mark, found row by row from what the mark says of itself."""
    if chart in ("matrix", "timeline"):
        return {one["passage_id"] for one in own(want, chart, row)}
    if chart == "words":
        return {
            one["passage_id"]
            for one in want.body
            if (one["speaker_id"] or "", one["form"]) == (row["speaker_id"], row["form"])
        }
    key = {"themes": "document_id", "speakers": "speaker_id"}[chart]
    return {one["passage_id"] for one in want.body if one[key] == row["column_id"] and row["theme_id"] in one["themes"]}


CHOICES = {
    "nothing": {},
    "words": {"text": "night"},
    "theme": {"themes": ["money"]},
    "speaker": {"speakers": ["cleo-marsh"]},
    "window": {"since": "2020-10-01", "until": "2021-06-04"},
}


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_picking_each_mark_of_each_chart_shows_exactly_its_passages(explorer: Explorer, chosen: Row) -> None:
    explorer.selection = Selection(**chosen)
    want = expected(explorer.corpus, explorer.selection)

    picked = 0
    for chart in ALL:
        for row in frames_of(explorer)[chart]["rows"]["marks" if chart in ("matrix", "timeline") else "rows"]:
            assert pick(explorer, chart, row["mark_id"]) == sorted(behind(want, chart, row)), row["mark_id"]
            picked += 1
    assert picked > 20


def shows_only(explorer: Explorer, chart: str, row: Row, statements: list[Row]) -> None:
    """Assert that a picked mark shows these statements, each beside its passage and marked in it, and no others."""
    passages = sorted({one["passage_id"] for one in statements})
    assert pick(explorer, chart, row["mark_id"]) == passages, row["mark_id"]
    assert told(explorer.view.passages) == in_words(explorer.corpus, statements), row["mark_id"]
    assert marked(explorer.view.passages) == to_mark(explorer.corpus, statements), row["mark_id"]
    assert [title for title, _, _ in read(explorer.view.passages)] == ["Passages with selected statements"]


@pytest.mark.parametrize("chart", ["matrix", "timeline"])
def test_picking_a_mark_shows_its_own_statements_as_evidence_and_no_others(explorer: Explorer, chart: str) -> None:
    want = expected(explorer.corpus, Selection())

    assert explorer.view.frames[chart]["rows"]["marks"]
    for row in frames_of(explorer)[chart]["rows"]["marks"]:
        shows_only(explorer, chart, row, own(want, chart, row))


def test_picking_a_cell_with_statements_shows_those_of_all_its_stances_and_no_others(explorer: Explorer) -> None:
    want = expected(explorer.corpus, Selection())

    cells = [row for row in frames_of(explorer)["matrix"]["rows"]["cells"] if row["kind"] == ""]
    assert any(row["differs"] for row in cells)
    for row in cells:
        shows_only(explorer, "matrix", row, own(want, "matrix", row))


@pytest.mark.parametrize(
    ("mark", "chosen"),
    [
        ("dana-rooke|theme:money", {}),
        ("dana-rooke|theme:money", {"speakers": ["dana-rooke"]}),  # the passage is the paper's words
        ("dana-rooke|theme:money", {"themes": ["money"]}),
        ("cleo-marsh|raise-fares", {}),
        ("cleo-marsh|raise-fares", {"themes": ["money"], "speakers": ["cleo-marsh"]}),
        ("harbour-authority|raise-fares", {}),
    ],
)
@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_picking_a_coded_silence_shows_its_passage(explorer: Explorer, mark: str, chosen: Row) -> None:
    explorer.selection = Selection(**chosen)
    speaker_id, _, on = mark.partition("|")
    proposition_id, theme_id = ("", on.partition(":")[2]) if ":" in on else (on, "money")
    coded = explorer.corpus.silences.filter(speaker_id=speaker_id, proposition_id=proposition_id, theme_id=theme_id)

    (cell,) = (row for row in frames_of(explorer)["matrix"]["rows"]["cells"] if row["mark_id"] == mark)
    assert cell["kind"] == coded["kind"].item()
    assert pick(explorer, "matrix", mark) == coded["passage_id"].to_list()
    assert read(explorer.view.passages) == [("Selected passages", "1", coded["passage_id"].to_list())]
    assert not told(explorer.view.passages)


@pytest.mark.parametrize("which", ["first"], indirect=True)
def test_picking_each_coded_silence_of_the_first_corpus_shows_its_passages(explorer: Explorer) -> None:
    coded: dict[str, set[str]] = {}
    for row in explorer.corpus.silences.to_dicts():
        on = row["proposition_id"] or f"theme:{row['theme_id']}"
        coded.setdefault(f"{row['speaker_id']}|{on}", set()).add(row["passage_id"])
    kinds = {row["mark_id"]: row["kind"] for row in explorer.view.frames["matrix"]["rows"]["cells"]}

    assert any("|theme:" in mark for mark in coded)
    for mark, passages in coded.items():
        if kinds[mark]:  # statements stand there all the same, and are shown
            assert pick(explorer, "matrix", mark) == sorted(passages)


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_picking_a_blank_without_a_passage_says_so_in_words(explorer: Explorer) -> None:
    blank = next(row for row in frames_of(explorer)["matrix"]["rows"]["cells"] if row["kind"] == "theme-not-raised")

    assert pick(explorer, "matrix", blank["mark_id"]) == []
    said = "No passage of this selection stands behind this cell."
    assert explorer.view.passages == f'<p class="kit-empty">{said}</p>'


def test_a_pick_narrows_only_the_passages_and_no_pick_shows_all_again(explorer: Explorer) -> None:
    frames, summary = dict(explorer.view.frames), explorer.view.summary
    everything = explorer.view.passages

    pick(explorer, "matrix", explorer.view.frames["matrix"]["rows"]["marks"][0]["mark_id"])
    assert (explorer.view.frames, explorer.view.summary) == (frames, summary)
    assert explorer.selection == Selection()
    assert explorer.view.passages != everything

    explorer.view.picked = {}
    assert explorer.view.passages == everything


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_a_pick_stays_while_its_mark_does_and_goes_with_it(explorer: Explorer) -> None:
    mark = "cleo-marsh|run-all-night|oppose"
    before = pick(explorer, "matrix", mark)

    explorer.controls.speakers = ["cleo-marsh"]
    assert explorer.picked == {"chart": "matrix", "mark": mark}
    assert [ids for _, _, ids in read(explorer.view.passages)] == [before]

    explorer.controls.speakers = ["ben-adu"]
    assert explorer.picked == {}
    agrees(explorer, Selection(speakers=["ben-adu"]))


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_a_pick_of_a_mark_that_is_not_there_shows_everything_and_no_error(explorer: Explorer) -> None:
    everything = explorer.view.passages

    explorer.view.picked = {"chart": "matrix", "mark": "nobody|nothing|support"}

    assert explorer.view.passages == everything
    assert explorer.view.notice == ""


def state(explorer: Explorer) -> Row:
    return {name: getattr(explorer.view, name) for name in ("frames", "passages", "summary", "code", "picked")}


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_a_window_that_ends_before_it_begins_is_said_in_words_and_leaves_the_last_good_view(explorer: Explorer) -> None:
    explorer.controls.since = "2021-06-04"
    good = state(explorer)

    explorer.controls.until = "2019-03-12"
    assert state(explorer) == good
    assert explorer.selection == Selection(since="2021-06-04")
    assert explorer.view.notice.startswith("since: 2021-06-04 is later than until: 2019-03-12; exchange the two")

    explorer.controls.themes = ["money"]
    assert state(explorer) == good
    assert explorer.view.notice

    explorer.controls.since = ""
    agrees(explorer, Selection(until="2019-03-12", themes=["money"]))


@pytest.mark.parametrize("which", ["second"], indirect=True)
@pytest.mark.parametrize("remedy", ["reset", "selection", "same selection"])
def test_after_a_bad_window_a_reset_or_a_selection_set_from_outside_mends_controls_and_notice(
    explorer: Explorer, remedy: str
) -> None:
    explorer.controls.until = "2019-03-12"
    explorer.controls.since = "2021-06-04"
    assert explorer.view.notice

    chosen = {"reset": Selection(), "selection": Selection(themes=["money"]), "same selection": explorer.selection}[
        remedy
    ]
    if remedy == "reset":
        explorer.controls.reset()
    else:
        explorer.selection = chosen

    agrees(explorer, chosen)
    assert explorer.controls.since == ""


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_a_fault_is_said_in_the_panel_and_the_last_good_view_stays(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = state(explorer)
    with monkeypatch.context() as broken:
        broken.setattr(explorer, "_told", lambda *_: {}["a fault"])
        explorer.controls.themes = ["money"]

    assert state(explorer) == good
    assert "KeyError: 'a fault'" in explorer.view.notice
    explorer.controls.themes = ["safety"]
    agrees(explorer, Selection(themes=["safety"]))


def test_setting_the_selection_moves_the_controls_and_the_view(explorer: Explorer) -> None:
    speakers = sorted(one["id"] for one in explorer.controls.speaker_options[:2])
    theme = explorer.controls.theme_options[1]["id"]
    day = explorer.controls.dates[1]

    chosen = Selection(speakers=speakers, themes=[theme], since=day, until="2030-01-01", text="the", first_hand=True)
    explorer.selection = chosen

    agrees(explorer, chosen)
    controls = explorer.controls
    assert sorted(controls.speakers) == speakers
    assert (controls.themes, controls.since, controls.until) == ([theme], day, "2030-01-01")
    assert (controls.text, controls.first_hand) == ("the", True)


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_what_no_control_shows_stays_chosen_while_controls_move(explorer: Explorer) -> None:
    chosen = Selection(
        propositions=["run-all-night", "raise-fares"],
        documents=["2021-06-04-northport-post-night-ferry"],
        modalities=["assertion"],
    )
    explorer.selection = chosen
    agrees(explorer, chosen)

    explorer.controls.themes = ["money"]
    agrees(explorer, replace(chosen, themes=("money",)))
    explorer.controls.reset()
    agrees(explorer, chosen)


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_a_speaker_who_is_no_chip_stays_chosen_beside_one_who_is(explorer: Explorer) -> None:
    assert "ivo-lund" not in {one["id"] for one in explorer.controls.speaker_options}

    explorer.selection = Selection(speakers=["ivo-lund", "ben-adu"])
    agrees(explorer, Selection(speakers=["ben-adu", "ivo-lund"]))
    assert explorer.controls.speakers == ["ben-adu"]

    explorer.controls.themes = ["money"]
    agrees(explorer, Selection(speakers=["ben-adu", "ivo-lund"], themes=["money"]))


def test_an_explorer_begins_with_the_selection_it_is_given(second: kit.Corpus) -> None:
    chosen = Selection(speakers=["ivo-lund", "ama-osei"], themes=["money"], since="2019-01-01")

    explorer = Explorer(second, chosen, charts=["matrix", "words"])

    agrees(explorer, chosen)
    assert (explorer.controls.speakers, explorer.controls.themes, explorer.controls.since) == (
        ["ama-osei"],
        ["money"],
        "2019-01-01",
    )
    explorer.controls.since = ""
    agrees(explorer, replace(chosen, since=None))


def test_charts_have_the_axes_of_the_whole_corpus_whatever_the_first_selection(second: kit.Corpus) -> None:
    narrow, wide = (
        Explorer(second, selection, charts=ALL)
        for selection in (Selection(speakers=["ben-adu"], themes=["money"]), Selection())
    )

    for name in ALL:
        specs = ({**explorer.view.charts[name]["spec"], "datasets": {}} for explorer in (narrow, wide))
        assert next(specs) == next(specs), name


def test_the_controls_offer_everybody_who_speaks_or_holds_a_position_with_counts(explorer: Explorer) -> None:
    whole = explorer.corpus
    held = Counter(whole.statements["speaker_id"])
    spoken = {row["speaker_id"] for row in whole.passages.to_dicts() if row["zone"] == "body" and row["speaker_id"]}

    options, counts = explorer.controls.speaker_options, explorer.view.counts
    assert {one["id"] for one in options} == held.keys() | spoken
    assert counts == {"speakers": held, "themes": Counter(whole.statements["theme_id"])}
    groups = [one["group"] for one in options]
    assert [group for at, group in enumerate(groups) if group in groups[:at] and groups[at - 1] != group] == []
    assert explorer.controls.theme_options == [
        {"id": theme_id, "label": label} for theme_id, label in whole.themes.select("theme_id", "label").iter_rows()
    ]
    dated = [*whole.documents.to_dicts(), *whole.statements.to_dicts()]
    days = {row[bound].isoformat() for row in dated for bound in ("earliest", "latest")}
    assert explorer.controls.dates == sorted(days - {"0001-01-01", "9999-12-31"})


def test_counts_beside_the_chips_follow_the_selection_each_as_if_nothing_of_its_kind_were_chosen(
    explorer: Explorer,
) -> None:
    rows = explorer.corpus.statements.to_dicts()
    speaker, theme = rows[0]["speaker_id"], rows[0]["theme_id"]

    explorer.controls.speakers = [speaker]
    explorer.controls.themes = [theme]
    assert explorer.view.counts == {
        "speakers": Counter(row["speaker_id"] for row in rows if row["theme_id"] == theme),
        "themes": Counter(row["theme_id"] for row in rows if row["speaker_id"] == speaker),
    }
    explorer.controls.reset()
    explorer.controls.text = "no word of the corpus"
    assert explorer.view.counts == {"speakers": {}, "themes": {}}


def test_the_dates_to_choose_are_those_of_documents_and_of_what_was_said_on_other_days(second: kit.Corpus) -> None:
    of_documents = ["2019-03-12", "2020-09-01", "2020-12-31", "2021-06-04"]
    assert second.statements["said_on"].drop_nulls().to_list().count("2019") == 1

    dates, bare = (
        Explorer(one, charts=["words"]).controls.dates
        for one in (second, replace(second, statements=second.statements.clear()))
    )

    assert dates == sorted([*of_documents, "2019-01-01", "2019-12-31"])
    assert bare == of_documents


def test_the_open_end_of_an_interval_is_no_date_to_choose(second: kit.Corpus) -> None:
    inferred = pl.col("document_id") == "2020-harbour-master-winter-speech"
    end = pl.when(inferred).then(pl.lit(date.max)).otherwise("latest").alias("latest")
    begin = pl.when(pl.col("document_id") == POST).then(pl.lit(date.min)).otherwise("earliest").alias("earliest")
    frames = {name: getattr(second, name).with_columns(end, begin) for name in ("documents", "statements")}

    explorer = Explorer(replace(second, **frames), charts=["words"])

    assert explorer.controls.dates == ["2019-03-12", "2019-12-31", "2020-09-01", "2021-06-04"]


@pytest.mark.parametrize("which", ["second"], indirect=True)
def test_a_selection_that_does_not_fit_the_corpus_is_refused_and_the_last_one_stays(
    explorer: Explorer, second: kit.Corpus
) -> None:
    explorer.selection = Selection(themes=["money"])

    with pytest.raises(SelectionError, match=r"speakers: 'ben-add' is not in this corpus; did you mean 'ben-adu'\?"):
        explorer.selection = Selection(speakers=["ben-add"])
    agrees(explorer, Selection(themes=["money"]))
    with pytest.raises(SelectionError, match="themes: 'moneys' is not in this corpus"):
        Explorer(second, Selection(themes=["moneys"]))


@pytest.mark.parametrize("charts", [["matrix", "pie"], []], ids=["unknown", "none"])
def test_charts_that_there_are_none_of_are_refused_by_name(second: kit.Corpus, charts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"charts: .*matrix, timeline, themes, speakers, words"):
        Explorer(second, charts=charts)


def test_two_explorers_share_no_state(second: kit.Corpus) -> None:
    one, other = Explorer(second), Explorer(second, Selection(speakers=["ben-adu"]))
    before = state(other)

    one.controls.themes = ["money"]
    one.view.picked = {"chart": "matrix", "mark": one.view.frames["matrix"]["rows"]["marks"][0]["mark_id"]}
    one.controls.since = "2020-01-01"

    assert state(other) == before
    agrees(other, Selection(speakers=["ben-adu"]))
    assert other.controls.themes == []
    other.controls.reset()
    agrees(other, Selection())
    assert one.selection == Selection(themes=["money"], since="2020-01-01")


@pytest.fixture(scope="module")
def uncoded() -> kit.Corpus:
    return kit.load(Path(__file__).parent / "second_corpus", coding="")


def test_a_corpus_without_coding_opens_on_who_speaks_about_what_and_says_so(uncoded: kit.Corpus) -> None:
    explorer = Explorer(uncoded)

    assert list(explorer.view.frames) == ["speakers"]
    assert " ".join(explorer.view.frames["speakers"]["params"]["caption"].split("\n")).endswith(style.NOT_CODED)
    body = uncoded.passages.filter(pl.col("zone") == "body")
    assert explorer.view.summary == f"{body.height} of {body.height} passages · 4 of 4 documents"
    counts = Counter(body["speaker_id"])
    assert explorer.view.counts["speakers"] == {one: count for one, count in counts.items() if one}
    explorer.controls.speakers = ["ama-osei"]
    want = expected(uncoded, Selection(speakers=["ama-osei"]))
    agree_speakers(frames_of(explorer)["speakers"], want)
    assert read(explorer.view.passages) == counted(want.sections())


def test_a_corpus_without_coding_shows_no_chart_of_positions_though_asked(uncoded: kit.Corpus) -> None:
    explorer = Explorer(uncoded, charts=["timeline", "themes", "matrix"])

    assert list(explorer.view.frames) == ["speakers", "themes"]


def test_wherever_widgets_do_not_live_there_is_a_picture_and_a_sentence(second: kit.Corpus) -> None:
    explorer = Explorer(second)

    bundle = explorer._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    assert bundle["text/plain"] == f"Who stands where: {explorer.view.summary}. kit.Selection()"
    everything = pictures.pixels(b64decode(bundle["image/png"]))
    explorer.controls.text = "nobody ever said this"
    nothing = pictures.pixels(b64decode(explorer._repr_mimebundle_()["image/png"]))
    assert len(everything[2]) > 24
    blue = (*tuple(bytes.fromhex(style.COLOURS[False]["support"][1:])), 255)
    # The legend's own sign stays; the marks, some dozen times as many dots, are gone.
    assert everything[2][blue] > 5 * nothing[2].get(blue, 1)


def test_a_hundred_quick_changes_leave_what_a_fresh_explorer_of_the_last_selection_shows(second: kit.Corpus) -> None:
    explorer, chance = Explorer(second), random.Random(7)
    ids = {name: [one["id"] for one in getattr(explorer.controls, f"{name}_options")] for name in ("speaker", "theme")}
    for _ in range(100):
        control = chance.choice(["speakers", "themes", "since", "until", "text", "first_hand", "picked"])
        if control in ("speakers", "themes"):
            setattr(explorer.controls, control, chance.sample(ids[control[:-1]], chance.randint(0, 3)))
        elif control in ("since", "until"):
            setattr(explorer.controls, control, chance.choice(["", *explorer.controls.dates]))
        elif control == "text":
            explorer.controls.text = chance.choice(["", "n", "ni", "night", "the"])
        elif control == "first_hand":
            explorer.controls.first_hand = chance.random() < 0.5
        elif marks := explorer.view.frames["timeline"]["rows"]["marks"]:
            explorer.view.picked = {"chart": "timeline", "mark": chance.choice(marks)["mark_id"]}
    explorer.controls.choose(speakers=[], since="2019-01-01", until="", text="the")
    explorer.view.picked = {}

    fresh = Explorer(second, explorer.selection)
    assert explorer.selection.text == "the"
    assert state(explorer) == state(fresh)
    assert explorer.view.notice == fresh.view.notice == ""


# ---- what kit.passages shows, the worked example, a crowded matrix


READ: list[Row] = [{}, {"text": "the"}, {"first_hand": True}, {"since": "2018-01-01"}, {"modalities": ["question"]}]


@pytest.mark.parametrize("chosen", READ, ids=str)
def test_passages_shows_every_selected_statement_beside_its_passage(whole: kit.Corpus, chosen: Row) -> None:
    want = expected(whole, Selection(**chosen))

    page = kit.passages(whole.select(want.selection), most=1000)

    sections = [(title, str(len(ids)), ids) for title, ids in want.sections()]
    assert read(str(page.html)) == sections
    assert told(str(page.html)) == in_words(whole, want.statements)
    assert sum(told(str(page.html)).values()) == len(want.statements) > 0


def test_passages_shows_statements_that_stand_in_somebody_elses_words(whole: kit.Corpus) -> None:
    speaks = dict(whole.passages.select("passage_id", "speaker_id").iter_rows())
    through_others = 0
    for speaker_id in holders(whole, most=1000)["speaker_id"]:
        want = expected(whole, Selection(speakers=[speaker_id]))
        page = kit.passages(whole.select(want.selection), most=1000)
        assert read(str(page.html)) == [(title, str(len(ids)), ids) for title, ids in want.sections()]
        assert told(str(page.html)) == in_words(whole, want.statements)
        through_others += any(speaks[row["passage_id"]] != speaker_id for row in want.statements)
    assert through_others


def test_passages_without_any_statement_are_headed_as_the_selected_ones(second: kit.Corpus) -> None:
    selected = second.select(Selection(speakers=["ben-adu"], text="fare", modalities=["action"]))
    assert selected.statements.is_empty()

    page = kit.passages(selected)

    assert [title for title, _, _ in read(str(page.html))] == ["Selected passages"]
    assert page.sentence.endswith(f"{selected.passages.height} selected passages.")


def test_passages_of_nothing_say_so(second: kit.Corpus) -> None:
    assert str(kit.passages(second.select(Selection(text="nobody ever said this"))).html) == (
        f'<p class="kit-empty">{EMPTY}</p>'
    )


def test_a_selection_of_a_selection_still_knows_the_whole_corpus(second: kit.Corpus) -> None:
    once = second.select(Selection(speakers=["deckhands-union"]))
    twice = once.select(Selection(themes=["money"]))

    assert second.whole is second
    assert once.whole is second
    assert twice.whole is second
    (passage_id,) = twice.statements["passage_id"]
    assert read(str(kit.passages(twice).html)) == [("Passages with selected statements", "1", [passage_id])]


def test_the_worked_example_is_the_selection_that_the_corpus_names_or_its_first_speakers_and_theme(
    second: kit.Corpus, corpus: kit.Corpus
) -> None:
    assert second.example == Selection(speakers=["cleo-marsh", "dana-rooke"], themes=["service"])
    assert corpus.example == Selection(speakers=corpus.examples["holders"], themes=[corpus.examples["theme_id"]])
    firsts = Selection(speakers=second.speakers["speaker_id"].to_list()[:2], themes=["service"])
    assert replace(second, examples={}).example == firsts
    assert replace(second, examples={"theme_id": "money"}).example == replace(firsts, themes=("money",))
    assert replace(second, examples={"holders": ["ben-adu"]}).example == Selection(
        speakers=["ben-adu"], themes=["service"]
    )
    bare = replace(second, examples={}, speakers=second.speakers.clear(), themes=second.themes.clear())
    assert bare.example == Selection()


def crowd(second: kit.Corpus, more: int) -> kit.Corpus:
    """Add holders of one statement each to the seven of the second corpus."""
    ids = [f"person-{number}" for number in range(more)]
    speaker, statement = (frame.filter(speaker_id="ben-adu")[:1] for frame in (second.speakers, second.statements))
    speakers = [speaker.with_columns(speaker_id=pl.lit(one), name=pl.lit(one)) for one in ids]
    said = [statement.with_columns(speaker_id=pl.lit(one), statement_id=pl.lit(f"said-{one}")) for one in ids]
    return replace(
        second, speakers=pl.concat([*speakers, second.speakers]), statements=pl.concat([*said, second.statements])
    )


@pytest.mark.parametrize(
    ("more", "title"),
    [
        (0, "Who stands where"),
        (13, "Who stands where"),
        (14, "Who stands where: 20 of 21 holders, those with most statements"),
        (1200, "Who stands where: 20 of 1,207 holders, those with most statements"),
    ],
)
def test_a_matrix_has_at_most_twenty_holders_and_its_title_says_of_how_many(
    second: kit.Corpus, more: int, title: str
) -> None:
    whole = crowd(second, more)

    explorer = Explorer(whole, charts=["matrix", "words"])

    assert explorer.view.charts["matrix"]["title"] == title
    assert explorer.view.charts["words"]["title"] == "Who speaks how much"
    counts = Counter(whole.statements["speaker_id"])
    ranked = sorted(counts, key=lambda one: (-counts[one], whole.speakers["speaker_id"].to_list().index(one)))[:20]
    columns = [row["column_id"] for row in explorer.view.charts["matrix"]["spec"]["datasets"]["columns"]]
    assert columns == style.own(one for one in whole.speakers["speaker_id"] if one in ranked)
    assert {row["speaker_id"] for row in frames_of(explorer)["matrix"]["rows"]["cells"]} == set(ranked)


def test_what_code_and_the_page_choose_at_once_is_shown_as_it_is_selected(
    second: kit.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer, show, begun, done = Explorer(second, charts=["matrix"]), Explorer._show, Event(), Event()

    def slow(self: Explorer, selection: Selection) -> None:
        if not begun.is_set():
            begun.set()
            done.wait(0.3)
        show(self, selection)

    monkeypatch.setattr(Explorer, "_show", slow)
    code = Thread(target=setattr, args=(explorer, "selection", Selection(themes=["money"])))
    code.start()
    begun.wait(5)
    explorer.controls.choose(themes=["service"])
    done.set()
    code.join()

    fresh = Explorer(second, explorer.selection, charts=["matrix"])
    assert explorer.selection.themes == ("service",)
    assert explorer.controls.themes == ["service"]
    assert explorer.view.code == fresh.view.code
    assert frames_of(explorer) == frames_of(fresh)
