"""Time `import kit`, `kit.load()`, `kit check` and a selection with its positions, each beside a named alternative.

`start.py` and `interaction.py` take `machine` and `line` from here.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROCESSES, TURNS, COPIES = 10, 10, 200
IMPORT = """
import sys
from time import perf_counter
before, started = set(sys.modules), perf_counter()
import kit
print(perf_counter() - started)
new = {name.partition(".")[0] for name in sys.modules.keys() - before} - {"kit"}
assert not (foreign := new - sys.stdlib_module_names), f"import kit brought in {sorted(foreign)}"
"""
POLARS = """
from time import perf_counter
started = perf_counter()
import polars
print(perf_counter() - started)
"""
# The least that any reader of these files does: TOML parsed, texts split; nothing located, checked or joined.
FLOOR = """
import tomllib
from pathlib import Path
def floor():
    for path in Path("corpus").rglob("*.toml"):
        tomllib.loads(path.read_text("utf-8"))
    for path in Path("corpus").rglob("*.txt"):
        path.read_text("utf-8").splitlines()
"""
LOAD = f"""
import json, sys
from time import perf_counter, process_time
{FLOOR}
def timed(name, what):
    started = perf_counter(), process_time()
    what()
    return {{name: perf_counter() - started[0], f"{{name}}, processor": process_time() - started[1]}}
import kit
times = timed("first", kit.load) | timed("second", kit.load) | timed("floor", floor)
drawing = {{"altair", "ipywidgets"}} & sys.modules.keys()
assert not drawing, f"kit.load() brought in {{sorted(drawing)}}"
print(json.dumps(times))
"""


def machine(*packages: str) -> str:
    """Say what a run was made on: date, machine, how busy it was, versions."""
    versions = ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)])
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return f"{date.today()} · {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {busy} · {versions}"


def line(what: str, seconds: Sequence[float], than: Sequence[float] = (), name: str = "", goal: float = 0) -> str:
    """Write median and 95th percentile, the ratio of the median to that of `name`, and whether the goal is met."""
    ordered, middle = sorted(seconds), median(seconds)
    late = ordered[-(-95 * len(ordered) // 100) - 1]
    parts = [f"{what:<50} n={len(ordered):<4} median {1000 * middle:7.1f} ms   95 % {1000 * late:7.1f} ms"]
    if than:
        parts.append(f"{middle / median(than):.2f} × {name}")
    if goal:
        parts.append(f"goal {1000 * goal:.0f} ms: {'met' if middle <= goal else 'MISSED'}")
    return "   ".join(parts)


def python(*arguments: str) -> str:
    """Run a fresh Python in the checkout and give what it prints; an assertion that fails in it ends the run."""
    ran = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
    if ran.returncode:
        sys.exit(ran.stderr or ran.stdout)
    return ran.stdout


def timed(what: Callable[..., Any], *given: Any) -> float:
    started = perf_counter()
    what(*given)
    return perf_counter() - started


def time_import() -> None:
    """Time `import kit` beside `import polars`, in turn, each in a fresh process."""
    kit, polars = [], []
    for _ in range(PROCESSES):
        polars.append(float(python("-c", POLARS)))
        kit.append(float(python("-c", IMPORT)))
    print(line("import polars", polars))
    print(line("import kit", kit, polars, "import polars"), "  checked: nothing outside the standard library")


def time_load() -> None:
    """Time the first and the second load of a process, and `kit check`, beside reading the same files."""
    runs = [json.loads(python("-c", LOAD)) for _ in range(PROCESSES)]
    times = {name: [run[name] for run in runs] for name in runs[0]}
    floor, processor = times["floor"], times["floor, processor"]
    print(line("floor: the same files, tomllib and splitlines", floor))
    print(line("kit.load(), first (imports polars)", times["first"], floor, "floor"))
    print(line("kit.load(), second in the process", times["second"], floor, "floor", goal=0.150))
    print(line("   the same, time of the processor", times["second, processor"], processor, "floor"))
    print("   checked: neither altair nor ipywidgets is imported")
    process, check = [], []
    for _ in range(PROCESSES):
        process.append(timed(python, "-c", f"{FLOOR}\nfloor()"))
        check.append(timed(python, "-m", "kit", "check", "corpus"))
    print(line("floor, as a process", process))
    print(line("python -m kit check corpus", check, process, "floor, as a process"))


def selections(corpus: Any) -> list[Any]:
    """Give selections by speaker, by theme, by date and by first-hand, made of the corpus's own ids and dates."""
    import kit

    speakers, themes = sorted(set(corpus.statements["speaker_id"])), sorted(set(corpus.statements["theme_id"]))
    days = sorted(set(corpus.documents["earliest"]))
    chosen = [{}, {"first_hand": True}, *({"since": day} for day in days), *({"until": day} for day in days)]
    chosen += [{"speakers": [one]} for one in speakers] + [{"themes": [one], "first_hand": True} for one in themes]
    return [kit.Selection(**one) for one in chosen]


def time_select() -> None:
    """Time a selection and its positions beside the same filters and the same group-by in pandas; both must agree."""
    if not find_spec("pandas"):
        print("select and positions beside pandas: left out, no pandas here (pip install -e '.[benchmark]')")
        return
    import polars as pl

    import kit

    def ours(corpus: kit.Corpus, selection: kit.Selection) -> pl.DataFrame:
        return kit.stance_positions(corpus.select(selection))

    whole = kit.load()
    names = ("passages", "statements", "codings", "silences")
    many = replace(whole, **{name: pl.concat([getattr(whole, name)] * COPIES, rechunk=True) for name in names})
    for name, corpus, turns in (("five documents", whole, TURNS), (f"the same {COPIES} times", many, 2)):
        frames, kit_times, pandas_times = in_pandas(corpus), [], []
        for selection in selections(corpus):
            found, expected = ours(corpus, selection), positions_in_pandas(frames, selection)
            assert found["statements"].to_list() == expected["statements"].to_list(), f"pandas differs: {selection}"
            for _ in range(turns):
                pandas_times.append(timed(positions_in_pandas, frames, selection))
                kit_times.append(timed(ours, corpus, selection))
        print(line(f"pandas: {name}", pandas_times))
        print(line(f"select, stance_positions: {name}", kit_times, pandas_times, "pandas"))


def in_pandas(corpus: Any) -> dict[str, Any]:
    """Give the frames that a selection filters as pandas likes them: dates as dates, orders as categories."""
    import pandas as pd

    orders = {
        "speaker_id": corpus.speakers["speaker_id"],
        "proposition_id": corpus.propositions["proposition_id"],
        "stance": corpus.statements["stance"].dtype.categories,
    }
    frames = {}
    for name in ("passages", "statements", "codings", "silences"):
        frame = frames[name] = pd.DataFrame(getattr(corpus, name).to_dict(as_series=False))
        for column in ("earliest", "latest"):
            frame[column] = frame[column].astype("datetime64[s]")
        for column in orders if name == "statements" else ():
            frame[column] = pd.Categorical(frame[column], list(orders[column]), ordered=True)
    frames["passages"]["themes"] = frames["passages"]["themes"].map(frozenset)
    return frames


def positions_in_pandas(frames: dict[str, Any], selection: Any) -> Any:
    """Do in pandas what `select` and `stance_positions` do."""
    import pandas as pd

    def kept(name: str) -> Any:
        frame = frames[name]
        mask = pd.Series(True, index=frame.index)
        if selection.since:
            mask &= frame["latest"] >= pd.Timestamp(selection.since)
        if selection.until:
            mask &= frame["earliest"] <= pd.Timestamp(selection.until)
        if selection.speakers:
            mask &= frame["speaker_id"].isin(selection.speakers)
        if name == "passages":
            mask &= frame["zone"] != "furniture"
        if selection.themes:
            others = frame["themes"].map(set(selection.themes).isdisjoint) if name == "passages" else None
            mask &= ~others if name == "passages" else frame["theme_id"].isin(selection.themes)
        if selection.first_hand and "first_hand" in frame:
            mask &= frame["first_hand"]
        return frame[mask]

    statements, *_ = [kept(name) for name in ("statements", "codings", "silences", "passages")]
    groups = statements.groupby(["speaker_id", "proposition_id", "theme_id", "stance"], observed=True)
    return groups.agg(
        statements=("statement_id", "size"),
        first_hand=("first_hand", "sum"),
        documents=("document_id", "nunique"),
        document_ids=("document_id", lambda ids: sorted(set(ids))),
        earliest=("earliest", "min"),
        latest=("latest", "max"),
        statement_ids=("statement_id", sorted),
        passage_ids=("passage_id", lambda ids: sorted(set(ids))),
    )


def main() -> None:
    sys.path.insert(0, str(ROOT))
    print(machine("polars", *(["pandas"] if find_spec("pandas") else [])))
    time_import()
    time_load()
    time_select()


if __name__ == "__main__":
    main()
