"""The engine over SPARQL endpoints elsewhere (SPARQL 1.1 Protocol), whatever product they are."""

import time
from typing import Final

from tgkg.engine.admission import Admission
from tgkg.engine.evaluation import wanted_format
from tgkg.engine.named_blanks import NamedBlanks
from tgkg.engine.opening import Health
from tgkg.engine.port import Answer, Dataset, QueryRequest
from tgkg.engine.query_process import out_of_time
from tgkg.engine.remote_answers import rewritten
from tgkg.engine.remote_query import RemoteQuery, graph_fields, prepared
from tgkg.engine.remote_replies import (
    RETRY_AFTER,
    failure,
    is_down,
    may_succeed_elsewhere,
    too_large,
)
from tgkg.engine.replicas import Replica, Replicas
from tgkg.errors import BusyError, EngineError, TgkgError
from tgkg.operation import MEBIBYTE, Operation
from tgkg.release import Release
from tgkg.remote.client import Reply, TooLargeError, TooSlowError, UnreachableError
from tgkg.remote.endpoint import NOTHING, Bounds, Endpoint
from tgkg.remote.marks import Marks

_LEAST: Final = 0.1
"""Seconds that even the last of several endpoints gets."""
_LOOK_AGAIN: Final = 10
"""Seconds for which it is believed what an endpoint holds."""


class RemoteEngine:
    """Answers queries over one release from endpoints that each hold all of it.

    The default graph is their graph of the union where they have one, as `tgkg push` makes it;
    else the merge of the release's graphs, as well as the product can merge.
    """

    def __init__(
        self, release: Release, operation: Operation, replicas: Replicas, turns: Admission
    ) -> None:
        """Take the release that the replicas should hold; nothing is connected yet."""
        self._release = release
        self._limits = operation.limits
        self._services = frozenset(operation.services)
        self._replicas = replicas
        self._turns = turns
        self._marks = Marks.of(release.config)
        self._blanks = NamedBlanks(self._marks.blank)
        self._graphs = tuple(release.manifest.counts.graphs)
        outline = release.manifest.outline
        self._own_default = outline is not None and outline.own_default
        self._wanted = None if outline and not outline.marked else release.id

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`.

        A query changes nothing, so that where one endpoint fails, the next is asked.
        """
        query = prepared(request, self._services, self._blanks)
        fmt = wanted_format(request, triples=query.form.gives_triples)
        with self._turns.turn(request.client):
            reply = self._answered(request, query)
        return rewritten(reply.body, query.form, fmt, self._blanks)

    def health(self) -> tuple[Health, ...]:
        """Return what each endpoint holds now."""
        return tuple(self._health(replica.endpoint) for replica in self._replicas.all)

    def strays(self) -> bool:
        """Tell whether an endpoint was last seen with another release; asks none of them."""
        return any(
            each.held.release != self._wanted for each in self._replicas.all if each.was_seen
        )

    def _answered(self, request: QueryRequest, query: RemoteQuery) -> Reply:
        started = time.monotonic()
        failed: TgkgError | None = None
        for replica in self._replicas.in_turn():
            try:
                reply = self._sent(replica, request, query, started)
            except UnreachableError as error:
                replica.rest()
                failed = failed or BusyError(
                    f"The endpoint behind this site cannot be reached: {error}. Try again.",
                    RETRY_AFTER,
                )
                continue
            spent = time.monotonic() - started
            failed = failure(reply, self._limits, request.timeout, spent)
            if failed is None:
                return reply
            if is_down(reply):
                replica.rest()
            if not may_succeed_elsewhere(reply):
                break
        raise failed or EngineError("There is no endpoint behind this site.")

    def _sent(
        self, replica: Replica, request: QueryRequest, query: RemoteQuery, started: float
    ) -> Reply:
        left = self._limits.seconds_for(request.timeout) - (time.monotonic() - started)
        bounds = Bounds(max(left, _LEAST), self._limits.answer_mb * MEBIBYTE)
        try:
            self._look_at(replica)
            graphs = graph_fields(self._dataset(replica, request, query), self._marks.nothing)
            text = query.text
            if replica.held.has_blanks:
                text = self._blanks.tests_named(text)
            return replica.endpoint.ask(text, graphs, bounds, triples=query.form.gives_triples)
        except TooSlowError as error:
            spent = time.monotonic() - started
            raise out_of_time(self._limits, request.timeout, spent) from error
        except TooLargeError as error:
            raise too_large(self._limits, time.monotonic() - started) from error

    def _look_at(self, replica: Replica) -> None:
        if time.monotonic() - replica.looked > _LOOK_AGAIN:
            try:
                held, was_seen = replica.endpoint.held(self._marks), True
            except EngineError:
                held, was_seen = NOTHING, False
            replica.held, replica.was_seen = held, was_seen
            replica.looked = time.monotonic()

    def _dataset(
        self, replica: Replica, request: QueryRequest, query: RemoteQuery
    ) -> Dataset | None:
        """Return the graphs to name; None where the query names its own, or the store knows."""
        if request.dataset is not None or query.names_graphs or self._own_default:
            return request.dataset
        default = (self._marks.union,) if replica.held.has_union else self._graphs
        return Dataset(default, self._graphs)

    def _health(self, endpoint: Endpoint) -> Health:
        held, problem = None, None
        try:
            held = endpoint.held(self._marks).release
        except TgkgError as error:
            problem = str(error)
        return Health(endpoint.address, self._wanted, held, problem)
