"""Engines of old releases: opened when a query first needs one, closed when nobody asks."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from tgkg.engine.admission import RETRY_AFTER, Admission
from tgkg.engine.opening import Engines, Opener
from tgkg.engine.port import Answer, Engine, QueryRequest
from tgkg.errors import BusyError, EngineError
from tgkg.operation import OldReleases
from tgkg.release import Release

PATIENCE: Final = 5.0
"""Seconds that a query waits for its engine to open."""

_AT_ONCE: Final = 8
_WAITING: Final = 8
"""So many queries of old releases run and wait, so that most threads are left for the current."""

_WAITING_TO_OPEN: Final = 4
"""So many of those wait for an engine to open."""

_SURE_FOR: Final = 1.0
"""Seconds for which an engine stays after a query: the page that asked may ask more."""
_BETWEEN_LOOKS: Final = 0.05
_OPENING: Final = "The engine of this old release is being opened. Ask again in a moment."
_FULL: Final = "As many old releases as may be open are in use. Ask again in a moment."


@dataclass(eq=False, slots=True)
class _Held:
    """The engines of one release, open or being opened."""

    engines: "Future[Engines]"
    queries: int = 0
    """How many run."""
    used: float = 0.0

    def is_free(self, seconds: float) -> bool:
        """Tell whether nobody has used it for so long."""
        return not self.queries and self.engines.done() and time.monotonic() - self.used > seconds


class LazyEngines:
    """Opens the engines of so many releases at once, the least recently used of which make room.

    One is opened at a time. What waits for it and what runs is bounded, so that whoever asks all
    releases takes neither the machine nor the threads of those who ask the current one.
    """

    def __init__(self, opener: Opener, bounds: OldReleases) -> None:
        """Take what opens them; nothing is open yet."""
        self._opener = opener
        self._bounds = bounds
        self._turns = Admission(_AT_ONCE, _WAITING, PATIENCE)
        self._patient = threading.BoundedSemaphore(_WAITING_TO_OPEN)
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are open, or being opened."""
        return len(self._held)

    def engines(self, release: Release) -> Engines:
        """Return the engines over a release; each query sees to it that they are open."""
        return Engines(
            _Lazy(self, release, attrgetter("public")), _Lazy(self, release, attrgetter("pages"))
        )

    def close_idle(self) -> None:
        """Close those that nobody has asked for a while."""
        with self._lock:
            for name, held in list(self._held.items()):
                if held.is_free(self._bounds.idle_seconds):
                    self._close(name)

    @contextmanager
    def using(self, release: Release, client: str) -> Iterator[Engines]:
        """Give the engines of a release, and keep them open meanwhile.

        Raises:
            BusyError: they are being opened, or there is no room for them now.
            EngineError: they do not open.
        """
        with self._turns.turn(client):
            held = self._ready(release) or self._awaited(release)
            try:
                yield held.engines.result()
            finally:
                with self._lock:
                    held.queries -= 1
                    held.used = time.monotonic()

    def _ready(self, release: Release) -> _Held | None:
        """Take what is open already."""
        with self._lock:
            held = self._held.get(release.id)
            return self._taken(release, held) if held and held.engines.done() else None

    def _awaited(self, release: Release) -> _Held:
        """Take what is not open yet, once it is; few wait, so that others find their turn."""
        if not self._patient.acquire(blocking=False):
            raise BusyError(_OPENING, RETRY_AFTER)
        try:
            deadline = time.monotonic() + PATIENCE
            held = self._begun_by(deadline, release)
            self._wait(held, deadline)
        finally:
            self._patient.release()
        return held

    def _begun_by(self, deadline: float, release: Release) -> _Held:
        while True:
            with self._lock:
                held = self._held.get(release.id) or self._begun(release)
                if held:
                    return self._taken(release, held)
            if time.monotonic() > deadline:
                raise BusyError(_FULL, RETRY_AFTER)
            time.sleep(_BETWEEN_LOOKS)

    def _wait(self, held: _Held, deadline: float) -> None:
        """Return when it is open; where that takes too long or fails, let go of it."""
        try:
            held.engines.result(max(0.0, deadline - time.monotonic()))
        except Exception as error:
            with self._lock:
                held.queries -= 1
            if isinstance(error, TimeoutError) and not held.engines.done():
                raise BusyError(_OPENING, RETRY_AFTER) from None
            raise EngineError("The engine of this old release does not open.") from error

    def _taken(self, release: Release, held: _Held) -> _Held:
        self._held.move_to_end(release.id)
        held.queries += 1
        return held

    def _begun(self, release: Release) -> _Held | None:
        """Begin to open a release; None where none of the others can make room."""
        if len(self._held) >= self._bounds.open:
            free = (name for name, held in self._held.items() if held.is_free(_SURE_FOR))
            oldest = next(free, None)
            if oldest is None:
                return None
            self._close(oldest)
        held = self._held[release.id] = _Held(Future())
        opening = threading.Thread(target=self._open, args=(release, held.engines), daemon=True)
        opening.start()
        return held

    def _open(self, release: Release, engines: "Future[Engines]") -> None:
        with self._one_at_a_time:
            try:
                engines.set_result(self._opener(release))
            except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
                with self._lock:
                    del self._held[release.id]  # the next who asks has it tried again
                engines.set_exception(error)

    def _close(self, name: str) -> None:
        engines = self._held.pop(name).engines
        if not engines.exception():
            engines.result().close()


@dataclass(frozen=True, slots=True)
class _Lazy:
    """One engine of an old release."""

    all: LazyEngines
    release: Release
    chosen: "attrgetter[Engine]"

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`."""
        with self.all.using(self.release, request.client) as engines:
            return self.chosen(engines).query(request)
