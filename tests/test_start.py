"""From a bare Python to JupyterLab or the tests; and the command line and the door in front of it."""

from __future__ import annotations

import ast
import errno
import inspect
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import types
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import kit
from kit import _start
from kit.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
BARE = ("__init__.py", "__main__.py", "_start.py")


class Project:
    """A checkout in a folder of its own, where making an environment and installing are only written down."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.done: list[str] = []
        self.fails: dict[str, BaseException] = {}

    def run(self, command: list[str], what: str, seconds: int | None = None) -> None:
        self.done.append(what)
        if what in self.fails:
            raise self.fails[what]
        if "venv" in command:
            _start.PYTHON.parent.mkdir(parents=True)
            _start.PYTHON.touch()
            _packages(self.root / ".venv").mkdir(parents=True)

    @property
    def stamp(self) -> dict[str, str]:
        content: dict[str, str] = json.loads(_start.STAMP.read_text("utf-8"))
        return content


MAKING, INSTALLING = "making the environment", "installing the packages"
INSTALLED = [INSTALLING, "making the script that draws charts"]


def _packages(environment: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(_start, "PYTHON", tmp_path / _start.PYTHON.relative_to(_start.ROOT))
    monkeypatch.setattr(_start, "STAMP", tmp_path / _start.STAMP.relative_to(_start.ROOT))
    for name, value in (("ROOT", ""), ("VENV", ".venv"), ("LOG", ".setup.log")):
        monkeypatch.setattr(_start, name, tmp_path / value)
    made = Project(tmp_path)
    monkeypatch.setattr(_start, "_run", made.run)
    monkeypatch.setattr(_start, "has", lambda wanted: False)
    return made


def _program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


# the environment


def test_the_first_start_makes_an_environment_and_the_second_installs_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _start.environment()
    lines = capsys.readouterr().out.splitlines()
    second = _start.environment()

    assert first == second == str(_start.PYTHON)
    assert project.done == [MAKING, *INSTALLED]
    assert [line[:6] for line in lines] == ["1 of 3", "2 of 3"]


def test_the_environment_of_a_start_serves_as_the_base_of_that_of_the_tests(project: Project) -> None:
    _start.environment()
    _start.environment("test")
    _start.environment()

    assert project.done == [MAKING, *INSTALLED, *INSTALLED]
    assert set(project.stamp) == {"python", "start", "test"}


def test_pip_gets_every_requirement_and_the_constraints(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], what: str) -> None:
        commands.append(command)
        project.run(command, what)

    monkeypatch.setattr(_start, "_run", run)
    _start.environment("test")

    assert commands[1][0] == str(_start.PYTHON)
    assert commands[1][commands[1].index("--constraint") + 1] == str(project.root / "constraints.txt")
    assert commands[1][-len(_start.requirements("test")) :] == _start.requirements("test")
    assert "pytest" in " ".join(_start.requirements("test"))
    assert "pytest" not in " ".join(_start.requirements())


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_change_of_what_is_needed_brings_the_environment_up_to_date(project: Project, name: str) -> None:
    _start.environment()
    with (project.root / name).open("a") as file:
        file.write("# changed\n")

    _start.environment()

    assert project.done == [MAKING, *INSTALLED, *INSTALLED]


def test_another_python_gets_a_new_environment(project: Project) -> None:
    _start.environment()
    _start.STAMP.write_text(json.dumps({**project.stamp, "python": "3.0"}), "utf-8")

    _start.environment()

    assert project.done == [MAKING, *INSTALLED] * 2


@pytest.mark.parametrize("step", [MAKING, INSTALLING])
def test_an_environment_whose_making_was_interrupted_is_made_again(project: Project, step: str) -> None:
    project.fails = {step: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        _start.environment()
    project.fails, project.done = {}, []

    _start.environment()

    assert project.done == [MAKING, *INSTALLED]


def test_an_environment_whose_update_was_interrupted_is_made_again(project: Project) -> None:
    _start.environment()
    project.fails = {INSTALLING: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        _start.environment("test")
    project.fails, project.done = {}, []

    _start.environment()

    assert project.done == [MAKING, *INSTALLED]


def test_what_pip_cannot_add_leaves_the_environment_of_before_in_use(project: Project) -> None:
    _start.environment()
    project.fails = {INSTALLING: _start.SetUpError("no network")}
    with pytest.raises(_start.SetUpError, match="no network"):
        _start.environment("test")
    project.done = []

    _start.environment()

    assert project.done == []


def test_the_charts_script_is_made_and_kept_with_the_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(_start, "_run", lambda command, what: [commands.append(command), project.run(command, what)])
    _start.environment()

    subprocess.run([sys.executable, *commands[-1][1:]], cwd=ROOT, env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)})

    (kept,) = (tmp_path / "armed-policing-kit").iterdir()
    assert b"vega" in kept.read_bytes()


def test_without_the_charts_script_the_environment_is_complete_all_the_same(project: Project) -> None:
    project.fails = {INSTALLED[1]: _start.SetUpError("no bundler here")}

    assert _start.environment() == str(_start.PYTHON)
    assert "start" in project.stamp


def test_an_environment_that_the_kit_did_not_make_is_left_alone(project: Project) -> None:
    theirs = project.root / ".venv" / "theirs"
    theirs.parent.mkdir()
    theirs.touch()

    with pytest.raises(_start.SetUpError, match="was not made by the kit"):
        _start.environment()

    assert theirs.exists()
    assert project.done == []


def test_a_python_that_has_every_package_is_used_as_it_is(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_start, "has", lambda wanted: True)

    assert _start.environment("test") == sys.executable
    assert project.done == []
    assert not (project.root / ".venv").exists()


def test_our_own_unfinished_environment_is_not_believed_even_when_it_is_active(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.fails = {INSTALLING: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        _start.environment()
    project.fails, project.done = {}, []
    monkeypatch.setattr(_start, "has", lambda wanted: True)
    monkeypatch.setattr(sys, "prefix", str(project.root / ".venv"))

    _start.environment()

    assert project.done == [MAKING, *INSTALLED]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], True),
        (["pytest>=1.0"], True),
        (["pytest>=1.0", "polars>=9999.0"], False),
        (["no-such-package-of-ours>=1.0"], False),
    ],
)
def test_a_python_has_what_is_there_and_new_enough(wanted: list[str], expected: bool) -> None:
    assert _start.has(wanted) is expected


def test_the_environment_finds_the_checkout_beside_it_also_when_both_were_moved(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_start, "_run", lambda command, what: subprocess.run([*command, "--without-pip"], check=True))
    (project.root / "kit").mkdir()
    shutil.copy(ROOT / "kit" / "__init__.py", project.root / "kit")
    moved = project.root.with_name("moved")

    _start._make()
    project.root.rename(moved)
    ask = [str(moved / _start.PYTHON.relative_to(project.root)), "-I", "-c", "import kit; print(kit.__file__)"]
    answer = subprocess.run(ask, capture_output=True, text=True, cwd=moved.parent)

    assert answer.stdout.strip() == str(moved / "kit" / "__init__.py"), answer.stderr


# what stands in the way, in one line each


def test_no_space_is_said_before_anything_is_made(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: types.SimpleNamespace(free=3e8))

    with pytest.raises(_start.SetUpError, match=r"no space: 0\.3 GB are left in .*, and 1\.5 GB are needed"):
        _start.environment()

    assert not (project.root / ".venv").exists()


def test_no_write_permission_is_said_before_anything_is_made(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(_start.SetUpError, match="no permission to write in"):
        _start.environment()

    assert project.done == []


def test_a_disk_that_fills_on_the_way_gives_one_line(project: Project) -> None:
    project.fails = {MAKING: OSError(errno.ENOSPC, "No space left on device", "/full")}

    with pytest.raises(_start.SetUpError, match=r"^No space left on device: /full$"):
        _start.environment()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ensurepip is not available", "type: apt-get install python3-venv"),
        ("/usr/bin/python3: No module named venv", "type: apt-get install python3-venv"),
        ("WARNING: NewConnectionError(...)\nERROR: no matching distribution", "is there a network"),
        ("OSError: [Errno 28] No space left on device", "there is no space left"),
        ("ERROR: first\nERROR: the second\nhint: none", "making it failed: ERROR: the second "),
        ("some words\nthe last of them\n", "making it failed: the last of them "),
        ("", "making it failed: it said nothing "),
    ],
)
def test_a_step_that_fails_says_why_in_one_line_and_where_the_rest_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, expected: str
) -> None:
    monkeypatch.setattr(_start, "LOG", tmp_path / "log")

    with pytest.raises(_start.SetUpError) as raised:
        _start._run([sys.executable, "-S", "-c", f"print({said!r}); raise SystemExit(1)"], "making it")

    assert expected in str(raised.value)
    assert str(raised.value).endswith(f"(all it said: {tmp_path / 'log'})")
    assert "\n" not in str(raised.value)


def test_an_old_python_is_told_which_one_is_needed() -> None:
    pretend = "import sys; sys.version_info = (3, 8, 18, 'final', 0); from kit.__main__ import main; sys.exit(main([]))"

    answer = subprocess.run([sys.executable, "-S", "-c", pretend], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode == 1
    assert answer.stderr.startswith("kit: the kit needs Python 3.11 or newer")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("name", BARE)
def test_an_old_python_can_read_what_tells_it_so(name: str) -> None:
    ast.parse((ROOT / "kit" / name).read_text("utf-8"), feature_version=(3, 8))


# the port


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that a server of ours holds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_that_was_asked_for_is_refused(taken: int) -> None:
    with pytest.raises(_start.SetUpError, match=f"port {taken} is in use or not allowed: name another one with --port"):
        _start.free_port(taken)


def test_without_a_wish_the_next_free_port_is_taken_and_said(
    taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_start, "PORTS", range(taken, taken + 100))

    port = _start.free_port(None)

    assert port > taken
    assert f"port {taken} is in use: taking {port}" in capsys.readouterr().out


# Chromium


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH, on a machine with no browser anywhere, for a user who is not root."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("KIT_CHROMIUM", raising=False)
    monkeypatch.setattr(_start, "IS_ROOT", False)
    monkeypatch.setattr(_start, "LOG", tmp_path / "log")
    return folder


def test_the_chromium_that_was_named_comes_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(path / "chromium", "exit 0")
    named = _program(path / "mine", "exit 0")
    monkeypatch.setenv("KIT_CHROMIUM", str(named))

    assert _start.chromium("python") == str(named)


def test_a_named_chromium_that_does_not_run_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(path / "chromium", "exit 0")
    monkeypatch.setenv("KIT_CHROMIUM", str(path / "missing"))

    with pytest.raises(_start.SetUpError, match=r"KIT_CHROMIUM names .*missing, which does not run"):
        _start.chromium("python")


def test_a_chromium_on_the_path_that_does_not_run_is_passed_over(path: Path) -> None:
    _program(path / "chromium", "exit 127")
    works = _program(path / "google-chrome", "exit 0")

    assert _start.chromium("python") == str(works)


def test_an_installed_chromium_of_playwright_is_found(path: Path, tmp_path: Path) -> None:
    own = _program(tmp_path / "own", "exit 0")
    python = _program(tmp_path / "python", f"echo {own}")

    assert _start.chromium(str(python)) == str(own)


def test_playwright_installs_its_own_chromium_where_there_is_none(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    spare = _program(tmp_path / "spare", "exit 0")
    python = _program(tmp_path / "python", f'if [ "$2" = playwright ]; then /bin/cp {spare} {own}; else echo {own}; fi')

    assert _start.chromium(str(python)) == str(own)
    assert "Playwright installs its own" in capsys.readouterr().out


def test_root_on_debian_gets_the_package_and_is_told(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_start, "IS_ROOT", True)
    python = _program(tmp_path / "python", "exit 1")
    _program(path / "apt-get", f'[ "$1" = update ] || /bin/cp {_program(tmp_path / "own", "exit 0")} {path}/chromium')

    assert _start.chromium(str(python)) == str(path / "chromium")
    assert "apt-get installs the package chromium" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("debian", "remedy"), [(True, "type: sudo apt-get install chromium"), (False, "-m playwright install chromium")]
)
def test_where_no_chromium_can_be_had_the_command_to_type_is_named(
    path: Path, tmp_path: Path, debian: bool, remedy: str
) -> None:
    python = _program(tmp_path / "python", "exit 1")
    if debian:
        _program(path / "apt-get", f": > {tmp_path}/called")

    with pytest.raises(_start.SetUpError, match=remedy):
        _start.chromium(str(python))

    assert not (tmp_path / "called").exists()


# handing over


class Became(Exception):
    """Stands for the moment when the process would become another."""


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    seen: dict[str, object] = {}

    def become(command: list[str], **variables: str) -> None:
        seen.update(command=command, variables=variables)
        raise Became

    monkeypatch.setattr(_start, "become", become)
    monkeypatch.setattr(_start, "environment", lambda extra="", told=True: "/a/python")
    monkeypatch.setattr(_start, "chromium", lambda python: "/a/chromium")
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    return seen


@pytest.mark.parametrize("arguments", [["--no-browser"], ["start", "--no-browser"]])
def test_a_start_opens_the_first_notebook_and_prints_its_address(
    became: dict[str, object], capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(Became):
        main(arguments)

    command, variables = became["command"], became["variables"]
    assert isinstance(command, list)
    assert isinstance(variables, dict)
    assert command[:3] == ["/a/python", "-m", "jupyterlab"]
    assert "--no-browser" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command
    port = next(part for part in command if part.startswith("--ServerApp.port=")).split("=")[1]
    address = f"http://127.0.0.1:{port}/lab/tree/notebooks/00_start_here.ipynb?token={variables['JUPYTER_TOKEN']}"
    assert address in capsys.readouterr().out
    assert not any(variables["JUPYTER_TOKEN"] in part for part in command)


def test_a_start_without_arguments_opens_the_browser_too(became: dict[str, object]) -> None:
    with pytest.raises(Became):
        main([])

    assert "--no-browser" not in str(became["command"])


def test_the_tests_get_the_chromium_and_what_follows_goes_to_pytest(became: dict[str, object]) -> None:
    with pytest.raises(Became):
        main(["test", "-k", "word", "tests/test_start.py"])

    assert became["command"] == ["/a/python", "-m", "pytest", "-k", "word", "tests/test_start.py"]
    assert became["variables"] == {"KIT_CHROMIUM": "/a/chromium"}


def test_tests_without_a_browser_leave_the_marked_ones_out_and_say_so(
    became: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Became):
        main(["test", "--no-browser"])

    assert became["command"] == ["/a/python", "-m", "pytest", "-m", "not browser"]
    assert "the tests marked `browser` are left out" in capsys.readouterr().out


def test_whatever_the_kit_becomes_finds_the_package_and_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setattr(_start, "WINDOWS", False)
    monkeypatch.setattr(os, "execve", lambda program, command, variables: seen.update(variables))
    monkeypatch.setenv("PYTHONPATH", "/before")

    _start.become(["/a/python"], KIT_CHROMIUM="/a/chromium")

    assert seen["PYTHONPATH"] == os.pathsep.join([str(ROOT), "/before"])
    assert seen["KIT_CHROMIUM"] == "/a/chromium"
    settings = Path(seen["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0]) / "labconfig" / "default_setting_overrides.json"
    told = json.loads(settings.read_text("utf-8"))["@jupyterlab/apputils-extension:notification"]
    assert told == {"fetchNews": "false", "checkForUpdates": False}


# the command line


def test_what_is_not_understood_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--nobrowser"]) == 1
    assert capsys.readouterr().err == "kit: not understood: --nobrowser; see python3 -m kit --help\n"


def test_an_obstacle_is_one_line_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def obstacle(browser: bool, port: int | None) -> None:
        raise _start.SetUpError("there is a river")

    monkeypatch.setattr(_start, "start", obstacle)

    assert main([]) == 1
    assert capsys.readouterr().err == "kit: there is a river\n"


def test_an_interruption_is_one_line_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(browser: bool, port: int | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_start, "start", interrupted)

    assert main([]) == 130
    assert capsys.readouterr().err.startswith("\nkit: stopped; what was half made is not used")


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(_start.SetUpError, match=f"{port} is no port: a number from 1 to 65535"):
        _start.free_port(port)


def test_the_check_of_a_sound_corpus_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "corpus")]) == 0
    first, *doubts = capsys.readouterr().out.splitlines()
    assert first == f"no problems in 5 documents ({ROOT / 'corpus'})"
    assert len(doubts) == kit.load(ROOT / "corpus").doubts.height
    assert all(": not sure: " in doubt for doubt in doubts)


def test_a_check_where_nothing_had_to_be_installed_says_nothing_of_it(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    _start.environment()
    capsys.readouterr()

    _start.environment(told=False)

    assert capsys.readouterr().out == ""


def test_the_check_prints_every_problem_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    first, second = sorted((broken / "documents").glob("*.txt"))[:2]
    first.write_bytes(first.read_bytes() + b"more\n")
    second.unlink()

    assert main(["check", str(broken)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert any(first.stem in line for line in printed)
    assert any(second.stem in line for line in printed)
    assert not any("no problems" in line for line in printed)


def test_a_check_without_polars_goes_to_the_environment_that_has_it(
    became: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.__main__.find_spec", lambda name: None)

    with pytest.raises(Became):
        main(["check", "a folder"])

    assert became["command"] == ["/a/python", "-m", "kit", "check", "a folder"]


# the door


@pytest.mark.parametrize("command", [["-c", "import kit; dir(kit)"], ["-m", "kit", "--help"]])
def test_the_door_imports_nothing_outside_the_standard_library(command: list[str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", *command], cwd=ROOT, capture_output=True, text=True
    )

    imported = {line.split("|")[-1].strip().split(".")[0] for line in answer.stderr.splitlines()[1:]}
    assert answer.returncode == 0, answer.stderr
    assert "kit" in imported
    assert imported - {"kit"} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", sorted(kit._HOMES))
def test_a_public_name_is_the_same_thing_the_second_time(name: str) -> None:
    first = getattr(kit, name)
    import_module(f"kit.{kit._HOMES[name]}")

    assert getattr(kit, name) is first
    assert not inspect.ismodule(first)
    assert not (ROOT / "kit" / name).exists()
    assert not (ROOT / "kit" / f"{name}.py").exists()


def test_a_name_that_the_kit_has_not_is_refused_with_those_it_has() -> None:
    with pytest.raises(AttributeError, match=r"module 'kit' has no attribute 'lode'; it has .*load"):
        kit.lode  # noqa: B018  the access is what is tested


def test_the_door_shows_its_public_names_only() -> None:
    assert dir(kit) == sorted([*kit._HOMES, "__version__"])
