"""The engine parent: loads one release, and keeps query processes that share it alive.

It runs in a process of its own, in a single thread, so that it can fork at any time. Queries are
read only in its children.
"""

import gc
import mmap
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tgkg.engine.confinement import (
    end_with,
    leave_the_network,
    let_others_go_first,
    limit_memory,
)
from tgkg.engine.cores import Cores
from tgkg.engine.query_process import SLOW, QueryProcess
from tgkg.engine.stores import Shared, shared_stores
from tgkg.operation import MEBIBYTE, Operation
from tgkg.release import Release

PUBLIC: Final = "public"
PAGES: Final = "pages"
FEDERATED: Final = "federated"

PAGE_PROCESSES: Final = 2
"""Processes for the queries that pages are made of: no query of the public takes them."""

_BACKLOG: Final = 512
_TICK: Final = 0.05
_BUSY: Final = struct.Struct("d")
_LONG: Final = 1.0
"""After so many seconds a query makes way for the web, whose threads cannot go elsewhere."""
_AT_ONCE: Final = 0.05
"""A process that ends within so many seconds of its start will not do better the next time."""


@dataclass(slots=True)
class _Child:
    """A running query process."""

    place: int
    """Where it notes when its query began, and which pool it is of."""
    ending: int
    """The descriptor that its ending is written to."""
    born: float = field(default_factory=time.monotonic)
    is_slow: bool = False
    is_long: bool = False


class EngineParent:
    """Holds one release, and the query processes over it."""

    def __init__(self, folder: Path, operation: Operation, cores: Cores) -> None:
        """Listen in a folder, one socket a pool, before anything is loaded."""
        sizes = {PUBLIC: operation.limits.processes, PAGES: PAGE_PROCESSES}
        if operation.services:
            sizes[FEDERATED] = operation.limits.processes
        self._operation = operation
        self._cores = cores
        self._listeners = {pool: _listening(folder / pool) for pool in sizes}
        self._pools = [pool for pool, size in sizes.items() for _ in range(size)]
        self._busy = mmap.mmap(-1, _BUSY.size * len(self._pools))  # when each began, 0 if idle
        self._children: dict[int, _Child] = {}

    def run(self, release: Release) -> None:
        """Load a release and keep its query processes until SIGTERM, and until none is busy then.

        Raises:
            OSError: the data of the release cannot be read.
            SyntaxError: or is damaged.
        """
        signals = {signal.SIGCHLD, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        stores = shared_stores(release, str(self._operation.engine))
        gc.freeze()  # what is there now stays; collecting it would copy shared pages
        for place in range(len(self._pools)):
            self._fork(place, stores)
        is_leaving = False
        while not (is_leaving and self._is_idle()):
            came = signal.sigtimedwait(signals, _TICK)
            is_leaving = is_leaving or bool(came and came.si_signo == signal.SIGTERM)
            for place in self._reaped():
                self._fork(place, stores)
            self._lower_the_slow()

    def _is_idle(self) -> bool:
        return not any(self._busy[:])

    def _fork(self, place: int, stores: Shared) -> None:
        reading, writing = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            os.close(reading)
            self._children[pid] = _Child(place, writing)
            return
        try:
            os.close(writing)
            self._become_query_process(place, parent, stores, reading)
        except BaseException:  # noqa: BLE001 - a child never returns to the parent's loop
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _become_query_process(self, place: int, parent: int, stores: Shared, ending: int) -> None:
        end_with(parent, signal.SIGKILL)
        pool, operation = self._pools[place], self._operation
        for other, listener in self._listeners.items():
            if other != pool:
                listener.close()
        for sibling in self._children.values():
            os.close(sibling.ending)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD, signal.SIGTERM})
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        opened = stores()  # what a store on disk takes is not the query's
        limit_memory(operation.limits.memory_mb * MEBIBYTE)
        services = frozenset(operation.services if pool == FEDERATED else ())
        if not services:
            with suppress(OSError):  # `serve` has said so; the guard stands alone then
                leave_the_network()
        process = QueryProcess(
            opened,
            operation.limits,
            services,
            self._cores,
            lambda began: self._note(place, began),
        )
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, sys.stderr.fileno())  # what a dying engine says is told by its ending
        process.serve(self._listeners[pool], {"pid": os.getpid()}, ending)

    def _note(self, place: int, began: float) -> None:
        _BUSY.pack_into(self._busy, place * _BUSY.size, began)

    def _reaped(self) -> Iterable[int]:
        """Yield the place of each child that ended, having told its client how."""
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            child = self._children.pop(pid)
            with suppress(OSError):  # there may be no client
                os.write(child.ending, struct.pack("i", os.waitstatus_to_exitcode(status)))
            os.close(child.ending)
            self._note(child.place, 0)
            if time.monotonic() - child.born < _AT_ONCE:
                time.sleep(_AT_ONCE)
            yield child.place

    def _lower_the_slow(self) -> None:
        """Let short queries go before those that have been running for a while."""
        now = time.monotonic()
        for pid, child in self._children.items():
            [began] = _BUSY.unpack_from(self._busy, child.place * _BUSY.size)
            seconds = now - began if began else 0
            is_slow, is_long = seconds > SLOW, seconds > _LONG
            with suppress(OSError):
                if is_slow and not child.is_slow:
                    let_others_go_first(pid)
                if is_long and not child.is_long:
                    self._cores.leave_web(pid)
            child.is_slow, child.is_long = is_slow, is_long


def run(parent: int, release: Path, folder: Path, operation: Operation, cores: Cores) -> None:
    """Be the engine parent of a release, in a process that was started for it."""
    end_with(parent, signal.SIGKILL)
    os.setpgid(0, 0)  # Ctrl-C in a terminal is for the first process, which ends the others
    EngineParent(folder, operation, cores).run(Release.open(release))


def _listening(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    listener.listen(_BACKLOG)
    return listener
