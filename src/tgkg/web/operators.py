"""What operators and their machines ask: is it well, and what does it do."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from tgkg.engine.opening import Engines
from tgkg.engine.port import QueryRequest
from tgkg.errors import EngineError, NoReleaseError, TgkgError
from tgkg.formats import JSON, SPARQL_JSON
from tgkg.web.archive import archive
from tgkg.web.cache import Snapshot
from tgkg.web.current import published
from tgkg.web.observation import Metrics
from tgkg.web.responses import representation

blueprint: Final = Blueprint("operators", __name__)

METRICS: Final = "tgkg.metrics"
"""Where the application keeps what is counted."""

CACHE: Final = "tgkg.cache"
"""Where it keeps its cache, which tells how it does."""

_SECONDS: Final = 2
_WELL: Final = 200
_ILL: Final = 503


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say whether pages and queries are answered, with 503 where they are not."""
    status, values = _health()
    response = representation(json.dumps(values, indent=2), JSON, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the numbers of this server, for Prometheus."""
    counted: Metrics = current_app.extensions[METRICS]
    body = generate_latest(counted.registry) + generate_latest(_registry_of_now())
    response = Response(body, content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def _health() -> tuple[int, dict[str, Any]]:
    try:
        here = published()
    except NoReleaseError:
        return _ILL, {"status": "nothing is published yet"}
    except TgkgError as error:
        return _ILL, {"status": "the engine does not answer", "detail": str(error)}
    values: dict[str, Any] = {"status": "well", "release": here.release.id}
    elsewhere = here.engines.health()
    if elsewhere:
        values["engines"] = [{**asdict(each), "sound": each.is_sound} for each in elsewhere]
    try:
        here.engine.query(QueryRequest("ASK {}", SPARQL_JSON, timeout=_SECONDS))
    except TgkgError as error:
        return _ILL, {**values, "status": "the engine does not answer", "detail": str(error)}
    if elsewhere and not any(each.is_sound for each in elsewhere):
        return _ILL, {**values, "status": "no endpoint holds this release"}
    return _WELL, values


class _Now(Collector):
    """What is the case at this moment."""

    def collect(self) -> Iterator[Metric]:
        """Yield the release, and who runs and waits in each pool of query processes."""
        with suppress(NoReleaseError, EngineError):
            here = published()
            release = InfoMetricFamily("tgkg_release", "The release that is served.")
            release.add_metric([], {"id": here.release.id})
            yield release
            yield from _turns(here.engines)
        yield GaugeMetricFamily(
            "tgkg_old_releases_open",
            "Releases beside the current one whose engines run.",
            value=len(archive().engines),
        )
        yield from _cache(current_app.extensions[CACHE].snapshot())


def _turns(engines: Engines) -> Iterator[Metric]:
    running = GaugeMetricFamily("tgkg_queries_running", "Queries that run.", labels=["pool"])
    waiting = GaugeMetricFamily("tgkg_queries_waiting", "Queries that wait.", labels=["pool"])
    for name, turns in engines.turns.items():
        running.add_metric([name], turns.running)
        waiting.add_metric([name], turns.waiting)
    yield from (running, waiting)


def _cache(now: Snapshot) -> Iterator[Metric]:
    for name, text, value in (
        ("hits", "Requests answered from the cache.", now.hits),
        ("misses", "Requests that the cache could have answered, but did not hold.", now.misses),
        ("evictions", "Responses that made room for others.", now.evictions),
    ):
        yield CounterMetricFamily(f"tgkg_cache_{name}", text, value=value)
    for name, text, value in (
        ("responses", "Responses in the cache.", now.responses),
        ("bytes", "Bytes in the cache.", now.bytes),
    ):
        yield GaugeMetricFamily(f"tgkg_cache_{name}", text, value=value)


def _registry_of_now() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Now())
    return registry
