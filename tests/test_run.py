"""`python3 -m kit run`: what its arguments mean, what it says of wrong ones, and that it runs once installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest

import kit
from kit import _start
from kit.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
SECOND = ROOT / "tests" / "second_corpus"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Give what the reports were asked for, none of which is made."""
    calls: list[Any] = []
    monkeypatch.setattr("kit.reports.write_reports", lambda *given: calls.append(given) or 0)
    yield calls
    assert len(calls) <= 1


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_more_all_notebooks_are_run_in_their_order_as_they_are(asked: list[Any]) -> None:
    assert main(["run", "--output", "out"]) == 0

    paths, output, corpus, selection, made, _ = asked[0]
    assert paths == sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert (output, corpus, selection, made) == (Path("out"), None, None, date.today())


def test_what_is_asked_for_becomes_a_selection(asked: list[Any]) -> None:
    chosen = ["--speakers", "a", "b", "--themes", "money", "--speakers", "c", "--since", "2019-01-01"]
    more = ["--until", "2020-12-31", "--search", "a fare", "--first-hand", "--corpus", "corpus", "--date", "2026-01-31"]

    main(["run", "02_positions", "own.ipynb", "--output", "out", *chosen, *more])

    paths, _, corpus, selection, made, _ = asked[0]
    assert paths == [ROOT / "notebooks" / "02_positions.ipynb", Path("own.ipynb")]
    assert (corpus, made) == (Path("corpus"), date(2026, 1, 31))
    assert selection == kit.Selection(
        speakers=["a", "b", "c"],
        themes=["money"],
        since="2019-01-01",
        until="2020-12-31",
        text="a fare",
        first_hand=True,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "2016"], "since: '2016' is not a day; write it as 2016-09-14"),
        (["--since", "2017-01-01", "--until", "2016-01-01"], "since: 2017-01-01 is later than until: 2016-01-01"),
        (["--date", "soon"], "--date: 'soon' is no day; write it as 2026-01-31"),
        (["--speakers", "ama-ose"], "speakers: 'ama-ose' is not in this corpus; did you mean 'ama-osei'?"),
        (["--themes", "zzz"], "themes: 'zzz' is not in this corpus; the corpus has "),
        (["lost.ipynb"], "lost.ipynb: cannot be read: No such file or directory"),
        (["--corpus", "nowhere"], "nowhere: is not a folder that can be read. Name the folder that holds corpus.toml"),
        (["--corpus", str(ROOT / "tests")], f"problems: python3 -m kit check {ROOT / 'tests'})"),
        (["--colour"], "not understood: --colour; see python3 -m kit --help"),
    ],
)
def test_a_wrong_argument_is_one_line_and_nothing_is_written(
    arguments: list[str], said: str, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "--output", "out", "--corpus", str(SECOND), *arguments])

    error = capsys.readouterr().err
    assert code == 1
    assert error.startswith("kit: ")
    assert said in error
    assert error.count("\n") == 1
    assert not (elsewhere / "out").exists()


def test_without_an_output_the_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run"])

    assert ended.value.code == 2
    assert "the following arguments are required: --output" in capsys.readouterr().err


def test_a_failed_notebook_makes_the_command_fail(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.reports.write_reports", lambda *given: 3)

    assert main(["run", "--output", "out"]) == 1


def test_where_what_executes_notebooks_is_missing_the_environment_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr("kit.__main__.find_spec", lambda name: None if name == "nbclient" else object())
    monkeypatch.setattr(_start, "environment", lambda told: "/a/python")
    monkeypatch.setattr(_start, "become", lambda command: became.append(command) or sys.exit(0))

    with pytest.raises(SystemExit):
        main(["run", "--output", "out"])

    assert became == [["/a/python", "-m", "kit", "run", "--output", "out"]]


def test_where_the_installed_package_lacks_what_executes_notebooks_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kit.__main__.find_spec", lambda name: None if name == "nbclient" else object())
    monkeypatch.setattr(_start, "is_checkout", lambda: False)

    assert main(["run", "--output", "out"]) == 1
    assert capsys.readouterr().err == "kit: run needs the package nbclient: install it\n"


def test_the_installed_package_runs_a_notebook_given_by_its_path(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    assert subprocess.run(build, cwd=ROOT, capture_output=True).returncode == 0
    (wheel,) = tmp_path.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", "installed"]
    assert subprocess.run([*pip, str(wheel)], cwd=tmp_path, capture_output=True).returncode == 0
    code = ["import kit", "corpus = kit.load()\nselection = kit.Selection()", "kit.passages(corpus, most=1)"]
    cells = [nbformat.v4.new_markdown_cell("# Own"), *map(nbformat.v4.new_code_cell, code)]
    cells[2].metadata.tags = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "own.ipynb")
    variables = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    variables["PYTHONPATH"] = str(tmp_path / "installed")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kit", "run", *arguments, "--output", "out"]
        return subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True)

    none, own = run(), run("own.ipynb", "--first-hand")

    assert (none.returncode, none.stderr) == (1, "kit: an installed package has no notebooks: give paths\n")
    assert own.returncode == 0, own.stderr
    assert own.stderr.splitlines()[0] == "kit: 1 of 1  own.ipynb"
    assert own.stderr.splitlines()[-1] == f"kit:   written: {Path('out', 'own')}.html and .ipynb"
    page = (tmp_path / "out" / "own.html").read_text(encoding="utf-8")
    assert kit.load(ROOT / "corpus").about["title"] in page
    assert "own transcript, speech or release only" in page
