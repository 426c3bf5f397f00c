"""A store elsewhere that takes graphs (SPARQL 1.1 Graph Store Protocol) and updates."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from tgkg.errors import TgkgError
from tgkg.formats import N_TRIPLES
from tgkg.operation import MEBIBYTE
from tgkg.push.products import Addresses
from tgkg.remote.client import Client, Reply, Request, TooSlowError, UnreachableError
from tgkg.remote.endpoint import Bounds, Endpoint
from tgkg.remote.login import PASSWORD, USER

SECONDS: Final = 3600
"""Time for one request: a large graph takes a store a while."""

_FORM: Final = "application/x-www-form-urlencoded"
_FINE: Final = range(200, 300)
_NOT_LET_IN: Final = (401, 403)
_NOT_THERE: Final = 404
_BOUNDS: Final = Bounds(SECONDS, MEBIBYTE)


class PushError(TgkgError):
    """A release that did not get over; what readers see there is as before."""


@dataclass(frozen=True, slots=True)
class Store:
    """Takes graphs and updates, and says what it holds."""

    client: Client
    addresses: Addresses

    @property
    def endpoint(self) -> Endpoint:
        """Where it is asked."""
        return Endpoint(self.client, self.addresses.query)

    def put(self, graph: str, file: Path) -> None:
        """Make a graph what is in a file of N-Triples.

        Raises:
            PushError: the store did not.
        """
        self._send_graph("PUT", graph, file)

    def add(self, graph: str, file: Path) -> None:
        """Add what is in a file of N-Triples to a graph.

        Raises:
            PushError: the store did not.
        """
        self._send_graph("POST", graph, file)

    def drop(self, graph: str) -> None:
        """Take a graph away, where it is there.

        Raises:
            PushError: the store did not.
        """
        self.update(f"DROP SILENT GRAPH <{graph}>")

    def count(self, graph: str) -> int:
        """Return how many triples a graph has; none where it is not there.

        Raises:
            TgkgError: the store does not say.
        """
        [row] = self.endpoint.table(
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", (("default-graph-uri", graph),), _BOUNDS
        )
        return int(row["n"])

    def values(self, graph: str, subject: str, predicate: str) -> frozenset[str]:
        """Return what a graph says of a thing by a property, as texts without datatype and tag.

        Raises:
            TgkgError: the store does not say.
        """
        query = f"SELECT ?o {{ <{subject}> <{predicate}> ?o }}"
        rows = self.endpoint.table(query, (("default-graph-uri", graph),), _BOUNDS)
        return frozenset(row["o"] for row in rows)

    def update(self, text: str) -> None:
        """Carry out an update (SPARQL 1.1 Update).

        Raises:
            PushError: the store did not.
        """
        body = urlencode([("update", text)]).encode()
        headers = {"Content-Type": _FORM, "Accept": "*/*"}
        address = self.addresses.update
        _refuse_failed(self._sent(Request("POST", address, body, headers, SECONDS)), address)

    def _send_graph(self, method: str, graph: str, file: Path) -> None:
        address = f"{self.addresses.graphs}?graph={quote(graph, safe='')}"
        if not self.client.knows(address):  # learn how to log in before much is sent
            self.client.send(Request("GET", f"{self.addresses.graphs}?graph=urn:x-tgkg:none"))
        headers = {"Content-Type": N_TRIPLES.media_type}
        request = Request(method, address, file, headers, SECONDS)
        _refuse_failed(self._sent(request), self.addresses.graphs)

    def _sent(self, request: Request) -> Reply:
        try:
            return self.client.send(request)
        except (UnreachableError, TooSlowError) as error:
            address = request.url.partition("?")[0]
            raise PushError(f"{address} did not take it: {error}. Run the push again.") from error


def _refuse_failed(reply: Reply, address: str) -> None:
    if reply.status in _FINE:
        return
    if reply.status in _NOT_LET_IN:
        raise PushError(
            f"{address} does not let us in ({reply.status}): put the name and password of somebody "
            f"who may write into {USER} and {PASSWORD}."
        )
    if reply.status == _NOT_THERE:
        raise PushError(f"There is nothing at {address}: see --graphs and --update.")
    raise PushError(f"{address} refuses ({reply.status}): {reply.words}")
