"""Make the README's pictures, in a real JupyterLab, light and dark: the explorer with one mark chosen, the comparer.

Run `.venv/bin/python scripts/pictures.py`; it needs what the tests need.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "import kit; example = kit.load().examples; print(example['holders'][0], example['proposition_id'], sep='|')"


def test_take_pictures_of_the_explorer(book: Any) -> None:
    """Choose the first mark of the corpus's worked example, and take the panel in both themes."""
    page = book.page
    page.set_viewport_size({"width": 1440, "height": 2000})  # the whole panel at once
    book.open("00_start_here.ipynb").run()
    page.evaluate("() => globalThis.jupyterapp.shell.collapseLeft()")
    cell = book.python(EXAMPLE)
    book.drawn("matrix")
    twin = page.locator(".kit-twin").first
    twin.locator("summary").click()
    twin.locator(f'button[data-mark^="{cell}|"]').first.click()
    twin.locator("summary").click()
    page.locator(".kit-pane-head").wait_for(state="visible")
    for dark in (False, True):
        book.theme(dark).drawn("matrix")
        page.locator(".kit-charts").first.evaluate("node => node.scrollTo(0, 0)")
        page.mouse.move(0, 0)
        panel = page.locator(".kit-explorer").first
        panel.scroll_into_view_if_needed()
        page.wait_for_timeout(1000)  # a picture only: the theme's own transitions have to end
        panel.screenshot(path=ROOT / "pictures" / f"explorer-{'dark' if dark else 'light'}.png", animations="disabled")


def test_take_pictures_of_the_comparer(book: Any) -> None:
    """Take the head of the panel and its first rows, in both themes."""
    page = book.page
    page.set_viewport_size({"width": 1440, "height": 2600})
    book.open("04_compare.ipynb").run()
    page.evaluate("() => globalThis.jupyterapp.shell.collapseLeft()")
    book.drawn("pairs")
    for dark in (False, True):
        book.theme(dark).drawn("pairs")
        page.mouse.move(0, 0)
        panel = page.locator(".kit-comparer").first
        panel.scroll_into_view_if_needed()
        page.wait_for_timeout(1000)
        clip = {**panel.bounding_box(), "height": 1200}
        path = ROOT / "pictures" / f"comparer-{'dark' if dark else 'light'}.png"
        page.screenshot(path=path, clip=clip, animations="disabled")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(pytest.main([__file__, "-q", "-p", "tests.browser.conftest", "--rootdir", str(ROOT)]))
