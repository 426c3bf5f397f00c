"""Asks as fast as it is answered, or at a fixed rate however slow the answers are."""

import gc
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from client import Connection, Request, wait
from contestants import Contestant
from processes import FailedError
from results import Figures
from workloads import Workload, filled

_NO_ANSWER: Final = 120.0
"""Seconds after which a request counts as never answered."""
_OK: Final = 200
_PRIORITY: Final = -10


def requests(who: Contestant, what: Workload, items: range, first: int) -> Request:
    """Return what makes the requests of a workload, numbered from `first`."""
    path = who.target(what.template)
    tail = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {what.accept}\r\n\r\n"
    return lambda number: f"GET {filled(path, first + number, items)}{tail}".encode()


@dataclass(slots=True)
class _Clients:
    """Connections, each idle or busy with a request, and what came of the requests so far."""

    idle: list[Connection]
    busy: list[Connection] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    failed: int = 0

    def send(self, request: bytes, due: float) -> None:
        """Send a request over an idle connection."""
        connection = self.idle.pop()
        connection.send(request, due)
        self.busy.append(connection)

    def receive(self, until: float) -> bool:
        """Take what comes next; tell whether anything came before a time of `perf_counter`."""
        ready = wait(self.busy, until)
        for connection in ready:
            status = connection.receive()
            if status is None:
                continue
            self.latencies.append(time.perf_counter() - connection.due)
            self.failed += status != _OK
            self.busy.remove(connection)
            self.idle.append(connection)
        return bool(ready)

    def figures(self, begun: float) -> Figures:
        """Sum up what came of the requests since then."""
        return Figures.of(self.latencies, time.perf_counter() - begun, self.failed)


def closed_loop(port: int, request: Request, connections: int, seconds: float) -> Figures:
    """Keep connections busy for some seconds, and wait for what is then under way.

    So a query that takes longer than that is measured too.

    Raises:
        FailedError: the server hung up or does not answer.
    """
    with _connected(port, connections) as clients, _undisturbed():
        begun, sent = time.perf_counter(), 0
        while True:
            now = time.perf_counter()
            while clients.idle and (now < begun + seconds or not sent):
                clients.send(request(sent), now)
                sent += 1
            if not clients.busy:
                break
            if not clients.receive(now + _NO_ANSWER):
                raise FailedError(f"no answer within {_NO_ANSWER:g} s")
        if clients.failed == sent:
            raise FailedError(f"none of {sent} requests was answered with 200")
        return clients.figures(begun)


def open_loop(
    port: int, request: Request, connections: int, rate: float, seconds: float
) -> Figures:
    """Ask at a fixed rate; each time counts from when the request was due, not from when it left.

    A request that finds every connection busy waits here, and that counts too.

    Raises:
        FailedError: the server hung up or does not answer.
    """
    count, sent, waiting = int(rate * seconds), 0, deque()
    with _connected(port, connections) as clients, _undisturbed():
        begun = time.perf_counter() + 0.01
        while len(clients.latencies) < count:
            now = time.perf_counter()
            while sent < count and begun + sent / rate <= now:
                waiting.append(begun + sent / rate)
                sent += 1
            while waiting and clients.idle:
                clients.send(request(sent - len(waiting)), waiting.popleft())
            next_due = begun + sent / rate if sent < count else now + _NO_ANSWER
            clients.receive(next_due)
            if sent == count and now > begun + seconds + _NO_ANSWER:
                raise FailedError(f"no answer within {_NO_ANSWER:g} s")
        return clients.figures(begun)


@contextmanager
def sent_again_and_again(port: int, request: bytes) -> Iterator[list[float]]:
    """Have one more client send a request, again whenever it has ended, while the block runs.

    What is given fills with the seconds that each took. The last is waited for, so that it does
    not disturb what is measured next.
    """
    is_over, is_broken, times = threading.Event(), threading.Event(), []

    def send() -> None:
        while not is_over.is_set():
            with suppress(FailedError, OSError), closing(Connection(port, 99)) as connection:
                begun = time.perf_counter()
                connection.send(request, begun)
                while not is_broken.is_set():
                    if wait([connection], time.perf_counter() + 0.2) and connection.receive():
                        times.append(time.perf_counter() - begun)
                        break

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield times
    except BaseException:
        is_broken.set()
        raise
    finally:
        is_over.set()
        thread.join()


@contextmanager
def _connected(port: int, count: int) -> Iterator[_Clients]:
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(Connection(port, each))) for each in range(count)]
        yield _Clients(opened)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Run before others, as a client on a machine of its own would; needs to be root.

    Nor is rubbish collected: that takes milliseconds, which a server would be blamed for.
    """
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, usual)
