"""SERVICE works towards endpoints that the operator allows, within the query's own time."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from products.ours import Site, serving
from raw_http import send

pytestmark = pytest.mark.system

JOIN = "SELECT ?name { ?x <http://e/same> ?a . SERVICE <%s> { ?a <http://e/name> ?name } }"
ABSENT = "http://127.0.0.1:9/sparql"
"""The port of a protocol that nobody speaks any more."""


@dataclass(frozen=True)
class Federation:
    """A site, and the endpoints that its queries call."""

    own: Site
    answering: str
    silent: str
    broken: str
    unlisted: str
    absent: str = ABSENT

    def ask(self, query: str) -> tuple[int, dict]:
        """Return status and body of a query."""
        reply = self.own.ask(query, "application/sparql-results+json")
        return reply.status, reply.json


@contextmanager
def silence() -> Iterator[str]:
    """Listen, take connections, and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"


class _Broken(BaseHTTPRequestHandler):
    """Fails at whatever is asked."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(500, "Out of order")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def failure() -> Iterator[str]:
    """Run an endpoint that fails."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Broken) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()


@pytest.fixture(scope="module")
def federation(tmp_path_factory) -> Iterator[Federation]:
    """Gives a site that may call two endpoints: one that answers, and one that never does."""
    folder = tmp_path_factory.mktemp("federation")
    there, same = 'name = "there"\n', "<http://e/x> <http://e/same> <http://e/a> ."
    with (
        serving(folder / "there", '<http://e/a> <http://e/name> "A" .', there) as answering,
        serving(folder / "other", '<http://e/a> <http://e/name> "B" .', there) as unlisted,
        silence() as silent,
        failure() as broken,
    ):
        allowed = json.dumps([answering.endpoint, silent, broken, ABSENT])
        here = f'name = "here"\nservices = {allowed}\n[limits]\nseconds = 2\n'
        with serving(folder / "here", same, here) as own:
            yield Federation(own, answering.endpoint, silent, broken, unlisted.endpoint)


def test_an_allowed_endpoint_is_called(federation):
    """Its answers are joined with ours."""
    status, body = federation.ask(JOIN % federation.answering)
    assert status == 200
    assert [row["name"]["value"] for row in body["results"]["bindings"]] == ["A"]


def test_another_is_not(federation):
    """An endpoint that is not listed is refused, though it is there."""
    status, body = federation.ask(JOIN % federation.unlisted)
    assert (status, "SERVICE" in body["detail"]) == (403, True)


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_waiting_counts_as_time(federation, silent):
    """An endpoint that never answers ends with the time of the query, SILENT or not."""
    started = time.monotonic()
    query = (JOIN % federation.silent).replace("SERVICE ", f"SERVICE {silent}")
    status, body = federation.ask(query)
    assert (status, body["limit"], body["allowed"]) == (422, "time", 2)
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("which", ["broken", "absent"])
def test_one_that_fails_is_named(federation, which):
    """The failure is its own, not this site's: 502, and where to look."""
    called = getattr(federation, which)
    status, body = federation.ask(JOIN % called)
    assert (status, called in body["detail"]) == (502, True)
    silently = (JOIN % called).replace("SERVICE ", "SERVICE SILENT ")
    assert federation.ask(silently)[0] == 200


def test_other_queries_have_no_network_still(federation):
    """A query that calls nobody runs where it could not."""
    status, body = federation.ask("SELECT * { ?s ?p ?o }")
    assert (status, len(body["results"]["bindings"])) == (200, 1)


def test_the_description_lists_them(federation):
    """What may be called stands in the service description."""
    reply = send(federation.own.endpoint, "GET", headers={"Accept": "text/turtle"})
    told = reply.body.decode()
    assert federation.answering in told
    assert federation.unlisted not in told
