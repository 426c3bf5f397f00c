"""Ends connections whose client takes nothing: the kernel does it, where it is told to."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

SECONDS: Final = 60
"""How long a client may take nothing of what is sent to it."""


def end_stalled(port: int, seconds: float = SECONDS) -> None:
    """Have what connects to this process's port ended when it takes nothing for so long.

    The option goes from the socket that listens to every connection made from then on (tcp(7),
    TCP_USER_TIMEOUT). The server makes that socket itself, so it is looked for here.
    """
    for listening in _listening(port):
        with listening:
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))


def _listening(port: int) -> Iterator[socket.socket]:
    """Yield a handle on each socket of this process that listens on a port."""
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            if not descriptor.is_socket():  # a handle on anything else would keep it open
                continue
            found = socket.socket(fileno=os.dup(int(descriptor.name)))
            listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if listens and found.family != socket.AF_UNIX and found.getsockname()[1] == port:
                yield found
            else:
                found.close()
