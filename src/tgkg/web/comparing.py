"""What changed from one release of the site to another, however far apart they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from tgkg.changes import Change, Tally, resources, tallied, understood
from tgkg.chronicle import Changed, Entry, Step
from tgkg.errors import NotFoundError
from tgkg.web.past import Past

MOST_COUNTED: Final = 200_000
"""Statements that are put together to count what several releases changed: about a second."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How much changed."""

    added: int
    removed: int
    resources: int
    graphs: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases, and the way from the one to the other where its steps are known."""

    past: Past
    before: Entry
    after: Entry
    way: tuple[Step, ...] | None

    @classmethod
    def of(cls, past: Past, before: str, after: str) -> "Comparison":
        """Compare two releases by their full ids.

        Raises:
            NotFoundError: what changed between them is not known any more.
        """
        a, b = past.entry(before), past.entry(after)
        way = () if a is b else past.chronicle.way(a, b)
        if way is None and not (past.opened(before) and past.opened(after)):
            raise NotFoundError(
                "What changed between these releases cannot be told: one of them is no longer kept."
            )
        return cls(past, a, b, way)

    @property
    def is_revision(self) -> bool:
        """Whether the one came from the other."""
        return self.before in self.past.chronicle.lineage(self.after)

    def changed(self, after: str = "") -> Iterator[Changed]:
        """Yield what changed by resource, those whose name comes after a text."""
        if self.way is not None:
            yield from self.past.chronicle.changed(self.way, after)
            return
        releases = map(self.past.kept, (self.before.id, self.after.id))
        for edited in resources(*releases):
            if edited.subject > after:
                yield Changed(edited.subject, edited.changes)

    def changed_of(self, subject: str) -> Changed:
        """Return what changed about one resource."""
        if self.way is not None:
            return self.past.chronicle.changed_of(self.way, subject)
        found = (each for each in self.changed() if each.subject == subject)
        return next(found, Changed(subject, ()))

    def changes(self) -> Iterator[Change]:
        """Yield every statement that came or went, in the order of canonical N-Quads."""
        return chain.from_iterable(each.changes for each in self.changed())

    def totals(self) -> Totals | None:
        """Return how much changed; None where there is too much to count while somebody waits."""
        if self.way is None:
            return None
        if len(self.way) == 1:
            return self._of_step(self.way[0])
        most = sum(step.entry.added + step.entry.removed for step in self.way)
        return self._counted() if most <= MOST_COUNTED else None

    def _of_step(self, step: Step) -> Totals:
        entry, told = step.entry, self.past.chronicle.tallies(step.entry)
        if not step.is_back:
            return Totals(entry.added, entry.removed, entry.resources, told)
        swapped = tuple(Tally(each.graph, each.removed, each.added) for each in told)
        return Totals(entry.removed, entry.added, entry.resources, swapped)

    def _counted(self) -> Totals:
        count = 0
        graphs: dict[str, Tally] = {}
        for each in self.changed():
            count += 1
            for tally in tallied(understood(each.changes)):
                held = graphs.get(tally.graph, Tally(tally.graph, 0, 0))
                graphs[tally.graph] = Tally(
                    tally.graph, held.added + tally.added, held.removed + tally.removed
                )
        found = tuple(graphs[name] for name in sorted(graphs))
        added, removed = sum(e.added for e in found), sum(e.removed for e in found)
        return Totals(added, removed, count, found)
