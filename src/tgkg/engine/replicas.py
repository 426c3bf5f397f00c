"""Several endpoints that hold the same release: they take turns, and stand in for one another."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from tgkg.remote.endpoint import NOTHING, Endpoint, Held

REST: Final = 10.0
"""Seconds for which an endpoint that failed is asked last."""


@dataclass(eq=False, slots=True)
class Replica:
    """One endpoint."""

    endpoint: Endpoint
    rested: float = 0.0
    """When it may be asked in its turn again, by the monotonic clock."""
    held: Held = NOTHING
    """What it says that it holds."""
    looked: float = field(default=float("-inf"))
    """When that was asked."""

    was_seen: bool = False
    """Whether it said what it holds, when it was asked last."""

    def rest(self) -> None:
        """Be asked last for a while, and looked at anew then."""
        self.rested = time.monotonic() + REST
        self.looked = float("-inf")


class Replicas:
    """The endpoints of an engine. Any thread may use them."""

    def __init__(self, replicas: Iterable[Replica]) -> None:
        """Take at least one."""
        self.all = tuple(replicas)
        self._turns = count()
        self._lock = threading.Lock()

    def in_turn(self) -> Iterator[Replica]:
        """Yield every one, in an order for one query: the next in turn first, who rests last."""
        with self._lock:
            first = next(self._turns) % len(self.all)
        order = (*self.all[first:], *self.all[:first])
        now = time.monotonic()
        yield from sorted(order, key=lambda each: max(0.0, each.rested - now))
