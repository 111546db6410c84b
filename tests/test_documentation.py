"""What is public is written down, and what is written down runs."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import kit

ROOT = Path(__file__).resolve().parent.parent
KIT = ROOT / "kit"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in KIT.rglob("*.py")
    if path.stem != "__main__"
)
PUBLIC = [name for name in kit.__all__ if not name.startswith("__")]


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("KIT_CORPUS", raising=False)


def _told() -> str:
    """Give README.md and every notebook's cells as one text."""
    cells = [
        cell
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    ]
    return (ROOT / "README.md").read_text("utf-8") + "\n".join("".join(cell["source"]) for cell in cells)


def _fenced(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def _documented() -> Iterator[tuple[str, ast.Module | ast.ClassDef | ast.FunctionDef]]:
    """Give every module, and every public class, function and method of it, with its name."""
    for module in MODULES:
        path = ROOT.joinpath(*module.split("."))
        tree = ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text("utf-8"))
        yield module, tree
        outer = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
        for node in outer:
            inner = (
                [part for part in node.body if isinstance(part, ast.FunctionDef)]
                if isinstance(node, ast.ClassDef)
                else []
            )
            for part in (node, *inner):
                if not part.name.startswith("_") and not node.name.startswith("_"):
                    yield f"{module}.{node.name}" + (f".{part.name}" if part is not node else ""), part


DOCUMENTED = dict(_documented())


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_public_has_a_docstring_that_begins_with_one_line(name: str) -> None:
    first, *rest = (ast.get_docstring(DOCUMENTED[name]) or "").split("\n")

    assert first.rstrip().endswith((".", "?")), f"{name}: {first!r}"
    assert not rest or rest[0] == "", f"{name}: the line after the first is not blank"


@pytest.mark.parametrize("name", [name for name in PUBLIC if callable(getattr(kit, name))])
def test_the_docstring_of_a_public_name_says_more_than_its_name_and_is_finished(name: str) -> None:
    told = getattr(kit, name).__doc__

    assert len(told.split()) > 10
    assert not re.search(r"\b(TODO|TBD|FIXME|XXX|lorem)\b", told)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_stands_in_the_readme_or_a_notebook(name: str) -> None:
    assert re.search(rf"\bkit\.{name}\b|`{name}`", _told())


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name: str) -> None:
    module: ModuleType = importlib.import_module(name)

    failed = doctest.testmod(
        module, extraglobs={"kit": kit}, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )

    assert failed.failed == 0


def test_there_are_examples_in_docstrings_to_run() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)

    assert sum(len(test.examples) for name in MODULES for test in finder.find(importlib.import_module(name))) > 0


def test_the_examples_of_the_readme_run() -> None:
    pieces, names = _fenced(ROOT / "README.md", "python"), {"__name__": "readme"}

    assert pieces
    for piece in pieces:
        exec(compile(piece, "README.md", "exec"), names)


def test_the_commands_of_the_readme_are_commands_that_there_are() -> None:
    from kit.__main__ import _parser

    commands = re.findall(r"python3 -m kit(?: ([a-z]+))?", (ROOT / "README.md").read_text("utf-8"))
    known = {action.dest: action.choices for action in _parser()._actions if action.choices}["command"]

    assert {"", "test"} <= set(commands)
    assert set(filter(None, commands)) <= set(known)


def test_every_file_that_the_readme_points_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", (ROOT / "README.md").read_text("utf-8"))

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_toml_of_the_corpus_readme_is_toml() -> None:
    pieces = _fenced(ROOT / "corpus" / "README.md", "toml")

    assert pieces
    assert all(tomllib.loads(piece) for piece in pieces)


def _rows() -> list[tuple[str, str]]:
    """Give the keys and the examples of the tables of corpus/README.md."""
    lines = (ROOT / "corpus" / "README.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [(row[0], row[2]) for row in rows if len(row) == 3 and row[0] != "key" and row[2]]


@pytest.mark.parametrize(("key", "example"), _rows())
def test_each_example_of_the_corpus_readme_can_be_written_in_a_record(key: str, example: str) -> None:
    values = re.findall(r"`([^`]+)`", example)

    assert values, "an example stands in backticks"
    for value in values:
        assert tomllib.loads(value if value.startswith('"The Chair"') else f"key = {value}"), (key, value)


def test_the_examples_of_the_corpus_readme_are_those_of_the_corpus(corpus: kit.Corpus) -> None:
    readme = (ROOT / "corpus" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `([0-9][\w-]+)` \| (\w+) \| (.*?) \| (.*?) \|$", readme, re.MULTILINE)

    assert {row[0]: (row[1], row[3]) for row in listed} == {
        row[0]: row[1:] for row in corpus.documents.select("document_id", "kind", "publisher").iter_rows()
    }
    named = re.findall(r'"((?:2016|2017|2018|2023)-[\w-]+#char=\d+,\d+)"', readme)
    assert set(named) <= set(corpus.passages["passage_id"])
    assert named


def test_the_smallest_corpus_of_the_corpus_readme_has_no_problem(tmp_path: Path) -> None:
    readme = (ROOT / "corpus" / "README.md").read_text("utf-8")
    files = re.findall(r"^`([\w/.-]+)`\n\n```\w+\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    for name, content in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content.encode())

    smallest = kit.load(tmp_path)

    assert len(files) == 5
    assert smallest.doubts.height == smallest.statements.height == 0
    quoted = smallest.passages.filter(form="quoted")
    assert quoted["speaker_id"].to_list() == ["nora-quill"]
    assert smallest.passages.filter(themes=["opening-hours"]).height > 0


def test_the_corpus_readme_says_of_each_key_whether_it_is_required() -> None:
    from kit import codebook, codings, corpus, documents, people

    readme = (ROOT / "corpus" / "README.md").read_text("utf-8")
    told = re.findall(r"\| key \| what it is \| example \|\n\|[-|]+\n((?:\|.*\n)+)", readme)
    known = [
        {**corpus._CORPUS, **corpus._EXAMPLES}, documents._DOCUMENT, people._SPEAKER, people._OFFICE, codebook._THEME,
        codebook._PROPOSITION, codebook._MARK, codings._CODER, codings._STATEMENT, codings._SILENCE,
        codings._DISAGREEMENT,
    ]  # fmt: skip

    for table, keys in zip(told, known, strict=True):
        rows = re.findall(r"^\| (.*?) \| (required|optional): ", table, re.MULTILINE)
        said = {key: word for cell, word in rows for key in re.findall(r"`\[?(\w+)\]?`", cell)}
        assert said == {name: "optional" if key.optional else "required" for name, key in keys.items()}
