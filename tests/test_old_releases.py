"""A running server asked for old releases: engines of their own, few, and only for a while."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from process_tree import children
from products.ours import Site, running
from raw_http import Reply, send

from tgkg.engine.engine_parent import PAGE_PROCESSES
from tgkg.engine.thrift import thrifty
from tgkg.operation import Limits
from tgkg.publish.build import build
from tgkg.release import State

pytestmark = pytest.mark.system

JSON = "application/sparql-results+json"
VALUE = "SELECT ?v { <http://e/id/a> <http://e/p> ?v }"
RELEASES = 4
SETTINGS = 'name = "g"\nbase = "http://e/"\n'


@pytest.fixture
def ids(tmp_path) -> list[str]:
    """Makes releases that differ in one value, and gives their ids, the oldest first."""
    state, made = State(tmp_path / "state"), []
    (tmp_path / "project/data").mkdir(parents=True)
    (tmp_path / "project/tgkg.toml").write_text(SETTINGS)
    for number in range(RELEASES):
        file = tmp_path / "project/data/a.ttl"
        file.write_text(f"<http://e/id/a> <http://e/p> {number} .\n")
        release = build([tmp_path / "project"], state, lambda _: None).release
        assert release
        made.append(release.id)
    return made


@pytest.fixture
def serve(tmp_path, ids) -> Iterator[Callable[..., Site]]:
    """Gives a function that serves them with further settings."""
    assert len(ids) == RELEASES
    with ExitStack() as started:

        def start(settings: str = "") -> Site:
            (tmp_path / "project/tgkg.toml").write_text(SETTINGS + settings)
            return started.enter_context(running(tmp_path, tmp_path / "project"))

        yield start


def asked(site: Site, release: str, query: str = VALUE) -> Reply:
    """Asks an old release."""
    endpoint = f"{site.address}releases/{release}/sparql"
    return send(endpoint, "GET", query=f"query={quote(query)}", headers={"Accept": JSON})


def value(reply: Reply) -> int:
    """Gives the only value of an answer."""
    assert reply.status == 200, reply.body
    [row] = reply.json["results"]["bindings"]
    return int(row["v"]["value"])


def engines(site: Site) -> list[int]:
    """Gives the engines that run."""
    return site.tree()["engine parent"]


def eventually(look: Callable[[], bool], seconds: float = 15) -> bool:
    """Tells whether something comes to be the case in time."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_each_answers_for_itself(serve, ids):
    """Every release gives its own answer: queries, pages and dumps, whichever is current."""
    site = serve()
    assert [value(asked(site, each)) for each in ids] == list(range(RELEASES))
    for number, each in enumerate(ids):
        page = send(f"{site.address}releases/{each}/doc/a", "GET", headers={"Accept": "text/html"})
        assert (page.status, f">{number}<" in page.body.decode()) == (200, True)
        dump = send(f"{site.address}releases/{each}/dumps/g.nq", "GET")
        assert f'"{number}"'.encode() in dump.body


def test_an_engine_of_the_past_is_lean(serve, ids):
    """It is started when it is asked, with few processes, which let all others go first."""
    site = serve()
    [current] = engines(site)
    send(f"{site.address}releases/{ids[0]}/dumps/g.nq", "GET")
    assert engines(site) == [current]
    assert value(asked(site, ids[0])) == 0
    [old] = set(engines(site)) - {current}
    processes = children(old)
    assert len(processes) == thrifty(Limits()).processes + PAGE_PROCESSES
    assert all(os.getpriority(os.PRIO_PROCESS, each) > 0 for each in (old, *processes))


def test_it_ends_when_nobody_asks(serve, ids):
    """After so many seconds its memory is free; whoever asks again is answered again."""
    site = serve("[old_releases]\nidle_seconds = 0.5\n")
    assert value(asked(site, ids[0])) == 0
    assert len(engines(site)) == 2
    assert eventually(lambda: len(engines(site)) == 1)
    assert value(asked(site, ids[0], f"{VALUE} # again")) == 0


def test_only_so_many_run(serve, ids):
    """Whoever asks all releases at once gets right answers or 503, and few engines are started."""
    site = serve("[old_releases]\nopen = 1\n")
    most = []

    def ask(number: int) -> Reply:
        reply = asked(site, ids[number % 3], f"{VALUE} # {number}")
        most.append(len(engines(site)))
        return reply

    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(ask, range(36)))
    assert max(most) <= 3  # the current one's, the one's that is open, and one's that is leaving
    for number, reply in enumerate(replies):
        if reply.status == 503:
            assert int(reply.headers["Retry-After"]) > 0
        else:
            assert value(reply) == number % 3
    assert any(reply.status == 200 for reply in replies)
    assert value(asked(site, ids[-1])) == RELEASES - 1
    assert eventually(lambda: len(engines(site)) <= 2)


@pytest.mark.parametrize("part", ["engine parent", "web worker"])
def test_what_is_killed_comes_back(serve, ids, part):
    """Be it the engine, or the worker that wanted it: none is left over, and the next is served."""
    site = serve()
    assert value(asked(site, ids[0])) == 0
    for pid in site.tree()[part]:
        os.kill(pid, signal.SIGKILL)

    def answers() -> bool:
        try:
            reply = asked(site, ids[0], f"{VALUE} # {time.monotonic()}")
        except OSError:
            return False
        return reply.status == 200 and value(reply) == 0

    assert eventually(answers)
    assert eventually(lambda: len(engines(site)) == 2)


def test_beside_a_store_elsewhere(serve, ids):
    """The past needs no store: its engine is our own, over the dumps that are here."""
    site = serve('engine = "http://127.0.0.1:9/sparql"\n')
    assert send(f"{site.address}sparql", "GET", query=f"query={quote(VALUE)}").status == 503
    assert [value(asked(site, each)) for each in ids[:2]] == [0, 1]


def test_a_release_that_is_removed_while_it_is_asked(serve, ids, tmp_path):
    """It is 404 from then on."""
    site = serve()
    assert value(asked(site, ids[0])) == 0
    removed = Path(tmp_path / "state/releases" / ids[0])
    removed.rename(tmp_path / "removed")
    assert asked(site, ids[0]).status == 404
    assert value(asked(site, ids[1])) == 1
