"""Publishes the data of the suites once, each file as its named graph, and serves it."""

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import pyoxigraph as ox
from conformance.manifests import ADDRESS, Case, Suite
from products.ours import FORM, running
from raw_http import Reply

FROM = re.compile(r"FROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
SECONDS = 60


class Server:
    """The endpoint of a running server, over one connection that stays open."""

    def __init__(self, endpoint: str) -> None:
        self._path = urlsplit(endpoint).path
        self._connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=SECONDS)

    def query(
        self, query: str, accept: str, default: Iterable[str] = (), named: Iterable[str] = ()
    ) -> Reply:
        """Send a query with its dataset (SPARQL 1.1 Protocol, sections 2.1.3 and 2.1.4)."""
        form = {"query": query, "default-graph-uri": [*default], "named-graph-uri": [*named]}
        headers = {"Accept": accept, "Content-Type": FORM}
        self._connection.request("POST", self._path, urlencode(form, doseq=True), headers)
        answer = self._connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def serving(suite: Suite, scratch: Path) -> Iterator[Server]:
    """Publish the data of a suite below an empty folder, and serve it while in use."""
    copy_data(suite, scratch / "data")
    with running(scratch, scratch / "data") as site, closing(Server(site.endpoint)) as server:
        yield server


def copy_data(suite: Suite, folder: Path) -> None:
    """Copy each data file that a test names: the publisher makes each a graph of its name."""
    for address in sorted({file for case in suite.cases for file in files_of(suite, case)}):
        file = folder / address.removeprefix(ADDRESS)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(suite.path(address), file)


def files_of(suite: Suite, case: Case) -> tuple[str, ...]:
    """Return the data files of a test: those that its manifest or its query's `FROM` names."""
    if not case.is_evaluation:
        return ()
    return (*case.data, *case.graph_data, *from_clauses(suite, case))


def from_clauses(suite: Suite, case: Case) -> tuple[str, ...]:
    """Return the graphs that the query of a test itself names as its dataset."""
    return tuple(urljoin(case.query, iri) for iri in FROM.findall(query_of(suite, case)))


def query_of(suite: Suite, case: Case) -> str:
    """Return the text of a test's query."""
    return suite.path(case.query).read_text(encoding="utf-8")


def quads_of(suite: Suite, address: str) -> list[ox.Quad]:
    """Read a data file."""
    path = suite.path(address)
    fmt = ox.RdfFormat.from_extension(path.suffix[1:])
    return list(ox.parse(path=path, format=fmt, base_iri=address))


def literals_of(suite: Suite, case: Case) -> frozenset[ox.Literal]:
    """Return the literals that the data of a test holds."""
    quads = (quad for file in files_of(suite, case) for quad in quads_of(suite, file))
    return frozenset(quad.object for quad in quads if isinstance(quad.object, ox.Literal))


def dataset_of(suite: Suite, case: Case) -> tuple[list[str], list[str]]:
    """Return the default and the named graphs of a test; the query's own `FROM` is left to it.

    An empty dataset is named too, by a graph that does not exist: without any name the server
    would take all the data there is.
    """
    if case.is_evaluation and from_clauses(suite, case):
        return [], []
    graphs = {quad.graph_name for file in case.data for quad in quads_of(suite, file)}
    inside = {graph.value for graph in graphs if isinstance(graph, ox.NamedNode)}
    return [*case.data] or [ADDRESS + "empty"], sorted({*case.graph_data, *inside})
