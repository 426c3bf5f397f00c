"""What changed from one release to another, statement by statement."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from tgkg.errors import NoReleaseError
from tgkg.release import Release

ADDED: Final = "A"
REMOVED: Final = "D"
"""As RDF Patch writes them (https://afs.github.io/rdf-delta/rdf-patch.html)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that came or went."""

    letter: str
    line: bytes
    """As it stands in the canonical N-Quads, with the end of its line."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The same, understood."""

    is_added: bool
    quad: ox.Quad

    @property
    def graph(self) -> str:
        """The graph that it came to or went from, as N-Quads writes its name."""
        return str(self.quad.graph_name)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many statements came to a graph, and how many went from it."""

    graph: str
    added: int
    removed: int


def changes(before: Release, after: Release) -> Iterator[Change]:
    """Yield what makes one release's data of another's, in the order of the lines.

    Both are sorted, so each is read once, and a line of each is held.

    Raises:
        NoReleaseError: a release has no data here.
    """
    with _data(before).open("rb") as old, _data(after).open("rb") as new:
        yield from _merged(old, new)


def patch(before: Release, after: Release) -> Iterator[bytes]:
    """Yield the changes as lines of a patch: `D` or `A`, a space, the line of N-Quads."""
    for change in changes(before, after):
        yield change.letter.encode() + b" " + change.line


def edits(before: Release, after: Release) -> Iterator[tuple[Edit, ...]]:
    """Yield the changes of one resource after the other, those of each by graph."""
    by_subject = groupby(changes(before, after), key=lambda change: change.line.split(b" ", 1)[0])
    for _, group in by_subject:
        found = tuple(group)
        quads = ox.parse(
            b"".join(change.line for change in found),
            format=ox.RdfFormat.N_QUADS,
            rename_blank_nodes=False,
        )
        of_one = (
            Edit(change.letter == ADDED, quad) for change, quad in zip(found, quads, strict=True)
        )
        yield tuple(sorted(of_one, key=lambda edit: edit.graph))


def tally(before: Release, after: Release) -> tuple[Tally, ...]:
    """Return how many statements came and went by graph, in the order of their names."""
    counted = Counter(
        (edit.graph, edit.is_added) for of_one in edits(before, after) for edit in of_one
    )
    graphs = sorted({graph for graph, _ in counted})
    return tuple(Tally(each, counted[each, True], counted[each, False]) for each in graphs)


def _data(release: Release) -> Path:
    if release.manifest.outline is not None:
        raise NoReleaseError(f"The data of release {release.id} lie in a store elsewhere.")
    return release.data


def _merged(old: IO[bytes], new: IO[bytes]) -> Iterator[Change]:
    """Walk through two files of sorted lines at once; after its end, a file gives b""."""
    left, right = old.readline(), new.readline()
    while left or right:
        if left == right:
            left, right = old.readline(), new.readline()
        elif left and (not right or left < right):
            yield Change(REMOVED, left)
            left = old.readline()
        else:
            yield Change(ADDED, right)
            right = new.readline()
