"""Validates again after an edit: only what the edit can affect, with the report of a full run."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tgkg.iris import SH
from tgkg.publish.checks import Checks
from tgkg.publish.locations import Locator
from tgkg.publish.project import Role
from tgkg.publish.shacl_engine import ShapesError
from tgkg.publish.sources import Source
from tgkg.publish.validation import placed, validate
from tgkg.report import Report

_QUERIES: Final = frozenset({SH + "select", SH + "ask"})
_UNSTEADY: Final = re.compile(
    r"\b(?:NOW|RAND|UUID|STRUUID|SAMPLE|GROUP_CONCAT|LIMIT|OFFSET)\b", re.IGNORECASE
)
"""What makes an answer depend on more than the triples: on the time, on chance, on an order."""


class Revalidation:
    """Validates one project again and again, and remembers what each result depended on.

    Sources that are the same objects as before count as unchanged.
    """

    def __init__(self) -> None:
        """Begin without a memory: the first run is a full one."""
        self._checks: Checks | None = None

    def validate(self, sources: Sequence[Source], notes: Sequence[str] = ()) -> Report:
        """Return what `validation.validate` returns.

        Raises:
            UnreadableError: the shapes themselves are not in order.
        """
        shapes = [source for source in sources if source.file.role is Role.SHAPES]
        checked = [source for source in sources if source.file.role is not Role.SHAPES]
        if not shapes or _is_unsteady(shapes):
            return validate(sources, notes)
        if self._checks is None or not self._checks.hold(shapes, checked):
            self._checks = Checks(shapes, checked)
        try:
            findings = self._checks.after(checked)
        except ShapesError:
            self._checks = None
            return validate(sources, notes)  # which says in which file
        return Report(results=placed(findings, Locator(checked)), notes=tuple(notes))


def _is_unsteady(shapes: Iterable[Source]) -> bool:
    return any(
        quad.predicate.value in _QUERIES and _UNSTEADY.search(str(quad.object))
        for source in shapes
        for quad in source.quads
    )
