"""Keeps an engine parent alive for the current release, and lets that of the last one finish."""

import os
import re
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from logging import getLogger
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tgkg.engine import engine_parent
from tgkg.engine.cores import Cores
from tgkg.engine.opening import sockets
from tgkg.operation import Operation
from tgkg.release import State

_TICK: Final = 0.05
_GRACE: Final = 5
"""Seconds for which requests may still come to the engine of the last release."""

_FOLDER: Final = re.compile(r"tgkg-(\d+)-\w+")
_BETWEEN_FAILURES: Final = 1.0


@dataclass(slots=True)
class _Parent:
    process: SpawnProcess
    started: float
    wanted: float


class EngineKeeper:
    """Runs in a thread of the first process, so that no killed worker takes an engine along."""

    def __init__(self, state: State, operation: Operation, cores: Cores | None = None) -> None:
        """Take whose releases to keep engines for, and on which cores."""
        _tidy(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=f"tgkg-{os.getpid()}-"))
        self._state = state
        self._operation = operation
        self._cores = cores or Cores.unshared()
        self._parents: dict[str, _Parent] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="engine keeper", daemon=True)

    def __enter__(self) -> Self:
        """Start the engine of the current release."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End every engine."""
        self._stopped.set()
        self._thread.join()
        for parent in self._parents.values():
            parent.process.kill()
        for parent in self._parents.values():
            parent.process.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep(self) -> None:
        while not self._stopped.is_set():
            try:
                self._look()
            except Exception:  # the thread is what the engines' lives hang on
                getLogger(__name__).exception("the engines could not be looked after")
            self._stopped.wait(_TICK)

    def _look(self) -> None:
        now = time.monotonic()
        current = self._state.current_id()
        if current and current not in self._parents:
            self._parents[current] = self._started(current)
        for release, parent in list(self._parents.items()):
            if release == current:
                parent.wanted = now
            elif now - parent.wanted > _GRACE:
                self._retire(release, parent)
                continue
            if not parent.process.is_alive() and now - parent.started > _BETWEEN_FAILURES:
                getLogger(__name__).error("the engine of release %s ended; again", release[:16])
                self._parents[release] = self._started(release)

    def _retire(self, release: str, parent: _Parent) -> None:
        """Let the engine of a last release end, once it is idle."""
        parent.process.terminate()
        if not parent.process.is_alive():
            del self._parents[release]
            shutil.rmtree(sockets(self.folder, release), ignore_errors=True)

    def _started(self, release: str) -> _Parent:
        home = sockets(self.folder, release)
        with suppress(FileExistsError):
            home.mkdir()
        process = get_context("spawn").Process(
            target=engine_parent.run,
            args=(os.getpid(), self._state.releases / release, home, self._operation, self._cores),
            name="tgkg engine",
        )
        process.start()
        now = time.monotonic()
        return _Parent(process, now, now)


def _tidy(folder: Path) -> None:
    """Remove what servers that were killed have left behind."""
    for left in folder.glob("tgkg-*"):
        named = _FOLDER.fullmatch(left.name)
        if named and not Path(f"/proc/{named[1]}").exists():
            shutil.rmtree(left, ignore_errors=True)
