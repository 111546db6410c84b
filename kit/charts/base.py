"""What every chart is made with: layers on named data, colours by name, scales, the frame around all of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

import polars as pl

from kit.schema import STANCES
from kit.style import drawable, inks, rows, vega_config

# More than half of what importing Altair takes is a grammar that jsonschema builds for a format no chart uses, where
# that package is installed (JupyterLab installs it). While it cannot be found, jsonschema does without.
_found: Any = sys.modules.setdefault("rfc3987_syntax", cast(Any, None))  # None: not to be found
import altair as alt  # noqa: E402  # behind the line above

if _found is None:
    del sys.modules["rfc3987_syntax"]


def ink(name: str) -> Any:
    """Refer to a colour by its name, so that the mark follows the theme."""
    return alt.expr(f"kit_{name}")


def unchecked() -> AbstractContextManager[Any]:
    """Have Altair not validate the charts made meanwhile: the tests validate every one of them."""
    return cast("AbstractContextManager[Any]", alt.utils.schemapi.debug_mode(False))


def datasets(**frames: tuple[pl.DataFrame, Iterable[str]]) -> dict[str, list[dict[str, Any]]]:
    """Give frames as the named data of a chart, which a view can replace; only the columns named with each go in.

    Raises ValueError that names the missing columns.
    """
    for name, (frame, columns) in frames.items():
        if missing := [column for column in columns if column not in frame.columns]:
            raise ValueError(f"{name}: the frame lacks {', '.join(missing)}; it has {', '.join(frame.columns)}")
    return {name: rows(frame.select(columns)) for name, (frame, columns) in frames.items()}


def on(name: str) -> alt.Chart:
    """Begin a layer on the chart's data of that name."""
    return alt.Chart(alt.NamedData(name))


def stance_scale(values: Iterable[str] | None = None) -> alt.Scale:
    """Give the scale of a stance channel: always the same three in the same order; `values`: a shape or place each."""
    return alt.Scale(domain=list(STANCES), range=list(values)) if values else alt.Scale(domain=list(STANCES))


def framed(
    chart: Any, data: Mapping[str, Any], caption: str, description: str, size: tuple[int, int], signs: str = ""
) -> alt.LayerChart:
    """Finish a chart: its data, the caption line inside it, and the parameters `caption`, `picked` and colours.

    `signs`: lines above the caption, which say how to read the chart and stay whatever the caption becomes.
    """
    lines = alt.expr(f"split({json.dumps(signs)} + caption, '\\n')")
    title = alt.TitleParams(text=lines, orient="bottom", anchor="start", frame="bounds", offset=14)
    values = {"caption": drawable(caption), "picked": "", **inks()}
    params = [alt.param(name=name, value=value) for name, value in values.items()]
    whole: dict[str, Any] = {"title": title, "description": description, "datasets": dict(data)}
    finished: alt.LayerChart = chart.properties(**whole, width=size[0], height=size[1]).add_params(*params)
    return finished


def enable(draw: Callable[..., Any]) -> None:
    """Have every chart that is the last line of a cell shown as the MIME bundle that `draw(spec)` gives.

    JupyterLab bundles Vega-Lite 5, so charts here keep to what version 5.6.1 draws; `chart.save` gives the same look.
    """
    alt.renderers.register("kit", draw)
    alt.renderers.enable("kit")
    alt.theme.register("kit", enable=True)(lambda: alt.theme.ThemeConfig(config=vega_config()))  # type: ignore[typeddict-item]  # the same, as a plain dict
