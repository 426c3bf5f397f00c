"""Takes the pictures of the README from our own graph: `make screenshots`.

Needs Chromium (Debian: `apt install chromium`).
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tgkg.publish.build import build
from tgkg.release import State
from tgkg.web.app import create_app

DOCS = Path(__file__).parent
PICTURES = (
    # file, path, colour scheme, width, height, language
    ("page.png", "/doc/programme/bachelor-klinische-technologie", "light", 1200, 900, "en-GB"),
    ("home.png", "/", "light", 1200, 900, "en-GB"),
    ("phone.png", "/doc/figure/master-graduates-2021", "dark", 390, 844, "nl-NL"),
)


@contextmanager
def served() -> Iterator[str]:
    """Serve the graph of this checkout for as long as the pictures take."""
    with tempfile.TemporaryDirectory() as folder:
        state = State(Path(folder))
        build([DOCS.parent], state, lambda _: None)
        server = make_server("127.0.0.1", 0, create_app(state), threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def take(browser: Browser, site: str) -> None:
    """Take every picture."""
    for file, path, scheme, width, height, locale in PICTURES:
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale
        )
        page.goto(site + path)
        page.screenshot(path=DOCS / file)
        page.close()


def main() -> None:
    """Take the pictures, or say what is missing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no chromium here (Debian: apt install chromium).")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        take(browser, site)
        browser.close()


if __name__ == "__main__":
    main()
