"""Counts what each shape was held against, and what passed."""

from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from tgkg.iris import LABEL_PROPERTIES, SH
from tgkg.publish.graph_index import Term
from tgkg.publish.locations import Locator
from tgkg.publish.shacl_engine import Finding, ShapeNode
from tgkg.publish.shapes import Shapes
from tgkg.report import ShapeCount

_NAMES: Final = (SH + "name", *LABEL_PROPERTIES)


def counted(
    findings: Iterable[Finding], focus_nodes: Mapping[ShapeNode, frozenset[str]], shapes: Shapes
) -> tuple[ShapeCount, ...]:
    """Return each shape with targets, in the order of the files, with how many nodes passed."""
    failing: dict[Term, set[str]] = {}
    for finding in findings:
        failing.setdefault(finding.shape, set()).add(str(finding.focus))
    locator = Locator(shapes.sources)
    counts = (
        ShapeCount(
            shape="[]" if isinstance(shape, ox.BlankNode) else str(shape),
            names=_names(shape, shapes),
            checked=len(nodes),
            passed=_passed(shape, nodes, failing, shapes),
            place=locator.place(shape),
        )
        for shape, nodes in focus_nodes.items()
    )
    return tuple(counts)


def _passed(
    shape: ShapeNode,
    nodes: frozenset[str],
    failing: Mapping[Term, set[str]],
    shapes: Shapes,
) -> int | None:
    """Return how many nodes have no result; None where results are about nodes further on.

    These are results of property shapes inside property shapes: their focus nodes are values.
    """
    if any(failing.get(each) for each in shapes.below(shape)):
        return None
    failed = set().union(*(failing.get(each, ()) for each in shapes.under(shape)))
    return len(nodes - failed)


def _names(shape: ShapeNode, shapes: Shapes) -> dict[str, str]:
    """Return a shape's name by language, by the first property that gives one."""
    for property_ in _NAMES:
        names = {
            name.language or "": name.value
            for name in shapes.objects(shape, property_)
            if isinstance(name, ox.Literal)
        }
        if names:
            return dict(sorted(names.items()))
    return {}
