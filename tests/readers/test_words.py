"""The lists of words that the readers' patterns are made of."""

from __future__ import annotations

import re

import pytest

from kit.readers import WORDS


@pytest.mark.parametrize("name", WORDS)
def test_a_list_is_a_pattern_that_never_matches_nothing(name: str) -> None:
    pattern = re.compile(f"(?:{WORDS[name]})")

    assert pattern.match("") is None
    assert pattern.groups == 0


@pytest.mark.parametrize("name", WORDS)
def test_no_list_has_an_empty_alternative_or_white_space_around_one_by_accident(name: str) -> None:
    alternatives = WORDS[name].split("|")

    assert "" not in alternatives
    assert WORDS[name] == WORDS[name].rstrip()
    assert "\n" not in WORDS[name]
