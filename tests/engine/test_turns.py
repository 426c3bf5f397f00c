"""Who takes long lets others go first."""

import threading
import time
from pathlib import Path

import pytest

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
OPERATION = Operation(limits=Limits(seconds=1.5, processes=3))


def priorities(pid: int) -> list[int]:
    """Return how nice the descendants of a process are: 0 as a rule, 10 after others."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            found += [int(fields[16]), *priorities(child)]
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Gives a keeper and the engines over a few hundred triples."""
    folder = tmp_path_factory.mktemp("turns")
    file = folder / "numbers.nt"
    file.write_text("".join(f'<http://e/{n}> <http://e/p> "{n}" .\n' for n in range(500)))
    state = State(folder / "state")
    assert build([file], state, lambda _: None).release
    with EngineKeeper(state, OPERATION) as keeper:
        engines = ByProcesses(keeper.folder, OPERATION)(state.current())
        yield keeper, engines.public
        engines.close()


def seen_while(keeper, engine, request: QueryRequest, after: float) -> list[int]:
    """Return the priorities of the query processes a while after a query began."""
    [parent] = keeper._parents.values()

    def ask() -> None:
        with pytest.raises(QueryLimitError):
            engine.query(request)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(after)
    found = priorities(parent.process.pid)
    asking.join()
    return found


def test_a_long_query_gives_way(served):
    """A query that runs for a while loses its priority, and no other does."""
    keeper, engine = served
    found = seen_while(keeper, engine, QueryRequest(ENDLESS, CSV, client="a"), after=0.8)
    assert max(found) == 10
    assert found.count(0) == len(found) - 1


def test_who_ran_into_a_limit_gives_way_at_once(served):
    """The next queries of such a client are behind all others from their start."""
    keeper, engine = served
    with pytest.raises(QueryLimitError):
        engine.query(QueryRequest(ENDLESS, CSV, client="b", timeout=0.1))
    found = seen_while(keeper, engine, QueryRequest(ENDLESS, CSV, client="b"), after=0.1)
    assert max(found) == 10


def test_nobody_else_does(served):
    """Another client's query begins with everybody's priority."""
    keeper, engine = served
    found = seen_while(keeper, engine, QueryRequest(ENDLESS, CSV, client="c"), after=0.1)
    assert set(found) == {0}
