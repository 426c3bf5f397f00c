"""Has work done by other processes of ours, as many as there are cores."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection, Pipe
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from tgkg.errors import UnwritableError

CORES: Final = os.cpu_count() or 2

_TICK: Final = 0.5

T = TypeVar("T")


class Worker:
    """One process, which does what it is told, one call after the other.

    Not by multiprocessing, which would run our caller's script anew.
    """

    def __init__(self) -> None:
        """Start it."""
        self._pipe, theirs = Pipe()
        call = f"from {__name__} import serve; serve({theirs.fileno()})"
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-c", call],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # Ctrl-C is for the process that started us
        )
        theirs.close()

    def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Return what the function of some module returns there, or raise what it raises.

        Raises:
            UnwritableError: the process was ended from outside.
        """
        try:
            self._pipe.send((function, arguments))
            is_error, result = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise UnwritableError(
                "A process of the build was ended, probably as the machine's memory was full; "
                "end what else runs there, and build again."
            ) from error
        if is_error:
            raise result
        return result  # type: ignore[no-any-return]  # the function's own

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()


Work = tuple[Callable[..., T], tuple[Any, ...]]
"""A function of some module, and what it is called with."""


class Workers:
    """Several workers, started when the first work comes, that take what is to be done in turn."""

    def __init__(self, count: int = CORES) -> None:
        """Take how many there may be."""
        self._count = count
        self._all: list[Worker] = []
        self._idle: SimpleQueue[Worker | None] = SimpleQueue()

    def __enter__(self) -> Self:
        """Start nothing yet."""
        for _ in range(self._count):
            self._idle.put(None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End them all."""
        for worker in self._all:
            worker.end()

    def each(self, work: Iterable[Work[T]]) -> Iterator[T | Exception]:
        """Yield what comes of each, as it comes; an exception where one is raised."""
        with ThreadPoolExecutor(self._count) as threads:
            under_way = [threads.submit(self._call, function, given) for function, given in work]
            try:
                for done in as_completed(under_way):
                    yield done.result()
            except BaseException:
                for each in under_way:
                    each.cancel()
                for worker in self._all:
                    worker.end()
                raise

    def _call(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T | Exception:
        worker = self._idle.get()
        try:
            if worker is None:
                worker = Worker()
                self._all.append(worker)
            return worker.call(function, *arguments)
        except Exception as error:  # noqa: BLE001 (whoever asked for the work judges it)
            return error
        finally:
            self._idle.put(worker)


def serve(descriptor: int) -> None:
    """Do what comes through a pipe, until it is closed, or whoever started us is no more."""
    pipe = Connection(descriptor)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((False, function(*arguments)))
        except Exception as error:  # noqa: BLE001 (it is raised where the work was asked for)
            pipe.send((True, error))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_TICK)
    os._exit(1)
