"""Who may run a query now: a few at once, a short queue, and turns by client."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from tgkg.errors import BusyError

RETRY_AFTER: Final = 2

QUICK: Final = 0.1
"""Seconds for which a query that has begun may turn out to be a quick one."""
_BUSY: Final = (
    "Every query process is busy, and {why}. Nothing is wrong with the query: "
    "send it again in a moment."
)


def _closed() -> threading.Lock:
    gate = threading.Lock()
    gate.acquire()
    return gate


def _nothing() -> None:
    return


@dataclass(eq=False, slots=True)
class _Waiter:
    """A query that waits for its turn."""

    client: str
    begin: Callable[[], None]
    gate: threading.Lock = field(default_factory=_closed)
    """Held until the waiter is called; a lock wakes one thread, in a tenth of an event's time."""
    began: float | None = None
    """When it got its place."""
    is_refused: bool = False

    def call(self, began: float) -> None:
        """Begin its query, so that its process does not wait for its thread, and let that go on."""
        self.began = began
        self.begin()
        self.gate.release()

    def refuse(self) -> None:
        """Turn it away."""
        self.is_refused = True
        self.gate.release()


class Admission:
    """Lets so many run at once and so many wait; whoever runs least is next.

    Of those that began just now only some may run at once. One client never holds the last place
    while it holds all others, nor the whole queue: when the queue is full, the newest of who waits
    most makes room for who waits less. What the public may read here (`running`, `waiting`) is
    for metrics.
    """

    def __init__(
        self, places: int, waiting: int, patience: float, quick_at_once: int | None = None
    ) -> None:
        """Take how many run at once, how many wait, and for how many seconds at most.

        Of those that run, `quick_at_once` may have begun a moment ago; by itself, all.
        """
        self._places = places
        self._quick_at_once = quick_at_once or places
        self._most_waiting = waiting
        self._patience = patience
        self._lock = threading.Lock()
        self._running: dict[str, int] = {}
        self._begun: list[float] = []
        self._waiters: list[_Waiter] = []

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._begun)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiters)

    @contextmanager
    def turn(self, client: str, begin: Callable[[], None] = _nothing) -> Iterator[None]:
        """Wait for a place, and hold it.

        `begin` is called where it was waited for, by the thread that gives the place: it must
        neither wait nor raise.

        Raises:
            BusyError: too many wait already, or it took too long.
        """
        began = self._enter(client, begin)
        try:
            yield
        finally:
            self._leave(client, began)

    def _enter(self, client: str, begin: Callable[[], None]) -> float:
        """Wait for a place, and return when it was given."""
        with self._lock:
            if not self._waiters and self._may_run(client):
                return self._begin(client)
            waiter = _Waiter(client, begin)
            self._waiters.append(waiter)
            if len(self._waiters) > self._most_waiting + self._places - len(self._begun):
                self._refuse_one()
            self._call()
        self._await(waiter)
        with self._lock:
            if waiter.is_refused:
                raise BusyError(_BUSY.format(why="too many others wait"), RETRY_AFTER)
            if waiter.began is None:
                self._waiters.remove(waiter)
                why = f"none became free in {self._patience:g} seconds"
                raise BusyError(_BUSY.format(why=why), RETRY_AFTER)
            return waiter.began

    def _await(self, waiter: _Waiter) -> None:
        """Return when a waiter is called or refused, or its patience ends.

        Whoever leaves calls the next. Nobody does when a query turns out to be a slow one and
        another may begin beside it: for that the waiters look around themselves.
        """
        ends = time.monotonic() + self._patience
        while not waiter.gate.acquire(timeout=max(0, min(QUICK, ends - time.monotonic()))):
            if time.monotonic() >= ends:
                return
            with self._lock:
                self._call()

    def _leave(self, client: str, began: float) -> None:
        with self._lock:
            self._begun.remove(began)
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
            if self._waiters:
                self._call()

    def _begin(self, client: str) -> float:
        began = time.monotonic()
        self._begun.append(began)
        self._running[client] = self._running.get(client, 0) + 1
        return began

    def _may_run(self, client: str) -> bool:
        free, now = self._places - len(self._begun), time.monotonic()
        if sum(now - began < QUICK for began in self._begun) >= self._quick_at_once:
            return False
        # The last place is for somebody else than who has all the others.
        return free > 1 or (free == 1 and self._running.get(client, 0) < max(1, self._places - 1))

    def _call(self) -> None:
        """Give the free places to those who run least, the longest waiting first."""
        while True:
            ready = [waiter for waiter in self._waiters if self._may_run(waiter.client)]
            if not ready:
                return
            chosen = min(ready, key=lambda waiter: self._running.get(waiter.client, 0))
            self._waiters.remove(chosen)
            chosen.call(self._begin(chosen.client))

    def _refuse_one(self) -> None:
        """Turn the newest waiter of the client that waits most away."""
        counts = Counter(waiter.client for waiter in self._waiters)
        most = max(counts.values())
        refused = next(each for each in reversed(self._waiters) if counts[each.client] == most)
        self._waiters.remove(refused)
        refused.refuse()
