from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest
import vl_convert

import kit
from kit import Selection, style
from kit.panels import PANELS, Frames, how_coded, period
from kit.reading import Page
from tests.charts import pictures

NOTHING = Selection(text="nobody ever said this")
CAPTION = "4 documents · the caption’s first line\nits second line, in the picture too"
WIDE = pytest.mark.parametrize("name", PANELS)


@cache
def _loaded(which: str) -> kit.Corpus:
    return kit.load({"first": None, "second": "tests/second_corpus"}[which])


@pytest.fixture(params=["first", "second"])
def whole(request: pytest.FixtureRequest, corpus: kit.Corpus, second: kit.Corpus) -> kit.Corpus:
    return {"first": corpus, "second": second}[request.param]


def frames_of(name: str, whole: kit.Corpus, selection: Selection = Selection()) -> Frames:  # noqa: B008 - a frozen value
    return PANELS[name].rows(whole, whole.select(selection), selection)


def spec_of(name: str, whole: kit.Corpus, frames: Frames | None = None) -> dict[str, Any]:
    spec: dict[str, Any] = PANELS[name].draw(whole, frames or frames_of(name, whole), CAPTION).to_dict()
    return spec
