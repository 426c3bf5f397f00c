"""Validates data and ontology together against the shapes, and says where each result belongs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.errors import Place, UnreadableError
from tgkg.iris import SH
from tgkg.publish.engines import Validated, validated, validated_file
from tgkg.publish.large_files import AnySource
from tgkg.publish.large_places import Places
from tgkg.publish.locations import Locator
from tgkg.publish.project import Role
from tgkg.publish.pyshacl_engine import PyShacl
from tgkg.publish.shacl_engine import Finding, Node, ShapesError
from tgkg.publish.shape_counts import counted
from tgkg.publish.shapes import Shapes
from tgkg.publish.sources import Source
from tgkg.report import Report, Result, Severity


@dataclass(frozen=True, slots=True)
class Stated:
    """What large sources state."""

    file: Path
    """N-Triples or N-Quads, subject by subject."""
    store: ox.Store
    """Its default graph has all of it."""


_SEVERITIES: Final = {SH + severity.value: severity for severity in Severity}


Hold = Callable[[Sequence[AnySource], Shapes], Validated]
"""Holds what sources state against shapes."""


def validate(
    sources: Sequence[AnySource],
    notes: Sequence[str] = (),
    stated: Stated | None = None,
    hold: Hold = validated,
) -> Report:
    """Return the report on data and ontology, each result with its place in the sources.

    What large sources state lies on disk.

    Raises:
        UnreadableError: the shapes themselves are not in order.
    """
    shapes = [
        each for each in sources if isinstance(each, Source) and each.file.role is Role.SHAPES
    ]
    if not shapes:
        return Report(validated=False, notes=tuple(notes))
    checked = [source for source in sources if source.file.role is not Role.SHAPES]
    asked = Shapes(shapes)
    try:
        found = (
            validated_file(stated.file, checked, asked, stated.store)
            if stated
            else hold(checked, asked)
        )
    except ShapesError as error:
        raise _blamed(error, checked, shapes) from error
    return Report(
        results=placed(found.findings, Places(checked)),
        shapes=counted(found.findings, found.focus_nodes, asked),
        notes=tuple(notes),
    )


def placed(findings: Iterable[Finding], locator: Locator | Places) -> tuple[Result, ...]:
    """Return findings as results with their places: violations first, then as sources have it."""
    return tuple(sorted((_result(finding, locator) for finding in findings), key=_order))


def _blamed(
    error: ShapesError, checked: Sequence[AnySource], shapes: Sequence[Source]
) -> UnreadableError:
    """Say which files of shapes, each alone, fail in the same way; where none does, any may."""
    at_fault = [source for source in shapes if _failure(checked, source) == str(error)]
    names = [source.file.name for source in at_fault or shapes]
    return UnreadableError.at(", ".join(names[:3]), f"the shapes are not in order: {error}")


def _failure(checked: Sequence[AnySource], shapes: Source) -> str | None:
    try:
        PyShacl(checked, [shapes]).results()
    except ShapesError as error:
        return str(error)
    return None


def _order(result: Result) -> tuple[bool, str, int, str, str]:
    place = result.place or Place("")
    rest = f"{result.path} {result.component} {result.value}"
    is_mild = result.severity is not Severity.VIOLATION
    return (is_mild, place.file, place.line or 0, result.focus, rest)


def _result(finding: Finding, locator: Locator | Places) -> Result:
    focus = finding.focus
    return Result(
        focus=_written(focus),
        component=finding.component,
        shape=_written(finding.shape),
        severity=_SEVERITIES.get(finding.severity, Severity.VIOLATION),
        path=finding.path,
        value=_written(finding.value) if finding.value is not None else None,
        constraint=_written(finding.constraint) if finding.constraint is not None else None,
        messages=finding.messages,
        place=None
        if isinstance(focus, ox.Literal)
        else locator.place(focus, finding.path, finding.value),
    )


def _written(term: Node) -> str:
    """Return a term in N-Triples form; a blank node, whose label means nothing, as `[]`."""
    return "[]" if isinstance(term, ox.BlankNode) else str(term)
