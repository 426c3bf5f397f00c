"""Validates again after an edit: only what the edit can affect, with the report of a full run."""

import re
from collections.abc import Sequence
from typing import Final

from tgkg.iris import SH
from tgkg.publish.checks import Checks
from tgkg.publish.engines import Validated, is_large, validated
from tgkg.publish.large_files import AnySource
from tgkg.publish.shacl_engine import ShapesError
from tgkg.publish.shapes import Shapes
from tgkg.publish.sources import Source
from tgkg.publish.statements import statements_of
from tgkg.publish.targets import Targets
from tgkg.publish.wording import worded

_QUERIES: Final = frozenset({SH + "select", SH + "ask"})
_UNSTEADY: Final = re.compile(
    r"\b(?:NOW|RAND|UUID|STRUUID|SAMPLE|GROUP_CONCAT|LIMIT|OFFSET)\b", re.IGNORECASE
)
"""What makes an answer depend on more than the triples: on the time, on chance, on an order."""


class Revalidation:
    """Validates one project again and again, and remembers what each result depended on.

    Sources that are the same objects as before count as unchanged. Large graphs, for which there
    is a fast engine, are validated whole each time.
    """

    def __init__(self) -> None:
        """Begin without a memory: the first run is a full one."""
        self._checks: Checks | None = None

    def validated(self, checked: Sequence[AnySource], shapes: Shapes) -> Validated:
        """Return what `engines.validated` returns.

        Raises:
            ShapesError: the shapes are not in order.
        """
        held = [source for source in checked if isinstance(source, Source)]
        if len(held) < len(checked) or is_large(checked) or _is_unsteady(shapes):
            return validated(checked, shapes)
        if self._checks is None or not self._checks.hold(shapes.sources, held):
            self._checks = Checks(shapes.sources, held)
        try:
            findings = self._checks.after(held)
        except ShapesError:
            self._checks = None
            return validated(checked, shapes)  # which says why
        focus_nodes = Targets(shapes).focus_nodes(statements_of(checked))
        return Validated(tuple(worded(findings, shapes)), focus_nodes)


def _is_unsteady(shapes: Shapes) -> bool:
    return any(
        quad.predicate.value in _QUERIES and _UNSTEADY.search(str(quad.object))
        for source in shapes.sources
        for quad in source.quads
    )
