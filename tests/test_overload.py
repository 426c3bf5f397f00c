"""When every query process is busy: a short wait, then 503; pages stay quick, nobody is starved."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest
from products.ours import Site, serving

pytestmark = [pytest.mark.system, pytest.mark.alone]

LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
SETTINGS = """
name = "busy"
base = "http://e/"
[limits]
seconds = 3
processes = 2
waiting = 3
"""


def get(
    site: Site, path: str, client: str = "127.0.0.1"
) -> tuple[int, dict[str, str], bytes, float]:
    """Return status, headers, body and seconds of a page, asked from an address of loopback."""
    where = urlsplit(site.address)
    started = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", where.port, 30, source_address=(client, 0))) as asking:
        asking.request("GET", path, headers={"Accept": "*/*"})
        answer = asking.getresponse()
        body = answer.read()
    return answer.status, dict(answer.getheaders()), body, time.monotonic() - started


def ask(
    site: Site, query: str, client: str = "127.0.0.1"
) -> tuple[int, dict[str, str], bytes, float]:
    """Return status, headers, body and seconds of a query."""
    return get(site, "/sparql?query=" + quote(query), client)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """Gives a server over a few triples: two query processes, and three places to wait."""
    lines = "".join(f"<http://e/id/x/{n}> <http://e/p> {n} .\n" for n in range(200))
    with serving(tmp_path_factory.mktemp("busy"), lines, SETTINGS) as running:
        yield running


@pytest.fixture
def busy(site) -> Iterator[ThreadPoolExecutor]:
    """Keeps every query process busy and every place in the queue taken, by many clients."""
    with ThreadPoolExecutor(16) as pool:
        running = [pool.submit(ask, site, f"{LONG} #{n}", f"127.0.0.{n + 2}") for n in range(5)]
        time.sleep(0.7)
        yield pool
        outcomes = [each.result()[0] for each in running]
    assert set(outcomes) <= {422, 503}


@pytest.mark.usefixtures("busy")
def test_one_more_is_told_to_come_back(site):
    """503 says that nothing is wrong with the query, and when to send it again."""
    status, headers, body, seconds = ask(site, "ASK { <http://e/id/x/1> ?p ?o }", "127.0.0.20")
    assert (status, int(headers["retry-after"]) > 0) == (503, True)
    assert "Nothing is wrong with the query" in json.loads(body)["detail"]
    assert seconds < 1


@pytest.mark.usefixtures("busy")
def test_pages_and_dumps_stay_quick(site):
    """What the public's queries do is nothing to them: they have processes of their own."""
    paths = ("/", "/doc/x/7", "/doc/x/8.ttl", "/dumps/busy.nt", "/healthz", "/metrics", "/def")
    for path in paths:
        status, _, _, seconds = get(site, path, "127.0.0.30")
        assert (path, status) == (path, 200)
        assert seconds < 2, path


def test_an_answer_that_is_known_needs_no_process(site):
    """A query that was answered before is answered while everything is busy."""
    query = "ASK { <http://e/id/x/3> ?p ?o }"
    assert [ask(site, query)[0] for _ in range(2)] == [200, 200]  # the second time it is kept
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(ask, site, f"{LONG} #k{n}", f"127.0.0.{n + 2}") for n in range(5)]
        time.sleep(0.7)
        status, _, body, seconds = ask(site, query, "127.0.0.40")
        assert (status, json.loads(body)["boolean"]) == (200, True)
        assert seconds < 1
        [each.result() for each in running]


def test_one_client_does_not_starve_another(site):
    """Somebody who sends many endless queries leaves a place for who sends one."""
    with ThreadPoolExecutor(16) as pool:
        greedy = [pool.submit(ask, site, f"{LONG} #g{n}", "127.0.0.2") for n in range(10)]
        time.sleep(0.7)
        for n in range(5):
            status, _, _, seconds = ask(
                site, f"ASK {{ <http://e/id/x/{n}> ?p ?o }} #f", "127.0.0.50"
            )
            assert status == 200
            assert seconds < 2
        [each.result() for each in greedy]


@pytest.mark.usefixtures("busy")
def test_the_queue_is_shown(site):
    """Metrics tell how many run and how many wait."""
    text = get(site, "/metrics", "127.0.0.60")[2].decode()
    assert 'tgkg_queries_running{pool="public"} 2.0' in text
    assert 'tgkg_queries_waiting{pool="public"} 3.0' in text
