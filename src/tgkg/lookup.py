"""Finds what a release says of a few things, by halving in its sorted statements."""

from collections.abc import Iterable, Iterator
from mmap import ACCESS_READ, mmap
from typing import Final

import pyoxigraph as ox

from tgkg.release import Release

_LONGEST: Final = 256 * 1024
"""Bytes about one thing that are read."""


def statements_about(release: Release, subjects: Iterable[str]) -> Iterator[ox.Quad]:
    """Yield the statements about some things, named as in N-Quads, without reading the rest.

    Of a thing with very many, the first.
    """
    wanted = tuple(subjects)
    if not wanted or not release.data.is_file() or not release.data.stat().st_size:
        return
    with release.data.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
        for subject in wanted:
            block = _block(lines, f"{subject} ".encode())
            yield from ox.parse(block, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)


def _block(lines: mmap, key: bytes) -> bytes:
    start = end = _first(lines, key)
    while lines[end : end + len(key)] == key and end - start < _LONGEST:
        end = lines.find(b"\n", end) + 1 or len(lines)
    return lines[start:end]


def _first(lines: mmap, key: bytes) -> int:
    """Return where the first line starts that is not before the key."""
    low, high = 0, len(lines)
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        if lines[start : start + len(key)] < key:
            low = lines.find(b"\n", start) + 1 or len(lines)
        else:
            high = start
    return low
