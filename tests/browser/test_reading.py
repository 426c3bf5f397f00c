"""The pages in a real browser: desktop and phone, light and dark, without JavaScript."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tgkg.publish.build import build
from tgkg.release import State
from tgkg.web.app import create_app

pytestmark = [
    pytest.mark.system,
    # A browser that leaves a page early leaves Werkzeug's test server with an open file.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CHROMIUM = shutil.which("chromium")
QUERY = "/sparql?query=SELECT+%3Fs+%7B+%3Fs+a+%3Fclass+%7D+LIMIT+20"
KINDS = (
    "/",
    "/def",
    "/graphs",
    "/dumps/",
    "/catalog",
    "/sparql",
    QUERY,
    "/validation",
    f"/timemap?uri={quote(QUERY)}",
    "/conformance",
    "/releases/",
    "/releases/current",
    "/cite?path=/def",
    "/questions/",
    "/questions/how-did-enrolment-in-a-programme-develop",
    "/about",
    "/programmes",
    "/universities",
    "/specialisations",
    "/road-to-registration",
    "/figures",
    "/nowhere",
)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def site(checkout: Path, tmp_path_factory) -> Iterator[str]:
    """Serves our graph."""
    state = State(tmp_path_factory.mktemp("state"))
    build([checkout], state, lambda _: None)
    server = make_server("127.0.0.1", 0, create_app(state), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gives Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no chromium here: apt install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Gives a page of a phone in the dark, without JavaScript, that notes what goes wrong."""
    context = browser.new_context(
        viewport=PHONE, color_scheme="dark", java_script_enabled=False, locale="nl-NL"
    )
    page = context.new_page()
    page.complaints = []
    page.asked = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


def some_resource(page: Page, site: str) -> str:
    """Return the address of the first thing that the home page links to."""
    page.goto(site)
    return page.locator("main a[href^='/doc/']").first.get_attribute("href")


@pytest.mark.parametrize("path", [*KINDS, "a resource"])
class TestEveryKindOfPage:
    def test_fits_a_phone_and_asks_nobody_else(self, page, site, path):
        """Nothing is wider than the screen, no error is logged, no other host is asked."""
        path = some_resource(page, site) if path == "a resource" else path
        page.goto(site + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]
        assert [url for url in page.asked if not url.startswith(site)] == []
        expected = ["404"] if path == "/nowhere" else []
        assert [text for text in page.complaints if not any(e in text for e in expected)] == []

    def test_has_what_a_screen_reader_needs(self, page, site, path):
        """A title, the language, one h1, a main landmark, and no field without a label."""
        path = some_resource(page, site) if path == "a resource" else path
        page.goto(site + path)
        assert page.title()
        assert page.locator("html").get_attribute("lang") == "nl"
        assert page.locator("h1").count() == 1
        assert page.get_by_role("main").count() == 1
        for field in page.locator("textarea, select, input:not([type=hidden])").all():
            assert field.evaluate("field => field.labels.length") > 0


class TestDataForSearchEngines:
    def test_the_block_is_there_and_nobody_complains(self, browser, site):
        """Where scripts run, the policy of the page lets the data stand: they are no script."""
        page = browser.new_page()
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(site)
        block = page.locator("script[type='application/ld+json']").text_content()
        page.close()
        assert json.loads(block)["@type"] == "Dataset"
        assert complaints == []


class TestJourneys:
    def test_follow_a_statement_to_its_evidence(self, page, site):
        """From the home page to a thing, and open the reason of its first sourced statement."""
        page.goto(site + some_resource(page, site))
        reason = page.locator("main details:has(summary)").first
        reason.locator("summary").click()
        assert reason.evaluate("details => details.open")

    def test_ask_a_query_and_mend_it(self, page, site):
        """A query with an error shows where it is; mended, it shows its answer."""
        page.goto(site + "/sparql")
        page.locator("textarea").fill("SELECT ?s { ?s ex:p ?o }")
        page.locator("main form button").first.click()
        assert "ex:" in page.get_by_role("alert").inner_text()
        page.locator("textarea").fill("SELECT ?s { ?s a ?class } LIMIT 3")
        page.locator("main form button").first.click()
        assert page.locator("main table tbody tr").count() == 3

    def test_change_the_language(self, page, site):
        """The choice of a language is a link, and stays on the next page."""
        page.goto(site)
        page.locator("header a[hreflang=en]").click()
        assert page.locator("html").get_attribute("lang") == "en"
        page.locator("main a[href^='/doc/']").first.click()
        assert "/doc/" in page.url
        assert page.locator("html").get_attribute("lang") == "en"
