"""Which engine validates what: pySHACL, or for large graphs mostly the fast one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyoxigraph as ox

from tgkg.publish.large_files import AnySource
from tgkg.publish.portable_shapes import PortableShapes
from tgkg.publish.pyshacl_engine import PyShacl
from tgkg.publish.rust_engine import RustShacl, is_installed
from tgkg.publish.shacl_engine import Finding, ShapeNode, ShapesError
from tgkg.publish.shapes import Shapes
from tgkg.publish.sparql_engine import SparqlEngine
from tgkg.publish.statements import statements_in, statements_of, write_statements
from tgkg.publish.targets import Targets
from tgkg.publish.wording import worded

LARGE: Final = 50_000
"""From how many statements on the fast engine saves more than a second or two."""


@dataclass(frozen=True, slots=True)
class Validated:
    """What was found, whichever engine found it."""

    findings: tuple[Finding, ...]
    focus_nodes: Mapping[ShapeNode, frozenset[str]]
    """What each shape with targets was held against, in N-Triples form."""


def is_large(checked: Iterable[AnySource]) -> bool:
    """Tell whether the fast engine is there, and sources are worth its while."""
    return is_installed() and sum(1 for source in checked for _ in source.quads) >= LARGE


def validated(checked: Sequence[AnySource], shapes: Shapes) -> Validated:
    """Hold what the sources state against the shapes.

    Raises:
        ShapesError: the shapes are not in order, as the reference says it.
    """
    if is_large(checked):
        with TemporaryDirectory(prefix="tgkg-") as folder:
            file = Path(folder) / "data.nt"
            write_statements(checked, file)
            return validated_file(file, checked, shapes)
    findings = PyShacl(checked, shapes.sources).results()
    focus_nodes = Targets(shapes).focus_nodes(statements_of(checked))
    return Validated(tuple(worded(findings, shapes)), focus_nodes)


def validated_file(
    file: Path, checked: Sequence[AnySource], shapes: Shapes, store: ox.Store | None = None
) -> Validated:
    """Hold a file of statements against the shapes with the fast engine, as far as it will do.

    Constraints in SPARQL are asked of a store of them; one is made where there is none yet.

    The sources are read only where a shape is left to the reference: one that the engines may
    judge differently, or all where the fast engine does not take them.

    Raises:
        ShapesError: as `validated`.
    """
    PyShacl([], shapes.sources).check_shapes()
    portable = PortableShapes(shapes)
    focus_nodes = Targets(shapes).focus_nodes(portable.forms.watching(statements_in(file)))
    engine = SparqlEngine(file, shapes, store)
    chosen, found = fast_findings(file, shapes, portable, focus_nodes, engine)
    others = frozenset(shapes.targeted()) - chosen
    if others:
        found += PyShacl(checked, shapes.sources).results(others)
    return Validated(tuple(worded(found, shapes)), focus_nodes)


def fast_findings(
    file: Path,
    shapes: Shapes,
    portable: PortableShapes,
    focus_nodes: Mapping[ShapeNode, frozenset[str]],
    queries: SparqlEngine,
) -> tuple[frozenset[ShapeNode], list[Finding]]:
    """Return for which shapes the fast engines say what the reference says, and what that is."""
    chosen = portable.chosen()
    asked = queries.results({shape: focus_nodes[shape] for shape in chosen})
    chosen -= portable.in_doubt(asked)
    try:
        found = [*RustShacl(file, shapes).results(chosen)] if chosen else []
    except ShapesError:
        return frozenset(), []
    return chosen, found + [finding for finding in asked if finding.shape in chosen]
