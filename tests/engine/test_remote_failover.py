"""Replicas of a store stand in for one another: what dies is not noticed by those who ask."""

import threading
import time

import pytest
from products.oxigraph_server import oxigraph
from products.pushed import opener_over, store_in

from tgkg.engine.port import QueryRequest
from tgkg.formats import SPARQL_JSON
from tgkg.publish.build import build
from tgkg.push.pushing import push
from tgkg.release import State

pytestmark = pytest.mark.system

ASKED = 'SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o BIND("{}" AS ?x) }}'


def test_a_replica_dies_under_load_and_no_query_fails(tmp_path):
    """Every query is answered, and health tells which of the two is gone."""
    source = tmp_path / "some.nt"
    source.write_text("".join(f'<http://e/{n}> <http://e/v> "{n}" .\n' for n in range(500)))
    release = build([source], State(tmp_path / "state"), lambda _: None).release
    answers, failures, over = [], [], threading.Event()
    with oxigraph(tmp_path / "one") as one, oxigraph(tmp_path / "two") as two:
        for each in (one, two):
            push(release, store_in(each), lambda _: None)
        engines = opener_over(one, two)(release)

        def ask(who: int) -> None:
            for number in range(100_000):
                if over.is_set():
                    return
                request = QueryRequest(ASKED.format(f"{who} {number}"), results=SPARQL_JSON)
                try:
                    answers.append(
                        (time.monotonic(), b'"500"' in engines.public.query(request).content)
                    )
                except Exception as error:  # noqa: BLE001 - every failure counts
                    failures.append(repr(error))

        askers = [threading.Thread(target=ask, args=(who,)) for who in range(3)]
        for each in askers:
            each.start()
        time.sleep(1)
        one.process.kill()
        killed = time.monotonic()
        time.sleep(2)
        over.set()
        for each in askers:
            each.join()
        health = engines.health()
    assert failures == []
    assert all(right for _, right in answers)
    assert sum(when < killed for when, _ in answers) > 10
    assert sum(when > killed for when, _ in answers) > 10
    assert [each.is_sound for each in health] == [False, True]
