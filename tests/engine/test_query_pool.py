"""Query processes as the web sees them: whole answers, honest errors, and no process for ever."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from process_tree import descendants

from tgkg.engine.keeper import EngineKeeper
from tgkg.engine.opening import ByProcesses, Engines
from tgkg.engine.port import Dataset, QueryRequest
from tgkg.errors import (
    EngineError,
    ForbiddenError,
    NotAcceptableError,
    QueryLimitError,
    QuerySyntaxError,
)
from tgkg.formats import CSV, N_TRIPLES, SPARQL_JSON, TURTLE
from tgkg.operation import Limits, Operation
from tgkg.publish.build import build
from tgkg.release import State

pytestmark = [pytest.mark.system, pytest.mark.alone]

MANY = 20_000
PID = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
OPERATION = Operation(limits=Limits(seconds=1, memory_mb=200, answer_mb=2, processes=2))


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> State:
    """Gives a release of many numbers."""
    folder = tmp_path_factory.mktemp("numbers")
    file = folder / "numbers.nt"
    file.write_text("".join(f'<http://e/{n}> <http://e/p> "{n}" .\n' for n in range(MANY)))
    made = State(folder / "state")
    assert build([file], made, lambda _: None).release
    return made


@pytest.fixture(scope="module")
def keeper(state) -> Iterator[EngineKeeper]:
    """Gives what keeps the engine of that release alive."""
    with EngineKeeper(state, OPERATION) as running:
        yield running


@pytest.fixture(scope="module")
def engines(keeper, state) -> Iterator[Engines]:
    """Gives the engines over it."""
    opened = ByProcesses(keeper.folder, OPERATION)(state.current())
    yield opened
    opened.close()


def query_processes(keeper: EngineKeeper) -> set[int]:
    """Return the query processes of the only engine."""
    [parent] = keeper._parents.values()
    return set(descendants(parent.process.pid))


def is_filtered(pid: int) -> bool:
    """Tell whether the kernel filters the calls of a process, for good."""
    status = Path(f"/proc/{pid}/status").read_text()
    return "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status


class TestAnswers:
    def test_a_small_answer(self, engines):
        """It comes whole, in the format that was asked."""
        answer = engines.public.query(QueryRequest(PID, CSV))
        assert (answer.format, answer.content) == (CSV, b"n\r\n20000\r\n")

    def test_a_large_answer(self, engines):
        """It comes whole too, through a file that is mapped."""
        answer = engines.public.query(QueryRequest("SELECT ?s { ?s ?p ?o }", SPARQL_JSON))
        assert len(json.loads(answer.content)["results"]["bindings"]) == MANY
        assert answer.length > 500_000

    def test_triples(self, engines):
        """CONSTRUCT is answered in an RDF format."""
        query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        request = QueryRequest(query, rdf=N_TRIPLES, dataset=Dataset(("http://e/none",)))
        assert engines.public.query(request).content == b""

    def test_a_pool_for_pages_is_never_taken_by_the_public(self, engines):
        """Both pools answer the same; they are processes of their own."""
        assert engines.pages.query(QueryRequest("ASK {}", CSV)).content == b"true"


class TestErrors:
    @pytest.mark.parametrize(
        ("request_", "error"),
        [
            (QueryRequest("SELECT", CSV), QuerySyntaxError),
            (QueryRequest("CLEAR ALL", CSV), ForbiddenError),
            (QueryRequest("SELECT * { SERVICE <a:b> {} }", CSV), ForbiddenError),
            (QueryRequest("ASK {}", rdf=TURTLE), NotAcceptableError),
        ],
        ids=["syntax", "update", "service", "format"],
    )
    def test_arrive_as_they_were_raised(self, engines, request_, error):
        """What is wrong with a query is told as the engine in this process tells it."""
        with pytest.raises(error):
            engines.public.query(request_)

    @pytest.mark.parametrize(
        ("limit", "allowed", "query"),
        [
            ("memory", 200 * 2**20, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d"),
            ("size", 2 * 2**20, "SELECT * { ?a ?b ?c . ?d ?e ?f }"),
        ],
    )
    def test_a_limit_is_named(self, engines, limit, allowed, query):
        """Which limit, how much of it there is, and the time that was spent."""
        with pytest.raises(QueryLimitError) as error:
            engines.public.query(QueryRequest(query, CSV, timeout=30))
        assert (error.value.limit, error.value.allowed) == (limit, allowed)
        assert error.value.spent > 0

    def test_the_time_is_the_kernels(self, engines):
        """A query ends at its time, whatever the engine is doing."""
        started = time.monotonic()
        with pytest.raises(QueryLimitError) as error:
            engines.public.query(QueryRequest(ENDLESS, CSV))
        assert (error.value.limit, error.value.allowed) == ("time", 1)
        assert time.monotonic() - started < 1.5


class TestProcesses:
    def test_a_killed_one_is_not_noticed(self, engines, keeper):
        """Whoever asks next gets the answer from another process."""
        for _ in range(5):
            for pid in query_processes(keeper):
                with suppress(ProcessLookupError):  # it made way for another meanwhile
                    os.kill(pid, signal.SIGKILL)
            assert engines.public.query(QueryRequest("ASK {}", CSV)).content == b"true"

    def test_a_slow_query_gives_its_process_back(self, engines, keeper):
        """After a slow query the process makes way, so that its memory is free."""
        before = query_processes(keeper)
        with pytest.raises(QueryLimitError):
            engines.public.query(QueryRequest(ENDLESS, CSV, timeout=0.4))
        deadline = time.monotonic() + 3
        while query_processes(keeper) == before or len(query_processes(keeper)) < len(before):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def test_they_have_no_network(self, keeper):
        """The kernel filters the calls of each, so that none opens a socket."""
        deadline = time.monotonic() + 3
        while not all(map(is_filtered, query_processes(keeper))):  # one may just be starting
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_a_damaged_release_is_told(tmp_path, state):
    """An engine that cannot load its release says so, instead of keeping everybody waiting."""
    release = state.current()
    home = tmp_path / "releases" / release.id
    home.mkdir(parents=True)
    for name in ("manifest.json", "shapes.nq"):
        (home / name).write_bytes((release.folder / name).read_bytes())
    (home / "dumps").mkdir()
    (home / "dumps" / release.data.name).write_text("<broken")
    other = State(tmp_path)
    other.current_link.symlink_to(home)
    with EngineKeeper(other, OPERATION) as running, pytest.raises(EngineError, match="load"):
        ByProcesses(running.folder, OPERATION)(other.current())
