"""Pages over a store elsewhere are those over the embedded engine, to the byte."""

from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from products.oxigraph_server import oxigraph
from products.pushed import opener_over, store_in
from products.virtuoso import virtuoso

from tgkg.operation import Operation
from tgkg.publish.build import build
from tgkg.push.pushing import push
from tgkg.release import State
from tgkg.web.app import create_app

pytestmark = pytest.mark.system

PARTS = ("/", "/?lang=nl", "/def", "/graphs", "/validation", "/sparql")
GRAPH = Path(__file__).parent / "graph"
ACCEPTED = ("text/html", "text/turtle", "application/trig")


NESTED = """\
PREFIX : <http://e/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:order a :Order ; rdfs:label "Order"@en ; :line [ :of :tea ;
  :tax [ :rate 0.5 ; :by [ :law "1" ] ] ] ;
  :steps ( "boil" [ :then "pour" ] ) .
:tea rdfs:label "Tea"@en ; :grows [ :where "hills" ] .
"""


@pytest.fixture(scope="module", params=["isles", "nested"])
def state(request, tmp_path_factory):
    """Publishes the isles, and things with blank nodes within blank nodes."""
    if request.param == "isles":
        source = GRAPH
    else:
        source = tmp_path_factory.mktemp("source") / "nested.ttl"
        source.write_text(NESTED)
    made = State(tmp_path_factory.mktemp("state"))
    assert build([source], made, lambda _: None).release
    return made


@pytest.fixture
def client(state):
    """Gives a client of the site over the embedded engine."""
    return create_app(state).test_client()


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=lambda product: product.__name__)
def remote(request, state, tmp_path_factory):
    """Gives a client of the site over a product that the release was pushed to."""
    with request.param(tmp_path_factory.mktemp("product")) as product:
        release = state.current()
        push(release, store_in(product), lambda _: None)
        yield create_app(state, opener_over(product), Operation()).test_client()


def addresses(release):
    """Gives the pages of the site: its parts, and everything that the graph has a page for."""
    quads = list(ox.parse(path=release.data, format=ox.RdfFormat.N_QUADS))
    things = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    things |= {quad.predicate.value for quad in quads} | {quad.graph_name.value for quad in quads}
    return [*PARTS, *(f"/resource?iri={quote(thing, safe='')}" for thing in sorted(things))]


def test_every_page_and_its_data_are_the_same(state, client, remote):
    """Blank nodes within blank nodes, evidence, incoming links and names: nothing is missing."""
    found = addresses(state.current())
    assert len(found) > len(PARTS) + 5
    different = []
    for address in found:
        for accept in ACCEPTED:
            headers = {"Accept": accept}
            ours = client.get(address, headers=headers, follow_redirects=True)
            theirs = remote.get(address, headers=headers, follow_redirects=True)
            if (ours.status, ours.data) != (theirs.status, theirs.data):
                different.append((address, accept))
    assert different == []
