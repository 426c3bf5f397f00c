"""Watches the public's queries: a number for each outcome, a time, and one line in the log."""

import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from logging import INFO, Logger
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from tgkg.engine.opening import Engines, Opener
from tgkg.engine.port import Answer, Engine, QueryRequest
from tgkg.errors import (
    BusyError,
    EngineError,
    QueryLimitError,
    QuerySyntaxError,
    TgkgError,
)
from tgkg.release import Release

OUTCOMES: Final = ("answered", "syntax", "refused", "time", "memory", "size", "busy", "failed")
"""What may become of a query, in the metrics and in the log."""

KILLS: Final = ("time", "memory", "failed")
"""The outcomes in which a query process was lost."""

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_HASH: Final = 16


class Metrics:
    """What is counted while the server runs, by Prometheus' names."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.registry = CollectorRegistry()
        self.queries = Counter(
            "tgkg_queries",
            "Queries of the public, by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self.duration = Histogram(
            "tgkg_query_duration_seconds",
            "Time of the public's queries, waiting included.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.kills = Counter(
            "tgkg_query_kills",
            "Query processes lost, by reason.",
            ["reason"],
            registry=self.registry,
        )
        for outcome in OUTCOMES:  # so that each is there from the start, at zero
            self.queries.labels(outcome)
        for reason in KILLS:
            self.kills.labels(reason)

    def record(self, outcome: str, seconds: float) -> None:
        """Count a query."""
        self.queries.labels(outcome).inc()
        self.duration.observe(seconds)
        if outcome in KILLS:
            self.kills.labels(outcome).inc()


@dataclass(frozen=True, slots=True)
class QueryLog:
    """Writes one line of JSON for each query."""

    logger: Logger
    with_text: bool
    """Whether the text goes in; else a hash of it, by which equal queries are known."""

    def record(self, request: QueryRequest, outcome: str, seconds: float, size: int) -> None:
        """Write the line. Who asked is not in it."""
        if not self.logger.isEnabledFor(INFO):
            return
        text = request.query
        told = (
            {"text": text}
            if self.with_text
            else {"query": sha256(text.encode()).hexdigest()[:_HASH]}
        )
        values = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **told,
            "outcome": outcome,
            "seconds": round(seconds, 4),
            "bytes": size,
        }
        self.logger.info(json.dumps(values, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Observed:
    """An engine whose queries are counted and logged."""

    engine: Engine
    metrics: Metrics
    log: QueryLog

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`."""
        started, outcome, size = time.perf_counter(), "failed", 0
        try:
            answer = self.engine.query(request)
            outcome, size = "answered", answer.length
            return answer
        except TgkgError as error:
            outcome = outcome_of(error)
            raise
        finally:
            seconds = time.perf_counter() - started
            self.metrics.record(outcome, seconds)
            self.log.record(request, outcome, seconds, size)


def watched(opener: Opener, metrics: Metrics, log: QueryLog) -> Opener:
    """Return what opens the same engines, the public's queries being watched."""

    def opened(release: Release) -> Engines:
        engines = opener(release)
        return replace(engines, public=Observed(engines.public, metrics, log))

    return opened


def outcome_of(error: TgkgError) -> str:
    """Return what became of a query that ended in an error."""
    match error:
        case QueryLimitError():
            return error.limit
        case BusyError():
            return "busy"
        case QuerySyntaxError():
            return "syntax"
        case EngineError():
            return "failed"
        case _:
            return "refused"
