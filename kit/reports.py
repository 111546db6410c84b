"""Reports: notebooks executed where nobody looks on, each kept as an executed notebook and as one page of HTML.

In both, charts, passages and tables stand where a panel would need its kernel. The page opens from disk and asks
nothing of anybody; its charts are drawings, and its one script shows what the mouse rests on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from itertools import count
from pathlib import Path
from platform import python_version
from tempfile import TemporaryDirectory
from textwrap import shorten
from typing import Any

import mistune
import nbformat
import polars as pl
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from markupsafe import Markup
from mistune.toc import add_toc_hook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kit import style
from kit.agreement import agreement_in_words
from kit.corpus import Corpus, find, load
from kit.explorer import Explorer
from kit.panels import how_coded
from kit.reading import Page, _visible, chart_bundle, table
from kit.selection import Selection
from kit.view import static

Notebook = Any  # nbformat ships no types
Tell = Callable[[str], Any]
_VIEW, _STATES = (f"application/vnd.jupyter.widget-{kind}+json" for kind in ("view", "state"))
_STYLE = f"<style>{style.sheet()}</style>"  # all HTML that the kit makes carries it; a page needs it once
_NAMELESS = re.compile('<g [^>]*role="graphics-symbol"[^>]*/>')  # a layer without marks, told by screen readers
_GRADIENT = re.compile(r'(="(?:url\(#)?)([\w-]*gradient_\d+)(?=[)"])')  # counted through all that a process draws
_INJECTED = "injected-parameters"
_INJECT = "# Asked for on the command line; KIT_CORPUS names the folder of the corpus.\nimport kit"
_PROBE = "import kit.reports\nprint(kit.reports.facts(corpus, selection, kit.__version__))"
_PROBING = "after its last cell, where `corpus` and `selection` are those of the cell tagged `parameters`"
_LIBRARIES = ("jupyterlab", "ipywidgets", "polars", "altair", "anywidget", "vl-convert-python")
_NAMED = {"speakers": "name", "themes": "label", "propositions": "text", "documents": "title"}
_SAID = {"first_hand": "own transcript, speech or release only", "text": "words"}
_ON_TOP = ("Corpus", "Selection", "Shown", "Made on")  # of the facts
_ROWS = 500  # of the table of a chart's marks


class ReportError(ValueError):
    """A notebook cannot be read or executed, or a folder cannot be written; the message is one line."""


def write_reports(
    paths: Sequence[Path], output: Path, corpus: Path | None, selection: Selection | None, made: date, tell: Tell = str
) -> int:
    """Execute notebooks, each from a fresh kernel, and write each into a folder as NAME.ipynb and NAME.html.

    `corpus` (a folder) and `selection` take the place of those in the cell tagged `parameters`; None leaves the
    notebook's own. From these and the day `made` follows every byte. `tell` is given lines: how far it is, what failed.

    Returns how many notebooks failed: of these nothing is written. Raises CorpusError, SelectionError, and ReportError
    for a notebook or a folder that will not do, before any notebook is executed.
    """
    load(corpus).check(selection or Selection())
    notebooks = [_read(path) for path in paths]
    _check(paths, output)
    failed = 0
    for number, (path, notebook) in enumerate(zip(paths, notebooks, strict=True), 1):
        tell(f"{number} of {len(paths)}  {path.name}")
        try:
            _inject(notebook, corpus, selection)
            told = _execute(path, notebook, corpus, tell)
            _freeze(notebook, tell)
            page = _page(path.stem, notebook, told | {"Made on": f"{made}, from {path.name}"})
            _write(output, {f"{path.stem}.html": page, f"{path.stem}.ipynb": nbformat.writes(notebook) + "\n"})
            tell(f"  written: {output / path.stem}.html and .ipynb")
        except ReportError as error:
            tell(f"{error}; nothing is written for it")
            failed += 1
    return failed


def _read(path: Path) -> Notebook:
    try:
        notebook = nbformat.read(path, as_version=4)
        tagged = any(_has(cell, "parameters") for cell in notebook.cells)
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError) as error:
        raise ReportError(f"{path}: is no notebook") from error
    if not tagged:
        raise ReportError(f"{path}: no cell has the tag `parameters`; tag the one with `corpus = kit.load()`")
    return notebook


def _has(cell: Any, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def _check(paths: Sequence[Path], output: Path) -> None:
    stems = [path.stem for path in paths]
    if twice := [stem for stem in stems if stems.count(stem) > 1]:
        raise ReportError(f"two notebooks are called {twice[0]}, and their reports would be one file; run them apart")
    if own := [path.name for path in paths if path.resolve().parent == output.resolve()]:
        raise ReportError(f"{output}: {own[0]} itself lies there and would be overwritten; name another folder")
    _write(output, {})


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files, each whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as part:
            for name, text in texts.items():
                Path(part, name).write_bytes(text.encode())
            for name in texts:
                Path(part, name).replace(folder / name)
    except OSError as error:
        raise ReportError(f"{folder}: is no folder to write in: {error.strerror}") from error


def _inject(notebook: Notebook, corpus: Path | None, selection: Selection | None) -> None:
    """Put what was asked for into a cell of its own behind the one tagged `parameters`, as papermill does."""
    notebook.cells = [cell for cell in notebook.cells if not _has(cell, _INJECTED)]
    asked = {"corpus": corpus and "kit.load()", "selection": selection and repr(selection)}
    if lines := [f"{name} = {code}" for name, code in asked.items() if code]:
        at = [_has(cell, "parameters") for cell in notebook.cells].index(True)
        cell = nbformat.v4.new_code_cell("\n".join([_INJECT, *lines]), metadata={"tags": [_INJECTED]}, id=_INJECTED)
        if "id" not in notebook.cells[at]:  # a notebook of an older format
            del cell["id"]
        notebook.cells.insert(at + 1, cell)


def _execute(path: Path, notebook: Notebook, corpus: Path | None, tell: Tell) -> dict[str, str]:
    """Execute every cell in a fresh kernel of this Python; give the `facts` that it tells at the end."""
    own = [at for at, cell in enumerate(notebook.cells) if cell.cell_type == "code" and not _has(cell, _INJECTED)]
    places = {at: f"code cell {number} of {len(own)}" for number, at in enumerate(own, 1)}
    notebook.cells.append(nbformat.v4.new_code_cell(_PROBE))
    places[len(notebook.cells) - 1] = _PROBING
    reached = [""]

    def started(cell: Notebook, cell_index: int) -> None:
        reached.append(places.get(cell_index, reached[-1]))
        if cell_index in own:
            tell(f"  {reached[-1]}")

    here = [str(Path(__file__).resolve().parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    same = {"KIT_CORPUS": str(find(corpus).resolve()), "PYTHONPATH": os.pathsep.join(here), "PYTHONHASHSEED": "0"}
    kernel = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))  # else another Python's may come
    where: Any = {"metadata": {"path": str(path.resolve().parent)}}
    client = NotebookClient(notebook, kernel, on_cell_start=started, resources=where, record_timing=False)
    try:
        client.execute(cleanup_kc=True, env={**os.environ, **same}, stderr=subprocess.DEVNULL)
    except (CellExecutionError, RuntimeError, AssertionError) as error:
        if hasattr(client, "_async_cleanup_kernel_future"):  # nbclient has taken Ctrl-C, and ended the kernel only
            raise KeyboardInterrupt from error
        raise ReportError(f"{path.name}, {reached[-1]}{_reason(error)}") from error
    return dict(json.loads(notebook.cells.pop().outputs[0].text))


def _reason(error: Exception) -> str:
    if not isinstance(error, CellExecutionError):
        return ": the kernel ended by itself (is there enough memory?)"
    line = re.search(r"Cell In\[\d+\], (line \d+)", re.sub(r"\x1b\[[\d;]*m", "", error.traceback))
    said = shorten(": ".join([error.ename, *error.evalue.strip().splitlines()[:1]]), 200, placeholder=" …")
    return f", {line[1]}: {said}" if line else f": {said}"


def facts(corpus: Corpus, selection: Selection, kit_version: str) -> str:
    """Tell as JSON, heading to words, what a report says of itself: corpus, selection, denominators, versions."""
    whole, about = corpus.whole, corpus.about
    frames = whole.documents.select("document_id", "sha256"), whole.propositions, whole.codings, whole.silences
    digest = hashlib.sha256("".join(frame.write_json() for frame in frames).encode()).hexdigest()
    versions = [f"kit {kit_version}", f"Python {python_version()}", *(f"{one} {version(one)}" for one in _LIBRARIES)]
    told = {
        "Corpus": f"{about['title']}, version {about['version']}; codebook version {about['codebook_version']}",
        "Selection": _in_words(whole, selection),
        "Shown": Explorer(whole, selection, ["words"]).view.summary,
        "Coding": ". ".join(filter(None, [how_coded(whole), agreement_in_words(whole)])) or style.NOT_CODED,
        "Selection as code": repr(selection),
        "Selection as JSON": selection.to_json(),
        "Checksum": f"sha256 {digest}, over the documents' checksums, propositions, codings and silences",
        "Versions": ", ".join(versions),
    }
    return json.dumps(told)


def _in_words(corpus: Corpus, selection: Selection) -> str:
    parts = []
    for key, value in json.loads(selection.to_json()).items():
        if key in _NAMED:
            value = getattr(corpus, key).filter(pl.col(f"{key[:-1]}_id").is_in(value))[_NAMED[key]].to_list()
        words = ", ".join(value) if isinstance(value, list) else value
        parts.append(_SAID.get(key, key) + (f": {words}" if words is not True else ""))
    return " · ".join(parts) or "everything: nothing is filtered"


def _freeze(notebook: Notebook, tell: Tell) -> None:
    """Put what the panels show in the place of the panels; tell warnings, which name places of this machine."""
    states = notebook.metadata.pop("widgets", {}).get(_STATES, {}).get("state", {})
    numbers = count()
    for cell in (cell for cell in notebook.cells if cell.get("outputs")):
        before, cell.outputs = cell.outputs, []
        for output in before:
            if output.get("name") == "stderr":
                tell(f"  {output.text.strip()}")
                continue
            widget = output.get("data", {}).pop(_VIEW, {"model_id": ""})
            cell.outputs += [one for view in _views(states, widget["model_id"]) for one in _panel(view)] or [output]
        for data in (output.data for output in cell.outputs if "text/html" in output.get("data", {})):
            data["text/html"] = _counted_anew(data["text/html"], numbers)


def _counted_anew(html: str, numbers: Iterator[int]) -> str:
    ids = {one: f"gradient-{next(numbers)}" for one in dict.fromkeys(one for _, one in _GRADIENT.findall(html))}
    return _GRADIENT.sub(lambda found: found[1] + ids[found[2]], html)


def _views(states: Mapping[str, Any], model_id: str) -> Iterator[dict[str, Any]]:
    """Give the state of every `kit.view.View` in a widget, its frames decoded."""
    model = states.get(model_id.removeprefix("IPY_MODEL_"), {"state": {}})
    if "charts" in model["state"]:
        yield model["state"] | {one["path"][0]: json.loads(b64decode(one["data"])) for one in model["buffers"]}
    for child in model["state"].get("children", []):
        yield from _views(states, child)


def _panel(view: Mapping[str, Any]) -> Iterator[Notebook]:
    """Give what a view shows as outputs: the denominators, each chart and its table, the passages, the code."""
    said, code = _visible(view["summary"]), _visible(view["code"])
    yield _html(Markup('<p class="kit-summary">{}</p>').format(said), said)
    for name, chart in view["charts"].items():
        now = {"rows": {}, "params": {}, "table": []} | view[f"frame_{name}"]
        spec, words = chart["spec"], f"{chart['title']}: {said}"
        yield _html(Markup("<h3>{}</h3>").format(chart["title"]), chart["title"])
        params = [{**one, "value": now["params"].get(one["name"], one["value"])} for one in spec["params"]]
        shown = {**spec, "params": params, "datasets": {**spec["datasets"], **now["rows"]}, "description": words}
        data, metadata = chart_bundle(shown)
        yield nbformat.v4.new_output("display_data", data, metadata=metadata | {"image/png": {"alt": words}})
        yield _twin(chart["title"], now["table"], dict(chart["columns"]))
    box = Markup('<div class="kit-passages" tabindex="0" role="region" aria-label="Passages">{}</div>')
    foot = Markup("<p>In code: <code>{}</code></p>").format(code)
    yield _html(box.format(Markup(view["passages"])) + foot, code)


def _twin(title: str, rows: list[dict[str, Any]], columns: Mapping[str, str]) -> Notebook:
    frame = pl.DataFrame([{field: row.get(field) for field in columns} for row in rows[:_ROWS]], list(columns))
    words = f"Table of these marks ({f'{_ROWS} of ' if len(rows) > _ROWS else ''}{len(rows)}): {title}"
    listed = table(frame.rename(columns)).html
    return _html(Markup("<details><summary>{}</summary>{}</details>").format(words, listed), words)


def _html(html: Markup, sentence: str) -> Notebook:
    return nbformat.v4.new_output("display_data", Page(html, sentence)._repr_mimebundle_())


def _page(name: str, notebook: Notebook, told: Mapping[str, str]) -> str:
    """Give an executed notebook as one page of HTML that needs nothing else."""
    markdown, ids = mistune.create_markdown(escape=True, plugins=["table"]), map("part-{}".format, count(1))
    add_toc_hook(markdown, 1, 2, heading_id=lambda *_: next(ids))
    hidden = Markup('<details class="kit-code"><summary>Code</summary><pre>{}</pre></details>')
    parts, headings, code = list[Markup](), list[Any](), list[str]()
    for at, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            html, state = markdown.parse(cell.source)
            parts.append(Markup('<div class="kit-prose">{}</div>').format(Markup(html)))
            headings += state.env["toc_items"]
        code += [cell.source] * (cell.cell_type == "code")
        if cell.get("outputs") or (code and at == len(notebook.cells)):
            parts += [hidden.format(_visible("\n\n".join(code))), *map(_output, cell.get("outputs", []))]
            code.clear()
    title = [Markup(text).unescape() for level, _, text in headings if level == 1] or [name]
    contents = [*((at, Markup(text)) for level, at, text in headings if level == 2), ("made", "How this was made")]
    on_paper = f"@media print {{ body:not(#screen) {style.css().splitlines()[0]} }}\n"  # light, whatever the screen is
    sheet, run = style.sheet() + static("report.css") + on_paper, static("report.js")
    return Markup(static("report.html")).format(
        policy=f"script-src {_hash(run)}; style-src {_hash(sheet)}",
        title=f"{title[0]} · {_visible(told['Corpus'])}",
        sheet=Markup(sheet),
        first=parts[0],
        rest=Markup("\n").join(parts[1:]),
        contents=_each('<li><a href="#{}">{}</a></li>', contents),
        head=_each("<dt>{}</dt><dd>{}</dd>", [(key, _visible(told[key])) for key in _ON_TOP]),
        foot=_each("<dt>{}</dt><dd>{}</dd>", [(key, _visible(told[key])) for key in told if key not in _ON_TOP]),
        script=Markup(run),
    )


def _each(html: str, pairs: Sequence[tuple[str, str]]) -> Markup:
    return Markup("").join(Markup(html).format(*pair) for pair in pairs)


def _output(output: Notebook) -> Markup:
    """Give an output as HTML: what the kit made as it is, a picture, or the plain text of anything else."""
    data = output.get("data", {})
    html, plain = data.get("text/html", ""), data.get("text/plain") or output.get("text") or output.get("evalue", "")
    plain = _visible(plain)
    if _STYLE in html and "<svg" in html:  # a chart: of its HTML only the drawing
        drawing = _NAMELESS.sub("", html[html.index("<svg") : html.rindex("</svg>")] + "</svg>")
        figure = '<figure aria-label="{}"><div class="kit-drawn" tabindex="0" role="group">{}</div></figure>'
        return Markup(figure).format(plain, Markup(drawing))
    if _STYLE in html:
        return Markup(html.replace(_STYLE, ""))
    if "image/png" in data:
        return Markup('<img src="data:image/png;base64,{}" alt="{}">').format(data["image/png"].strip(), plain)
    return Markup("<pre>{}</pre>").format(plain)


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
