"""The engine as the web sees it: query processes behind a socket, leased one query at a time."""

import os
import signal
import socket
import struct
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tgkg.engine.admission import RETRY_AFTER, Admission
from tgkg.engine.messages import answer_of, error_of, give_up_after, receive, send_request
from tgkg.engine.port import Answer, QueryRequest
from tgkg.engine.query_process import out_of_memory, out_of_time
from tgkg.errors import BusyError, EngineError, TgkgError
from tgkg.operation import Limits

SECONDS_TO_RETURN: Final = 5.0
"""How long a query waits for an engine that is being started again."""

_GRACE: Final = 0.25
"""Seconds past its alarm after which a process is given up: on a busy machine it dies slowly."""
_SENT_AT_ONCE: Final = 32 * 1024
"""Characters of a query that a socket takes without waiting for the other side."""
_BETWEEN_TRIES: Final = 0.01
_SECONDS_REMEMBERED: Final = 30
_MOST_REMEMBERED: Final = 10_000
_OUR_LIMITS: Final = frozenset({signal.SIGALRM, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS})


class _EndedError(Exception):
    """The process died under the query; `how` is the number of the signal, if one is known."""

    def __init__(self, how: int | None) -> None:
        self.how = how


@dataclass(eq=False, slots=True)
class _Lease:
    """A connection to one query process, and the descriptor that tells how it ended."""

    connection: socket.socket
    ending: int
    patience: float = 0

    def give_up_after(self, seconds: float) -> None:
        """Wait so long for the process, and no longer; most queries have the time of the last."""
        if seconds != self.patience:
            give_up_after(self.connection, seconds, socket.SO_RCVTIMEO, socket.SO_SNDTIMEO)
            self.patience = seconds

    def close(self) -> None:
        self.connection.close()
        os.close(self.ending)

    def how_it_ended(self) -> int | None:
        """Return the signal that the process died of; None where nobody is left to say."""
        status = os.read(self.ending, 4)  # the parent writes it, or dies
        return -struct.unpack("i", status)[0] if status else None


class QueryPool:
    """Sends queries to the processes of one pool of an engine parent."""

    def __init__(self, address: Path, limits: Limits, admission: Admission) -> None:
        """Take the socket of the pool; nothing is connected yet."""
        self._address = str(address)
        self._limits = limits
        self._idle: deque[_Lease] = deque()
        self._is_closed = False
        self._ran_into_limits: dict[str, float] = {}
        self.admission = admission

    def wait(self, seconds: float) -> None:
        """Return when the engine answers.

        Raises:
            EngineError: it ended while it loaded, or did not come up in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._idle.append(self._connected(deadline))
            except _EndedError as error:
                raise EngineError("The engine could not load the release.") from error
            except BusyError as error:
                raise EngineError(f"The engine was not ready within {seconds:g} s.") from error
            return

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`.

        A process that somebody else killed is no reason to fail: the query is sent once more.
        """
        begun: list[_Lease | None] = []
        with self.admission.turn(request.client, lambda: begun.append(self._begin(request))):
            for is_last in (False, True):
                started = time.monotonic()
                try:
                    return self._answered(request, begun.pop() if begun else None)
                except _EndedError as ended:
                    if is_last or ended.how in _OUR_LIMITS:
                        self._remember(request.client)
                        raise self._explained(ended, request, started) from ended
                    self._drop_idle()  # where one is gone, all may be
        raise AssertionError("the second try returns or raises")

    def close(self) -> None:
        """Let go of the processes; queries that still run keep theirs to the end."""
        self._is_closed = True
        self._drop_idle()

    def _drop_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _begin(self, request: QueryRequest) -> _Lease | None:
        """Send a query to an idle process at once, and return its lease; None where none is."""
        if len(request.query) > _SENT_AT_ONCE or not self._idle:
            return None
        try:
            lease = self._idle.pop()
        except IndexError:  # another thread took the last
            return None
        try:
            self._send(lease, request)
        except OSError:  # the process is gone; the query finds another
            lease.close()
            return None
        return lease

    def _send(self, lease: _Lease, request: QueryRequest) -> None:
        lease.give_up_after(self._limits.seconds_for(request.timeout) + _GRACE)
        send_request(lease.connection, request, after_others=self._is_remembered(request.client))

    def _answered(self, request: QueryRequest, begun: _Lease | None) -> Answer:
        lease, started = begun or self._lease(), time.monotonic()
        try:
            if begun is None:
                self._send(lease, request)
            message = receive(lease.connection)
        except BlockingIOError as error:
            lease.close()
            self._remember(request.client)
            spent = time.monotonic() - started
            raise out_of_time(self._limits, request.timeout, spent) from error
        except OSError:
            message = None
        if message is None:
            how = lease.how_it_ended()
            lease.close()
            raise _EndedError(how)
        values, body, file = message
        if values["last"] or self._is_closed:
            lease.close()
        else:
            self._idle.append(lease)
        if "error" in values:
            raise error_of(values)
        return answer_of(values, body, file)

    def _remember(self, client: str) -> None:
        """Let the next queries of a client, one of which ran into a limit, give way to others."""
        if len(self._ran_into_limits) >= _MOST_REMEMBERED:
            self._ran_into_limits.clear()
        self._ran_into_limits[client] = time.monotonic()

    def _is_remembered(self, client: str) -> bool:
        when = self._ran_into_limits.get(client)
        return when is not None and time.monotonic() - when < _SECONDS_REMEMBERED

    def _lease(self) -> _Lease:
        with suppress(IndexError):
            return self._idle.pop()
        for _ in range(2):
            with suppress(_EndedError):  # the engine was ended; another takes its place
                return self._connected(time.monotonic() + SECONDS_TO_RETURN)
        raise BusyError("The engine is being started again. Try once more.", RETRY_AFTER)

    def _connected(self, deadline: float) -> _Lease:
        """Connect to the next free process; its first message says that it is there."""
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(max(_BETWEEN_TRIES, deadline - time.monotonic()))
                connection.connect(self._address)
                hello = receive(connection)
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                if time.monotonic() > deadline:
                    raise BusyError("The engine is not there yet.", RETRY_AFTER) from None
                time.sleep(_BETWEEN_TRIES)
                continue
            except TimeoutError:
                connection.close()
                raise BusyError("The engine is still loading. Try again.", RETRY_AFTER) from None
            except OSError:
                hello = None
            if hello is None:
                connection.close()
                raise _EndedError(None)
            return _Lease(connection, hello[2])

    def _explained(self, ended: _EndedError, request: QueryRequest, started: float) -> TgkgError:
        spent = time.monotonic() - started
        match ended.how:
            case signal.SIGALRM:
                return out_of_time(self._limits, request.timeout, spent)
            case signal.SIGABRT:
                return out_of_memory(self._limits, spent)
            case signal.SIGSEGV | signal.SIGBUS:
                return EngineError("The engine broke down on this query. Nest it less.")
            case _:
                return EngineError("The query process was ended from outside. Try again.")
