"""Statements in N-Triples form, a line each: what needs neither rdflib nor a graph in memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from tgkg.publish.large_files import AnySource

Statement = tuple[str, str, str]
"""Subject, predicate and object in N-Triples form."""


def write_statements(sources: Iterable[AnySource], file: Path) -> None:
    """Write what SHACL 1.0 sees of the sources as N-Triples; a statement may stand there twice."""
    triples = (quad.triple for source in sources for quad in source.quads)
    ox.serialize(
        (triple for triple in triples if not isinstance(triple.object, ox.Triple)),
        file,
        format=ox.RdfFormat.N_TRIPLES,
    )


def statements_in(file: Path) -> Iterator[Statement]:
    """Yield the statements of a file of N-Triples or N-Quads as engines write them."""
    with file.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            object_, _, graph = rest[:-3].rpartition(" ")
            if not object_ or '"' in graph or graph[0] not in "<_":
                object_ = rest[:-3]  # no graph: that was the end of a text
            yield subject, predicate, object_


def statements_of(sources: Iterable[AnySource]) -> Iterator[Statement]:
    """Yield the statements of sources."""
    for source in sources:
        for quad in source.quads:
            yield str(quad.subject), str(quad.predicate), str(quad.object)
