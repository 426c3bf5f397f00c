"""A store elsewhere that takes graphs (SPARQL 1.1 Graph Store Protocol) and updates."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from tgkg.errors import BadRequestError, EngineError, TgkgError
from tgkg.formats import N_TRIPLES
from tgkg.iris import is_iri, is_web_address
from tgkg.operation import MEBIBYTE
from tgkg.push.products import Addresses, addresses_at
from tgkg.remote.client import Client, Reply, Request, TooSlowError, UnreachableError
from tgkg.remote.endpoint import Bounds, Endpoint, Held, RefusedError
from tgkg.remote.login import PASSWORD, USER
from tgkg.remote.marks import Marks

SECONDS: Final = 3600
"""Time for one request: a large graph takes a store a while."""

_FORM: Final = "application/x-www-form-urlencoded"
_FINE: Final = range(200, 300)
_NOT_LET_IN: Final = (401, 403)
_LEADS_ON: Final = range(300, 400)
_NOT_THERE: Final = (404, 405, 501)
_NO_ROOM: Final = 507
_FULL: Final = re.compile(r"no space left|disk (?:is )?full|quota exceeded", re.IGNORECASE)
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
        query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        with _said_of(self.addresses.query):
            [row] = self.endpoint.table(query, (("default-graph-uri", graph),), _BOUNDS)
        return int(row["n"])

    def held(self, marks: Marks) -> Held:
        """Return what the store says that it holds of a project.

        Raises:
            PushError: it does not say.
        """
        with _said_of(self.addresses.query):
            return self.endpoint.held(marks)

    def values(self, graph: str, subject: str, predicate: str) -> frozenset[str]:
        """Return what a graph says of a thing by a property, as texts without datatype and tag.

        Raises:
            TgkgError: the store does not say.
        """
        query = f"SELECT ?o {{ <{subject}> <{predicate}> ?o }}"
        with _said_of(self.addresses.query):
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
        reply = self._sent(Request("POST", address, body, headers, SECONDS))
        _refuse_failed(reply, address, "updates")

    def _send_graph(self, method: str, graph: str, file: Path) -> None:
        address = f"{self.addresses.graphs}?graph={quote(graph, safe='')}"
        if not self.client.knows(address):  # learn how to log in before much is sent
            self._sent(Request("GET", f"{self.addresses.graphs}?graph=urn:x-tgkg:none"))
        headers = {"Content-Type": N_TRIPLES.media_type}
        request = Request(method, address, file, headers, SECONDS)
        _refuse_failed(self._sent(request), self.addresses.graphs, "graphs")

    def _sent(self, request: Request) -> Reply:
        with _said_of(request.url.partition("?")[0]):
            return self.client.send(request)


@dataclass(frozen=True, slots=True)
class Target:
    """A store as somebody names it: by where it is asked, and more where that does not tell."""

    url: str
    graphs: str | None = None
    update: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no address.

        Raises:
            BadRequestError: one of them is none.
        """
        for address in filter(None, (self.url, self.graphs, self.update)):
            if not (is_iri(address) and is_web_address(address)):
                raise BadRequestError(
                    f"{address} is no address: it starts with https:// or http://."
                )


def open_store(client: Client, to: Target) -> Store:
    """Return a store by the address of its queries; addresses that are given are not guessed.

    Raises:
        BadRequestError: it is a product that we do not know: two addresses are to be given.
        PushError: there is nobody.
    """
    with _said_of(to.url):
        return Store(client, addresses_at(to.url, client, graphs=to.graphs, update=to.update))


@contextmanager
def _said_of(address: str) -> Iterator[None]:
    """Say of which address something is wrong, and what to do."""
    try:
        yield
    except UnreachableError as error:
        raise PushError(
            f"{address} cannot be reached: {error}. See that the store runs and that the address "
            "is right, then run the push again: it goes on where it was."
        ) from error
    except TooSlowError as error:
        raise PushError(
            f"{address} does not answer in time. Run the push again later: it goes on where it was."
        ) from error
    except RefusedError as error:
        if error.status in _NOT_LET_IN:
            raise PushError(_not_let_in(address, error.status)) from error
        raise PushError(
            f"{address} does not answer queries ({error.status}): give the address where the store "
            "is asked with SPARQL."
        ) from error
    except EngineError as error:
        raise PushError(
            f"{address} is no SPARQL endpoint: it answers with something else."
        ) from error


def _refuse_failed(reply: Reply, address: str, what: str) -> None:
    if reply.status in _FINE:
        return
    if reply.status in _NOT_LET_IN:
        raise PushError(_not_let_in(address, reply.status))
    if reply.status in _LEADS_ON:
        leads = reply.headers.get("Location", "nowhere")
        raise PushError(f"{address} leads to {leads}: give the address where the store itself is.")
    if reply.status in _NOT_THERE:
        raise PushError(
            f"{address} takes no {what} ({reply.status}): give the store's own addresses with "
            "--graph-store and --update, and see that it is not read-only."
        )
    if reply.status == _NO_ROOM or _FULL.search(reply.words):
        raise PushError(
            f"{address} has no room left ({reply.status}): {reply.words} Make room there, then run "
            "the push again: it goes on where it was."
        )
    raise PushError(f"{address} refuses ({reply.status}): {reply.words}")


def _not_let_in(address: str, status: int) -> str:
    return (
        f"{address} does not let us in ({status}): put the name and password of somebody who may "
        f"write there into {USER} and {PASSWORD}."
    )
