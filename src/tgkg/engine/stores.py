"""The stores that query processes share: in memory, or on disk for a graph that does not fit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.operation import BY_SIZE, DISK
from tgkg.release import Release
from tgkg.search_index import SEARCH_INDEX

MOST_IN_MEMORY: Final = 2_000_000
"""Statements, by graph, that are held unless it is said otherwise: they take about 4 GB."""


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
    index: Path
    """The names of things, to search in."""


Shared = Callable[[], Stores]
"""Gives the stores to a process that was just forked."""


def shared_stores(release: Release, engine: str) -> Shared:
    """Prepare the stores of a release, once, for processes that are forked afterwards.

    Raises:
        OSError: the data of the release cannot be read.
        SyntaxError: or they are damaged.
    """
    if engine == DISK or (engine == BY_SIZE and not fits_in_memory(release)):
        return OnDisk(release.store, release.folder / SEARCH_INDEX).open
    stores = in_memory(release)
    return lambda: stores


def fits_in_memory(release: Release) -> bool:
    """Tell whether a release is small enough to be held, and loaded whenever it is opened."""
    return release.manifest.counts.quads <= MOST_IN_MEMORY


def in_memory(release: Release) -> Stores:
    """Return stores in memory."""
    stores = Stores(ox.Store(), ox.Store(), release.folder / SEARCH_INDEX)
    _fill(stores.whole, release)
    stores.union.bulk_extend(_triples(release))
    return stores


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A store on disk. Each process opens it for itself: nothing of it survives a fork.

    There is one only: what is not read takes no time there.
    """

    folder: Path
    index: Path

    def open(self) -> Stores:
        """Open it for reading only."""
        store = ox.Store.read_only(str(self.folder))
        return Stores(store, store, self.index)


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
