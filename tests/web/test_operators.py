"""What operators ask: is it well, what does it do, who asked what."""

import json
import logging
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tgkg.engine.opening import Engines, Health, in_process
from tgkg.errors import BusyError, EngineError, QueryLimitError
from tgkg.operation import Operation
from tgkg.web.app import QUERY_LOG, create_app
from tgkg.web.observation import OUTCOMES

ASK = "/sparql?query=ASK{}"


def numbers(client):
    """Gives the metrics by name and labels."""
    text = client.get("/metrics").get_data(as_text=True)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Failing:
    """An engine that fails in one way."""

    def __init__(self, error):
        self.error = error

    def query(self, _):
        """Fails."""
        raise self.error


def site_that_fails(state, error):
    """Gives a client of a site whose engines fail in one way."""
    app = create_app(state, lambda _: Engines(Failing(error), Failing(error)))
    return app.test_client()


class TestHealth:
    def test_is_well(self, client, release):
        """While queries are answered, it says so and names the release."""
        answer = client.get("/healthz")
        assert (answer.status_code, answer.get_json()["release"]) == (200, release.id)
        assert answer.headers["Cache-Control"] == "no-store"

    def test_is_ill(self, state):
        """When the engine does not answer, 503 says why."""
        answer = site_that_fails(state, EngineError("It is gone.")).get("/healthz")
        assert (answer.status_code, answer.get_json()["detail"]) == (503, "It is gone.")
        assert answer.get_json()["release"] == state.current_id()

    def test_before_the_first_release(self, empty_site):
        """Without a release it is not well yet."""
        assert empty_site.get("/healthz").status_code == 503


class TestMetrics:
    def test_every_outcome_is_there_from_the_start(self, state):
        """A counter that nothing has touched is zero, not absent."""
        found = numbers(create_app(state).test_client())
        assert {name: found["tgkg_queries_total", name] for name in OUTCOMES} == dict.fromkeys(
            OUTCOMES, 0
        )

    def test_queries_are_counted(self, state):
        """Each query of the public adds to its outcome and to the time; pages do not."""
        client = create_app(state).test_client()
        client.get("/")
        for query in ("ASK{}", "ASK {}", "ASK{", "CLEAR ALL"):
            client.get(f"/sparql?query={query}")
        found = numbers(client)
        outcomes = [found["tgkg_queries_total", name] for name in ("answered", "syntax", "refused")]
        assert outcomes == [2, 1, 1]
        assert found["tgkg_query_duration_seconds_count",] == 4

    @pytest.mark.parametrize(
        ("error", "outcome", "kills"),
        [
            (QueryLimitError("x", "time", 1, 1.0), "time", 1),
            (QueryLimitError("x", "memory", 1, 1.0), "memory", 1),
            (QueryLimitError("x", "size", 1, 1.0), "size", None),
            (BusyError("x", 1), "busy", None),
            (EngineError("x"), "failed", 1),
        ],
        ids=lambda value: value if isinstance(value, str) else None,
    )
    def test_what_went_wrong_is_counted(self, state, error, outcome, kills):
        """Each way to fail has its own number; those that cost a process are counted as kills."""
        client = site_that_fails(state, error)
        client.get(ASK)
        found = numbers(client)
        assert found["tgkg_queries_total", outcome] == 1
        assert found.get(("tgkg_query_kills_total", outcome)) == kills

    def test_the_cache_is_counted(self, state):
        """What was answered from the cache, and what it holds."""
        client = create_app(state).test_client()
        for _ in range(3):
            client.get("/?lang=en")
        found = numbers(client)
        assert found["tgkg_cache_hits_total",] == 2
        assert found["tgkg_cache_responses",] == 1
        assert found["tgkg_cache_bytes",] > 1000


class TestElsewhere:
    @pytest.mark.parametrize(("held", "status"), [(None, 503), ("another", 503), ("this", 200)])
    def test_an_endpoint_must_hold_the_release(self, state, release, held, status):
        """With an engine elsewhere it is well only where that holds the release served here."""
        held = release.id if held == "this" else held
        told = (Health("https://x.example/sparql", release.id, held),)
        site = create_app(state, lambda each: replace(in_process(each), health=lambda: told))
        answer = site.test_client().get("/healthz")
        assert answer.status_code == status
        assert answer.get_json()["engines"][0]["held"] == held


class TestLog:
    @pytest.fixture
    def lines(self, caplog):
        """Gives a function that returns the lines written so far."""
        caplog.set_level(logging.INFO, QUERY_LOG)
        return lambda: [
            json.loads(each.message) for each in caplog.records if each.name == QUERY_LOG
        ]

    def test_each_query_has_a_line(self, client, lines):
        """It holds outcome, time and size, and a hash that is the same for the same text."""
        for seconds, query in enumerate(("ASK{}", "ASK{}", "ASK{ }", "ASK{"), 1):
            # Another time each, since what is answered from the cache is no query.
            client.get(f"/sparql?query={query}&timeout={seconds}")
        found = lines()
        assert [line["outcome"] for line in found] == ["answered"] * 3 + ["syntax"]
        assert found[0]["query"] == found[1]["query"] != found[2]["query"]
        assert found[0]["bytes"] == 26
        assert "ASK" not in json.dumps(found)

    def test_the_text_on_request(self, state, lines):
        """With `log_queries = "text"` the line holds the query itself."""
        site = create_app(state, in_process, Operation(log_queries="text")).test_client()
        site.get(ASK)
        assert [line["text"] for line in lines()] == ["ASK{}"]
