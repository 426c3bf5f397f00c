"""Writes the store that the engine answers from when a release does not fit into memory."""

import mmap
from pathlib import Path

import pyoxigraph as ox

from tgkg.publish.division import Divided


def write_store(folder: Path, divided: Divided) -> None:
    """Load each graph, and the default graph; blank nodes keep their labels.

    The default graph is stored, not computed: it holds each triple once.
    """
    store = ox.Store(str(folder))
    _load(store, divided.data, ox.RdfFormat.N_QUADS)
    _load(store, divided.triples, ox.RdfFormat.N_TRIPLES)
    store.flush()
    store.optimize()


def _load(store: ox.Store, lines: Path, form: ox.RdfFormat) -> None:
    """Load canonical lines; those that may name blank nodes go the slow way, which keeps labels."""
    if not _has(lines, b"_:"):
        store.bulk_load(path=lines, format=form, lenient=True)
        return
    store.bulk_extend(ox.parse(path=lines, format=form, rename_blank_nodes=False, lenient=True))


def _has(file: Path, mark: bytes) -> bool:
    if not file.stat().st_size:
        return False
    with (
        file.open("rb") as content,
        mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        return text.find(mark) != -1
