"""Reports: notebooks executed where nobody looks on, each kept as an executed notebook and as one page of HTML.

In both, charts, passages and tables stand where a panel would need its kernel. The page opens from disk and asks
nothing of anybody; its charts are drawings, and its one script tells what the mouse rests on and opens its passages.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import unescape
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten
from typing import Any
from urllib.parse import quote

import mistune
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from markupsafe import Markup
from mistune.toc import add_toc_hook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kit import style
from kit.corpus import find, load
from kit.frozen import PLACE
from kit.reading import _visible
from kit.selection import Selection
from kit.view import static

Notebook = Any  # nbformat ships no types
Tell = Callable[[str], Any]
_VIEW = "application/vnd.jupyter.widget-view+json"
_STYLE = f"<style>{style.sheet()}</style>"  # all HTML that the kit makes carries it; a page needs it once
_TAG, _ARIA = re.compile(r"<\w[^>]*>"), re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_PLACED = re.compile(r'<article class="kit-passage" id="([^"]*)"[^>]*>')
_ANCHOR = r'<a class="kit-anchor" href="#\1" aria-label="Link to this passage">¶</a>'
_TITLE = re.compile("<title>(.*?)</title>", re.DOTALL)
_INJECTED = "injected-parameters"
_INJECT = "# Asked for on the command line; KIT_CORPUS names the folder of the corpus.\nimport kit"
_PROBE = "import kit.frozen\nprint(kit.frozen.told(corpus, selection, kit.__version__))"
_PROBING = "after its last cell, where `corpus` and `selection` are those of the cell tagged `parameters`"
_ON_TOP = ("Corpus", "Selection", "Shown", "Made on")  # of the facts


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
            _freeze(notebook, told["panels"], tell)
            page = _page(path.stem, notebook, told["facts"] | {"Made on": f"{made}, from {path.name}"})
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


def _execute(path: Path, notebook: Notebook, corpus: Path | None, tell: Tell) -> dict[str, Any]:
    """Execute every cell in a fresh kernel of this Python; give what it has `told` at the end."""
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
    unrecorded: Any = dict.fromkeys(("record_timing", "store_widget_state"), False)
    client = NotebookClient(notebook, kernel, on_cell_start=started, resources=where, **unrecorded)
    try:
        client.execute(cleanup_kc=True, env={**os.environ, **same}, stderr=subprocess.DEVNULL)
    except (CellExecutionError, RuntimeError, AssertionError) as error:
        if hasattr(client, "_async_cleanup_kernel_future"):  # nbclient has taken Ctrl-C, and ended the kernel only
            raise KeyboardInterrupt from error
        raise ReportError(f"{path.name}, {reached[-1]}{_reason(error)}") from error
    said = (output.text for output in notebook.cells.pop().outputs if output.get("name") == "stdout")
    return dict(json.loads("".join(said)))


def _reason(error: Exception) -> str:
    if not isinstance(error, CellExecutionError):
        return ": the kernel ended by itself (is there enough memory?)"
    line = re.search(r"Cell In\[\d+\], (line \d+)", re.sub(r"\x1b\[[\d;]*m", "", error.traceback))
    said = shorten(": ".join([error.ename, *error.evalue.strip().splitlines()[:1]]), 200, placeholder=" …")
    return f", {line[1]}: {said}" if line else f": {said}"


def _freeze(notebook: Notebook, panels: Mapping[str, list[Any]], tell: Tell) -> None:
    """Put what the panels show in the place of the panels; tell warnings, which name places of this machine."""
    taken = Counter[str]()
    for cell in (cell for cell in notebook.cells if cell.get("outputs")):
        before, cell.outputs = cell.outputs, []
        for output in before:
            if output.get("name") == "stderr":
                tell(f"  {output.text.strip()}")
                continue
            widget = output.get("data", {}).pop(_VIEW, {"model_id": ""})
            cell.outputs += map(nbformat.from_dict, panels.get(widget["model_id"]) or [output])
        _place([output.data for output in cell.outputs if "text/html" in output.get("data", {})], taken)


def _place(pages: Sequence[Any], taken: Counter[str]) -> None:
    """Give each passage of a cell an id that no other on the page has, and lead the links of the cell to it."""
    ids, placed = dict[str, str](), set[str]()

    def place(found: re.Match[str]) -> str:
        tag, passage = found.groups()
        if passage not in ids:
            name = "passage-" + quote(unescape(passage).replace("#", ":"), safe=":=,")
            taken[name] += 1
            ids[passage] = f"{name}~{taken[name]}" if taken[name] > 1 else name
        if tag == "a" or passage in placed:
            return f'<a href="#{ids[passage]}">' if tag == "a" else found[0]
        placed.add(passage)
        return f'<{tag} id="{ids[passage]}" data-passage="{passage}">'

    for data in pages:
        if 'class="kit-summary"' in data["text/html"]:  # a panel begins, which has its own copies
            ids.clear()
            placed.clear()
        data["text/html"] = PLACE.sub(place, data["text/html"])


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
            shown = Markup("\n").join(map(_output, cell.get("outputs", [])))
            parts.append(hidden.format(_visible("\n\n".join(code))))
            parts.append(Markup('<div class="kit-cell">{}</div>').format(shown))
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
        svg = html[html.index("<svg") : html.rindex("</svg>")] + "</svg>"
        drawing = _TAG.sub(lambda tag: _ARIA.sub("", tag[0]), svg).replace("<svg", '<svg aria-hidden="true"', 1)
        figure = '<figure><div class="kit-drawn" tabindex="0" role="img" aria-label="{}">{}</div>{}</figure>'
        tips = Markup("").join(Markup("<li>{}</li>").format(Markup(one)) for one in dict.fromkeys(_TITLE.findall(svg)))
        marks = Markup("<details><summary>In words, mark by mark</summary><ul>{}</ul></details>").format(tips)
        is_panel = "image/png" in output.metadata  # the table of its marks follows
        return Markup(figure).format(plain, Markup(drawing), "" if is_panel else marks)
    if _STYLE in html:
        return Markup(_PLACED.sub(rf"\g<0>{_ANCHOR}", html.replace(_STYLE, "")))
    if "image/png" in data:
        return Markup('<img src="data:image/png;base64,{}" alt="{}">').format(data["image/png"].strip(), plain)
    return Markup("<pre>{}</pre>").format(plain)


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
