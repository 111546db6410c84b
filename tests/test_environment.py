"""What has to be installed is said in three places, for three tools: they say the same."""

from __future__ import annotations

import os
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kit

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
EVERYTHING = [*PROJECT["dependencies"], *(needed for extra in EXTRAS.values() for needed in extra)]
CONSTRAINTS = (ROOT / "constraints.txt").read_text("utf-8").splitlines()


def _pinned() -> dict[str, list[Requirement]]:
    pinned: dict[str, list[Requirement]] = {}
    for line in CONSTRAINTS:
        requirement = Requirement(line)
        pinned.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pinned


def test_the_conda_environment_names_what_pyproject_names() -> None:
    lines = (ROOT / "environment.yml").read_text("utf-8").splitlines()

    listed = [line.removeprefix("  - ") for line in lines if line.startswith("  - ")]

    assert set(listed) >= set(PROJECT["dependencies"])
    assert sorted(set(listed) - set(PROJECT["dependencies"]))[:2] == ["conda-forge", "pip"]
    assert len(listed) == len(PROJECT["dependencies"]) + 4  # conda-forge, python, pip and what pip installs
    assert lines[-2:] == ["  - pip:", "      - -e ."]


def test_the_conda_environment_names_a_python_that_we_support() -> None:
    text = (ROOT / "environment.yml").read_text("utf-8")

    # One `=` and two numbers: some services read Python's version only from this form.
    minor = re.search(r"^  - python=3\.(\d+)$", text, re.MULTILINE)

    assert minor is not None
    assert PROJECT["requires-python"] == ">=3.11"
    assert int(minor[1]) >= 11


@pytest.mark.parametrize("requirement", EVERYTHING)
def test_every_requirement_has_the_form_that_the_set_up_reads(requirement: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*>=\d+(\.\d+)*", requirement)


def test_every_requirement_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")

    for requirement in EVERYTHING:
        assert re.search(rf'^    "{re.escape(requirement)}", +# \w.+$', text, re.MULTILINE), requirement


@pytest.mark.parametrize("line", CONSTRAINTS)
def test_a_constraint_is_a_name_and_a_version_and_no_address(line: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [a-z_]+ .+)?", line)
    assert "://" not in line


@pytest.mark.parametrize("requirement", EVERYTHING)
def test_the_constraints_pin_every_requirement_at_a_version_that_it_allows(requirement: str) -> None:
    asked = Requirement(requirement)

    pins = _pinned()[canonicalize_name(asked.name)]

    assert all(next(iter(pin.specifier)).version in asked.specifier for pin in pins)


def test_the_constraints_cover_what_the_requirements_need_in_turn() -> None:
    pinned, seen = _pinned(), set[str]()
    waiting = [Requirement(line) for line in [*PROJECT["dependencies"], *EXTRAS["test"]]]

    while waiting:
        needed = waiting.pop()
        extras = needed.extras or {""}
        key = f"{canonicalize_name(needed.name)}{sorted(extras)}"
        if key in seen:
            continue
        seen.add(key)
        further = [Requirement(line) for line in metadata.requires(needed.name) or []]
        waiting += [
            one for one in further if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras)
        ]

    names = {key.split("[")[0] for key in seen}
    assert len(names) > len(EXTRAS["test"]) + len(PROJECT["dependencies"])
    assert names <= pinned.keys()


def test_the_citation_names_the_version_and_the_licence_of_the_package() -> None:
    citation = (ROOT / "CITATION.cff").read_text("utf-8")

    assert f"\nversion: {kit.__version__}\n" in citation
    assert f"\nlicense: {PROJECT['license']}\n" in citation
    assert "\n  - name: the armed-policing-kit contributors\n" in citation


def test_ci_runs_the_second_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"

    commands = [line for line in script.read_text("utf-8").splitlines() if line and not line.startswith("#")]

    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "python3 -m kit test"]
    assert os.access(script, os.X_OK)
    assert "\npython3 -m kit test\n" in (ROOT / "README.md").read_text("utf-8")
