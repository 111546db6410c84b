"""The comparer: what is chosen and what is shown, moved from the side of the controls and from Python."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import Any

import polars as pl
import pytest

import kit
from kit import Guard, Selection, SelectionError, Side
from kit.comparer import Comparer, _effect
from kit.comparison import LEVELS, compare, compare_holders
from kit.guard import RULES
from kit.sensitivity import levels_that_change, rules_lifted, variations
from kit.view import View
from tests.charts import pictures
from tests.conftest import Copy
from tests.hostile import ATTACK
from tests.test_beside import OURS, headings, rows_of, shown
from tests.test_hostile import drawable


@pytest.fixture(scope="module", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module", params=["first", "second"])
def shared(request: pytest.FixtureRequest, corpus: kit.Corpus, second: kit.Corpus) -> Comparer:
    return Comparer({"first": corpus, "second": second}[request.param])


@pytest.fixture
def comparer(shared: Comparer) -> Comparer:
    """Give a comparer as it opens."""
    shared.controls.chosen = shared.controls.offered["start"]
    assert shared.view.notice == ""
    return shared


def move(comparer: Comparer, **values: Any) -> None:
    """Set what the controls say, as the browser does: of a side or the guard, only what is named changes."""
    said = json.loads(json.dumps(comparer.controls.chosen))
    for name, value in values.items():
        said[name] = {**said[name], **value} if isinstance(value, dict) else value
    comparer.controls.chosen = said


def agrees(
    comparer: Comparer, left: Side, right: Side, selection: Selection | None = None, guard: Guard | None = None
) -> None:
    """Assert that the panel shows this comparison, and its line makes the same one."""
    selection, guard, whole = selection or Selection(), guard or Guard(), comparer.corpus
    wanted = compare(whole, left, right, selection, guard)
    now = comparer.comparison
    assert (now.left, now.right, now.selection, now.guard) == (left, right, selection, guard)
    assert now.rows.equals(wanted.rows)
    texts = dict(whole.propositions.select("proposition_id", "text").iter_rows())
    rows = wanted.rows.select("proposition_id", "level").iter_rows()
    assert rows_of(comparer.view.passages) == [(LEVELS[level], texts[key]) for key, level in rows]
    assert comparer.view.summary.startswith(f"{wanted.summary} Statements of the two: ")
    own = wanted.statements["statement_id"].n_unique()
    assert f"Statements of the two: {own} of {whole.statements.height}" in comparer.view.summary
    pairs = {f"{row['left_id']}|{row['right_id']}": row for row in compare_holders(whole, selection, guard).to_dicts()}
    cells = comparer.view.frames["pairs"]["rows"]["pairs"]
    assert {cell["mark_id"] for cell in cells} == set(pairs)
    for cell in cells:
        row = pairs[cell["mark_id"]]
        enough = row["comparable"] >= 3
        assert cell["words"] == (
            f"{row['same']}/{row['comparable']}" if enough else "not\nenough" if row["both"] else "–"
        )  # fmt: skip
        assert (cell["share"] is not None) == enough
    assert comparer.view.notice == ""
    assert comparer.view.code == comparer.code
    agrees_again(comparer)


def agrees_on_change(comparer: Comparer) -> None:
    """Assert that the panel says what each rule, and each way to count, would change."""
    whole, now, told = comparer.corpus, comparer.comparison, comparer.controls.told
    effects = rules_lifted(whole, now).select("rule", "in_force", "more", "otherwise").iter_rows()
    assert told["rules"] == {rule: _effect(*effect) for rule, *effect in effects}
    counts = dict(levels_that_change(whole, now).group_by("variation").len().iter_rows())
    assert [(one["words"], len(one["propositions"])) for one in told["changes"]] == [
        (f"{name}: {counts.get(name, 0)} of {whole.propositions.height}", counts.get(name, 0))
        for name, _ in variations(whole)
    ]


def agrees_again(comparer: Comparer) -> None:
    """Assert that the panel's own line makes the same comparison."""
    made: list[dict[str, Any]] = []

    class Doors:
        Side, Selection, Guard = kit.Side, kit.Selection, kit.Guard

        @staticmethod
        def Comparer(corpus: Any, left: Any, right: Any, **named: Any) -> None:  # noqa: N802  # stands in for the class
            made.append({"corpus": corpus, "left": left, "right": right, **named})

    eval(comparer.code, {"kit": Doors, "corpus": comparer.corpus})
    (given,) = made
    again = compare(**given)
    now = comparer.comparison
    assert (again.left, again.right, again.selection, again.guard) == (now.left, now.right, now.selection, now.guard)


def some(things: list[Any]) -> list[Any]:
    """Give all of a few, and of many (those of the first corpus) every fifth: each costs a tenth of a second."""
    return things if len(things) < 20 else things[::5]


def test_it_opens_on_the_holders_of_the_example(comparer: Comparer) -> None:
    left, right = comparer.corpus.examples["holders"]

    agrees(comparer, Side(left), Side(right))
    agrees_on_change(comparer)
    assert {comparer.view.picked["mark"]} <= {f"{left}|{right}", f"{right}|{left}"}


@pytest.mark.parametrize("side", ["left", "right"])
def test_every_holder_can_be_chosen_on_each_side(comparer: Comparer, side: str) -> None:
    left, right = comparer.corpus.examples["holders"]
    for one in some(comparer.controls.offered["speakers"]):
        move(comparer, **{side: {"speaker_id": one["id"]}})

        chosen = {"left": left, "right": right, side: one["id"]}
        agrees(comparer, Side(chosen["left"]), Side(chosen["right"]))


def test_every_office_and_every_period_can_be_chosen_and_taken_back(comparer: Comparer) -> None:
    right = comparer.comparison.right
    days = comparer.controls.offered["dates"]
    for one in some(comparer.controls.offered["speakers"]):
        for office in one["offices"]:
            move(comparer, left={"speaker_id": one["id"], "office": office})
            agrees(comparer, Side(one["id"], office), right)
            assert comparer.view.picked == {}
    holder = comparer.corpus.examples["holders"][0]
    for day in days:
        move(comparer, left={"speaker_id": holder, "office": "", "since": day, "until": ""})
        agrees(comparer, Side(holder, since=day), right)
        move(comparer, left={"since": "", "until": day})
        agrees(comparer, Side(holder, until=day), right)
    move(comparer, left={"until": ""})
    agrees(comparer, Side(holder), right)
    assert comparer.view.picked["chart"] == "pairs"


def test_each_rule_can_be_lifted_and_be_in_force_again(comparer: Comparer) -> None:
    sides = comparer.comparison.left, comparer.comparison.right
    given = {"relayed": True, "questions": True, "conditionals": True, "years": 1, "least": 2}
    assert set(given) == set(RULES) - {"version"}
    for rule, value in given.items():
        move(comparer, guard={rule: value})
        agrees(comparer, *sides, guard=Guard(**{rule: value}))
        agrees_on_change(comparer)
        move(comparer, guard={rule: getattr(Guard(), rule)})
        agrees(comparer, *sides)
    move(comparer, guard=given)
    agrees(comparer, *sides, guard=Guard(**given))


def test_themes_dates_and_first_hand_narrow_and_none_widens_again(comparer: Comparer) -> None:
    sides = comparer.comparison.left, comparer.comparison.right
    for theme in comparer.controls.offered["themes"]:
        move(comparer, themes=[theme["id"]])
        agrees(comparer, *sides, Selection(themes=[theme["id"]]))
    move(comparer, themes=[])
    for day in comparer.controls.offered["dates"]:
        move(comparer, since=day)
        agrees(comparer, *sides, Selection(since=day))
        move(comparer, since="", until=day)
        agrees(comparer, *sides, Selection(until=day))
        move(comparer, until="")
    move(comparer, first_hand=True)
    agrees(comparer, *sides, Selection(first_hand=True))
    move(comparer, first_hand=False)
    agrees(comparer, *sides)


def test_any_run_of_choices_ends_where_its_last_state_says(comparer: Comparer) -> None:
    chance, offered = random.Random(5), comparer.controls.offered
    for _ in range(12):
        left, right = chance.choices(offered["speakers"], k=2)
        guard = {
            "relayed": chance.random() < 0.5,
            "years": chance.choice([None, 0, 1, 2.5]),
            "least": chance.choice([1, 2]),
        }
        theme = chance.choice([[], [chance.choice(offered["themes"])["id"]]])
        office = chance.choice([*left["offices"], ""])
        move(comparer, left={"speaker_id": left["id"], "office": office}, right={"speaker_id": right["id"]},
             guard=guard, themes=theme, since=chance.choice(["", offered["dates"][1]]))  # fmt: skip
        selection = Selection(themes=theme, since=comparer.controls.chosen["since"])
        agrees(comparer, Side(left["id"], office), Side(right["id"]), selection, Guard(**guard))
        agrees_on_change(comparer)


def test_every_pair_that_is_picked_becomes_the_two_sides(comparer: Comparer) -> None:
    for row in some(comparer.view.frames["pairs"]["table"]):
        left, right = row["mark_id"].split("|")

        comparer.view.picked = {"chart": "pairs", "mark": row["mark_id"]}

        agrees(comparer, Side(left), Side(right))
        assert comparer.view.picked == {"chart": "pairs", "mark": row["mark_id"]}
        assert comparer.controls.chosen["left"]["speaker_id"] == left
    comparer.view.picked = {}
    assert comparer.view.picked == {"chart": "pairs", "mark": row["mark_id"]}


def test_a_picked_pair_keeps_the_guard_and_the_selection(comparer: Comparer) -> None:
    theme = comparer.corpus.examples["theme_id"]
    move(comparer, themes=[theme], guard={"relayed": True}, left={"until": comparer.controls.offered["dates"][-1]})
    mark = comparer.view.frames["pairs"]["table"][0]["mark_id"]

    comparer.view.picked = {"chart": "pairs", "mark": mark}

    agrees(comparer, *map(Side, mark.split("|")), Selection(themes=[theme]), Guard(relayed=True))


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"since": "2020-01-01", "until": "2019-01-01"}, "since: 2020-01-01 is later than until: 2019-01-01"),
        ({"left": {"since": "2020-01-01"}, "until": "2019-01-01"}, "its period lies outside the selected dates"),
        ({"left": {"office": "Nobody"}}, "office: 'Nobody' is no office of"),
        ({"right": {"since": "soon"}}, "since: 'soon' is not a day"),
        ({"guard": {"years": -1}}, "years: -1 is no number of years"),
        ({"guard": {"least": 0}}, "least: 0 is no number of statements"),
        ({"guard": {"least": 1.5}}, "least: 1.5 is no number of statements"),
        ({"left": {"speaker_id": "nobody"}}, "'nobody' is not in this corpus"),
        ({"themes": ["no-theme"]}, "'no-theme' is not in this corpus"),
        ({"guard": {"nonsense": 1}}, "A fault in the kit (TypeError"),
    ],
)
def test_what_does_not_fit_is_said_and_the_last_good_view_stays(
    comparer: Comparer, moved: dict[str, Any], said: str
) -> None:
    before, shown_before = comparer.comparison, (comparer.view.passages, comparer.view.summary, comparer.view.code)

    move(comparer, **moved)

    assert said in comparer.view.notice
    assert comparer.view.notice.endswith("— the view below is the one before.")
    assert comparer.comparison is before
    assert (comparer.view.passages, comparer.view.summary, comparer.view.code) == shown_before
    comparer.controls.chosen = comparer.controls.offered["start"]
    assert comparer.view.notice == ""


def test_chosen_in_python_the_controls_follow_and_a_fault_is_raised(comparer: Comparer) -> None:
    left, right = comparer.comparison.left.speaker_id, comparer.comparison.right.speaker_id

    comparer.choose(Side(right, until=date(2018, 12, 31)), left, Selection(first_hand=True), Guard(years=2.5))

    agrees(comparer, Side(right, until=date(2018, 12, 31)), Side(left), Selection(first_hand=True), Guard(years=2.5))
    said = comparer.controls.chosen
    assert said["left"] == {"speaker_id": right, "office": "", "since": "", "until": "2018-12-31"}
    assert (said["first_hand"], said["guard"]["years"]) == (True, 2.5)
    with pytest.raises(SelectionError, match="'nobody' is not in this corpus"):
        comparer.choose("nobody")
    assert comparer.comparison.right == Side(left)
    with pytest.raises(SelectionError, match="'nobody' is not in this corpus"):
        Comparer(comparer.corpus, "nobody")


def test_what_a_selection_in_code_narrows_stays_while_controls_move(corpus: kit.Corpus) -> None:
    narrowed = Selection(text="armed", modalities=["assertion"], speakers=["lbc"])
    comparer = Comparer(corpus, selection=narrowed)
    theme = corpus.examples["theme_id"]

    move(comparer, themes=[theme])

    assert comparer.comparison.selection == replace(narrowed, themes=(theme,), speakers=())
    assert "text='armed'" in comparer.code


def test_a_rule_that_is_lifted_adds_what_was_said_before(corpus: kit.Corpus) -> None:
    comparer = Comparer(corpus)
    tried = 0
    for row in compare_holders(corpus).filter(pl.col("both") > pl.col("comparable")).head(5).to_dicts():
        comparer.choose(row["left_id"], row["right_id"], guard=Guard())
        for rule in ("relayed", "questions", "conditionals"):
            move(comparer, guard={"relayed": False, "questions": False, "conditionals": False})
            effect = comparer.controls.told["rules"][rule]
            more = int(re.fullmatch(r"would bring (\d+|no) more proposition.*", effect)[1].replace("no", "0"))
            move(comparer, guard={rule: True})
            counts = dict(headings(comparer.view.passages))
            assert row["comparable"] + more == sum(counts[LEVELS[level]] for level in ("different", "partly", "same"))
            assert comparer.controls.told["rules"][rule] == effect.replace("would bring", "has brought")
            tried += more
    assert tried > 0


def test_dates_that_are_not_sure_are_counted_apart(corpus: kit.Corpus) -> None:
    inferred = corpus.statements.filter(pl.col("earliest") != pl.col("latest")).row(0, named=True)
    comparer = Comparer(corpus, inferred["speaker_id"])

    move(comparer, until=inferred["earliest"].isoformat())

    assert re.search(r"\(\d+ of them only possibly in the dates: their date is not sure\)\.$", comparer.view.summary)
    move(comparer, until="")
    assert "possibly" not in comparer.view.summary


def test_without_a_coding_the_panel_says_so(copy_of_second: Copy) -> None:
    copy_of_second.uncode()
    comparer = Comparer(kit.load(copy_of_second.path))

    assert comparer.view.summary == "No positions are coded in this corpus, so there is nothing to compare."
    assert rows_of(comparer.view.passages) == []
    move(comparer, guard={"relayed": True})
    assert comparer.view.notice == ""
    bundle = comparer._repr_mimebundle_()
    assert "No positions are coded in this corpus" in bundle["text/plain"]
    assert "Fewer than two holders: there is no pair." in pictures.texts(
        pictures.drawn(comparer.view.charts["pairs"]["spec"])
    )


def test_without_speakers_the_panel_says_so(second: kit.Corpus) -> None:
    nobody = {
        name: getattr(second, name).clear() for name in ("speakers", "offices", "statements", "codings", "silences")
    }

    comparer = Comparer(replace(second, examples={}, **nobody))

    assert comparer.view.summary == "No speaker is known in this corpus, so there is nobody to compare."
    assert comparer.view.summary.removesuffix(".") in comparer._repr_mimebundle_()["text/plain"]


def test_who_never_speaks_an_empty_window_and_no_common_proposition_are_each_a_sentence(corpus: kit.Corpus) -> None:
    silent = next(one for one in corpus.speakers["speaker_id"] if one not in set(corpus.statements["speaker_id"]))
    apart = compare_holders(corpus).filter(both=0).row(0, named=True)
    comparer = Comparer(corpus, right=silent)

    assert "no statement in this selection, so there is nothing to compare." in comparer.view.summary
    move(comparer, since="2024-01-01")
    assert "no statement in this selection, so there is nothing to compare." in comparer.view.summary
    comparer.choose(apart["left_id"], apart["right_id"], Selection())
    assert "took no stance on any proposition in common." in comparer.view.summary
    assert comparer.view.notice == ""


def test_without_an_example_those_with_most_statements_are_compared(second: kit.Corpus) -> None:
    comparer = Comparer(replace(second, examples={}))

    counts = second.statements.group_by("speaker_id").len().sort("len", descending=True)
    sides = [comparer.comparison.left.speaker_id, comparer.comparison.right.speaker_id]
    assert sorted(counts.filter(pl.col("speaker_id").is_in(sides))["len"]) == sorted(counts["len"].head(2))


def test_the_panel_says_what_a_blank_and_what_agreement_mean(comparer: Comparer) -> None:
    comparer._asked(comparer.view, {"type": "aside"}, [])
    told = comparer.view.aside

    assert "A blank means that nothing was found in these documents, not that the holder has no view." in told
    assert kit.agreement_in_words(comparer.corpus) in told
    assert "not that" in kit.agreement_in_words(comparer.corpus)


def test_the_bundle_has_a_picture_of_what_is_shown_and_a_sentence(comparer: Comparer) -> None:
    bundle = comparer._repr_mimebundle_()

    assert pictures.pixels(b64decode(bundle["image/png"]))[0] > 300
    assert bundle["text/plain"].startswith(f"All pairs of holders: {comparer.comparison.summary}")
    assert bundle["text/plain"].endswith(comparer.code)


def test_the_table_beside_the_matrix_lists_every_pair_in_words(comparer: Comparer) -> None:
    rows = comparer.view.frames["pairs"]["table"]

    names = dict(comparer.corpus.speakers.select("speaker_id", "name").iter_rows())
    wanted = compare_holders(comparer.corpus).to_dicts()
    assert [(row["left"], row["right"]) for row in rows] == [
        (names[row["left_id"]], names[row["right_id"]]) for row in wanted
    ]
    for row, counted in zip(rows, wanted, strict=True):
        if counted["both"] == 0:
            assert row["shown"] == "none in common"
        elif counted["comparable"] < 3:
            assert row["shown"] == "not enough"
        else:
            assert row["shown"] == f"{counted['same']}/{counted['comparable']}"


def test_more_than_twenty_holders_are_said(corpus: kit.Corpus) -> None:
    many = corpus.speakers.height
    assert many > 20
    statements = pl.concat([
        corpus.statements, *(corpus.statements.head(1).with_columns(speaker_id=pl.lit(one), statement_id=pl.lit(one))
                             for one in corpus.speakers["speaker_id"])
    ])  # fmt: skip

    comparer = Comparer(replace(corpus, statements=statements))

    assert comparer.view.charts["pairs"]["title"] == (
        f"All pairs of holders: 20 of {many} holders, those with most statements"
    )
    assert len(comparer.view.frames["pairs"]["rows"]["pairs"]) == 190


def test_hostile_words_get_nowhere_but_as_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests import test_hostile

    hostile = kit.load(test_hostile.folder.__wrapped__(tmp_path_factory))
    comparer = Comparer(hostile)
    for row in comparer.view.frames["pairs"]["table"]:
        comparer.view.picked = {"chart": "pairs", "mark": row["mark_id"]}
        found = shown(comparer.view.passages)
        assert found.tags <= OURS
        assert found.attributes <= {"class", "data-passage", "data-statements", "dir", "title", "open"}
        assert ATTACK in found.text
        assert "\x00" not in comparer.view.passages
    assert comparer.view.notice == ""
    drawable([comparer.view.charts, comparer.view.frames])
    assert all(ATTACK in one["name"] for one in comparer.controls.offered["speakers"])
    assert comparer._repr_mimebundle_()["image/png"]


def test_the_pack_quotes_the_statements_of_the_two_sides_and_each_is_found_again(
    comparer: Comparer, tmp_path: Path
) -> None:
    kit.write_pack(tmp_path / "pack.zip", comparer.pack())

    found = kit.verify(tmp_path / "pack.zip", comparer.corpus)
    quoted = set(found["quotation"].str.strip_chars())
    assert set(comparer.comparison.statements["evidence"]) == quoted
    assert set(found["outcome"]) == {"found"}
    assert {"pairs.png", "pairs.svg"} <= set(comparer.pack())


def test_the_pack_holds_the_json_that_opens_the_comparison_again(comparer: Comparer, tmp_path: Path) -> None:
    move(comparer, guard={"relayed": True}, right={"since": comparer.controls.offered["dates"][0]})
    kit.write_pack(tmp_path / "pack.zip", comparer.pack())

    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        text = archive.read("selection.json").decode()
        table = archive.read("passages.csv").decode("utf-8-sig")

    assert text == comparer.to_json()
    assert {row["selection"] for row in csv.DictReader(io.StringIO(table, newline=""))} == {text}
    assert all_shown(Comparer.from_json(comparer.corpus, text)) == all_shown(comparer)
    assert set(kit.verify(tmp_path / "pack.zip", comparer.corpus)["outcome"]) == {"found"}


def all_shown(comparer: Comparer) -> dict[str, Any]:
    """Give whatever the panel shows, of the controls and of the view."""
    texts = {name: getattr(comparer.view, name) for name in ("summary", "passages", "picked", "notice", "code", "link")}
    return {**texts, "frames": comparer.view.frames, "chosen": comparer.controls.chosen, "told": comparer.controls.told}


def opened_again(comparer: Comparer) -> Comparer:
    """Open the panel of what *Copy as JSON* gives, as a reader pastes it into a cell."""
    code = f"kit.Comparer.from_json(corpus, r'{comparer.view.link}')"
    again: Comparer = eval(code, {"kit": kit, "corpus": comparer.corpus})
    return again


def other_values(comparer: Comparer) -> dict[tuple[str, ...], Any]:
    """Give, for every control, a value that it does not have when the panel opens."""
    offered, start = comparer.controls.offered, comparer.controls.chosen
    days, held = offered["dates"], {one["id"]: one["offices"] for one in offered["speakers"]}
    sides = [start["left"]["speaker_id"], start["right"]["speaker_id"]]
    values: dict[tuple[str, ...], Any] = {
        ("since",): days[1], ("until",): days[-2], ("first_hand",): True, ("themes",): [offered["themes"][-1]["id"]],
        ("guard", "relayed"): True, ("guard", "questions"): True, ("guard", "conditionals"): True,
        ("guard", "years"): 0.5, ("guard", "least"): 2,
    }  # fmt: skip
    for side in ("left", "right"):
        values[side, "speaker_id"] = next(one for one in held if one not in sides)
        values[side, "office"] = next(office for offices in held.values() for office in offices)
        values |= {(side, "since"): days[1], (side, "until"): days[-2]}
    return values


def paths(said: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, value in said.items():
        yield from ((name, *path) for path in paths(value)) if isinstance(value, dict) else [(name,)]


def test_what_is_copied_as_json_opens_the_same_view_again_for_every_control(comparer: Comparer) -> None:
    start, values = comparer.controls.offered["start"], other_values(comparer)
    assert set(values) == set(paths(start))
    for path, value in values.items():
        moved = {path[0]: {path[1]: value}} if path[1:] else {path[0]: value}
        if path[1:] == ("office",):  # of somebody who held it
            holders = comparer.controls.offered["speakers"]
            moved[path[0]]["speaker_id"] = next(one["id"] for one in holders if value in one["offices"])
        comparer.controls.chosen = start
        move(comparer, **moved)
        assert comparer.view.notice == ""
        assert comparer.controls.chosen != start

        again = opened_again(comparer)

        assert all_shown(again) == all_shown(comparer), path


def test_what_is_copied_as_json_opens_again_with_all_that_code_can_choose(corpus: kit.Corpus) -> None:
    kept, theme = corpus.statements.row(0, named=True), corpus.examples["theme_id"]
    chosen = Selection(
        themes=[theme, kept["theme_id"]], propositions=corpus.propositions["proposition_id"].to_list(),
        documents=[kept["document_id"]], since="2010-01-01", text="officers' \"pay\" \\ ’", first_hand=True,
        modalities=["assertion", "question"],
    )  # fmt: skip
    first = Comparer(corpus, Side("sadiq-khan", "Mayor of London", "2016-06-01", "2020-01-01"),
                     Side("sadiq-khan", since="2018-01-01"), chosen, Guard(True, True, True, 0, 3))  # fmt: skip

    again = opened_again(first)

    assert all_shown(again) == all_shown(first)
    assert again.code == first.code
    assert again.comparison.guard == Guard(True, True, True, 0, 3)


def test_the_json_of_a_comparer_opens_an_explorer_of_both_holders(comparer: Comparer) -> None:
    move(comparer, themes=[comparer.corpus.examples["theme_id"]], first_hand=True, left={"until": "2030-01-01"})

    linked = Selection.from_json(comparer.view.link)

    sides = comparer.comparison.left.speaker_id, comparer.comparison.right.speaker_id
    assert linked == replace(comparer.comparison.selection, speakers=sides)
    assert kit.Explorer(comparer.corpus, linked).selection == linked


def test_the_json_of_an_explorer_is_the_selection_of_a_comparer(comparer: Comparer) -> None:
    whole, theme = comparer.corpus, comparer.corpus.examples["theme_id"]
    explorer = kit.Explorer(whole, Selection(speakers=[whole.speakers["speaker_id"][-1]], themes=[theme]))

    again = Comparer.from_json(whole, explorer.view.link)

    agrees(again, *map(Side, whole.examples["holders"]), Selection(themes=[theme]))
    assert all_shown(Comparer.from_json(whole, "{}")) == all_shown(comparer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: not JSON (Expecting value); paste the whole text again, between r' and '"),
        ("[]", "a selection is a JSON object in braces, not []; paste the whole text again"),
        ('{"lefft": {}}', "unknown key 'lefft'; the keys are speakers,"),
        ('{"left": "ama-osei"}', "left is a JSON object in braces, not 'ama-osei'; paste the whole text again"),
        ('{"right": {"office": "Mayor"}}', "right: no key 'speaker_id'; paste the whole text again"),
        ('{"left": {"speaker": "ama-osei"}}', "left: unknown key 'speaker'; the keys are speaker_id, office, since,"),
        ('{"left": {"speaker_id": 5}}', "speakers: 5 is not an id in quotation marks"),
        ('{"left": {"speaker_id": "nobody"}}', "speakers: 'nobody' is not in this corpus; the corpus has "),
        ('{"left": {"speaker_id": "ama-osei", "office": "Nobody"}}', "'Nobody' is no office of 'ama-osei'; there is "),
        ('{"left": {"speaker_id": "ama-osei", "since": "soon"}}', "since: 'soon' is not a day; write it as 2016-09-14"),
        ('{"guard": null}', "guard is a JSON object in braces, not None; paste the whole text again"),
        ('{"guard": {"rules": 1}}', "guard: unknown key 'rules'; the keys are relayed, questions,"),
        ('{"guard": {"years": -1}}', "years: -1 is no number of years; write 2 or 0.5, or None for no limit"),
        ('{"guard": {"least": 1.5}}', "least: 1.5 is no number of statements; write 1 or more"),
        ('{"themes": ["no-theme"]}', "themes: 'no-theme' is not in this corpus; the corpus has "),
    ],
)
def test_json_that_opens_no_view_is_refused_with_the_value_and_the_remedy(
    second: kit.Corpus, text: str, said: str
) -> None:
    with pytest.raises(SelectionError, match=re.escape(said)):
        Comparer.from_json(second, text)


def test_the_pack_of_a_comparison_says_what_was_compared_under_which_rules(corpus: kit.Corpus) -> None:
    comparer = Comparer(
        corpus, Side("sadiq-khan", until="2017-01-01"), "cressida-dick", guard=Guard(relayed=True, years=2)
    )

    pack = comparer.pack()

    told = re.sub(r"\\(.)", r"\1", pack["passages.md"].decode())
    for part in (comparer.code, comparer.comparison.summary):
        assert part in told
    assert "Sadiq Khan, until 2017-01-01: " in told
    assert "statements compared)" in told
    assert "kit.Guard(relayed=True, years=2)" in pack["pairs.svg"].decode()


def test_a_side_that_is_an_office_says_that_a_stance_was_taken_elsewhere(second: kit.Corpus) -> None:
    elsewhere = kit.compare(second, Side("ama-osei", until="2019-01-01"), "ben-adu").rows
    later = kit.compare(second, "ama-osei", "ben-adu").rows

    silent = elsewhere.filter(pl.col("left_statements") == 0, pl.col("right_statements") > 0)
    taken = later.filter(pl.col("left_statements") > 0)["proposition_id"]
    told = silent.filter(pl.col("proposition_id").is_in(taken.to_list()))["left_silence"]
    assert set(told) <= {"took a stance, but not in this office or period, or the selection leaves it out"}


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ((True, 0, 0), "would bring no more propositions"),
        ((True, 1, 0), "would bring 1 more proposition"),
        ((False, 2, 1), "has brought 2 more propositions, 1 comes out otherwise"),
        ((True, 0, 2), "would bring no more propositions, 2 come out otherwise"),
    ],
)
def test_the_effect_of_a_rule_is_told_with_what_comes_out_otherwise(effect: tuple[bool, int, int], words: str) -> None:
    assert _effect(*effect) == words


def test_what_was_compared_before_is_shown_again_without_being_worked_out_again(
    comparer: Comparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> dict[str, Any]:
        view = {name: value for name, value in comparer.view.get_state().items() if not name.startswith("_")}
        return {**view, "chosen": comparer.controls.chosen, "told": comparer.controls.told}

    themes = [comparer.controls.offered["themes"][0]["id"]]
    before = said()
    move(comparer, themes=themes, guard={"relayed": True})
    other = said()
    for name in ("beside_html", "pair_cells", "levels_that_change"):
        monkeypatch.delattr(f"kit.comparer.{name}")  # whoever asks for it now fails, and the panel says so

    for wanted in (before, other):
        comparer.controls.chosen = wanted["chosen"]

        assert said() == wanted
    assert before["summary"] != other["summary"]


def test_behind_a_pair_stands_what_both_said_on_what_both_took_a_stance_on_and_it_is_there_to_read(
    comparer: Comparer,
) -> None:
    move(comparer, first_hand=True)
    held = comparer.corpus.select(Selection(first_hand=True)).statements.rows(named=True)
    expected: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for one in held:
        for other in held:
            names = one["speaker_id"], other["speaker_id"]
            if names[0] != names[1] and one["proposition_id"] == other["proposition_id"]:
                for pair in (names, names[::-1]):
                    passages, statements = expected.setdefault(pair, (set(), set()))
                    passages.update(row["passage_id"] for row in (one, other))
                    statements.update(row["statement_id"] for row in (one, other))

    behind = comparer.behind("pairs")

    marks = {row["mark_id"]: (row["left_id"], row["right_id"]) for row in comparer._pairs.rows(named=True)}
    shown = {marks[key]: (set(row["passage_ids"]), set(row["statement_ids"])) for key, row in behind.items()}
    assert shown == {pair: ids for pair, ids in expected.items() if pair in marks.values()}
    assert shown
    read = set(re.findall('data-passage="(.*?)"', comparer.reading(1_000).partition("behind the pairs")[2]))
    assert set().union(*(passages for passages, _ in shown.values())) <= read
    assert all(len(row["passage_ids"]) == len(set(row["passage_ids"])) for row in behind.values())
    assert comparer.reading().startswith(comparer.view.passages)


def test_what_code_and_the_page_compare_at_once_is_shown_as_it_is_compared(
    second: kit.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparer, show, begun, done = Comparer(second), View.show, Event(), Event()

    def slow(self: View, *frames: Any, **texts: Any) -> None:
        if not begun.is_set():
            begun.set()
            done.wait(0.3)
        show(self, *frames, **texts)

    monkeypatch.setattr(View, "show", slow)
    code = Thread(target=comparer.choose, kwargs={"selection": Selection(themes=["money"])})
    code.start()
    begun.wait(5)
    comparer.controls.chosen = {**comparer.controls.chosen, "themes": ["service"]}
    done.set()
    code.join()

    fresh = Comparer.from_json(second, comparer.to_json())
    assert comparer.comparison.selection.themes == ("service",)
    assert {comparer.view.code, fresh.view.code} == {comparer.code}
    assert comparer.view.passages == fresh.view.passages
    assert comparer.view.frames == fresh.view.frames
