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
from tgkg.publish.queries_at_once import QueriesAtOnce
from tgkg.publish.rust_engine import RustShacl, is_installed
from tgkg.publish.shacl_engine import Finding, ShapeNode, ShapesError
from tgkg.publish.shapes import Shapes
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


@dataclass(frozen=True, slots=True)
class RustWithQueries:
    """The fast engine, but for the constraints that are queries of a store."""

    file: Path
    shapes: Shapes
    focus_nodes: Mapping[ShapeNode, frozenset[str]]
    store: ox.Store

    def results(self, chosen: frozenset[ShapeNode]) -> Sequence[Finding]:
        """Return what breaks the shapes; see `RustShacl`."""
        queries = QueriesAtOnce(self.shapes, self.store)
        asked = queries.constraints(chosen)
        without = frozenset(each for found in asked.values() for each in found)
        findings = [*RustShacl(self.file, self.shapes, without).results(chosen)]
        for shape, constraints in asked.items():
            for each in constraints:
                findings += queries.results(shape, each, self.focus_nodes[shape])
        return findings


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

    Where there is a store of them too, constraints in SPARQL are asked of that.

    The sources are read only where a shape is left to the reference: one that the engines may
    judge differently, or all where the fast engine does not take them.

    Raises:
        ShapesError: as `validated`.
    """
    PyShacl([], shapes.sources).check_shapes()
    portable = PortableShapes(shapes)
    focus_nodes = Targets(shapes).focus_nodes(portable.forms.watching(statements_in(file)))
    chosen, findings = _fast(_engine(file, shapes, focus_nodes, store), portable)
    others = frozenset(shapes.targeted()) - chosen
    if others:
        findings += PyShacl(checked, shapes.sources).results(others)
    return Validated(tuple(worded(findings, shapes)), focus_nodes)


def _fast(
    engine: RustShacl | RustWithQueries, portable: PortableShapes
) -> tuple[frozenset[ShapeNode], list[Finding]]:
    """Return what the fast engine finds, and for which shapes that is what the reference finds."""
    chosen = portable.chosen()
    try:
        findings = engine.results(chosen) if chosen else []
        half_told = portable.half_told(findings)
        if half_told:
            chosen -= half_told
            findings = engine.results(chosen)
    except ShapesError:
        return frozenset(), []
    return chosen, list(findings)


def _engine(
    file: Path,
    shapes: Shapes,
    focus_nodes: Mapping[ShapeNode, frozenset[str]],
    store: ox.Store | None,
) -> RustShacl | RustWithQueries:
    """Return the fast engine, which leaves queries to the store where there is one."""
    if store is None:
        return RustShacl(file, shapes)
    return RustWithQueries(file, shapes, focus_nodes, store)
