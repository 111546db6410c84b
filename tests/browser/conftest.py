"""A real JupyterLab and a real Chromium for the tests of this folder: one of each a session, shared by all.

`book` is the hand that opens notebooks: `book.open(name)` or `book.write(*cells)`, `book.run()`, `book.drawn()`.
Whatever would leave the loopback is blocked and recorded (`book.outside`); the console's errors are recorded as well
(`book.errors`). A test fails when either holds anything at its end.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Containers run Chromium as root, which needs --no-sandbox; the pages it opens are our own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
MINUTE = 60_000
RAISED = """() => globalThis.jupyterapp.shell.currentWidget.content.widgets
  .flatMap((cell) => cell.model.outputs?.toJSON() ?? [])
  .filter((output) => output.output_type === "error").map((output) => `${output.ename}: ${output.evalue}`)"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and run them last: Playwright keeps an event loop for the rest of the session."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: HERE in item.path.parents)


@dataclass
class Lab:
    """A running JupyterLab: its address, its token, and the folder that it serves."""

    url: str
    token: str
    folder: Path

    def api(self, path: str, method: str = "GET") -> Any:
        """Ask the server's REST interface; gives the decoded answer."""
        request = urllib.request.Request(f"{self.url}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def end_kernels(self) -> None:
        """Shut down every kernel, so that no test pays for another's."""
        for session in self.api("sessions"):
            self.api(f"sessions/{session['id']}", "DELETE")


def wait_until(true: Callable[[], Any], seconds: float, what: str) -> Any:
    """Give the first true answer; fail with `what` when none comes in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := true():
            return answer
        time.sleep(0.1)
    pytest.fail(f"{what} did not happen within {seconds:.0f} s")


def free_port() -> int:
    """Find a port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium_path(playwright: Playwright) -> str:
    """Find a Chromium: KIT_CHROMIUM, the PATH, or the one that Playwright installed; fail in words where none is."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    given = os.environ.get("KIT_CHROMIUM")
    if given:
        if not Path(given).is_file():
            pytest.fail(f"KIT_CHROMIUM names {given}, which is no file")
        return given
    for path in (*map(shutil.which, names), "/usr/bin/chromium", playwright.chromium.executable_path):
        if path and Path(path).is_file():
            return path
    pytest.fail("no Chromium found: set KIT_CHROMIUM to one, or type: python -m playwright install chromium")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start JupyterLab on a copy of the notebooks, with settings, caches and kernels of its own."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    if (ROOT / "notebooks").is_dir():
        shutil.copytree(ROOT / "notebooks", folder)
    folder.mkdir(exist_ok=True)
    for plugin, settings in {
        "notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
        "themes": {"theme": "JupyterLab Light"},
    }.items():
        path = home / f"settings/@jupyterlab/apputils-extension/{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "XDG_CACHE_HOME": "cache",
    }
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, **{key: str(home / name) for key, name in own.items()}, "PYTHONPATH": paths}
    port, token = free_port(), secrets.token_hex(16)
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{key}={value}" for key, value in options.items())]
    log = home / "lab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    lab = Lab(f"http://127.0.0.1:{port}", token, folder)

    def answers() -> bool:
        if server.poll() is not None:
            pytest.fail(f"JupyterLab ended at once:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
        try:
            return lab.api("status") is not None
        except (urllib.error.URLError, OSError):
            return False

    try:
        wait_until(answers, 90, "the start of JupyterLab")
        yield lab
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.fixture(scope="session")
def context() -> Iterator[BrowserContext]:
    """Start Chromium, with no way to anywhere but the loopback."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(playwright), args=FLAGS)
        context = browser.new_context(viewport={"width": 1300, "height": 1000}, reduced_motion="reduce", locale="en-GB")
        yield context
        browser.close()


@dataclass
class Book:
    """One page of JupyterLab with one notebook, and what a test does with it."""

    lab: Lab
    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Record requests that leave the loopback (the resolver's rules block them) and errors of the console."""

        def seen(url: str) -> None:
            parts = urlsplit(url)
            if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
                self.outside.append(url)

        self.page.on("request", lambda request: seen(request.url))
        self.page.on("websocket", lambda socket: seen(socket.url))
        self.page.on("pageerror", lambda error: self.errors.append(f"{error}"))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def write(self, *cells: str, name: str = "written.ipynb") -> Book:
        """Write a notebook of code cells, and open it."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.lab.folder / name)
        return self.open(name)

    def open(self, name: str) -> Book:
        """Open a notebook by its name and wait for its kernel."""
        self.page.goto(f"{self.lab.url}/lab/tree/{name}?reset&token={self.lab.token}", timeout=2 * MINUTE)
        self.page.wait_for_function("globalThis.jupyterapp?.shell?.currentWidget?.context?.isReady", timeout=MINUTE)
        return self.idle()

    def kernel(self, expression: str) -> str:
        """Write the JavaScript that works `expression` out with the notebook's `kernel`."""
        kernel = "globalThis.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel"
        return f"(() => {{ const kernel = {kernel}; return {expression}; }})()"

    def idle(self, timeout: float = 2 * MINUTE) -> Book:
        """Wait until the kernel is connected and has nothing to do."""
        ready = "kernel?.connectionStatus === 'connected' && kernel.status === 'idle'"
        self.page.wait_for_function(self.kernel(ready), timeout=timeout)
        return self

    def run(self, timeout: float = 3 * MINUTE) -> Book:
        """Run all cells, to the end; fail with what a cell raised."""
        run = "globalThis.jupyterapp.commands.execute('notebook:run-all-cells')"
        self.page.evaluate(f"() => {{ {run}.then(() => {{ globalThis.ran = true; }}); }}")
        # The kernel's status alone does not tell: other channels say "idle" while a cell still runs.
        self.page.wait_for_function("globalThis.ran", timeout=timeout)
        self.page.evaluate("globalThis.ran = false")
        self.idle(timeout)
        assert self.page.evaluate(RAISED) == []
        return self

    def python(self, code: str) -> str:
        """Run code in the notebook's kernel and give what it prints: what a control did must have reached Python."""
        script = """async (code) => {
            const kernel = globalThis.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({ code, store_history: false });
            let said = "";
            future.onIOPub = ({ header, content }) => {
                if (header.msg_type === "stream") said += content.text;
                if (header.msg_type === "error") said += content.traceback.join("\\n");
            };
            await future.done;
            return said.trim();
        }"""
        return str(self.page.evaluate(script, code))

    def until(self, true: Callable[[], Any]) -> None:
        """Wait until something is so in Python: a control's change takes a moment to arrive."""
        end = time.monotonic() + 10
        while not true():
            assert time.monotonic() < end, "it did not become so within 10 s"
            self.page.wait_for_timeout(50)

    def drawn(self, chart: str = "", timeout: float = MINUTE) -> Locator:
        """Wait until every chart (or the one named) is drawn; gives the figures."""
        figures = self.page.locator(f'.kit-chart[data-chart="{chart}"]' if chart else ".kit-chart")
        expect(figures.first).to_be_visible(timeout=timeout)
        expect(figures.locator(".kit-stage[aria-busy]")).to_have_count(0, timeout=timeout)
        expect(figures.locator(".kit-stage svg").first).to_be_visible(timeout=timeout)
        return figures

    def theme(self, dark: bool) -> Book:
        """Change JupyterLab's theme."""
        name = "JupyterLab Dark" if dark else "JupyterLab Light"
        self.page.evaluate("theme => globalThis.jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        self.page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(not dark).lower()}'")
        return self

    def picture(self, name: str, target: Locator | None = None) -> Path:
        """Take a picture of the page, or of a part of it, for people to look at (`pictures/` is not committed)."""
        path = HERE / "pictures" / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        (target or self.page).screenshot(path=path)
        return path


@pytest.fixture
def book(lab: Lab, context: BrowserContext) -> Iterator[Book]:
    """Give a new page; at the end shut its kernel down, and fail on outside requests and errors of the console."""
    book = Book(lab, context.new_page())
    book.watch()
    yield book
    book.page.evaluate("() => globalThis.jupyterapp?.shell?.currentWidget?.context?.save?.()")
    book.page.close(run_before_unload=False)
    lab.end_kernels()
    assert book.outside == []
    assert book.errors == []
