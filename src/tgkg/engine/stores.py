"""The stores that query processes share: in memory, or on disk for a graph that does not fit."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from tgkg.errors import EngineError
from tgkg.operation import DISK
from tgkg.release import Release, State


@dataclass(frozen=True, slots=True)
class Stores:
    """A release as the engine needs it.

    The default graph is stored, not computed: Oxigraph's own union of graphs returns a triple
    once for each graph, which would make counts wrong. A query that names no graph is asked of a
    store that has no others: where both are in one, it takes half as long again.
    """

    whole: ox.Store
    """Each graph by its name, and the default graph."""
    union: ox.Store
    """The default graph alone: each triple once."""


Shared = Callable[[], Stores]
"""Gives the stores to a process that was just forked."""


def shared_stores(release: Release, engine: str) -> Shared:
    """Prepare the stores of a release, once, for processes that are forked afterwards.

    Raises:
        OSError: the data of the release cannot be read, or the store not be written.
        SyntaxError: or they are damaged.
    """
    if engine == DISK:
        return OnDisk(written(release)).open
    stores = in_memory(release)
    return lambda: stores


def in_memory(release: Release) -> Stores:
    """Return stores in memory."""
    stores = Stores(ox.Store(), ox.Store())
    _fill(stores.whole, release)
    stores.union.bulk_extend(_triples(release))
    return stores


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A store on disk. Each process opens it for itself: nothing of it survives a fork.

    There is one only: what is not read takes no time there.
    """

    folder: Path

    def open(self) -> Stores:
        """Open it for reading only."""
        store = ox.Store.read_only(str(self.folder))
        return Stores(store, store)


def store_of(release: Release) -> Path:
    """Return the folder where the release's store on disk is, or would be."""
    return State(release.folder.parents[1]).stores / release.id


def written(release: Release) -> Path:
    """Return the folder of the release's store on disk, made when there is none.

    It appears whole: it is written beside, and renamed.

    Raises:
        EngineError: there is no room for it, or no permission.
    """
    folder = store_of(release)
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
    """Load each graph, and the default graph; blank nodes keep their labels."""
    with release.data.open("rb") as lines:
        store.bulk_extend(ox.parse(lines, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))
    store.bulk_extend(_triples(release))


def _triples(release: Release) -> Iterator[ox.Quad]:
    """Yield each triple once or more, in the default graph."""
    with release.data.open("rb") as lines:
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)
