"""What is in a store that nobody here filled, or that was filled before: its counts, by asking."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tgkg.errors import EngineError, TgkgError
from tgkg.iris import RDF, is_iri
from tgkg.manifest import Counts
from tgkg.operation import MEBIBYTE
from tgkg.remote.client import TooLargeError, TooSlowError, UnreachableError
from tgkg.remote.endpoint import Bounds, Endpoint, Fields, Held
from tgkg.remote.marks import IDENTIFIER, Marks

MOST: Final = 10_000
"""Graphs, classes and properties that are listed of each: the largest."""

_BOUNDS: Final = Bounds(60, 16 * MEBIBYTE)
_OURS: Final = "urn:x-tgkg:"
_MARK: Final = re.compile(rf"{_OURS}([A-Za-z0-9_-]+):release")
_MARKS: Final = f"""
SELECT ?g ?id {{ GRAPH ?g {{ ?g <{IDENTIFIER}> ?id }} FILTER(STRSTARTS(STR(?g), "{_OURS}")) }}
LIMIT 100"""
_GRAPHS: Final = "SELECT ?key (COUNT(*) AS ?n) { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key"
_CLASSES: Final = f"""
SELECT ?key (COUNT(*) AS ?n) {{ ?s <{RDF}type> ?key FILTER(isIRI(?key)) }} GROUP BY ?key"""
_PROPERTIES: Final = "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key"
_TRIPLES: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_SUBJECTS: Final = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Found:
    """What a store says of itself."""

    name: str | None
    """The name of the project that was pushed there; None where nobody pushed."""
    release: str | None
    """The id of its release."""
    own_default: bool
    """Whether its default graph holds something without anybody naming graphs."""
    counts: Counts
    missing: tuple[str, ...]
    """What could not be counted, as sentences."""


def look_into(endpoint: Endpoint, progress: Callable[[str], None]) -> Found:
    """Count what an endpoint holds.

    Raises:
        EngineError: it cannot be reached, or does not answer; or it holds several projects.
    """
    progress(f"Asking {endpoint.address}")
    try:
        name = _project(endpoint)
        held = endpoint.held(Marks(name)) if name else None
    except (UnreachableError, TooSlowError, TooLargeError) as error:
        raise EngineError(
            f"{endpoint.address} does not answer as a SPARQL endpoint: {str(error).rstrip('.')}. "
            "Check the address, and that the store runs."
        ) from error
    return _Counting(endpoint, name, held, progress).found()


def _project(endpoint: Endpoint) -> str | None:
    """Return the name of the one project whose mark is there."""
    marks = {row.get("g", "") for row in endpoint.table(_MARKS, (), _BOUNDS)}
    names = sorted(match[1] for match in map(_MARK.fullmatch, marks) if match)
    if len(names) > 1:
        raise EngineError(
            f"{endpoint.address} holds releases of several projects: {', '.join(names)}. "
            "Give the PATH of the one to serve."
        )
    return names[0] if names else None


@dataclass(slots=True)
class _Counting:
    """Asks one count after the other; one that is refused or too slow is left out, and told."""

    endpoint: Endpoint
    name: str | None
    held: Held | None
    progress: Callable[[str], None]
    missing: list[str] = field(default_factory=list)

    def found(self) -> Found:
        graphs = self._graphs()
        own = self.held is None and (not graphs or bool(self._number("statements", _TRIPLES, ())))
        fields = () if own else self._fields(graphs)
        triples = self._number("statements", _TRIPLES, fields)
        counts = Counts(
            triples=triples,
            quads=max(triples, sum(graphs.values())),
            subjects=self._number("things", _SUBJECTS, fields),
            graphs=graphs,
            classes=self._counted("classes", _CLASSES, fields),
            properties=self._counted("properties", _PROPERTIES, fields),
        )
        release = self.held.release if self.held else None
        missing = tuple(dict.fromkeys(self.missing))
        return Found(self.name, release, own, counts, missing)

    def _graphs(self) -> dict[str, int]:
        """Return the sizes of the graphs that are data; those of a push's own are none."""
        found = self._counted("graphs", _GRAPHS, ())
        if self.held is None:
            return found
        return {iri: found.get(iri, 0) for iri in sorted(self.held.graphs)}

    def _fields(self, graphs: dict[str, int]) -> Fields:
        """Return the graphs to name, so that the union counts as the default graph."""
        has_union = self.held is not None and self.held.has_union
        union = (Marks(self.name or "").union,) if has_union else tuple(graphs)
        return tuple(("default-graph-uri", each) for each in union)

    def _number(self, what: str, query: str, fields: Fields) -> int:
        return next((int(row["n"]) for row in self._rows(what, query, fields)), 0)

    def _counted(self, what: str, query: str, fields: Fields) -> dict[str, int]:
        limited = f"{query} ORDER BY DESC(?n) LIMIT {MOST}"
        rows = [row for row in self._rows(what, limited, fields) if "key" in row]
        if len(rows) == MOST:
            self.missing.append(f"Only the {MOST:,} largest of its {what} are listed.")
        kept = ((row["key"], int(row["n"])) for row in rows)
        return dict(sorted((k, n) for k, n in kept if is_iri(k) and not k.startswith(_OURS)))

    def _rows(self, what: str, query: str, fields: Fields) -> Iterator[dict[str, str]]:
        self.progress(f"Counting its {what}")
        try:
            rows = self.endpoint.table(query, fields, _BOUNDS)
            yield from (row for row in rows if row.get("n", "").isdecimal())
        except TgkgError as error:
            self.missing.append(f"Its {what} could not be counted: {error}")
