"""Turns terms and sources into those of rdflib, to the letter, and terms back again."""

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

from tgkg.publish.large_files import AnySource
from tgkg.publish.prepared_graph import PreparedGraph

Term = rdflib.URIRef | rdflib.BNode | rdflib.Literal


def graph_of(sources: Iterable[AnySource], graph: PreparedGraph | None = None) -> PreparedGraph:
    """Return a graph with what the sources state; what RDF 1.2 adds is passed over."""
    graph = PreparedGraph() if graph is None else graph
    for source in sources:
        for prefix, iri in source.prefixes.items():
            graph.bind(prefix, iri)  # for queries of shapes that declare none
        for quad in source.quads:
            triple = triple_of(quad)
            if triple is not None:
                graph.add(triple)
    return graph


def triple_of(
    quad: ox.Quad,
) -> tuple[Term, Term, Term] | None:
    """Return a statement as rdflib's; None for one with a triple term, which SHACL 1.0 lacks."""
    if isinstance(quad.object, ox.Triple) or isinstance(quad.subject, ox.Triple):
        return None
    return to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> Term:
    """Return rdflib's term."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    datatype = None if term.language else rdflib.URIRef(term.datatype.value)
    if datatype == rdflib.XSD.string:
        datatype = None
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def from_rdflib(term: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term that `to_rdflib` was given."""
    if isinstance(term, rdflib.Literal):
        datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
        return ox.Literal(str(term), datatype=datatype, language=term.language)
    return node_from_rdflib(term)


def node_from_rdflib(term: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode:
    """Return an IRI or a blank node."""
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    return ox.NamedNode(str(term))
