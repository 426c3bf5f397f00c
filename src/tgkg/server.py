"""Runs the site with Granian; the worker process ends with this one, however this one ends."""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from tgkg.companion import Work, kept_beside
from tgkg.engine.confinement import end_with
from tgkg.engine.cores import Cores
from tgkg.engine.keeper import EngineKeeper
from tgkg.engine.opening import ByProcesses, Opener
from tgkg.engine.remote_opening import by_remote
from tgkg.engine.thrift import thrifty
from tgkg.errors import NoReleaseError, TgkgError
from tgkg.operation import Operation
from tgkg.release import State
from tgkg.stalling import end_stalled

_SECONDS_TO_STOP: Final = 3
"""How long a worker may take to end what it is doing."""

_DEATHS_TOO_MANY: Final = 5
_DEATHS_SECONDS: Final = 15
"""A worker that dies so often in so short a time cannot live: the server ends."""

THREADS: Final = 64
"""Requests answered at once: those that run or wait as queries, and the others beside them."""


def serve(  # noqa: PLR0913 - each is a choice of whoever starts it
    state: State,
    operation: Operation,
    host: str,
    port: int,
    *,
    quiet: bool = False,
    beside: Work | None = None,
) -> None:
    """Serve the current release of a state folder until Ctrl-C or SIGTERM.

    `beside` is done in a process of its own meanwhile; then open pages ask for news of it.

    Raises:
        TgkgError: the address cannot be listened on.
    """
    chosen = _free_port(host, port)
    cores = Cores.with_web()
    with EngineKeeper(state, operation, cores) as keeper, kept_beside(beside):
        sockets = Sockets(keeper.folder, keeper.past)
        address = (_reachable(host), chosen)
        site = _Site(state, operation, cores, sockets, address, quiet, beside is not None)
        server = Server(
            "tgkg",
            address=host,
            port=chosen,
            interface=Interfaces.WSGI,
            blocking_threads=THREADS,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=_SECONDS_TO_STOP,
        )
        server.respawned_wrks = _Respawned()
        server.serve(target_loader=partial(_load, site, os.getpid()), wrap_loader=False)


def _free_port(host: str, port: int) -> int:
    """Return the port to listen on, having seen that it is free."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise TgkgError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Choose another with --port, or --port 0 for any free one."
        ) from error


def _reachable(host: str) -> str:
    """Return an address of this machine at which a wildcard host is reached."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (only compared)


def _shown(address: tuple[str, int]) -> str:
    host, port = address
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Respawned(dict[int, float]):
    """When workers were started again, as Granian keeps it to find one that cannot live.

    Granian ends the server when a worker dies twice within a few seconds. Who kills a worker
    twice should not end the service, so only the fifth time counts.
    """

    def __init__(self) -> None:
        super().__init__()
        self._recent: deque[float] = deque(maxlen=_DEATHS_TOO_MANY)

    def __setitem__(self, worker: int, when: float) -> None:
        self._recent.append(when)
        if len(self._recent) == _DEATHS_TOO_MANY and when - self._recent[0] < _DEATHS_SECONDS:
            super().__setitem__(worker, when)


@dataclass(frozen=True, slots=True)
class Sockets:
    """The folders of the engines' sockets."""

    current: Path
    past: Path


@dataclass(frozen=True, slots=True)
class _Site:
    """What a worker process needs to know."""

    state: State
    operation: Operation
    cores: Cores
    sockets: Sockets
    address: tuple[str, int]
    quiet: bool
    has_news: bool
    """Whether open pages ask whether they have changed."""


def _load(site: _Site, parent: int) -> Callable[..., Any]:
    """Make the application, in the worker process."""
    end_with(parent, signal.SIGKILL)
    os.setpgid(0, 0)  # Ctrl-C in a terminal is for the parent, which ends the worker in order
    site.cores.gather_web()
    from tgkg.web import news  # noqa: PLC0415 (not the parent's)
    from tgkg.web.app import QUERY_LOG, create_app  # noqa: PLC0415
    from tgkg.web.upkeep import keep_up  # noqa: PLC0415

    operation = site.operation
    opener: Opener = ByProcesses(site.sockets.current, operation)
    if isinstance(operation.engine, tuple):
        opener = by_remote(operation)
    lean = replace(operation, limits=thrifty(operation.limits))
    old = ByProcesses(site.sockets.past, lean)
    rooms = [news.blueprint] if site.has_news else []
    app = create_app(site.state, opener, operation, old, rooms)
    threading.Thread(target=keep_up, args=(app,), daemon=True).start()
    said = ""
    if not site.quiet:
        _write(QUERY_LOG)
        said = f"Serving at {_shown(site.address)}{_prefix(site.state)}/ (Ctrl-C stops)\n"
    threading.Thread(target=_when_reached, args=(site.address, said), daemon=True).start()
    return app


def _prefix(state: State) -> str:
    try:
        return state.current().config.prefix
    except NoReleaseError:
        return ""


def _write(log: str) -> None:
    """Let a log go to the terminal, line by line as it is."""
    logger = logging.getLogger(log)
    logger.addHandler(logging.StreamHandler())
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _when_reached(address: tuple[str, int], said: str) -> None:
    """Keep off clients that stall, and say where the site is, once it is there and not before."""
    for _ in range(600):
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            end_stalled(address[1])
            sys.stderr.write(said)
            sys.stderr.flush()
            return
