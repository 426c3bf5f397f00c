"""Who takes long lets others go first."""

import os
import threading
import time
from dataclasses import dataclass

import pytest
from process_tree import descendants

from tgkg.engine.cores import Cores
from tgkg.engine.keeper import EngineKeeper
from tgkg.engine.opening import ByProcesses
from tgkg.engine.port import QueryRequest
from tgkg.errors import QueryLimitError
from tgkg.formats import CSV
from tgkg.operation import Limits, Operation
from tgkg.publish.build import build
from tgkg.release import State

pytestmark = [pytest.mark.system, pytest.mark.alone]

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CORES = Cores.with_web()
OPERATION = Operation(limits=Limits(seconds=2, processes=3))


@dataclass(frozen=True)
class Standing:
    """What the kernel lets a process have: 0 as a rule, 10 after others."""

    nice: int
    policy: int
    cores: frozenset[int]


def standings(pid: int) -> list[Standing]:
    """Return how the descendants of a process stand."""
    return [
        Standing(
            os.getpriority(os.PRIO_PROCESS, each),
            os.sched_getscheduler(each),
            frozenset(os.sched_getaffinity(each)),
        )
        for each in descendants(pid)
    ]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Gives a keeper and the engines over a few hundred triples."""
    folder = tmp_path_factory.mktemp("turns")
    file = folder / "numbers.nt"
    file.write_text("".join(f'<http://e/{n}> <http://e/p> "{n}" .\n' for n in range(500)))
    state = State(folder / "state")
    assert build([file], state, lambda _: None).release
    with EngineKeeper(state, OPERATION, CORES) as keeper:
        engines = ByProcesses(keeper.folder, OPERATION)(state.current())
        yield keeper, engines.public
        engines.close()


def seen_while(keeper, engine, request: QueryRequest, after: float) -> list[Standing]:
    """Return how the query processes stand a while after a query began."""
    [parent] = keeper._parents.values()

    def ask() -> None:
        with pytest.raises(QueryLimitError):
            engine.query(request)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(after)
    found = standings(parent.process.pid)
    asking.join()
    return found


def test_a_slow_query_gives_way(served):
    """A query that runs for a while loses its priority, and no other does."""
    keeper, engine = served
    found = seen_while(keeper, engine, QueryRequest(ENDLESS, CSV, client="a"), after=0.8)
    assert sorted(each.nice for each in found) == [0] * (len(found) - 1) + [10]
    assert {each.cores for each in found} == {CORES.usable}


def test_a_long_query_leaves_the_web_alone(served):
    """One that runs for longer keeps off the core of the web, unless there is but one."""
    keeper, engine = served
    found = seen_while(keeper, engine, QueryRequest(ENDLESS, CSV, client="d"), after=1.3)
    [long] = [each for each in found if each.nice]
    assert long.cores == (CORES.usable - CORES.web or CORES.usable)


def test_who_ran_into_a_limit_gives_way_at_once(served):
    """The next queries of such a client have only what nobody else wants, from their start."""
    keeper, engine = served
    with pytest.raises(QueryLimitError):
        engine.query(QueryRequest(ENDLESS, CSV, client="b", timeout=0.1))
    found = seen_while(keeper, engine, QueryRequest(ENDLESS, CSV, client="b"), after=0.1)
    [last] = [each for each in found if each.policy == os.SCHED_IDLE]
    assert last.cores == (CORES.usable - CORES.web or CORES.usable)


def test_a_process_has_its_turn_back(served):
    """What a client brought upon itself is gone with its query."""
    keeper, engine = served
    with pytest.raises(QueryLimitError):
        engine.query(QueryRequest(ENDLESS, CSV, client="e", timeout=0.1))
    engine.query(QueryRequest("ASK { ?a ?b ?c }", CSV, client="e"))
    [parent] = keeper._parents.values()
    time.sleep(0.2)
    assert set(standings(parent.process.pid)) == {Standing(0, os.SCHED_OTHER, CORES.usable)}


def test_nobody_else_does(served):
    """Another client's query begins with everybody's priority."""
    keeper, engine = served
    found = seen_while(keeper, engine, QueryRequest(ENDLESS, CSV, client="c"), after=0.1)
    assert set(found) == {Standing(0, os.SCHED_OTHER, CORES.usable)}
