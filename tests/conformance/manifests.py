"""Reads W3C's manifests: every test of SPARQL 1.0, 1.1 and 1.2, whatever its kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from tgkg.iris import UNNAMED_BASE

ADDRESS = UNNAMED_BASE
"""What the suites' files are named by, as the publisher names files without a configuration."""

ROOTS = ("sparql10/manifest.ttl", "sparql11/manifest-all.ttl", "sparql12/manifest.ttl")

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Case:
    """A test as its manifest describes it; files are named by their addresses."""

    iri: str
    suite: str
    """`sparql10`, `sparql11` or `sparql12`."""
    section: str
    """The folder of its manifest."""
    name: str
    kind: str
    """The local name of its class, such as `QueryEvaluationTest`."""
    query: str = ""
    data: tuple[str, ...] = ()
    """The files that are merged into the default graph."""
    graph_data: tuple[str, ...] = ()
    """The files that are named graphs."""
    result: str = ""
    lax: bool = False
    """Whether duplicates may be left out (`mf:LaxCardinality`)."""

    @property
    def id(self) -> str:
        """Its name among all the tests: `sparql11/bind/bind01`."""
        return f"{self.suite}/{self.section}/{self.iri.rpartition('#')[2]}"

    @property
    def is_evaluation(self) -> bool:
        """Whether a query is to be answered, and not only read."""
        return self.kind in ("QueryEvaluationTest", "CSVResultFormatTest")


@dataclass(frozen=True, slots=True)
class Suite:
    """All the tests, and the folder that holds their files."""

    folder: Path
    cases: tuple[Case, ...]
    absent: tuple[str, ...]
    """Sections that a manifest includes and that the folder does not hold: `sparql11/add`."""

    def path(self, address: str) -> Path:
        """Return where a file of the suite is."""
        return self.folder / address.removeprefix(ADDRESS)


def read_suite(folder: Path) -> Suite:
    """Read the manifests under a folder and all that they include, in their order."""
    cases: list[Case] = []
    absent: list[str] = []
    for root in ROOTS:
        for file in _included(folder, root):
            path = folder / file
            if path.exists():
                cases += _Manifest(path, ADDRESS + file).cases()
            else:
                absent.append(file.rpartition("/")[0])
    return Suite(folder, tuple(cases), tuple(absent))


def _included(folder: Path, file: str) -> Iterator[str]:
    """Yield the manifests with tests of their own below one that includes them."""
    manifest = _Manifest(folder / file, ADDRESS + file)
    for address in manifest.items(manifest.this, MF + "include"):
        yield address.removeprefix(ADDRESS)


class _Manifest:
    """A manifest file as a graph (https://w3c.github.io/rdf-tests/)."""

    def __init__(self, path: Path, address: str) -> None:
        self._graph = ox.Dataset(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=address))
        self._suite, self._section = [*address.removeprefix(ADDRESS).split("/"), ""][:2]
        (self.this,) = (
            quad.subject
            for quad in self._graph.quads_for_object(ox.NamedNode(MF + "Manifest"))
            if quad.predicate.value == RDF + "type"
        )

    def cases(self) -> Iterator[Case]:
        """Yield the entries, then the tests that are described but no entries."""
        listed = self.items(self.this, MF + "entries")
        for iri in listed:
            yield self._case(iri)
        for quad in self._graph:
            is_test = quad.predicate.value == MF + "action" and isinstance(
                quad.subject, ox.NamedNode
            )
            if is_test and quad.subject.value not in listed:
                yield self._case(quad.subject.value)

    def items(self, subject: Node, predicate: str) -> list[str]:
        """Return the IRIs in the list that is the value of a property."""
        found = []
        (node,) = self._objects(subject, predicate)
        while node.value != RDF + "nil":
            found += [first.value for first in self._objects(node, RDF + "first")]
            (node,) = self._objects(node, RDF + "rest")
        return found

    def _case(self, iri: str) -> Case:
        test = ox.NamedNode(iri)
        (action,) = self._objects(test, MF + "action")
        kinds = [kind.removeprefix(MF) for kind in self._values(test, RDF + "type")]
        queries = self._values(action, QT + "query") or [action.value]
        return Case(
            iri,
            self._suite,
            self._section,
            name=next(iter(self._values(test, MF + "name")), ""),
            kind=kinds[0],
            query=queries[0],
            data=tuple(self._values(action, QT + "data")),
            graph_data=tuple(self._values(action, QT + "graphData")),
            result=next(iter(self._values(test, MF + "result")), ""),
            lax=MF + "LaxCardinality" in self._values(test, MF + "resultCardinality"),
        )

    def _values(self, subject: Node, predicate: str) -> list[str]:
        return sorted(node.value for node in self._objects(subject, predicate))

    def _objects(self, subject: Node, predicate: str) -> list[ox.NamedNode]:
        quads = self._graph.quads_for_subject(subject)
        return [quad.object for quad in quads if quad.predicate.value == predicate]
