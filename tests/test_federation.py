"""SERVICE works towards endpoints that the operator allows, within the query's own time."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

TGKG = Path(sys.executable).parent / "tgkg"
JSON = "application/sparql-results+json"
ABSENT = "http://127.0.0.1:9/sparql"
"""The port of a protocol that nobody speaks any more."""


@contextmanager
def serving(folder: Path, settings: str, data: str) -> Iterator[str]:
    """Serve a text of Turtle, and give the address of its endpoint."""
    (folder / "data").mkdir(parents=True)
    (folder / "data/graph.ttl").write_text(data)
    (folder / "tgkg.toml").write_text(settings)
    command = [TGKG, "serve", folder, "--port", "0", "--state", folder / "state"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    address = next(line.split()[2] for line in process.stderr if "Serving at " in line)
    reading = threading.Thread(target=process.stderr.read)
    reading.start()
    try:
        yield f"{address}sparql"
    finally:
        process.terminate()
        process.wait()
        reading.join()
        process.stderr.close()


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
def endpoints(tmp_path_factory) -> Iterator[dict[str, str]]:
    """Gives an endpoint that may call two others: one that answers, and one that never does."""
    folder = tmp_path_factory.mktemp("federation")
    there = 'name = "there"\n'
    with (
        serving(folder / "there", there, '<http://e/a> <http://e/name> "A" .') as answering,
        serving(folder / "other", there, '<http://e/a> <http://e/name> "B" .') as unlisted,
        silence() as silent,
        failure() as broken,
    ):
        listed = json.dumps([answering, silent, broken, ABSENT])
        here = f'name = "here"\nservices = {listed}\n[limits]\nseconds = 2\n'
        with serving(folder / "here", here, "<http://e/x> <http://e/same> <http://e/a> .") as own:
            yield {
                "own": own,
                "answering": answering,
                "silent": silent,
                "unlisted": unlisted,
                "broken": broken,
                "absent": ABSENT,
            }


def ask(endpoint: str, query: str) -> tuple[int, dict]:
    """Return status and body of a query."""
    form = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(endpoint, form, {"Accept": JSON})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


JOIN = "SELECT ?name { ?x <http://e/same> ?a . SERVICE <%s> { ?a <http://e/name> ?name } }"


def test_an_allowed_endpoint_is_called(endpoints):
    """Its answers are joined with ours."""
    status, body = ask(endpoints["own"], JOIN % endpoints["answering"])
    assert status == 200
    assert [row["name"]["value"] for row in body["results"]["bindings"]] == ["A"]


def test_another_is_not(endpoints):
    """An endpoint that is not listed is refused, though it is there."""
    status, body = ask(endpoints["own"], JOIN % endpoints["unlisted"])
    assert (status, "SERVICE" in body["detail"]) == (403, True)


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_waiting_counts_as_time(endpoints, silent):
    """An endpoint that never answers ends with the time of the query, SILENT or not."""
    started = time.monotonic()
    query = (JOIN % endpoints["silent"]).replace("SERVICE ", f"SERVICE {silent}")
    status, body = ask(endpoints["own"], query)
    assert (status, body["limit"], body["allowed"]) == (422, "time", 2)
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("which", ["broken", "absent"])
def test_one_that_fails_is_named(endpoints, which):
    """The failure is its own, not this site's: 502, and where to look."""
    status, body = ask(endpoints["own"], JOIN % endpoints[which])
    assert (status, endpoints[which] in body["detail"]) == (502, True)
    silently = (JOIN % endpoints[which]).replace("SERVICE ", "SERVICE SILENT ")
    assert ask(endpoints["own"], silently)[0] == 200


def test_other_queries_have_no_network_still(endpoints):
    """A query that calls nobody runs where it could not."""
    status, body = ask(endpoints["own"], "SELECT * { ?s ?p ?o }")
    assert (status, len(body["results"]["bindings"])) == (200, 1)


def test_the_description_lists_them(endpoints):
    """What may be called stands in the service description."""
    request = urllib.request.Request(endpoints["own"], headers={"Accept": "text/turtle"})
    with urllib.request.urlopen(request) as answer:
        told = answer.read().decode()
    assert endpoints["answering"] in told
    assert endpoints["unlisted"] not in told
