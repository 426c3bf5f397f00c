"""A small HTTP client for load: raw sockets, one thread, every connection a client of its own."""

import select
import socket
import time
from collections.abc import Callable
from typing import Final

from processes import FailedError

Request = Callable[[int], bytes]
"""Makes the bytes of a request from its number."""

_CHUNK: Final = 1 << 18
_LAST_CHUNK: Final = b"0\r\n\r\n"


class Connection:
    """A connection that stays open; at most one request is under way on it."""

    def __init__(self, port: int, number: int) -> None:
        """Connect from an address of its own, so that a server sees different clients."""
        self._socket = socket.create_connection(
            ("127.0.0.1", port), timeout=10, source_address=(f"127.0.1.{number + 1}", 0)
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = bytearray()
        self._expected: int | None = None
        self.due = 0.0
        """When the request under way should have been sent."""

    def fileno(self) -> int:
        """Return the descriptor, for select."""
        return self._socket.fileno()

    def send(self, request: bytes, due: float) -> None:
        """Send a request."""
        self._got.clear()
        self._expected = None
        self.due = due
        self._socket.sendall(request)

    def receive(self) -> int | None:
        """Take what has come; return the status once the reply is whole.

        Raises:
            FailedError: the server hung up.
        """
        got = self._socket.recv(_CHUNK)
        if not got:
            raise FailedError("the server closed the connection")
        self._got += got
        if self._expected is None:
            self._expected = self._length()
        if self._expected is None:
            return None
        is_whole = (
            len(self._got) >= self._expected
            if self._expected
            else self._got.endswith(_LAST_CHUNK)  # nothing else sent here ends like this
        )
        return int(self._got[9:12]) if is_whole else None

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _length(self) -> int | None:
        """Return where the reply ends: 0 where it comes in chunks, None before its head is here."""
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self._got[:end]).lower()
        _, found, length = head.partition(b"\r\ncontent-length:")
        return end + 4 + int(length.split(b"\r\n", 1)[0]) if found else 0


def wait(connections: list[Connection], until: float) -> list[Connection]:
    """Return those at which something has come; at a time of `time.perf_counter` none may."""
    timeout = max(0.0, until - time.perf_counter())
    return select.select(connections, (), (), timeout)[0]
