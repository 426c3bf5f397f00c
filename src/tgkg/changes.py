"""What changed from one release to another, statement by statement."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
class Edited:
    """A resource that changed: the statements about it that came and went, in their order."""

    subject: str
    """As N-Quads writes it."""
    changes: tuple[Change, ...]
    was: bool
    """Whether the release before says anything about it."""
    now: bool
    """Whether the release after does."""


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
    return lines_of(changes(before, after))


def lines_of(changed: Iterable[Change]) -> Iterator[bytes]:
    """Yield changes as lines of a patch."""
    for change in changed:
        yield change.letter.encode() + b" " + change.line


def resources(before: Release, after: Release) -> Iterator[Edited]:
    """Yield the same by resource; what is said of one is together, as the lines are sorted.

    Raises:
        NoReleaseError: a release has no data here.
    """
    with _data(before).open("rb") as old, _data(after).open("rb") as new:
        yield from _by_resource(old, new)


def edits(before: Release, after: Release) -> Iterator[tuple[Edit, ...]]:
    """Yield the changes of one resource after the other, those of each by graph."""
    for edited in resources(before, after):
        yield understood(edited.changes)


def understood(changed: Sequence[Change]) -> tuple[Edit, ...]:
    """Return changes with their statements parsed, by graph."""
    quads = ox.parse(
        b"".join(change.line for change in changed),
        format=ox.RdfFormat.N_QUADS,
        rename_blank_nodes=False,
    )
    told = (Edit(change.letter == ADDED, quad) for change, quad in zip(changed, quads, strict=True))
    return tuple(sorted(told, key=lambda edit: edit.graph))


def tally(before: Release, after: Release) -> tuple[Tally, ...]:
    """Return how many statements came and went by graph, in the order of their names."""
    return tallied(edit for of_one in edits(before, after) for edit in of_one)


def tallied(told: Iterable[Edit]) -> tuple[Tally, ...]:
    """Return how many of these came and went by graph, in the order of their names."""
    counted = Counter((edit.graph, edit.is_added) for edit in told)
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


def _by_resource(old: IO[bytes], new: IO[bytes]) -> Iterator[Edited]:
    """Walk in the same way, with an eye on whether both files speak of a resource that changed."""
    subject, changed, shared = b"", list[Change](), False
    kept = b""
    left, right = old.readline(), new.readline()
    while left or right:
        if left == right:
            shared = shared or (bool(changed) and left.startswith(subject))
            kept = left
            left, right = old.readline(), new.readline()
            continue
        is_removed = bool(left) and (not right or left < right)
        line = left if is_removed else right
        if not changed or not line.startswith(subject):
            if changed:
                yield _edited(subject, changed, shared)
            subject, changed = line.partition(b" ")[0] + b" ", []
            shared = kept.startswith(subject)
        changed.append(Change(REMOVED if is_removed else ADDED, line))
        if is_removed:
            left = old.readline()
        else:
            right = new.readline()
    if changed:
        yield _edited(subject, changed, shared)


def _edited(subject: bytes, changed: Sequence[Change], shared: bool) -> Edited:  # noqa: FBT001 - a fact
    letters = {change.letter for change in changed}
    name = subject.decode().rstrip(" ")
    return Edited(name, tuple(changed), shared or REMOVED in letters, shared or ADDED in letters)
