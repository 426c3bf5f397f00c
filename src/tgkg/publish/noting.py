"""Writes down what each release changed, before it becomes the current one."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import NamedNode, Quad

from tgkg.changes import ADDED, Edit, Edited, Tally, lines_of, resources, tallied, understood
from tgkg.chronicle import FILE, SCHEMA, Chronicle, connect
from tgkg.errors import NoReleaseError, UnwritableError
from tgkg.release import Release, State

MOST_TOLD: Final = 1_000_000
"""Statements that changed at once and are still told one by one; of more, only how many."""


def note(state: State, release: Release) -> None:
    """Note what a release changed of the current one, and any other release not noted yet.

    To be called by who is alone in the state folder, before the release becomes current.

    Raises:
        UnwritableError: the state folder cannot be written; nothing changed.
    """
    known = Chronicle.open(state)
    unknown = [each for each in _at_hand(state) if known.entry(each.id) is None]
    if not unknown:
        return
    unknown.sort(key=lambda each: (each.id == release.id, each.manifest.created, each.id))
    file = state.folder / FILE
    temporary = file.with_name(f"{FILE}.new")
    temporary.unlink(missing_ok=True)
    try:
        if known.entries:
            shutil.copyfile(file, temporary)
        with closing(connect(temporary, "rwc")) as connection:
            writer = _Writer(connection, state, known)
            for each in unknown:
                writer.add(each, state.current_id() if each.id == release.id else None)
            connection.execute("COMMIT")
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(file)
        os.utime(state.releases)  # by which a running site sees that it has to look again
    except sqlite3.Error as error:
        raise UnwritableError(f"{file}: cannot be written: {error}.") from error
    finally:
        temporary.unlink(missing_ok=True)


@dataclass
class _Sum:
    """What is counted while the changes of a release go by."""

    added: int = 0
    removed: int = 0
    resources: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        return self.added + self.removed <= MOST_TOLD

    def count(self, told: tuple[Edit, ...]) -> None:
        for each in tallied(told):
            before = self.tallies.get(each.graph, Tally(each.graph, 0, 0))
            self.tallies[each.graph] = Tally(
                each.graph, before.added + each.added, before.removed + each.removed
            )


class _Writer:
    """Adds releases to a chronicle that nobody reads yet, in one transaction."""

    def __init__(self, connection: sqlite3.Connection, state: State, known: Chronicle) -> None:
        self._connection = connection
        self._state = state
        self._numbers = {entry.id: entry.number for entry in known.entries.values()}
        connection.execute("PRAGMA journal_mode = OFF")  # a crash leaves only the temporary file
        connection.execute("PRAGMA synchronous = OFF")
        if not known.entries:
            connection.executescript(SCHEMA)
        connection.execute("BEGIN")

    def add(self, release: Release, before: str | None) -> None:
        """Add a release; it is compared with the one `before`, else the last that is at hand."""
        number = max(self._numbers.values(), default=0) + 1
        latest = sorted(self._numbers, key=lambda name: self._numbers[name], reverse=True)
        named = (name for name in (before, *latest) if name in self._numbers)
        parent = next(filter(None, map(self._open, named)), None)
        counted = self._told(number, parent, release) if parent else _Sum()
        self._numbers[release.id] = number
        self._insert(
            "release", number, release.id, release.manifest.version, release.manifest.created,
            parent and self._numbers[parent.id], counted.added, counted.removed,
            counted.resources, counted.is_told,
        )  # fmt: skip
        for tally in counted.tallies.values():
            self._insert("tally", number, tally.graph, tally.added, tally.removed)

    def _told(self, number: int, parent: Release, release: Release) -> _Sum:
        counted = _Sum()
        mentions: dict[str, tuple[bool, bool]] = {}
        for edited in resources(parent, release):
            counted.resources += 1
            added = sum(1 for change in edited.changes if change.letter == ADDED)
            counted.added += added
            counted.removed += len(edited.changes) - added
            if counted.is_told:
                told = understood(edited.changes)
                counted.count(told)
                _add_mentions(mentions, told)
                self._tell(number, edited, added)
        if counted.is_told:
            for iri, (was, now) in mentions.items():
                self._insert("mention", iri, number, was, now)
        else:
            self._connection.execute("DELETE FROM edit WHERE number = ?", (number,))
            counted.tallies.clear()
        return counted

    def _tell(self, number: int, edited: Edited, added: int) -> None:
        self._insert(
            "edit", number, edited.subject, edited.was, edited.now, added,
            len(edited.changes) - added, b"".join(lines_of(edited.changes)),
        )  # fmt: skip

    def _insert(self, table: str, *values: object) -> None:
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608

    def _open(self, name: str) -> Release | None:
        return _with_data(self._state, name)


def _add_mentions(mentions: dict[str, tuple[bool, bool]], told: tuple[Edit, ...]) -> None:
    """Note which IRIs stand elsewhere than as the subject: they have pages too."""
    for edit in told:
        for iri in _mentioned(edit.quad):
            was, now = mentions.get(iri, (False, False))
            mentions[iri] = was or not edit.is_added, now or edit.is_added


def _mentioned(quad: Quad) -> Iterator[str]:
    for term in (quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, NamedNode):
            yield term.value


def _at_hand(state: State) -> Iterator[Release]:
    """Yield the releases whose data lie here."""
    for folder in state.releases.iterdir():
        if not folder.name.startswith("."):
            release = _with_data(state, folder.name)
            if release:
                yield release


def _with_data(state: State, name: str) -> Release | None:
    with suppress(NoReleaseError):
        release = Release.open(state.releases / name)
        if release.manifest.outline is None and release.data.is_file():
            return release
    return None
