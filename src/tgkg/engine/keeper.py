"""Keeps an engine parent alive for each release that is current or that somebody wants."""

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from logging import getLogger
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tgkg.engine import engine_parent, thrift
from tgkg.engine.cores import Cores
from tgkg.engine.opening import sockets
from tgkg.engine.wish import given_up, wished_for
from tgkg.operation import Operation
from tgkg.release import State

_TICK: Final = 0.05
_PAST: Final = "past"
_HOME: Final = re.compile(r"[0-9a-f]{16}")
_FOLDER: Final = re.compile(r"tgkg-(\d+)-\w+")
_BETWEEN_FAILURES: Final = 1.0


Run = Callable[[int, Path, Path, Operation, Cores], None]
"""What the process of an engine parent does."""


@dataclass(slots=True)
class _Parent:
    process: SpawnProcess
    started: float


class EngineKeeper:
    """Runs in a thread of the first process, so that no killed worker takes an engine along.

    It keeps an engine for the current release, and for each other one for as long as somebody
    holds a `Wish` for it: one that was current a moment ago, or an old one that is asked.
    """

    def __init__(self, state: State, operation: Operation, cores: Cores | None = None) -> None:
        """Take whose releases to keep engines for, and on which cores."""
        _tidy(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=f"tgkg-{os.getpid()}-"))
        self.past = self.folder / _PAST
        self._state = state
        self._operation = operation
        self._cores = cores or Cores.unshared()
        self._parents: dict[Path, _Parent] = {}
        self._leaving: dict[Path, _Parent] = {}
        self._numbers = count()
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
        parents = (*self._parents.values(), *self._leaving.values())
        for parent in parents:
            parent.process.kill()
        for parent in parents:
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
        wanted = dict(self._wanted())
        for home, release in wanted.items():
            parent = self._parents.get(home)
            if parent is None:
                self._parents[home] = self._started(home, release)
            elif not parent.process.is_alive() and now - parent.started > _BETWEEN_FAILURES:
                getLogger(__name__).error("the engine of release %s ended; again", release[:16])
                self._parents[home] = self._started(home, release)
        for home in self._parents.keys() - wanted.keys():
            if (home / engine_parent.PAGES).exists():  # else it is only just starting
                self._retire(home)
        for aside, parent in list(self._leaving.items()):
            if not parent.process.is_alive():
                del self._leaving[aside]
                shutil.rmtree(aside, ignore_errors=True)

    def _wanted(self) -> Iterator[tuple[Path, str]]:
        """Yield each release that needs an engine, with the folder of its sockets."""
        current = self._state.current_id()
        if current and not isinstance(self._operation.engine, tuple):
            yield sockets(self.folder, current), current
        for folder in (self.folder, self.past):
            for home in folder.iterdir() if folder.is_dir() else ():
                if _HOME.fullmatch(home.name) and (release := wished_for(home)):
                    yield home, release

    def _retire(self, home: Path) -> None:
        """Let an engine end, once it is idle; whoever comes meanwhile gets another."""
        aside = self.folder / f"aside-{next(self._numbers)}"
        if given_up(home, aside):
            parent = self._leaving[aside] = self._parents.pop(home)
            parent.process.terminate()

    def _started(self, home: Path, release: str) -> _Parent:
        home.mkdir(parents=True, exist_ok=True)
        run: Run = thrift.run if home.parent == self.past else engine_parent.run
        process = get_context("spawn").Process(
            target=run,
            args=(os.getpid(), self._state.releases / release, home, self._operation, self._cores),
            name="tgkg engine",
        )
        process.start()
        return _Parent(process, time.monotonic())


def _tidy(folder: Path) -> None:
    """Remove what servers that were killed have left behind."""
    for left in folder.glob("tgkg-*"):
        named = _FOLDER.fullmatch(left.name)
        if named and not Path(f"/proc/{named[1]}").exists():
            shutil.rmtree(left, ignore_errors=True)
