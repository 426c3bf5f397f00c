"""The stores that query processes share: in memory, or on disk for a graph that does not fit."""

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from tgkg.errors import EngineError
from tgkg.operation import DISK
from tgkg.release import Release, State

Shared = Callable[[], ox.Store]
"""Gives the store to a process that was just forked."""


def shared_store(release: Release, engine: str) -> Shared:
    """Prepare the store of a release, once, for processes that are forked afterwards.

    Raises:
        OSError: the data of the release cannot be read, or the store not be written.
        SyntaxError: or they are damaged.
    """
    if engine == DISK:
        return OnDisk(written(release)).open
    store = in_memory(release)
    return lambda: store


def in_memory(release: Release) -> ox.Store:
    """Return a store in memory."""
    store = ox.Store()
    _fill(store, release)
    return store


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A store on disk. Each process opens it for itself: nothing of it survives a fork."""

    folder: Path

    def open(self) -> ox.Store:
        """Open it for reading only."""
        return ox.Store.read_only(str(self.folder))


def written(release: Release) -> Path:
    """Return the folder of the release's store on disk, made when there is none.

    It appears whole: it is written beside, and renamed.

    Raises:
        EngineError: there is no room for it, or no permission.
    """
    folder = State(release.folder.parents[1]).stores / release.id
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _write(folder, release)
    except OSError as error:
        raise EngineError(f"The store of the release cannot be written: {error}.") from error
    return folder


def _write(folder: Path, release: Release) -> None:
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    store = ox.Store(str(unfinished))
    _fill(store, release)
    store.flush()
    store.optimize()
    del store
    unfinished.rename(folder)


def _fill(store: ox.Store, release: Release) -> None:
    """Load the canonical N-Quads; blank nodes keep their labels.

    The default graph holds each triple once, however many named graphs state it: Oxigraph's
    own union of graphs returns a triple once for each graph, which would make counts wrong.
    """
    with release.data.open("rb") as lines:
        quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)
        store.bulk_extend(copy for quad in quads for copy in (quad, _in_default(quad)))


def _in_default(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)
