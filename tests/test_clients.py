"""What users really send: each program that can be had here asks a running server and understands.

Programs come from Debian, those in JavaScript by the lock in `clients/`; clients in Python are in
`test_clients_in_python.py`.
"""

import json
import subprocess
from urllib.parse import quote

import pytest
from clients.small_graph import (
    ASK,
    CONSTRUCT,
    DESCRIBE,
    IN_ITS_GRAPH,
    RDF_PLACES,
    SELECT,
    TRIPLES,
    A,
    B,
    serving_small,
)
from playwright.sync_api import sync_playwright
from products.running import found

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Gives the address of a site over two graphs."""
    with serving_small(tmp_path_factory.mktemp("clients")) as address:
        yield address


def said(*command):
    """Runs a program and gives what it wrote."""
    ran = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-G", "--data-urlencode", f"query={SELECT}"), '"bindings"'),
        (("--data-urlencode", f"query={SELECT}"), '"bindings"'),
        (("-H", "Content-Type: application/sparql-query", "-d", SELECT), '"bindings"'),
        (("-H", "Accept: text/csv", "--data-urlencode", f"query={SELECT}"), f"{A},3\r\n"),
        (("-G", "-d", "format=tsv", "--data-urlencode", f"query={SELECT}"), f"<{B}>\t4.5\n"),
        (("-d", "output=xml", "--data-urlencode", f"query={ASK}"), "<boolean>true</boolean>"),
        (("--compressed", "-H", "Accept: application/json", "-d", "query=ASK{}"), "true"),
        (("-H", "Accept: text/turtle", "--data-urlencode", f"query={DESCRIBE}"), '"één"@nl'),
        (("-I", "-G", "--data-urlencode", f"query={SELECT}"), "sparql-results+json"),
    ],
)
def test_curl(site, arguments, words):
    """Curl asks in each form of the protocol."""
    curl = found("curl", "apt install curl")
    assert words in said(curl, "-sS", "--fail", *arguments, f"{site}sparql")


@pytest.mark.parametrize("place", RDF_PLACES)
@pytest.mark.parametrize("parser", [("-g",), ("-i", "turtle"), ("-i", "rdfxml"), ("-i", "guess")])
def test_rapper(site, place, parser):
    """Rapper's long list of RDF, with pages in it, gets RDF, and so does each parser's own."""
    rapper = found("rapper", "apt install raptor2-utils")
    if parser == ("-i", "rdfxml") and place.endswith(".ttl"):
        parser = ("-g",)  # an extension is stronger than a wish
    assert said(rapper, "-q", *parser, f"{site}{place}").count("\n") >= 3


def test_roqet(site):
    """Rasqal's roqet asks by GET and reads XML."""
    roqet = found("roqet", "apt install rasqal-utils")
    assert said(roqet, "-q", "-r", "csv", "-p", f"{site}sparql", "-e", SELECT).count("\n") == 3


@pytest.mark.parametrize("place", ["dumps/small.nt", f"sparql?format=nt&query={quote(CONSTRUCT)}"])
def test_wget(site, place):
    """Wget, which lists nothing, gets what the address names."""
    assert said(found("wget", "apt install wget"), "-qO-", f"{site}{place}").count("\n") == TRIPLES


@pytest.mark.parametrize(
    ("source", "query"),
    [
        ("sparql@{}sparql", SELECT),
        ("{}sparql", SELECT),
        ("{}dumps/small", IN_ITS_GRAPH),
        ("{}doc/a", IN_ITS_GRAPH),
    ],
)
def test_comunica(site, checkout, source, query):
    """Comunica asks the endpoint, told or not that it is one, and reads documents by graph."""
    comunica = checkout / "tests/clients/node_modules/.bin/comunica-sparql"
    found("node", "apt install nodejs npm")
    if not comunica.exists():
        pytest.skip("no Comunica here: npm ci --prefix tests/clients")
    rows = json.loads(said(comunica, source.format(site), query))
    assert rows[0]["s"] == A


SCRIPT = """async ([address, query]) => {
  const body = new URLSearchParams({query});
  const headers = {Accept: 'application/sparql-results+json'};
  const answer = await fetch(address, {method: 'POST', body, headers});
  return (await answer.json()).results.bindings.length;
}"""


def test_a_browser(site):
    """A browser gets a page for the address of a query, and a script of another site the data."""
    chromium = found("chromium", "apt install chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page()
        for place in ("id/a", "dumps/", f"sparql?query={quote(SELECT)}", "sparql"):
            answer = page.goto(f"{site}{place}")
            assert answer.headers["content-type"].startswith("text/html"), place
        elsewhere = browser.new_page(bypass_csp=True)  # our own pages may ask their own site only
        elsewhere.goto(site.replace("127.0.0.1", "localhost"))
        assert elsewhere.evaluate(SCRIPT, [f"{site}sparql", SELECT]) == 2
        browser.close()
