"""Every control moved in plain Python: to each of its values, to none, and to what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
import traitlets

from kit.controls import CHOICES, Controls

SPEAKERS = [
    {"id": "wren", "label": "Wren", "group": "Hedge", "office": "", "count": 4},
    {"id": "rook", "label": "Rook", "group": "Elm", "office": "Warden", "count": 2},
]
THEMES = [{"id": "dawn", "label": "Dawn", "count": 3}, {"id": "nest", "label": "Nest", "count": 0}]
DATES = ["2021-03-04", "2022-05-06"]
NOTHING = {"speakers": [], "themes": [], "since": "", "until": "", "text": "", "first_hand": False}
ALL = {
    "speakers": ["wren", "rook"], "themes": ["dawn"], "since": "2021-03-04", "until": "2022-05-06", "text": "song",
    "first_hand": True,
}  # fmt: skip


@pytest.fixture
def controls() -> Controls:
    return Controls(speaker_options=SPEAKERS, theme_options=THEMES, dates=DATES)


def chosen(controls: Controls) -> dict[str, Any]:
    return {name: getattr(controls, name) for name in CHOICES}


def test_nothing_is_chosen_at_first(controls: Controls) -> None:
    assert chosen(controls) == NOTHING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("speakers", [one["id"]]) for one in SPEAKERS),
        *(("themes", [one["id"]]) for one in THEMES),
        *((name, day) for name in ("since", "until") for day in DATES),
        ("since", "1999-12-31"),
        ("text", "tea-kettle"),
        ("first_hand", True),
    ],
)
def test_each_control_takes_each_value_tells_of_it_and_goes_back_to_none(
    controls: Controls, name: str, value: Any
) -> None:
    told: list[Any] = []
    controls.observe(lambda change: told.append(change["new"]), name)

    setattr(controls, name, value)

    assert chosen(controls) == NOTHING | {name: value}
    setattr(controls, name, NOTHING[name])
    assert chosen(controls) == NOTHING
    assert told == [value, NOTHING[name]]


def test_ids_are_kept_in_the_order_of_the_options_and_once(controls: Controls) -> None:
    controls.speakers = ["rook", "wren", "rook"]

    assert controls.speakers == ["wren", "rook"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("speakers", ["wren", "owl"], r"speakers: \['owl'\] cannot be chosen; there are wren, rook"),
        ("themes", ["dusk"], r"themes: \['dusk'\] cannot be chosen; there are dawn, nest"),
        ("since", "4 March", "since: '4 March' is not a date like 2017-07-20"),
        ("until", "2021-02-30", "until: '2021-02-30' is not a date"),
        ("first_hand", "no", "first_hand"),
        ("text", 7, "text"),
    ],
)
def test_what_cannot_be_chosen_is_refused_by_name_and_changes_nothing(
    controls: Controls, name: str, value: Any, message: str
) -> None:
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(controls, name, value)

    assert chosen(controls) == NOTHING


def test_choices_that_options_do_not_have_are_refused_from_the_start() -> None:
    with pytest.raises(traitlets.TraitError, match="owl"):
        Controls(speaker_options=SPEAKERS, speakers=["owl"])


def test_reset_chooses_nothing_again(controls: Controls) -> None:
    controls.choose(**ALL)
    assert chosen(controls) == ALL

    controls.reset()

    assert chosen(controls) == NOTHING


def test_several_choices_are_told_of_only_when_all_of_them_stand(controls: Controls) -> None:
    seen: list[dict[str, Any]] = []
    controls.observe(lambda _: seen.append(chosen(controls)), list(CHOICES))

    controls.choose(**ALL)

    assert seen
    assert all(one == ALL for one in seen)


def test_of_several_choices_none_stands_when_one_is_refused(controls: Controls) -> None:
    with pytest.raises(traitlets.TraitError, match="owl"):
        controls.choose(text="song", speakers=["owl"])
    with pytest.raises(traitlets.TraitError, match=r"\['speaker'\]: there are speakers, themes"):
        controls.choose(speaker="wren")

    assert chosen(controls) == NOTHING
