"""When every query process is busy: a short wait, then 503; pages stay quick, nobody is starved."""

import json
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

pytestmark = [pytest.mark.system, pytest.mark.alone]

TGKG = Path(sys.executable).parent / "tgkg"
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
SETTINGS = """
name = "busy"
base = "http://e/"
[limits]
seconds = 3
processes = 2
waiting = 3
"""


class Site:
    """A running server with two query processes, and three places to wait."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        for line in process.stderr or ():
            if "Serving at " in line:
                self.address = line.split()[2]
                return
        raise AssertionError(process.wait())

    def get(self, path: str, client: str = "127.0.0.1") -> tuple[int, dict[str, str], bytes, float]:
        """Return status, headers, body and seconds of a page, asked from an address of loopback."""
        where = urllib.parse.urlsplit(self.address)
        started = time.monotonic()
        connection = HTTPConnection("127.0.0.1", where.port, 30, source_address=(client, 0))
        connection.request("GET", path, headers={"Accept": "*/*"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), body, time.monotonic() - started

    def ask(
        self, query: str, client: str = "127.0.0.1"
    ) -> tuple[int, dict[str, str], bytes, float]:
        """Return status, headers, body and seconds of a query."""
        return self.get("/sparql?query=" + urllib.parse.quote(query), client)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """Gives a running server over a few triples."""
    folder = tmp_path_factory.mktemp("busy")
    (folder / "data").mkdir()
    lines = "".join(f"<http://e/id/x/{n}> <http://e/p> {n} .\n" for n in range(200))
    (folder / "data/numbers.ttl").write_text(lines)
    (folder / "tgkg.toml").write_text(SETTINGS)
    arguments = [TGKG, "serve", folder, "--port", "0", "--state", folder / "state"]
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    running = Site(process)
    reading = threading.Thread(target=process.stderr.read)  # its log, or it would wait for us
    reading.start()
    yield running
    process.terminate()
    process.wait()
    reading.join()
    process.stderr.close()


@pytest.fixture
def busy(site) -> Iterator[ThreadPoolExecutor]:
    """Keeps every query process busy and every place in the queue taken, by many clients."""
    with ThreadPoolExecutor(16) as pool:
        running = [pool.submit(site.ask, f"{LONG} #{n}", f"127.0.0.{n + 2}") for n in range(5)]
        time.sleep(0.7)
        yield pool
        outcomes = [each.result()[0] for each in running]
    assert set(outcomes) <= {422, 503}


@pytest.mark.usefixtures("busy")
def test_one_more_is_told_to_come_back(site):
    """503 says that nothing is wrong with the query, and when to send it again."""
    status, headers, body, seconds = site.ask("ASK { <http://e/id/x/1> ?p ?o }", "127.0.0.20")
    assert (status, int(headers["retry-after"]) > 0) == (503, True)
    assert "Nothing is wrong with the query" in json.loads(body)["detail"]
    assert seconds < 1


@pytest.mark.usefixtures("busy")
def test_pages_and_dumps_stay_quick(site):
    """What the public's queries do is nothing to them: they have processes of their own."""
    paths = ("/", "/doc/x/7", "/doc/x/8.ttl", "/dumps/busy.nt", "/healthz", "/metrics", "/def")
    for path in paths:
        status, _, _, seconds = site.get(path, "127.0.0.30")
        assert (path, status) == (path, 200)
        assert seconds < 2, path


def test_an_answer_that_is_known_needs_no_process(site):
    """A query that was answered before is answered while everything is busy."""
    query = "ASK { <http://e/id/x/3> ?p ?o }"
    assert [site.ask(query)[0] for _ in range(2)] == [200, 200]  # the second time it is kept
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(site.ask, f"{LONG} #k{n}", f"127.0.0.{n + 2}") for n in range(5)]
        time.sleep(0.7)
        status, _, body, seconds = site.ask(query, "127.0.0.40")
        assert (status, json.loads(body)["boolean"]) == (200, True)
        assert seconds < 1
        [each.result() for each in running]


def test_one_client_does_not_starve_another(site):
    """Somebody who sends many endless queries leaves a place for who sends one."""
    with ThreadPoolExecutor(16) as pool:
        greedy = [pool.submit(site.ask, f"{LONG} #g{n}", "127.0.0.2") for n in range(10)]
        time.sleep(0.7)
        for n in range(5):
            status, _, _, seconds = site.ask(
                f"ASK {{ <http://e/id/x/{n}> ?p ?o }} #f", "127.0.0.50"
            )
            assert status == 200
            assert seconds < 2
        [each.result() for each in greedy]


@pytest.mark.usefixtures("busy")
def test_the_queue_is_shown(site):
    """Metrics tell how many run and how many wait."""
    text = site.get("/metrics", "127.0.0.60")[2].decode()
    assert 'tgkg_queries_running{pool="public"} 2.0' in text
    assert 'tgkg_queries_waiting{pool="public"} 3.0' in text
