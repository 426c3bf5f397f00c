"""Who may run a query now: a few at once, a short queue, and turns by client."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from tgkg.errors import BusyError

RETRY_AFTER: Final = 2
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
    is_called: bool = False
    is_refused: bool = False

    def call(self) -> None:
        """Begin its query, so that its process does not wait for its thread, and let that go on."""
        self.is_called = True
        self.begin()
        self.gate.release()

    def refuse(self) -> None:
        """Turn it away."""
        self.is_refused = True
        self.gate.release()


class Admission:
    """Lets so many run at once and so many wait; whoever runs least is next.

    One client never holds the last place while it holds all others, nor the whole queue: when the
    queue is full, the newest of who waits most makes room for who waits less. What the public may
    read here (`running`, `waiting`) is for metrics.
    """

    def __init__(self, places: int, waiting: int, patience: float) -> None:
        """Take how many run at once, how many wait, and for how many seconds at most."""
        self._places = places
        self._most_waiting = waiting
        self._patience = patience
        self._lock = threading.Lock()
        self._running: dict[str, int] = {}
        self._total = 0
        self._waiters: list[_Waiter] = []

    @property
    def running(self) -> int:
        """How many run."""
        return self._total

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
        self._enter(client, begin)
        try:
            yield
        finally:
            self._leave(client)

    def _enter(self, client: str, begin: Callable[[], None]) -> None:
        with self._lock:
            if not self._waiters and self._may_run(client):
                self._begin(client)
                return
            waiter = _Waiter(client, begin)
            self._waiters.append(waiter)
            if len(self._waiters) > self._most_waiting:
                self._refuse_one()
            self._call()
        waiter.gate.acquire(timeout=self._patience)
        with self._lock:
            if waiter.is_refused:
                raise BusyError(_BUSY.format(why="too many others wait"), RETRY_AFTER)
            if not waiter.is_called:
                self._waiters.remove(waiter)
                why = f"none became free in {self._patience:g} seconds"
                raise BusyError(_BUSY.format(why=why), RETRY_AFTER)

    def _leave(self, client: str) -> None:
        with self._lock:
            self._total -= 1
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
            if self._waiters:
                self._call()

    def _begin(self, client: str) -> None:
        self._total += 1
        self._running[client] = self._running.get(client, 0) + 1

    def _may_run(self, client: str) -> bool:
        free = self._places - self._total
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
            self._begin(chosen.client)
            chosen.call()

    def _refuse_one(self) -> None:
        """Turn the newest waiter of the client that waits most away."""
        counts = Counter(waiter.client for waiter in self._waiters)
        most = max(counts.values())
        refused = next(each for each in reversed(self._waiters) if counts[each.client] == most)
        self._waiters.remove(refused)
        refused.refuse()
