import json,time
from tests.browser.conftest import *
def test_x(book):
    book.open("02_positions.ipynb").run().drawn()
    print("TREE", book.page.locator(".kit-controls").aria_snapshot()[:1500])
    try:
        from axe_playwright_python.sync_playwright import Axe
        for dark in (False, True):
            book.theme(dark); book.page.wait_for_timeout(500)
            r=Axe().run(book.page, context=".kit-explorer")
            print("AXE",dark, r.generate_report()[:5000])
            r=Axe().run(book.page, context=".kit-page")
            print("AXE page",dark, r.generate_report()[:3000])
        book.theme(False)
    except Exception as e: print("axe",e)
    book.page.evaluate("globalThis.jupyterapp.commands.execute('docmanager:save')")
    book.page.wait_for_function("!globalThis.jupyterapp.shell.currentWidget.context.model.dirty")
    book.lab.end_kernels()
    b2=Book(book.lab, book.page.context.new_page()); b2.watch()
    b2.open("02_positions.ipynb"); b2.page.wait_for_timeout(4000)
    print("TRUSTED reopened:", b2.page.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea").inner_text()[:300], b2.page.locator(".jp-CodeCell").nth(2).locator("img").count(), b2.errors)
    b2.page.close()
    copy=b2.lab.folder/"02_positions.ipynb"; copy.write_bytes((ROOT/"notebooks/02_positions.ipynb").read_bytes())
