"""What a chart's specification and its picture hold, for tests: fields and columns, marks with their places, pixels."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import vl_convert
from altair.utils.schemapi import debug_mode

from kit import style

VERSIONS = ("6.4", "5.8")
_DATUM = re.compile(r"\bdatum\.(\w+)")
_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
Spec = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One drawn thing: kind of mark, role, and its values with `x`, `y`, `x2`, `y2` in pixels of the whole picture."""

    mark: str
    role: str
    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.values.get(name)

    @property
    def words(self) -> str:
        """The text with its lines joined."""
        lines = self.values.get("text", "")
        return " ".join(lines if isinstance(lines, list) else str(lines).split("\n"))


def unchecked(make: Callable[[], Any]) -> Spec:
    """Give the specification of a chart without Altair's validation, which takes half of the time.

    Every chart is validated in tests/test_panels.py.
    """
    with debug_mode(False):
        spec: Spec = make().to_dict(validate=False)
    return spec


def drawn(spec: Spec, dark: bool = False, version: str = VERSIONS[0]) -> list[Item]:
    """Draw a chart and give everything in the picture."""
    scene = _scene(json.dumps(style.in_theme(spec, dark)), version)
    return list(_items(scene["scenegraph"], 0, 0))


def size(spec: Spec) -> tuple[int, int]:
    """Give width and height of the picture."""
    scene = _scene(json.dumps(style.in_theme(spec, False)), VERSIONS[0])
    return scene["width"], scene["height"]


@cache
def _scene(spec: str, version: str) -> dict[str, Any]:
    scene: dict[str, Any] = vl_convert.vegalite_to_scenegraph(spec, vl_version=version)
    return scene


def _items(node: Mapping[str, Any], x: float, y: float) -> Iterator[Item]:
    for one in node["items"]:
        if node["marktype"] == "group":
            for inner in one.get("items", []):
                yield from _items(inner, x + one.get("x", 0), y + one.get("y", 0))
            continue
        places = {"x": 0, "y": 0, **{key: one[key] for key in ("x", "x2", "y", "y2") if key in one}}
        moved = {key: place + (x if key in ("x", "x2") else y) for key, place in places.items()}
        yield Item(node["marktype"], node.get("role", ""), {**one, **moved})


def having(items: list[Item], mark: str, **values: Any) -> list[Item]:
    """Give the drawn marks of one kind that have these values; axes, legends and titles left out."""
    return [
        one for one in items
        if one.mark == mark and one.role == "mark" and all(getattr(one, key) == value for key, value in values.items())
    ]  # fmt: skip


def shown(items: list[Item], tip: str, mark: str = "symbol") -> list[Item]:
    """Give the marks whose hover reads `tip`."""
    return having(items, mark, description=tip)


def texts(items: list[Item]) -> list[str]:
    """Give every text of a picture, in any role, its lines joined by a space."""
    return [one.words for one in items if one.mark == "text"]


def replaced(spec: Spec, params: Mapping[str, Any] | None = None, **rows: list[dict[str, Any]]) -> Spec:
    """Give a specification with other rows and other values of parameters, as the view shows it."""
    unknown = (params or {}).keys() - {one["name"] for one in spec["params"]} | rows.keys() - spec["datasets"].keys()
    assert not unknown, f"the chart has no {sorted(unknown)}"
    changed = [{**one, "value": (params or {}).get(one["name"], one["value"])} for one in spec["params"]]
    return {**spec, "params": changed, "datasets": {**spec["datasets"], **rows}}


@dataclass(frozen=True)
class _Place:
    """Where a walk through a specification is: its path, the dataset's columns and those that transforms add."""

    path: str
    columns: frozenset[str]


def unknown_fields(spec: Spec, columns: Mapping[str, frozenset[str]]) -> list[str]:
    """Name every field that a specification encodes, tests or transforms and that no data have.

    `columns`: of each named dataset. Altair and vl-convert draw such a chart without a word.
    """
    params = {one["name"] for one in spec.get("params", [])}
    return list(_unknown(spec, _Place("chart", frozenset()), columns, params))


def _unknown(node: Spec, place: _Place, columns: Mapping[str, frozenset[str]], params: set[str]) -> Iterator[str]:
    if "data" in node:
        name = node["data"]["name"]
        if name not in columns:
            yield f"{place.path}: data {name}"
        place = replace(place, columns=columns.get(name, frozenset()))
    for number, transform in enumerate(node.get("transform", [])):
        here = replace(place, path=f"{place.path}.transform[{number}]")
        made: set[str] = set()
        yield from _in_expressions(transform, here, params)
        if "lookup" in transform:
            source = columns.get(transform["from"]["data"]["name"], frozenset())
            used = {transform["from"]["key"], *transform["from"]["fields"]}
            yield from (f"{here.path}: {field}" for field in sorted(used - source))
            yield from (f"{here.path}: {transform['lookup']}" for _ in [0] if transform["lookup"] not in here.columns)
            made = set(transform["from"]["fields"])
        elif sums := transform.get("aggregate", transform.get("joinaggregate")):
            used = {one["field"] for one in sums if "field" in one} | set(transform["groupby"])
            yield from (f"{here.path}: {field}" for field in sorted(used - here.columns))
            if "aggregate" in transform:  # the other keeps the rows
                place = replace(place, columns=frozenset(transform["groupby"]))
            made = {one["as"] for one in sums}
        elif "calculate" in transform:
            made = {transform["as"]}
        elif "filter" not in transform:
            yield f"{here.path}: this walk does not know {sorted(transform)}"
        place = replace(place, columns=place.columns | made)
    for channel, definition in node.get("encoding", {}).items():
        here = replace(place, path=f"{place.path}.{channel}")
        for one in _definitions(definition):
            if isinstance(one.get("field"), str) and one["field"] not in here.columns:
                yield f"{here.path}: {one['field']}"
        bare = {key: value for key, value in definition.items() if key not in ("axis", "legend", "scale")}
        yield from _in_expressions(bare, here, params)
    if isinstance(node.get("mark"), dict):
        yield from _in_expressions(node["mark"], replace(place, path=f"{place.path}.mark"), params)
    for number, layer in enumerate(node.get("layer", [])):
        yield from _unknown(layer, replace(place, path=f"{place.path}[{number}]"), columns, params)


def _definitions(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _definitions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _definitions(inner)


def _in_expressions(value: Any, place: _Place, params: set[str]) -> Iterator[str]:
    for one in _definitions(value):
        for key in ("expr", "test", "calculate", "filter"):
            expression = one.get(key)
            if not isinstance(expression, str):
                continue
            bare = _STRINGS.sub("''", expression)
            yield from (f"{place.path}: datum.{field}" for field in _DATUM.findall(bare) if field not in place.columns)
            yield from (
                f"{place.path}: {name}" for name in re.findall(r"\bkit_\w+|\bpicked\b", bare) if name not in params
            )


def colours_named(spec: Spec) -> list[str]:
    """Name every colour that a specification says itself, instead of referring to one of the parameters of style."""
    body = {key: value for key, value in spec.items() if key not in ("config", "params", "datasets", "resolve")}
    found = []
    for one in _definitions(body):
        for key, value in one.items():
            literal = isinstance(value, str) and re.search(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", value)
            painted = key in ("fill", "stroke", "color", "background", "labelColor", "titleColor", "gridColor")
            if literal or (painted and isinstance(value, str) and value != "transparent"):
                found.append(f"{key}: {value}")
    return found


def pixels(png: bytes) -> tuple[int, int, dict[tuple[int, ...], int]]:
    """Give width, height, and how many pixels have each colour (red, green, blue, alpha) of a PNG of 8-bit RGBA."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, width, height = 8, b"", 0, 0
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, interlaced) == (8, 6, 0)
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(packed), 4 * width
    line, counts = bytearray(stride), dict[tuple[int, ...], int]()
    for row in range(height):
        above, line = line, bytearray(raw[row * (stride + 1) + 1 : (row + 1) * (stride + 1)])
        _unfilter(raw[row * (stride + 1)], line, above)
        for x in range(0, stride, 4):
            colour_here = tuple(line[x : x + 4])
            counts[colour_here] = counts.get(colour_here, 0) + 1
    return width, height, counts


def _unfilter(kind: int, line: bytearray, above: bytearray) -> None:
    for x in range(len(line) if kind else 0):
        left, up = line[x - 4] if x >= 4 else 0, above[x]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            corner = above[x - 4] if x >= 4 else 0
            sums = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
            guess = (left, up, corner)[sums.index(min(sums))]
        line[x] = (line[x] + guess) & 255
