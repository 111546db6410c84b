"""From a bare Python to JupyterLab or to the tests: an environment beside the project, made once and kept.

Standard library only, and written so that Python 3.8 can read it: an old one must be able to say that it is too old.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Iterator, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV, LOG = ROOT / ".venv", ROOT / ".setup.log"
STAMP = VENV / "kit-stamp.json"  # there: we made this environment; empty: it is not finished, and never to be used
NOTEBOOK = "notebooks/00_start_here.ipynb"
SPACE = 1.5e9  # bytes: the environment with the tests' packages, and what pip unpacks on the way
WINDOWS = os.name == "nt"
PORTS = range(8888, 8988)
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
CAUSES = {
    "No space left": f"there is no space left: {SPACE / 1e9:.1f} GB are needed in {ROOT} and in the temporary folder",
    "ensurepip|No module named venv": "this Python has no venv module; on Debian type: apt-get install python3-venv",
    "NewConnectionError|NameResolutionError": "the package index cannot be reached: is there a network?",
}


class SetUpError(Exception):
    """What stands in the way, and the remedy, in one line."""


def is_checkout() -> bool:
    """Tell whether this package lies in a checkout of the project, not among installed packages."""
    return (ROOT / "pyproject.toml").is_file() and (ROOT / "constraints.txt").is_file()


def start(browser: bool = True, port: int | None = None) -> NoReturn:
    """Become JupyterLab on the first notebook, in an environment that has what it needs."""
    number, token = free_port(port), os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(16)
    python, variables = environment(), {"JUPYTER_TOKEN": token}
    if corpus := os.environ.get("KIT_CORPUS"):
        variables["KIT_CORPUS"] = os.path.abspath(corpus)  # a kernel runs in another folder
    print("3 of 3  starting JupyterLab; Ctrl-C twice ends it. Its address:")
    print(f"        http://127.0.0.1:{number}/lab/tree/{NOTEBOOK}?token={token}")
    settings = ["ServerApp.ip=127.0.0.1", f"ServerApp.port={number}", "ServerApp.port_retries=0"]
    settings += [f"ServerApp.root_dir={ROOT}", f"LabApp.default_url=/lab/tree/{NOTEBOOK}"]
    settings += ["ServerApp.log_level=ERROR", "LabApp.log_level=ERROR"]
    flags = ([] if browser else ["--no-browser"]) + (["--allow-root"] if IS_ROOT else [])
    become([python, "-m", "jupyterlab", *flags, *(f"--{setting}" for setting in settings)], **variables)


def test(browser: bool, arguments: list[str]) -> NoReturn:
    """Become pytest on all tests; without a browser, on all but those marked `browser`."""
    python, found = environment("test"), {}
    if browser:
        print("3 of 3  finding a Chromium for the tests in the browser", flush=True)
        found = {"KIT_CHROMIUM": chromium(python)}
        print(f"        {found['KIT_CHROMIUM']}")
    else:
        print("3 of 3  --no-browser: the tests marked `browser` are left out")
        arguments = ["-m", "not browser", *arguments]
    os.chdir(ROOT)
    become([python, "-m", "pytest", *arguments], **found)


def become(command: list[str], **variables: str) -> NoReturn:
    """Hand this process over to a command that finds this checkout's package and settings, wherever it works."""
    sys.stdout.flush()
    for name, folder in (("PYTHONPATH", ROOT), ("JUPYTER_CONFIG_PATH", ROOT / ".jupyter")):
        variables[name] = os.pathsep.join([str(folder), *filter(None, [os.environ.get(name)])])
    variables = {**os.environ, **variables}
    if WINDOWS:  # there exec leaves the console to a process that nobody waits for
        sys.exit(subprocess.run(command, env=variables).returncode)
    os.execve(command[0], command, variables)


def requirements(extra: str = "") -> list[str]:
    """Give what pyproject.toml asks for, each as `name>=version`, with those of one extra."""
    import tomllib  # new in Python 3.11

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else [])]


def has(wanted: list[str]) -> bool:
    """Tell whether the running Python has every package of `wanted`, new enough."""
    with suppress(metadata.PackageNotFoundError):
        pairs = [requirement.split(">=") for requirement in wanted]
        return all(_numbers(metadata.version(name)) >= _numbers(lowest) for name, lowest in pairs)
    return False


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def environment(extra: str = "", told: bool = True) -> str:
    """Give a Python that has every package: the running one, else that of `.venv`, which is made or brought up to date.

    Nothing is ever installed into an environment that is not ours.
    """
    wanted, key, version = requirements(extra), extra or "start", "{}.{}".format(*sys.version_info)
    files = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    digest = hashlib.sha256(b"\0".join([*files, version.encode()])).hexdigest()
    stamp = json.loads(STAMP.read_text("utf-8") or "{}") if STAMP.exists() else {}
    sound = PYTHON.exists() and stamp.get("python") == version
    ours = STAMP.exists() and Path(sys.prefix).resolve() == VENV  # which only its stamp can call complete
    itself = has(wanted) and not ours
    python = sys.executable if itself else str(PYTHON)
    if itself or (sound and stamp.get(key) == digest):
        if told:
            print(f"1 of 3  {python} has every package\n2 of 3  nothing to install")
        return python
    try:
        print(f"1 of 3  {'updating' if sound else 'making'} the environment in {VENV}", flush=True)
        if not sound:
            _make()
        print(f"2 of 3  installing {len(wanted)} packages and what they need, in about a minute", flush=True)
        _install(wanted, stamp if sound else {})
        STAMP.write_text(json.dumps({"python": version, "start": digest, key: digest}), "utf-8")
        with suppress(SetUpError):  # else the first panel makes it, in a second
            _run([python, "-c", "from kit.view import script; script()"], "making the script that draws charts")
    except OSError as error:
        raise SetUpError(f"{error.strerror}: {error.filename}") from error
    return python


def _make() -> None:
    if VENV.exists() and not STAMP.exists() and any(VENV.iterdir()):
        raise SetUpError(f"{VENV} was not made by the kit: activate it if it has the packages, else move it away")
    if not os.access(ROOT, os.W_OK):
        raise SetUpError(f"no permission to write in {ROOT}: clone the project to where you may write")
    free = shutil.disk_usage(ROOT).free
    if free < SPACE:
        raise SetUpError(f"no space: {free / 1e9:.1f} GB are left in {ROOT}, and {SPACE / 1e9:.1f} GB are needed")
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    STAMP.touch()
    # The Python behind an active environment: that one may be the very environment that was just removed.
    base = getattr(sys, "_base_executable", None) or sys.executable
    _run([base, "-m", "venv", str(VENV)], "making the environment")
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    (packages / "armed-policing-kit.pth").write_text(os.path.relpath(ROOT, packages) + "\n", "utf-8")


def _install(wanted: list[str], stamp: dict[str, str]) -> None:
    STAMP.write_text("", "utf-8")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    try:
        _run([*pip, "--constraint", str(ROOT / "constraints.txt"), *wanted], "installing the packages")
    except SetUpError:
        STAMP.write_text(json.dumps(stamp), "utf-8")  # pip has put back what it changed: what worked before still does
        raise


def chromium(python: str) -> str:
    """Give the path of a Chromium that runs: one that is there, Playwright's own, or the distribution's package."""
    chosen = os.environ.get("KIT_CHROMIUM")
    for found in filter(None, map(_running, [chosen] if chosen else _chromiums(python))):
        return found
    if chosen:
        raise SetUpError(f"KIT_CHROMIUM names {chosen}, which does not run")
    remedy = "sudo apt-get install chromium" if shutil.which("apt-get") else f"{python} -m playwright install chromium"
    raise SetUpError(f"no Chromium for the tests in the browser; type: {remedy} (--no-browser leaves them out)")


def _chromiums(python: str) -> Iterator[str]:
    """Name one Chromium after the other, each installed, if it must be, when those before it do not run."""
    yield from ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    yield (own := subprocess.run([python, "-c", ask], capture_output=True, text=True).stdout.strip())
    print("        Playwright installs its own", flush=True)
    fruitless = suppress(OSError, SetUpError, subprocess.TimeoutExpired)  # the browser itself tells whether it worked
    with fruitless:
        _run([python, "-m", "playwright", "install", "chromium"], "installing a Chromium", 300)
    yield own
    if IS_ROOT and shutil.which("apt-get"):
        print("        that failed; apt-get installs the package chromium", flush=True)
        packages = "apt-get update; apt-get install --yes --no-install-recommends chromium"
        with fruitless:
            _run(["/bin/sh", "-c", packages], "installing a Chromium", 1200)
        yield "chromium"


def _running(program: str) -> str:
    path = shutil.which(program) or ""
    with suppress(OSError, subprocess.TimeoutExpired):  # on Windows a browser opens a window instead of an answer
        if WINDOWS or not subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode:
            return path
    return ""


def free_port(wanted: int | None) -> int:
    """Give `wanted` if it is free; when none is wanted, the first free one from 8888 on, saying so if it is another."""
    if wanted is not None and not 0 < wanted < 65536:
        raise SetUpError(f"{wanted} is no port: a number from 1 to 65535")
    for number in [wanted] if wanted else PORTS:
        with suppress(OSError):
            socket.create_server(("127.0.0.1", number)).close()
            if number != (wanted or PORTS[0]):
                print(f"        port {PORTS[0]} is in use: taking {number}")
            return number
    raise SetUpError(f"port {wanted or PORTS[0]} is in use or not allowed: name another one with --port")


def _run(command: list[str], what: str, seconds: int | None = None) -> None:
    with LOG.open("wb") as log:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=seconds).returncode
    if code:
        said = LOG.read_text("utf-8", "replace").strip() or "it said nothing"
        last = [line for line in said.splitlines() if line.upper().startswith("ERROR")] or said.splitlines()
        causes = [cause for sign, cause in CAUSES.items() if re.search(sign, said)]
        raise SetUpError(f"{what} failed: {(causes or last[-1:])[0].strip()} (all it said: {LOG})")
