"""A query process: takes one query after another from one client, and can be killed at any time.

Nothing here waits for a query to see a limit. The kernel ends the process: by its alarm when the
time is over, by a failed allocation when the memory is. Its parent then says what it died of.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from tgkg.engine.confinement import (
    address_space,
    give_memory_back,
    take_turns_again,
    take_what_is_left,
)
from tgkg.engine.cores import Cores
from tgkg.engine.evaluation import evaluate
from tgkg.engine.messages import (
    Values,
    error_values,
    give_up_after,
    receive,
    request_of,
    send,
)
from tgkg.engine.stores import Stores
from tgkg.errors import EngineError, QueryLimitError, TgkgError
from tgkg.operation import MEBIBYTE, Limits

INLINE: Final = 64 * 1024
"""Answers up to so many bytes travel in the message; larger ones lie in a file."""

SLOW: Final = 0.1
"""After a query of so many seconds a process looks whether it should make way for a fresh one."""

_GROWTH: Final = 64 * MEBIBYTE

_SECONDS_TO_SEND: Final = 5


class _Output(SpooledTemporaryFile[bytes]):
    """Takes an answer: a small one in memory, a larger one in a file without a name."""

    def __init__(self, most: int, started: float) -> None:
        super().__init__(max_size=INLINE)
        self._left = self._most = most
        self._started = started

    def write(self, data: bytes) -> int:  # type: ignore[override] # all that the engine gives
        self._left -= len(data)
        if self._left < 0:
            raise QueryLimitError(
                f"The answer is larger than {self._most // MEBIBYTE} MiB. Ask for less: fewer "
                "variables, a LIMIT with OFFSET, or take a dump of the whole graph.",
                "size", self._most, _since(self._started),
            )  # fmt: skip
        return super().write(data)


class QueryProcess:
    """Answers queries from stores that it shares with its siblings."""

    def __init__(
        self,
        stores: Stores,
        limits: Limits,
        services: frozenset[str],
        cores: Cores,
        note: Callable[[float], None],
    ) -> None:
        """Take what a query may do; `note` is told when one begins, and 0 when it has ended."""
        self._stores = stores
        self._limits = limits
        self._services = services
        self._cores = cores
        self._note = note
        self._size_at_first = address_space()
        self._priority = os.getpriority(os.PRIO_PROCESS, 0)

    def serve(self, listener: socket.socket, hello: Values, ending: int) -> None:
        """Take a client, and answer its queries until one was slow; then another, for ever.

        Each client first gets `hello`, with the descriptor that tells how this process ended.
        """
        while True:
            connection, _ = listener.accept()
            with connection:
                try:
                    give_up_after(connection, _SECONDS_TO_SEND, socket.SO_SNDTIMEO)
                    send(connection, hello, file=ending)
                    self._answer_all(connection)
                except OSError:
                    continue  # the client is gone

    def _answer_all(self, connection: socket.socket) -> None:
        while message := receive(connection):
            values, body, _ = message
            started = time.monotonic()
            with _Output(self._limits.answer_mb * MEBIBYTE, started) as output:
                if values["after_others"]:
                    take_what_is_left()
                    self._cores.leave_web(0)
                with self._under_alarm(values["timeout"]):
                    outcome = self._outcome(values, body, output, started)
                was_slow = _since(started) > SLOW or values["after_others"]
                is_last = outcome.get("fatal", False) or (was_slow and not self._recovered())
                _hand_over(connection, {**outcome, "last": is_last}, output)
            if is_last:
                os._exit(0)

    def _recovered(self) -> bool:
        """Give back what a slow query took, and take every turn again; tell whether that worked.

        If not, a fresh process does better. If so this one stays, since it has pages of the store
        of its own by now, which takes time.
        """
        give_memory_back()
        self._cores.roam()
        return take_turns_again(self._priority) and address_space() - self._size_at_first <= _GROWTH

    def _outcome(
        self, values: dict[str, Any], body: bytearray, output: IO[bytes], started: float
    ) -> dict[str, Any]:
        """Return what became of a query."""
        try:
            request = request_of(values, body)
            return {"format": evaluate(self._stores, request, output, self._services).name}
        except TgkgError as error:
            return {**error_values(error)}
        except MemoryError:
            return {**error_values(out_of_memory(self._limits, _since(started))), "fatal": True}
        except BaseException as error:  # noqa: BLE001 - a panic of the engine is one
            problem = EngineError(f"The engine broke down on this query: {error}")
            return {**error_values(problem), "fatal": True}

    @contextmanager
    def _under_alarm(self, timeout: float | None) -> Iterator[None]:
        started = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, self._limits.seconds_for(timeout))
        self._note(started)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._note(0)


def out_of_time(limits: Limits, timeout: float | None, spent: float) -> QueryLimitError:
    """Return the error of a query that ran into its alarm."""
    allowed = limits.seconds_for(timeout)
    longer = ""
    if allowed < limits.longest_seconds:
        longer = f", or ask for more with timeout= (at most {limits.longest_seconds:g})"
    return QueryLimitError(
        f"The query was stopped after {spent:.1f} seconds; it had {allowed:g}. Make it more "
        "selective: name a class, a property or a graph, join patterns by shared variables, "
        f"avoid unbounded paths{longer}.",
        "time", allowed, spent,
    )  # fmt: skip


def out_of_memory(limits: Limits, spent: float) -> QueryLimitError:
    """Return the error of a query that ran out of memory."""
    return QueryLimitError(
        f"The query needed more than {limits.memory_mb} MiB of memory, and was stopped after "
        f"{spent:.1f} seconds. Sort, group or collect fewer things: filter first, or ask in parts.",
        "memory", limits.memory_mb * MEBIBYTE, spent,
    )  # fmt: skip


def _hand_over(connection: socket.socket, outcome: Values, output: _Output) -> None:
    """Send the outcome, and the answer in the message or as a file."""
    size = output.tell() if "format" in outcome else 0
    if size <= INLINE:
        output.seek(0)
        send(connection, {**outcome, "inline": size}, output.read(size))
    else:
        output.rollover()
        output.flush()
        send(connection, {**outcome, "mapped": size}, file=output.fileno())


def _since(started: float) -> float:
    return time.monotonic() - started
