"""The notebooks: their form, and that they run from a fresh kernel, on the corpus and on one of another subject."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import kit

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECOND = ROOT / "tests" / "second_corpus"
every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
FORBIDDEN = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.Lambda, ast.ListComp, ast.If)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def cells(path: Path, kind: str) -> list[str]:
    return [cell.source for cell in read(path).cells if cell.cell_type == kind]


def test_the_notebooks_of_the_reading_order_are_there() -> None:
    names = {path.stem for path in PATHS}

    assert names == {
        "00_start_here",
        "01_documents",
        "02_positions",
        "03_over_time",
        "04_compare",
        "06_check_the_coding",
    }


@every_notebook
def test_a_notebook_is_valid_and_holds_no_output(path: Path) -> None:
    notebook = read(path)

    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []


@every_notebook
def test_a_notebook_opens_with_a_title_an_import_and_its_parameters(path: Path) -> None:
    first, imports, parameters = read(path).cells[:3]

    assert first.source.startswith("# ")
    assert imports.source.splitlines() == ["import kit"]
    assert parameters.metadata.tags == ["parameters"]
    assert parameters.source.splitlines() == ["corpus = kit.load()", "selection = kit.Selection()"]


@every_notebook
def test_a_notebook_ends_with_what_it_does_not_show_and_what_comes_next(path: Path) -> None:
    prose = "\n".join(cells(path, "markdown"))

    assert prose.index("## What this does not show") < prose.index("## Next")
    assert "*Try:*" in prose or "**Try:**" in prose


@every_notebook
def test_a_code_cell_is_short_and_holds_no_logic(path: Path) -> None:
    for source in cells(path, "code"):
        tree = ast.parse(source)  # a magic or a shell command does not parse

        assert len(source.splitlines()) <= 10
        assert [node for node in ast.walk(tree) if isinstance(node, FORBIDDEN)] == []


@every_notebook
def test_a_code_cell_names_nothing_of_the_subject(path: Path, corpus: kit.Corpus) -> None:
    ids = {
        *corpus.documents["document_id"], *corpus.speakers["speaker_id"],
        *corpus.themes["theme_id"], *corpus.propositions["proposition_id"],
    }  # fmt: skip
    texts = [node.value for source in cells(path, "code") for node in ast.walk(ast.parse(source))
             if isinstance(node, ast.Constant)]  # fmt: skip

    assert ids.intersection(text for text in texts if isinstance(text, str)) == set()


def run(path: Path, tmp_path: Path, corpus: Path | None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("KIT_CORPUS", str(corpus)) if corpus else monkeypatch.delenv("KIT_CORPUS", raising=False)
    notebook = read(path)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    return notebook


def hidden_errors(notebook: Any) -> list[Any]:
    """Find errors that an `Output` widget swallowed, and notices that a panel shows."""
    states = notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    outputs = [output for one in states.values() for output in one["state"].get("outputs", [])]
    notices = [one["state"]["notice"] for one in states.values() if one["state"].get("notice")]
    return [output for output in outputs if output["output_type"] == "error"] + notices


def output_of(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.mark.parametrize("where", [None, SECOND], ids=["corpus", "second corpus"])
@every_notebook
def test_a_notebook_runs_from_a_fresh_kernel(
    path: Path, where: Path | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = run(path, tmp_path, where, monkeypatch)

    shown = output_of(notebook)
    assert hidden_errors(notebook) == []
    assert [output for output in shown if output.output_type in ("error", "stream")] == []
    last = [cell for cell in notebook.cells if cell.cell_type == "code"][2:]
    assert [cell.source for cell in last if not cell.outputs and not cell.source.startswith("chosen =")] == []


@every_notebook
def test_an_executed_notebook_shows_pictures_where_widgets_do_not_live_and_carries_no_script(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = run(path, tmp_path, None, monkeypatch)

    view = "application/vnd.jupyter.widget-view+json"
    widgets = [output.data for output in output_of(notebook) if view in output.get("data", {})]
    assert [data for data in widgets if "image/png" not in data or not data["text/plain"].strip()] == []
    assert "vegaEmbed" not in nbformat.writes(notebook)
