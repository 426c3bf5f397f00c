"""Turtle and TriG made for reading: prefixes, stable order, grouped by subject.

Every literal keeps its lexical form through any conforming or careless reader: numbers and
booleans go unquoted only where their form is canonical, so that a reader which takes `01` for a
number has nothing to change. The same quads always give the same text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from tgkg.iris import RDF, XSD

_CANONICAL_SHORT_FORMS: Final = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "boolean": re.compile(r"true|false"),
}
_LOCAL: Final = re.compile(r"[A-Za-z_0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
"""The local names we abbreviate: a subset of Turtle's PN_LOCAL that needs no escapes."""

Term = NamedNode | BlankNode | Literal | Triple


def write_turtle(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> str:
    """Return the triples of the quads, whatever their graph, as Turtle."""
    triples = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    writer = _Writer(prefixes)
    return writer.document("".join(writer.blocks(triples, "")))


def write_trig(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> str:
    """Return the quads as TriG, the default graph first."""
    graphs: dict[str, set[tuple[Term, NamedNode, Term]]] = {}
    names: dict[str, NamedNode | BlankNode | DefaultGraph] = {}
    for quad in quads:
        key = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
        names[key] = quad.graph_name
        graphs.setdefault(key, set()).add((quad.subject, quad.predicate, quad.object))
    writer = _Writer(prefixes)
    return writer.document("".join(_graphs(writer, names, graphs)))


def short_terms(prefixes: Mapping[str, str]) -> Callable[[Term], str]:
    """Return a function that writes one term as Turtle does where these prefixes are declared."""
    return _Writer(prefixes).term


def _graphs(
    writer: "_Writer",
    names: Mapping[str, NamedNode | BlankNode | DefaultGraph],
    graphs: Mapping[str, set[tuple[Term, NamedNode, Term]]],
) -> Iterator[str]:
    for key in sorted(graphs):
        name = names[key]
        if isinstance(name, DefaultGraph):
            yield from writer.blocks(graphs[key], "")
        else:
            body = "".join(writer.blocks(graphs[key], "    "))
            yield f"\n{writer.term(name)} {{{body}}}\n"


class _Writer:
    """Writes terms with one set of prefixes, and remembers which of them it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._by_namespace = {iri: prefix for prefix, iri in sorted(prefixes.items())}
        self._used: dict[str, str] = {}
        self._short: dict[str, str] = {}

    def document(self, body: str) -> str:
        declarations = "".join(
            f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(self._used.items())
        )
        return declarations + body if declarations else body.removeprefix("\n")

    def blocks(self, triples: Iterable[tuple[Term, NamedNode, Term]], indent: str) -> Iterator[str]:
        """Yield one block a subject, IRIs before blank nodes, each after an empty line."""
        keyed = sorted((str(s), _predicate_key(p), str(o), s, p, o) for s, p, o in triples)
        keyed.sort(key=lambda row: row[0].startswith("_:"))
        for _, rows in groupby(keyed, key=lambda row: row[0]):
            yield self._block([row[3:] for row in rows], indent)

    def _block(self, rows: list[tuple[Term, NamedNode, Term]], indent: str) -> str:
        subject = self.term(rows[0][0])
        inner = indent + "    "
        lines = []
        for predicate, group in groupby(rows, key=lambda row: row[1]):
            objects = [self.term(row[2]) for row in group]
            joint = f",\n{inner}    " if len(objects) > 1 else ""
            first = f"\n{inner}    " if joint else " "
            lines.append(f"{inner}{self._predicate(predicate)}{first}{joint.join(objects)}")
        return f"\n{indent}{subject}\n" + " ;\n".join(lines) + " .\n"

    def _predicate(self, predicate: NamedNode) -> str:
        return "a" if predicate.value == RDF + "type" else self.term(predicate)

    def term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self._iri(term.value)
        if isinstance(term, Literal):
            return self._literal(term)
        if isinstance(term, Triple):
            parts = (self.term(part) for part in (term.subject, term.predicate, term.object))
            return f"<<( {' '.join(parts)} )>>"
        return str(term)

    def _literal(self, literal: Literal) -> str:
        datatype = literal.datatype.value
        short = _CANONICAL_SHORT_FORMS.get(datatype)
        if short and short.fullmatch(literal.value):
            return literal.value
        quoted = str(literal)
        suffix = f"^^<{datatype}>"
        if literal.language is None and quoted.endswith(suffix):
            return f"{quoted.removesuffix(suffix)}^^{self._iri(datatype)}"
        return quoted

    def _iri(self, iri: str) -> str:
        short = self._short.get(iri)
        if short is None:
            short = self._short[iri] = self._abbreviate(iri)
        return short

    def _abbreviate(self, iri: str) -> str:
        for cut in (iri.rfind("#") + 1, iri.rfind("/") + 1):
            prefix = self._by_namespace.get(iri[:cut]) if cut else None
            if prefix is not None and _LOCAL.fullmatch(iri, cut):
                self._used[prefix] = iri[:cut]
                return f"{prefix}:{iri[cut:]}"
        return str(NamedNode(iri))


def _predicate_key(predicate: NamedNode) -> str:
    """Types first, then by IRI."""
    return "" if predicate.value == RDF + "type" else predicate.value
