"""What each release changed, kept beside the releases: also of those that have gone since."""

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Final

from tgkg.changes import ADDED, REMOVED, Change, Tally
from tgkg.release import State

FILE: Final = "chronicle.sqlite"
"""In the state folder; `publish.noting` writes it, each time whole and in one step."""

SCHEMA: Final = """
CREATE TABLE release (
  number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, version TEXT NOT NULL,
  created TEXT NOT NULL, parent INTEGER, added INTEGER NOT NULL, removed INTEGER NOT NULL,
  resources INTEGER NOT NULL, told INTEGER NOT NULL
);
CREATE TABLE tally (
  number INTEGER, graph TEXT, added INTEGER, removed INTEGER, PRIMARY KEY (number, graph)
) WITHOUT ROWID;
CREATE TABLE edit (
  number INTEGER, subject TEXT, was INTEGER, now INTEGER, added INTEGER, removed INTEGER,
  patch BLOB
);
CREATE UNIQUE INDEX edit_by_release ON edit (number, subject);
CREATE INDEX edit_by_subject ON edit (subject, number);
CREATE TABLE mention (
  iri TEXT, number INTEGER, was INTEGER, now INTEGER, PRIMARY KEY (iri, number)
) WITHOUT ROWID;
"""

_ENTRIES: Final = (
    "SELECT number, id, version, created, parent, added, removed, resources, told FROM release "
    "ORDER BY number"
)
_TALLIES: Final = "SELECT graph, added, removed FROM tally WHERE number = ? ORDER BY graph"
_EDITS: Final = (
    "SELECT subject, ?, patch FROM edit WHERE number = ? AND subject > ? ORDER BY subject"
)
_EDIT: Final = "SELECT subject, ?, patch FROM edit WHERE number = ? AND subject = ?"
_TOUCHES: Final = "SELECT number, was, now, added, removed FROM edit WHERE subject = ?"
_MENTIONS: Final = "SELECT number, was, now FROM mention WHERE iri = ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """A release, and how much it changed of the one that it was compared with."""

    number: int
    """In the order in which releases were noted."""
    id: str
    version: str
    created: str
    parent: int | None
    """The number of the release that was current before; None of the first."""
    added: int = 0
    removed: int = 0
    resources: int = 0
    told: bool = True
    """Whether the changes are here one by one; there may be too many."""


@dataclass(frozen=True, slots=True)
class Step:
    """From a release's parent to the release, or back."""

    entry: Entry
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Touch:
    """That a release changed a resource, and how many statements."""

    entry: Entry
    was: bool
    now: bool
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed about one resource along a way."""

    subject: str
    """As N-Quads writes it."""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Chronicle:
    """The releases of a state folder as far as they were noted, and what each changed.

    Each release has one parent, so they are a tree; a comparison of any two goes up from the one
    and down to the other, and takes as long as what changed on that way.
    """

    file: Path
    entries: Mapping[int, Entry] = field(default_factory=dict)
    """By number, which ascends."""

    @classmethod
    def open(cls, state: State) -> "Chronicle":
        """Read which releases are noted; none where nothing was noted yet."""
        file = state.folder / FILE
        found = ((*values, bool(told)) for *values, told in _rows(file, _ENTRIES))
        return cls(file, {row[0]: Entry(*row) for row in found})

    @cached_property
    def _by_id(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.entries.values()}

    def entry(self, release: str) -> Entry | None:
        """Return what is noted of a release by its id."""
        return self._by_id.get(release)

    def parent(self, entry: Entry) -> Entry | None:
        """Return the release that this one was compared with."""
        return self.entries.get(entry.parent) if entry.parent is not None else None

    def lineage(self, entry: Entry) -> tuple[Entry, ...]:
        """Return a release, its parent, and so on to the first."""
        found: list[Entry] = []
        at: Entry | None = entry
        while at is not None:
            found.append(at)
            at = self.parent(at)
        return tuple(found)

    def way(self, before: Entry, after: Entry) -> tuple[Step, ...] | None:
        """Return the steps from a release to another; None where they are not all told."""
        up, down = self.lineage(before), self.lineage(after)
        shared = {entry.number for entry in up} & {entry.number for entry in down}
        back = tuple(Step(each, is_back=True) for each in up if each.number not in shared)
        forth = tuple(Step(each) for each in reversed(down) if each.number not in shared)
        steps = (*back, *forth)
        return steps if shared and all(step.entry.told for step in steps) else None

    def tallies(self, entry: Entry) -> tuple[Tally, ...]:
        """Return how many statements came and went by source, from the parent to the release."""
        return tuple(Tally(*row) for row in _rows(self.file, _TALLIES, entry.number))

    def changed(self, way: Sequence[Step], after: str = "") -> Iterator[Changed]:
        """Yield what changed along a way by resource, those whose name comes after a text.

        What came and went again, or the other way round, is left out.
        """
        rows = (
            _rows(self.file, _EDITS, place, step.entry.number, after)
            for place, step in enumerate(way)
        )
        merged = heapq.merge(*rows, key=lambda row: row[:2])
        for subject, group in groupby(merged, key=lambda row: str(row[0])):
            if changes := _net(way, group):
                yield Changed(subject, changes)

    def changed_of(self, way: Sequence[Step], subject: str) -> Changed:
        """Return what changed about one resource along a way."""
        rows = (
            row
            for place, step in enumerate(way)
            for row in _rows(self.file, _EDIT, place, step.entry.number, subject)
        )
        return Changed(subject, _net(way, rows))

    def touches(self, iri: str) -> tuple[Touch, ...]:
        """Return which releases changed what is said about a resource, the newest first."""
        rows = sorted(_rows(self.file, _TOUCHES, f"<{iri}>"), reverse=True)
        return tuple(
            Touch(self.entries[number], bool(was), bool(now), added, removed)
            for number, was, now, added, removed in rows
            if number in self.entries
        )

    def holding(self, iri: str) -> Mapping[int, bool]:
        """Return of each release whether it says anything about a resource, where that is known.

        It is known of all that can be reached from a release that changed it; where none did,
        either all have it or none has, and the answer is empty.
        """
        touched = {touch.entry.number: touch for touch in self.touches(iri)}
        held = {number: touch.now for number, touch in touched.items()}
        for touch in touched.values():
            if touch.entry.parent is not None:
                held.setdefault(touch.entry.parent, touch.was)
        untouched = [e for e in self.entries.values() if e.told and e.number not in touched]
        for entry in reversed(untouched):
            if entry.number in held and entry.parent is not None:
                held.setdefault(entry.parent, held[entry.number])
        for entry in untouched if held else ():
            if entry.parent in held:
                held.setdefault(entry.number, held[entry.parent])
        return held

    def mentioning(self, iri: str) -> frozenset[int]:
        """Return releases that mention an IRI elsewhere than as what a statement is about."""
        found = set()
        for number, was, now in _rows(self.file, _MENTIONS, iri):
            entry = self.entries.get(number)
            if entry and was and entry.parent is not None:
                found.add(entry.parent)
            if entry and now:
                found.add(number)
        return frozenset(found)


def connect(file: Path, mode: str) -> sqlite3.Connection:
    """Connect to a chronicle: `ro` for reading, `rwc` to write one that nobody reads yet."""
    # A chronicle that is read is never written to, so no locks are needed.
    kind = "&immutable=1" if mode == "ro" else ""
    address = f"{file.resolve().as_uri()}?mode={mode}{kind}"
    return sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)


def _rows(file: Path, query: str, *values: object) -> Iterator[tuple]:  # type: ignore[type-arg]
    """Yield the rows of a query; none where there is no chronicle, or an unreadable one."""
    try:
        connection = connect(file, "ro")
    except sqlite3.Error:
        return
    with closing(connection):
        try:
            yield from connection.execute(query, values)
        except sqlite3.Error:
            return


def _net(way: Sequence[Step], rows: Iterable[tuple]) -> tuple[Change, ...]:  # type: ignore[type-arg]
    """Return what is left of the changes of a resource, in the order of their statements."""
    net: dict[bytes, str] = {}
    for _, place, patch in rows:
        for written in patch.split(b"\n")[:-1]:
            letter, line = written[:1].decode(), written[2:] + b"\n"
            if way[place].is_back:
                letter = REMOVED if letter == ADDED else ADDED
            if net.pop(line, None) is None:  # else it came and went
                net[line] = letter
    return tuple(Change(net[line], line) for line in sorted(net))
