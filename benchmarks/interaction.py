"""Time every control of `02_positions` in the page, beside the same panel built the usual way, in the same session.

From the event that a hand would cause to the frame after the last change of charts and passages; real JupyterLab,
headless Chromium; and what kernel and page have grown by. Then the usual way, below it in the same page: ipywidgets, an
observer, an `Output` cleared and filled again. It comes last because the page grows with it by gigabytes, which slows
both. On a large corpus, where it draws every mark, it is left out on request.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from load import ROOT, line, machine
from start import laboratory

if TYPE_CHECKING:
    import ipywidgets

    from kit import Explorer

CHANGES, UNMEASURED, GROWTH = 50, 4, 200
HOUR = 3_600_000
NOTEBOOK = "02_positions.ipynb"
KINDS = ("chip", "theme", "date", "search", "first-hand")
NEW = "chips of both, no selection twice"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WORDS = """
import json, re
texts = corpus.passages["text"].head(10_000)
words = sorted({word.lower() for text in texts for word in re.findall(r"[A-Za-z]{6,}", text)})
print(json.dumps(words[:: max(len(words) // 20, 1)][:20]))
"""
RESIDENT = """
import gc, re
gc.collect()
print(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
MEASURE = """async ({ ours, kind, words, changes }) => {
  const QUIET = 400, LONGEST = 10000;
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const one = (selector, at = 0) => document.querySelectorAll(selector)[at];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const row = (title) => all(".kit-row").find((node) => node.querySelector(".kit-row-title").textContent === title);
  const chips = (title) => [...row(title).querySelectorAll(".kit-chip:not(.kit-none)")];
  const parts = ours
    ? { watched: [one(".kit-view"), one(".kit-controls")], speakers: chips("Speakers"), themes: chips("Themes"),
        date: one(".kit-controls input[type=range]"), search: one(".kit-controls .kit-pair input[type=search]"),
        own: one(".kit-controls input[type=checkbox]") }
    : { watched: [one(".usual-output")], speakers: all(".usual-speakers button"), themes: all(".usual-themes button"),
        date: one(".usual select"), search: one(".usual input[type=text]"), own: one(".usual input[type=checkbox]") };
  const fire = (node, ...names) => names.forEach((name) => node.dispatchEvent(new Event(name, { bubbles: true })));
  const places = ours ? +parts.date.max : parts.date.options.length - 1;
  const on = (at) => at % 2 === 0, nth = (at, many) => Math.floor(at / 2) % many;
  // Every second change takes the one before back; those in the order of Gray's code never come back to a selection.
  const press = (chips, at) => chips[nth(at, chips.length)].click();
  const lowest = (count) => 31 - Math.clz32(count & -count);
  const anew = (bit) => (bit % 2 ? parts.themes : parts.speakers)[bit >> 1].click();
  const acts = {
    "NEW": (at) => anew(at ? lowest(at) : 6),
    chip: (at) => press(parts.speakers, at),
    theme: (at) => press(parts.themes, at),
    date: (at) => {
      const place = on(at) ? 1 + Math.floor(((at / 2) % 20) * places / 20) : 0;
      if (ours) parts.date.value = place; else parts.date.selectedIndex = place;
      fire(parts.date, ours ? "input" : "change");
    },
    search: (at) => {
      parts.search.value = on(at) ? words[nth(at, words.length)] : "";
      fire(parts.search, "input");
    },
    "first-hand": (at) => press([parts.own], at),
  };
  parts.watched[0].closest(".jp-Cell").scrollIntoView();
  await new Promise((done) => setTimeout(done, 1000));
  const change = (act) => new Promise((done) => {
    let last = 0, drawn = false, seen = 0;
    const started = performance.now(), now = () => performance.now() - started;
    const observer = new MutationObserver((records) => {
      seen = now();
      drawn ||= records.some((record) => record.attributeName === "data-runs"
        || record.target.localName === "canvas"
        || [...record.addedNodes].some((node) => node.localName === "canvas" || node.querySelector?.("canvas")));
      requestAnimationFrame(() => setTimeout(() => { last = now(); }));
    });
    const options = { subtree: true, childList: true, characterData: true, attributes: true };
    parts.watched.forEach((node) => observer.observe(node, options));
    const timer = setInterval(() => {
      const still = seen && now() - seen > QUIET && last >= seen && kernel.status === "idle";
      if (!still && now() < LONGEST) return;
      clearInterval(timer);
      observer.disconnect();
      done({ seconds: last / 1000, drawn, ended: still });
    }, 20);
    act();
  });
  const times = [];
  for (let at = 0; at < changes; at++) times.push(await change(() => acts[kind](at)));
  if (kind === "NEW") one(".kit-controls .kit-reset").click();
  return times;
}""".replace("NEW", NEW)


def usual(explorer: Explorer) -> ipywidgets.Widget:
    """Build the panel of an explorer the usual way: same choices, same charts, same passages, all drawn anew each time.

    JupyterLab draws the charts from the v5 MIME type: the cheapest that a reader without a widget of their own gets.
    """
    import ipywidgets as widgets
    from IPython.display import display

    import kit
    from kit import style
    from kit.panels import PANELS

    corpus, offered = explorer.corpus, explorer.controls
    chips = {
        name: {
            one["id"]: widgets.ToggleButton(description=one["label"])
            for one in options
            if explorer.view.counts[name].get(one["id"])
        }
        for name, options in (("speakers", offered.speaker_options), ("themes", offered.theme_options))
    }
    since = widgets.Dropdown(options=["", *offered.dates[1:]], description="From")
    until = widgets.Dropdown(options=["", *offered.dates[:-1]], description="To")
    search, own = widgets.Text(description="Search"), widgets.Checkbox(description="own words only")
    output = widgets.Output()

    def redraw(_: Any = None) -> None:
        chosen = {name: [key for key, button in buttons.items() if button.value] for name, buttons in chips.items()}
        days = {"since": since.value, "until": until.value}
        selection = kit.Selection(**chosen, **days, text=search.value, first_hand=own.value)
        selected = corpus.select(selection)
        with output:
            output.clear_output(wait=True)
            for name in explorer.view.charts:
                panel = PANELS[name]
                chart = panel.draw(corpus, panel.rows(corpus, selected, selection), explorer.view.summary)
                spec = style.in_theme(chart.to_dict(), dark=False) | {"$schema": SCHEMA}
                display({"application/vnd.vegalite.v5+json": spec, "text/plain": panel.title}, raw=True)
            display(kit.passages(selected))

    boxes = [widgets.HBox(list(buttons.values()), layout={"flex_flow": "row wrap"}) for buttons in chips.values()]
    for box, name in zip(boxes, chips, strict=True):
        box.add_class(f"usual-{name}")
    for control in (*(button for buttons in chips.values() for button in buttons.values()), since, until, search, own):
        control.observe(redraw, "value")
    output.add_class("usual-output")
    redraw()
    panel = widgets.VBox([*boxes, widgets.HBox([since, until, search, own]), output])
    panel.add_class("usual")
    return panel


def cells() -> list[str]:
    """Give the code cells of the notebook up to its explorer, and one more with room for the usual panel below it."""
    notebook = nbformat.read(ROOT / "notebooks" / NOTEBOOK, as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    last = next(at for at, source in enumerate(sources) if "kit.Explorer(" in source)
    beside = f"import sys\nsys.path.insert(0, {str(Path(__file__).resolve().parent)!r})\nfrom interaction import usual"
    room = "import ipywidgets\nroom = ipywidgets.VBox()\nroom"
    return [*sources[: last + 1], f"{beside}\n{room}"]


def grown(book: Any, words: list[str]) -> None:
    """Print what kernel and page hold before and after many changes of every control."""
    client = book.page.context.new_cdp_session(book.page)

    def held() -> tuple[int, int]:
        client.send("HeapProfiler.collectGarbage")
        page = client.send("Runtime.getHeapUsage")["usedSize"]
        return int(book.python(RESIDENT)) * 1024, int(page)

    given = {"ours": True, "words": words, "changes": GROWTH // len(KINDS)}
    before = held()
    for kind in KINDS:
        book.page.evaluate(MEASURE, {**given, "kind": kind})
    for name, first, last in zip(("kernel, resident", "page, JavaScript heap"), before, held(), strict=True):
        more = f"{name} {first / 1e6:.0f} MB, then {last / 1e6:.0f} MB: {last / first - 1:+.1%}"
        print(f"after {GROWTH} more changes: {more}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("changes", type=int, nargs="?", default=CHANGES, help="of each control")
    parser.add_argument("--corpus", type=Path, help="a corpus folder, else the five documents")
    parser.add_argument("--kit-only", action="store_true", help="leave the usual way out")
    asked = parser.parse_args()
    if asked.corpus:
        os.environ["KIT_CORPUS"] = str(asked.corpus.resolve())
    print(machine("jupyterlab", "ipywidgets", "polars", "altair"))
    every: dict[bool, dict[str, list[float]]] = {True: {}, False: {}}
    with laboratory() as (harness, lab, context):
        book = harness.Book(lab, context.new_page())
        book.page.set_default_timeout(HOUR)
        book.write(*(cells()[:-1] if asked.kit_only else cells())).run(HOUR).drawn()
        print(book.python("print(corpus)"))
        words = json.loads(book.python(WORDS))
        for ours in (True,) if asked.kit_only else (True, False):
            if not ours:
                book.python("room.children = [usual(explorer)]")
                book.page.wait_for_selector(".usual-output canvas")
            for kind in (*KINDS, NEW) if ours else KINDS:
                given = {"ours": ours, "kind": kind, "words": words, "changes": UNMEASURED + asked.changes}
                measured = book.page.evaluate(MEASURE, given)[UNMEASURED:]
                assert all(one["ended"] for one in measured), f"{kind}: a change was not drawn within 10 s"
                times = [one["seconds"] for one in measured]
                drawn = sum(one["drawn"] for one in measured)
                print(line(f"{kind}: {'kit' if ours else 'usual'} (charts redrawn: {drawn})", times))
                if kind != NEW:
                    every[ours][kind] = times
            if ours:
                grown(book, words)
        for kind in KINDS if every[False] else ():
            print(line(f"{kind}: kit", every[True][kind], every[False][kind], "usual", 0.1))
        whole = {way: [one for times in every[way].values() for one in times] for way in every}
        print(line("all: kit", whole[True], whole[False], "usual", 0.04))
        assert not book.outside, book.outside


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
