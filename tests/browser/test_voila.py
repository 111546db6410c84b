"""A notebook as an app: Voilà serves 02_positions with its controls, and nothing comes from elsewhere."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
MARKS = "[data-chart=matrix] .kit-stage svg .mark-symbol.role-mark path[aria-label]"

pytestmark = pytest.mark.skipif(importlib.util.find_spec("voila") is None, reason="voila is not installed")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[str]:
    """Start Voilà on the notebook as that notebook says; gives its address."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
    own = {name: str(tmp_path / name) for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR")}
    variables = {**os.environ, **own, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    options = ["--no-browser", f"--port={port}", f"--Voila.ip={LOOPBACK}"]
    command = [sys.executable, "-m", "voila", "notebooks/02_positions.ipynb", *options]
    server = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://{LOOPBACK}:{port}/"
    finally:
        server.terminate()
        server.wait(15)


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}voila/no/such/page", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, OSError):
        return False
    return True


def test_the_positions_are_an_app_whose_chips_move_the_charts(app: str, context: BrowserContext) -> None:
    page, outside = context.new_page(), list[str]()
    page.on("pageerror", lambda error: outside.append(f"{error}"))

    # Voilà's own template names a font elsewhere; our policy has the browser refuse it before it asks.
    def left(url: str, refused: bool) -> None:
        if urlsplit(url).hostname != LOOPBACK and not refused and not url.startswith(("data:", "blob:")):
            outside.append(url)

    page.on("requestfinished", lambda request: left(request.url, refused=False))
    page.on("requestfailed", lambda request: left(request.url, refused=request.failure == "csp"))
    page.on("websocket", lambda socket: left(socket.url, refused=False))
    for _ in range(60):
        if answers(app):
            break
        page.wait_for_timeout(500)

    page.goto(app, timeout=120_000)
    summary, chip = page.locator(".kit-summary"), page.locator(".kit-chip").first
    marks = page.locator(MARKS)
    expect(page.locator(".kit-stage svg")).to_have_count(2, timeout=60_000)
    whole, drawn = summary.text_content(), marks.count()
    assert drawn > 0
    chip.click()

    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(summary).not_to_have_text(whole or "")
    expect(marks).not_to_have_count(drawn)
    expect(page.get_by_text("import kit", exact=True)).to_have_count(0)  # an app has no code
    page.close()
    assert outside == []
