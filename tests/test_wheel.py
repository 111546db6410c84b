"""The package as others install it: built, installed elsewhere, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _done(command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, **more)  # type: ignore[call-overload, no-any-return]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = _done([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("armed_policing_kit-*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A Python that finds the installed package before the checkout's, working in a folder of its own."""
    target, elsewhere = tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("elsewhere")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    installed = _done([*pip, str(wheel)], cwd=elsewhere)
    assert installed.returncode == 0, installed.stderr
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    surroundings["PYTHONPATH"] = str(target)
    return lambda *arguments: _done([sys.executable, *arguments], cwd=elsewhere, env=surroundings)


def test_the_wheel_carries_every_file_of_the_package_and_of_the_corpus(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    code = [path for path in (ROOT / "kit").rglob("*") if path.suffix in {".py", ".js", ".css", ".html", ".toml"}]
    corpus = [path for path in (ROOT / "corpus").rglob("*") if path.is_file()]

    assert {path.relative_to(ROOT).as_posix() for path in code} <= names
    assert {f"kit/_corpus/{path.relative_to(ROOT / 'corpus').as_posix()}" for path in corpus} <= names
    assert not [name for name in names if name.startswith(("tests/", "corpus/", "notebooks/"))]


def test_the_installed_package_loads_the_corpus_that_it_carries(python: Run) -> None:
    asked = "import kit; print(kit.__file__); print(kit.load().documents.height)"

    answer = python("-c", asked)

    assert answer.returncode == 0, answer.stderr
    file, documents = answer.stdout.splitlines()
    assert not Path(file).is_relative_to(ROOT)
    assert documents == str(len(list((ROOT / "corpus" / "documents").glob("*.txt"))))


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_the_installed_command_prints_help_and_what_needs_a_checkout(python: Run, arguments: tuple[str, ...]) -> None:
    answer = python("-m", "kit", *arguments)

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("usage: python3 -m kit")
    assert "start and test need a checkout" in " ".join(answer.stdout.split())


@pytest.mark.parametrize("command", ["start", "test"])
def test_the_installed_command_refuses_what_needs_a_checkout_in_one_line(python: Run, command: str) -> None:
    answer = python("-m", "kit", command)

    assert answer.returncode == 1
    assert answer.stderr.startswith("kit: start and test need a checkout")
    assert answer.stderr.count("\n") == 1


def test_the_installed_command_checks_the_corpus_that_it_carries(python: Run) -> None:
    answer = python("-m", "kit", "check")

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.startswith("no problems in 5 documents (")
    assert "_corpus" in answer.stdout
