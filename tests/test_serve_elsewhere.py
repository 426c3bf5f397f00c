"""`tgkg serve --engine URL` without sources: a site over real stores, whoever filled them."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from products.ours import TGKG, running
from products.oxigraph_server import oxigraph
from products.pushed import logged_in, store_in
from products.running import Product, free_port
from products.virtuoso import virtuoso

from tgkg.commands import to_serve
from tgkg.errors import EngineError
from tgkg.operation import Operation
from tgkg.publish.build import build
from tgkg.push.pushing import push
from tgkg.release import State

pytestmark = pytest.mark.system

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
TRIG = f"""
<http://e/g1> {{ <http://e/a> a <http://e/C> ; {LABEL} "Apple" . }}
<http://e/g2> {{ <http://e/a> {LABEL} "Apple" . <http://e/b> a <http://e/C> ; <http://e/p> [] . }}
"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@contextmanager
def site(product: Product, folder: Path) -> Iterator[str]:
    """Serves a store alone, and gives the address of the home page, which ends in `/`."""
    folder.mkdir(exist_ok=True)
    with logged_in(product), running(folder, "--engine", product.query) as served:
        yield served.address
    assert "Traceback" not in served.said


def got(url: str, accept: str = "text/html", status: int = 200) -> str:
    """Gives what is at an address, having seen its status."""
    request = urllib.request.Request(url, headers={"Accept": accept, "Accept-Language": "en"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            found, body = response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        found, body = error.code, error.read().decode()
    assert found == status, body
    return body


def counted(home: str, query: str = COUNT) -> int:
    """Gives the number that a query finds."""
    url = f"{home}sparql?{urlencode({'query': query})}"
    [row] = json.loads(got(url, "application/sparql-results+json"))["results"]["bindings"]
    return int(row["n"]["value"])


def fill(product: Product, url: str, content: str) -> None:
    """Puts Turtle into a graph of Oxigraph's server."""
    request = urllib.request.Request(
        product.query.replace("/query", f"/store?{url}"), content.encode(),
        {"Content-Type": "text/turtle"}, method="POST",
    )  # fmt: skip
    urllib.request.urlopen(request, timeout=60).close()


@pytest.fixture(params=[oxigraph, virtuoso], ids=lambda product: product.__name__)
def pushed(request, tmp_path):
    """Gives a real store with a pushed release, and the release."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/all.trig").write_text(TRIG)
    (tmp_path / "tgkg.toml").write_text('name = "t"\n')
    release = build([tmp_path], State(tmp_path / "state"), lambda _: None).release
    with request.param(tmp_path / "store") as product:
        push(release, store_in(product), lambda _: None, dry_run=False, anew=False)
        yield product, release


def test_a_pushed_release_is_served_without_its_sources(pushed, tmp_path):
    """Counts, id, pages and queries are those of the release; what is absent is said."""
    product, release = pushed
    with site(product, tmp_path / "site") as home:
        shown = got(home)
        assert "<dd>4</dd>" in shown
        assert "nothing of it was validated here" in shown
        assert ">not validated<" in shown
        assert "Apple" in got(f"{home}resource?iri={quote('http://e/a')}")
        assert counted(home) == release.manifest.counts.triples
        assert "There are no dumps here" in got(f"{home}dumps/")
        assert json.loads(got(f"{home}dumps/", "application/json"))["dumps"] == []
        got(f"{home}dumps/t", "text/turtle", status=404)
        assert "Nothing was validated here" in got(f"{home}validation")
        [graph, _] = json.loads(got(f"{home}graphs", "application/json"))["graphs"]
        assert graph["iri"] == "http://e/g1"
        assert "Apple" in got(home.rstrip("/") + graph["href"], "text/turtle")
        assert "/dumps/" not in got(f"{home}.well-known/void", "text/turtle")
        health = json.loads(got(f"{home}healthz", "application/json"))
        assert health["release"] == release.id
        assert health["engines"][0]["sound"]
        got(f"{home}def")
    manifest = next((tmp_path / "site").glob("state/*/current/manifest.json")).read_text()
    counts = json.loads(manifest)["counts"]
    assert counts["classes"] == dict(release.manifest.counts.classes)
    assert counts["properties"] == dict(release.manifest.counts.properties)
    assert counts["graphs"] == dict(release.manifest.counts.graphs)


def test_a_store_that_nobody_prepared_is_served(tmp_path):
    """Its graphs are merged while its default graph is empty; each start counts anew."""
    with oxigraph(tmp_path / "store") as product:
        fill(product, f"graph={quote('http://e/g1')}", f'<http://e/a> {LABEL} "Apple" .')
        with site(product, tmp_path / "site") as home:
            assert "<dd>1</dd>" in got(home)
            assert "Apple" in got(f"{home}resource?iri={quote('http://e/a')}")
            assert counted(home) == 1
            health = json.loads(got(f"{home}healthz", "application/json"))
            assert health["engines"][0]["sound"]
        fill(product, "default", "".join(f"<http://e/x{i}> a <http://e/C> .\n" for i in range(7)))
        with site(product, tmp_path / "site") as home:
            shown = got(home)
            assert "<dd>7</dd>" in shown
            assert counted(home) == 7
            assert counted(home, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == 1
            assert json.loads(got(f"{home}healthz", "application/json"))["release"][:12] in shown
            product.process.kill()
            product.process.wait()
            got(f"{home}healthz", "application/json", status=503)


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("http://127.0.0.1:{port}/sparql", 1, "Check the address"),
        ("nowhere", 2, "is not an address"),
    ],
)
def test_a_store_that_is_not_there_is_a_sentence(address, code, words, tmp_path):
    """Nothing is served then, and one line says why."""
    address = address.format(port=free_port())
    done = subprocess.run(
        [TGKG, "serve", "--engine", address, "--port", "0", "--state", tmp_path / "site"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_store_brings_itself_is_served(tmp_path):
    """A new Virtuoso holds graphs of its own, in its default graph too."""
    with virtuoso(tmp_path / "store") as product, site(product, tmp_path / "site") as home:
        graphs = json.loads(got(f"{home}graphs", "application/json"))
        assert graphs["default"]["triples"] == counted(home) > 0
        thing = "http://www.openlinksw.com/virtrdf-data-formats#default-iid"
        assert "QuadMapFormat" in got(f"{home}resource?iri={quote(thing)}")
        assert json.loads(got(f"{home}healthz", "application/json"))["engines"][0]["sound"]


def test_an_address_that_is_no_endpoint_is_a_sentence(listener, tmp_path):
    """A server that breaks off is named; the state has no release then."""
    with pytest.raises(EngineError, match="does not answer as a SPARQL endpoint"):
        to_serve((), listener.url, tmp_path, lambda _: None)
    assert not list(tmp_path.glob("*/current"))


def test_with_a_path_the_release_stays_beside_the_store(tmp_path):
    """The address takes the place of the setting, and the release has its data and dumps."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/all.trig").write_text(TRIG)
    (tmp_path / "tgkg.toml").write_text('name = "t"\nengine = "disk"\nlog_queries = "text"\n')
    found = to_serve([tmp_path], "http://e/q", tmp_path / "state", lambda _: None)
    assert found.operation == Operation(engine=("http://e/q",), log_queries="text")
    assert found.outcome.release.manifest.outline is None
    assert found.outcome.release.data.is_file()
