"""A comparison as RDF: what came and what went, each source in a graph of its own.

In the words of Berners-Lee and Connolly's ontology of differences (http://www.w3.org/2004/delta#):
a comparison has graphs that are inserted and graphs that are deleted. Each says whose it is by
`dcterms:source`.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from tgkg.changes import understood
from tgkg.chronicle import Changed
from tgkg.iris import DCTERMS, PROV, RDF, VOID, XSD
from tgkg.web.addresses import public_address
from tgkg.web.comparing import Comparison
from tgkg.web.past import comparison_path, release_address

DELTA: Final = "http://www.w3.org/2004/delta#"

PREFIXES: Final = {
    "delta": DELTA, "dcterms": DCTERMS, "prov": PROV, "rdf": RDF, "void": VOID, "xsd": XSD,
}  # fmt: skip


def comparison_quads(it: Comparison, changed: Iterable[Changed]) -> Iterator[Quad]:
    """Yield what changed, and in the default graph what is what."""
    this = NamedNode(public_address(comparison_path(it.before.id, it.after.id)))
    before, after = (NamedNode(release_address(each.id)) for each in (it.before, it.after))
    yield Quad(this, NamedNode(RDF + "type"), NamedNode(PROV + "Activity"))
    yield Quad(this, NamedNode(PROV + "used"), before)
    yield Quad(this, NamedNode(PROV + "generated"), after)
    if it.is_revision and before != after:
        yield Quad(after, NamedNode(PROV + "wasRevisionOf"), before)
    counts: dict[tuple[bool, str], int] = {}
    for each in changed:
        for edit in understood(each.changes):
            key = edit.is_added, _source(edit.quad)
            counts[key] = counts.get(key, 0) + 1
            said = edit.quad
            yield Quad(said.subject, said.predicate, said.object, _graph(this, *key))
    for (is_added, source), count in counts.items():
        graph = _graph(this, is_added, source)
        word = "insertion" if is_added else "deletion"
        yield Quad(this, NamedNode(DELTA + word), graph)
        number = Literal(str(count), datatype=NamedNode(XSD + "integer"))
        yield Quad(graph, NamedNode(VOID + "triples"), number)
        if source:
            yield Quad(graph, NamedNode(DCTERMS + "source"), NamedNode(source))


def _source(quad: Quad) -> str:
    """Return the name of the graph of a statement; empty for the one without a name."""
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def _graph(this: NamedNode, is_added: bool, source: str) -> NamedNode:  # noqa: FBT001 - a fact
    word = "added" if is_added else "removed"
    return NamedNode(f"{this.value}#{word}={quote(source, safe='')}")
