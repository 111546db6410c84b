from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from kit.errors import Problem
from kit.records import Key, Record, locate, read_record, read_text

# ---- TOML of every shape, and what tomllib makes of it

BARE = st.text("abzAZ09_-", min_size=1, max_size=4)
QUOTED = st.text(st.sampled_from("ab .=#[]{}'é\"\\"), max_size=4)
KEYS = BARE.map(lambda key: (key, key)) | QUOTED.map(lambda key: (key, _basic(key)))
TRICKY = st.text(st.sampled_from("ab=#[]{},'\"\\\né "), max_size=12) | st.sampled_from(
    ["[[statement]]", "[a]", "x = 1", "# no", '""']
)


def _basic(text: str) -> str:
    escaped = "".join({'"': '\\"', "\\": "\\\\", "\n": "\\n"}.get(character, character) for character in text)
    return f'"{escaped}"'


def _multiline(text: str) -> str:
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'


def _literal(text: str) -> str:
    return "'''\n" + text + "'''" if "'" not in text else _basic(text)


@st.composite
def values(draw: st.DrawFn, depth: int = 2, inline: bool = False) -> str:
    kinds = [
        "basic",
        "number",
        "bool",
        "date",
        "line",
        *([] if inline else ["multiline", "literal"]),
        *(["array", "table"] if depth else []),
    ]
    kind = draw(st.sampled_from(kinds))
    if kind in ("basic", "multiline", "literal"):
        return {"basic": _basic, "multiline": _multiline, "literal": _literal}[kind](draw(TRICKY))
    if kind == "line":
        text = draw(TRICKY.filter(lambda text: not set(text) & set("'\n")))
        return f"'{text}'"
    if kind == "array":
        inner = draw(st.lists(values(depth=depth - 1, inline=inline), max_size=3))
        gap = draw(st.sampled_from([" "] if inline else [" ", "\n  ", "  # ]}, a = 1\n", "\n\n"]))
        return f"[{gap}" + f",{gap}".join(inner) + f"{gap}]"
    if kind == "table":
        pairs = draw(
            st.lists(
                st.tuples(KEYS, values(depth=depth - 1, inline=True)), max_size=3, unique_by=lambda pair: pair[0][0]
            )
        )
        return "{ " + ", ".join(f"{key[1]} = {value}" for key, value in pairs) + " }"
    return draw(
        st.sampled_from(
            {
                "number": ["1", "-3.5", "0x1F"],
                "bool": ["true", "false"],
                "date": ["2016-09-14", "2016-09-14 10:00:00", "10:30:00"],
            }[kind]
        )
    )


@st.composite
def documents(draw: st.DrawFn) -> str:
    parts = []
    headers = [
        "",
        *draw(
            st.lists(
                st.sampled_from(
                    ["[[a]]", "[[ a ]]", "[t]", "[a.inner]", "[[a.inner]]", '[ "q.r" . s ]', "[t.u]  # [v]"]
                ),
                max_size=5,
            )
        ),
    ]
    for header in headers:
        parts.append(header)
        for key, value in draw(st.lists(st.tuples(KEYS, values()), max_size=4)):
            dotted = draw(st.sampled_from(["", "", ".sub", ' . "s b"']))
            parts.append(draw(st.sampled_from(["", "\n", "# [[a]] x = 1\n"])) + f"{key[1]}{dotted} = {value}")
    return draw(st.sampled_from(["\n", "\r\n"])).join(parts).replace("\r\r\n", "\r\n") + draw(
        st.sampled_from(["", "\n"])
    )


def _places(data: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield (*at, key)
        yield from _places(value, (*at, key))


def _accepted(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@given(documents().filter(lambda text: bool(_accepted(text))))
def test_every_key_and_element_that_tomllib_finds_has_a_line_and_nothing_else_has(text: str) -> None:
    data = tomllib.loads(text)

    assert set(locate(text)) == set(_places(data))


@given(documents().filter(lambda text: bool(_accepted(text))))
def test_the_line_of_a_value_is_the_line_that_changes_it(text: str) -> None:
    """Cut the text off before the line: the value is gone. Cut it off at the end of its last line: it is there."""
    data, found = tomllib.loads(text), locate(text)
    pieces = text.split("\n")
    for place in _places(data):
        if _value(data, place) is None:
            continue
        before = _accepted("\n".join(pieces[: found[place] - 1]))
        assert before is None or _value(before, place) is None, (place, found[place])
        ends = (_accepted("\n".join(pieces[:end])) for end in range(found[place], len(pieces) + 1))
        first = next(part for part in ends if part is not None)
        assert _value(first, place) is not None, (place, found[place])


def _value(data: Any, place: tuple[str | int, ...]) -> Any:
    for key in place:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def test_lines_are_found_behind_whatever_a_value_may_hold() -> None:
    text = '''
title = "a # no comment [[statement]]"
note = """
[[statement]]
stance = "support"
"""
"quoted key" = 1
a.b.c = 'C:\\'
inline = { x = 1, "y z" = "}" }
list = [
  "one", # ] not the end
  """two
]""",
  ["three"],
]

[[statement]]
stance = "oppose"

[[statement]]   # the second
speaker_id = "x"
stance = \'\'\'
[[statement]]\'\'\'

[ labels . "The Chair" ]
who = "x"
'''
    lines = locate(text)

    assert lines["title",] == 2
    assert lines["note",] == 3
    assert lines["quoted key",] == 7
    assert lines["a", "b", "c"] == 8
    assert lines["inline", "y z"] == 9
    assert [lines["list", index] for index in range(3)] == [11, 12, 14]
    assert lines["list", 2, 0] == 14
    assert lines["statement", 0] == 17
    assert lines["statement", 1] == 20
    assert lines["statement", 1, "stance"] == 22
    assert lines["labels", "The Chair", "who"] == 26
    assert ("statement", 2) not in lines


# ---- a record

TEXT = "x = 1\n[[s]]\n[[s]]\ny = 2\n[t]\nz = 3"
RECORD = Record("a.toml", tomllib.loads(TEXT), TEXT)


def test_a_missing_key_is_placed_on_the_nearest_table_around_it_else_on_no_line() -> None:
    assert RECORD.line("s", 1, "y") == 4
    assert RECORD.line("s", 1, "not there") == 3
    assert RECORD.line("s", 1, "y", "deeper") == 4
    assert RECORD.line("nowhere", 3) == 0
    RECORD.wrong(("t", "z"), "what", "remedy")
    assert RECORD.problems == [Problem("a.toml", 6, "what", "remedy")]


def test_tables_of_an_array_come_with_their_places_and_anything_else_gives_none() -> None:
    keys = {"y": Key(int, optional=True)}

    assert list(RECORD.tables("s", keys)) == [(("s", 0), {}), (("s", 1), {"y": 2})]
    assert list(RECORD.tables("t", keys)) == list(RECORD.tables("x", keys)) == list(RECORD.tables("none", keys)) == []


# ---- reading


def test_a_text_is_read_with_every_newline_and_mark_kept(tmp_path: Path) -> None:
    raw = "\ufeffone\r\ntwo\rthree\n\n".encode()
    (tmp_path / "a.txt").write_bytes(raw)
    problems: list[Problem] = []

    text = read_text(tmp_path / "a.txt", problems)

    assert text == "\ufeffone\r\ntwo\rthree\n\n"
    assert text.encode() == raw
    assert problems == []


def test_a_byte_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\ntwo \xe9\n")
    problems: list[Problem] = []

    assert read_text(tmp_path / "a.txt", problems) is None
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in problems] == [
        "a.txt:2: byte 0xe9 is not UTF-8. Save the text as UTF-8; its bytes are kept as they are"
    ]


def test_a_missing_record_is_a_problem_of_the_whole_file(tmp_path: Path) -> None:
    problems: list[Problem] = []

    assert not read_record(tmp_path / "a.toml", problems).readable
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in problems] == [
        "a.toml: cannot be read (No such file or directory). Add the file, or allow it to be read"
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('a = 1\nb = "x', 2, "Illegal character|Unterminated|Expected"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite a value"),
        ("a = 1\n\n[t\n", 3, "Expected '\\]'"),
        ("just words\n", 1, "Expected '='"),
        ('a = """\nnever closed\n', 3, "Unterminated string|Expected"),
        ("a =", 1, "Invalid value"),
    ],
)
def test_broken_toml_is_a_problem_on_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    problems: list[Problem] = []

    assert not read_record(tmp_path / "a.toml", problems).readable
    (problem,) = problems
    assert problem.line == line
    assert problem.what.startswith("not TOML: ")
    assert any(part.replace("\\", "") in problem.what for part in what.split("|"))
    assert problem.remedy == "Mend the syntax on this line or the one before it"


def test_a_mark_at_the_beginning_of_a_record_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes('\ufeffa = 1\r\nb = "é"\r\n'.encode())
    problems: list[Problem] = []

    record = read_record(tmp_path / "a.toml", problems)

    assert (record.data, record.line("b"), problems) == ({"a": 1, "b": "é"}, 2, [])


# ---- keys

KEYS_HERE = {
    "name": Key(),
    "kind": Key(choices=("person", "organisation")),
    "aliases": Key(many=True, optional=True),
    "version": Key(int, optional=True),
    "checked": Key(bool, optional=True),
    "note": Key(optional=True, empty=True),
    "labels": Key(dict, optional=True),
}


def _checked(text: str) -> list[str]:
    record = Record("a.toml", tomllib.loads(text), text)
    right = record.check((), record.data, KEYS_HERE)
    assert right == (not record.problems)
    return [str(problem) for problem in record.problems]


KEYS_LISTED = "the keys here are aliases, checked, kind, labels, name, note, version"
RIGHT = 'name = "a"\nkind = "person"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('nmae = "a"\nkind = "person"', "a.toml:1: unknown key 'nmae'. Write 'name'"),
        (
            RIGHT + "nmae = 1",
            f"a.toml:3: unknown key 'nmae'. Remove it; {KEYS_LISTED}",
        ),
        (
            RIGHT + "colour = 1",
            f"a.toml:3: unknown key 'colour'. Remove it; {KEYS_LISTED}",
        ),
        ('kind = "person"', "a.toml: missing key 'name'. Add name = …"),
        ('name = 3\nkind = "person"', "a.toml:1: name: 3 is not text in quotation marks. Correct the value"),
        ('name = ""\nkind = "person"', "a.toml:1: name: is empty. Write it, or 'not known' where it is not known"),
        ('name = "a"\nkind = "persn"', "a.toml:2: kind: 'persn' is not one of person, organisation. Write 'person'"),
        (
            'name = "a"\nkind = "ghost"',
            "a.toml:2: kind: 'ghost' is not one of person, organisation. Choose one of these",
        ),
        (RIGHT + 'aliases = "a"', "a.toml:3: aliases: 'a' is not a list of texts. Correct the value"),
        (RIGHT + 'aliases = ["a", 1]', "a.toml:3: aliases: 1 is not text in quotation marks. Correct the value"),
        (RIGHT + 'version = "1"', "a.toml:3: version: '1' is not a whole number. Correct the value"),
        (RIGHT + "version = true", "a.toml:3: version: True is not a whole number. Correct the value"),
        (RIGHT + "checked = 1", "a.toml:3: checked: 1 is not true or false. Correct the value"),
        (RIGHT + 'labels = "a"', "a.toml:3: labels: 'a' is not a table. Correct the value"),
    ],
)
def test_a_wrong_key_or_value_is_a_problem_with_its_line_and_the_remedy(text: str, problem: str) -> None:
    assert _checked(text) == [problem]


def test_a_right_table_has_no_problem_and_a_note_may_be_empty() -> None:
    assert _checked(RIGHT + 'note = ""\naliases = []\nversion = 2\nchecked = false\nlabels = {}') == []


def test_all_problems_of_a_table_come_at_once() -> None:
    assert len(_checked('colour = "a"\nkind = "ghost"\nversion = 1.5')) == 4
