"""Work that goes on beside the server, in a process of its own that ends with it."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import getLogger
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from typing import Final

from tgkg.engine.confinement import end_with

Work = Callable[[], None]
"""Goes on until its process ends; can be pickled."""

_BETWEEN: Final = 1.0
"""Seconds until work is begun again whose process has ended."""
_MOMENT: Final = 0.1


@contextmanager
def kept_beside(work: Work | None) -> Iterator[None]:
    """Have work done in another process, where there is any, which is started again if it ends."""
    if work is None:
        yield
        return
    companion = _Companion(work)
    companion.start()
    try:
        yield
    finally:
        companion.stop()


class _Companion:
    """Looks after the process from a thread of this one."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._stopped = threading.Event()
        self._process = self._made()
        self._thread = threading.Thread(target=self._keep, name="companion", daemon=True)

    def start(self) -> None:
        """Start the process, and stay with it."""
        self._process.start()
        self._thread.start()

    def stop(self) -> None:
        """End the process, whatever it is doing: a build that is cut short leaves no trace."""
        self._stopped.set()
        while self._thread.is_alive():
            if self._process.pid:  # else it is about to be started
                self._process.kill()
            self._thread.join(_MOMENT)

    def _keep(self) -> None:
        while True:
            self._process.join()
            if self._stopped.wait(_BETWEEN):
                return
            getLogger(__name__).error("what goes on beside the server ended; again")
            self._process = self._made()
            self._process.start()

    def _made(self) -> SpawnProcess:
        return get_context("spawn").Process(
            target=_run, args=(os.getpid(), self._work), name="tgkg companion"
        )


def _run(parent: int, work: Work) -> None:
    end_with(parent, signal.SIGKILL)
    os.setpgid(0, 0)  # Ctrl-C in a terminal is for the first process, which ends the others
    work()
