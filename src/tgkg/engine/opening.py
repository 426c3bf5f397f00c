"""Opens the engines over a release, wherever they are."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tgkg.engine.admission import Admission
from tgkg.engine.embedded import EmbeddedEngine
from tgkg.engine.engine_parent import FEDERATED, PAGE_PROCESSES, PAGES, PUBLIC
from tgkg.engine.port import Answer, Engine, QueryRequest
from tgkg.engine.query_pool import QueryPool
from tgkg.engine.wish import Wish
from tgkg.operation import Operation
from tgkg.release import Release

PATIENCE: Final = 5
"""Seconds that a query waits for its turn."""

_QUICK_AT_ONCE: Final = 2 * (os.cpu_count() or 2)
"""So many queries that may be quick run at once. More finish no sooner, and in more processes: each
has to copy what it touches of a large store, as the engine counts there who reads."""

_PAGES_WAITING: Final = 256
_SECONDS_TO_LOAD: Final = 600


@dataclass(frozen=True, slots=True)
class Health:
    """Whether an endpoint elsewhere holds the release that this site serves."""

    address: str
    wanted: str | None
    """The id of the release served here; None where the store has none to say."""
    held: str | None
    """The id that the endpoint says; None where it says none, as when nobody pushed."""
    problem: str | None = None
    """Why it could not be asked."""

    @property
    def is_sound(self) -> bool:
        """Whether pages and queries speak of the same release."""
        return self.problem is None and self.held == self.wanted


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines over one release: one for the public's queries, one for those of pages."""

    public: Engine
    pages: Engine
    pools: tuple[QueryPool, ...] = ()
    """What of them runs in processes."""
    turns: Mapping[str, Admission] = field(default_factory=dict)
    """The queues before them, by name."""
    health: Callable[[], tuple[Health, ...]] = tuple
    """Tells whether endpoints elsewhere hold this release; nothing for engines of our own."""
    strays: Callable[[], bool] = bool
    """Tells at once whether one of them was last seen with another release."""
    wish: Wish | None = None
    """What keeps them running for as long as a request holds this; see `wish`."""

    def close(self) -> None:
        """Let go of what they hold, once the release is no longer served."""
        for pool in self.pools:
            pool.close()


Opener = Callable[[Release], Engines]
"""Opens the engines over a release; raises `EngineError` where they do not come up."""


def in_process(release: Release) -> Engines:
    """Open an engine in this process: no limits, and nothing to start."""
    engine = EmbeddedEngine(release)
    return Engines(engine, engine)


@dataclass(frozen=True, slots=True)
class ByProcesses:
    """Opens the query processes that an engine parent keeps below a folder."""

    folder: Path
    operation: Operation

    def __call__(self, release: Release) -> Engines:
        """Wait until the engine parent of the release has loaded it.

        Raises:
            EngineError: it could not.
        """
        limits, home = self.operation.limits, sockets(self.folder, release.id)
        wish = Wish(home, release.id)
        turns = Admission(limits.processes, limits.waiting, PATIENCE, _QUICK_AT_ONCE)
        public = QueryPool(home / PUBLIC, limits, turns)
        pages = QueryPool(
            home / PAGES, limits, Admission(PAGE_PROCESSES, _PAGES_WAITING, limits.seconds)
        )
        pages.wait(_SECONDS_TO_LOAD)
        queues = {PUBLIC: turns, PAGES: pages.admission}
        if not self.operation.services:
            return Engines(public, pages, (public, pages), queues, wish=wish)
        federated = QueryPool(home / FEDERATED, limits, turns)
        chosen = _ByNeed(public, federated)
        return Engines(chosen, pages, (public, pages, federated), queues, wish=wish)


@dataclass(frozen=True, slots=True)
class _ByNeed:
    """Gives the queries that call elsewhere, and only those, to processes with a network."""

    closed: Engine
    federated: Engine

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`."""
        calls = "service" in request.query.lower()  # in escapes, it is refused
        return (self.federated if calls else self.closed).query(request)


def sockets(folder: Path, release: str) -> Path:
    """Return the folder of a release's sockets; short, as the paths of sockets must be."""
    return folder / release[:16]
