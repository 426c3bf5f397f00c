"""Turtle and TriG made for reading: prefixes, stable order, grouped by subject.

Every literal keeps its lexical form through any conforming or careless reader: numbers and
booleans go unquoted only where their form is canonical, so that a reader which takes `01` for a
number has nothing to change. The same statements always give the same text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from tgkg.iris import RDF, XSD
from tgkg.ntriples import terms

_CANONICAL_SHORT_FORMS: Final = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "boolean": re.compile(r"true|false"),
}
_LOCAL: Final = re.compile(r"[A-Za-z_0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
"""The local names we abbreviate: a subset of Turtle's PN_LOCAL that needs no escapes."""

_IN_TRIPLE_TERM: Final = re.compile(
    r'(?:<<\(|\)>>|<[^<>]*>|_:[^ ]+|"[^"\\]*(?:\\.[^"\\]*)*"(?:@[^ ]+|\^\^<[^>]*>)?)'
)
_TYPE: Final = f"<{RDF}type>"
_REMEMBERED: Final = 50_000
"""How many terms are remembered with their short forms: those that come again come soon."""

Term = NamedNode | BlankNode | Literal | Triple


def write_turtle(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> str:
    """Return the triples of the quads, whatever their graph, as Turtle."""
    writer = TurtleWriter(prefixes)
    body = "".join(writer.blocks(_sorted(quads)))
    return writer.head() + body if writer.head() else body.removeprefix("\n")


def write_trig(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> str:
    """Return the quads as TriG, the default graph first."""
    graphs: dict[str, list[Quad]] = {}
    for quad in quads:
        is_default = isinstance(quad.graph_name, DefaultGraph)
        graphs.setdefault("" if is_default else str(quad.graph_name), []).append(quad)
    writer = TurtleWriter(prefixes)
    body = "".join(_graph(writer, name, graphs[name]) for name in sorted(graphs))
    return writer.head() + body if writer.head() else body.removeprefix("\n")


def short_terms(prefixes: Mapping[str, str]) -> Callable[[Term], str]:
    """Return a function that writes one term as Turtle does where these prefixes are declared."""
    writer = TurtleWriter(prefixes)
    return lambda term: writer.term(str(term))


def within_graph(blocks: str) -> str:
    """Return blocks as they stand in a graph of TriG; no term has a line end in it."""
    return blocks.replace("\n", "\n    ").replace("\n    \n", "\n\n").removesuffix("    ")


def _graph(writer: "TurtleWriter", name: str, quads: Iterable[Quad]) -> str:
    body = "".join(writer.blocks(_sorted(quads)))
    return f"\n{writer.term(name)} {{{within_graph(body)}}}\n" if name else body


def _sorted(quads: Iterable[Quad]) -> list[str]:
    return sorted({str(quad.triple) for quad in quads})


class TurtleWriter:
    """Writes terms with one set of prefixes, and remembers which of them it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Take the prefixes that may be used, each with its namespace."""
        self._by_namespace = {iri: prefix for prefix, iri in sorted(prefixes.items())}
        self._used: dict[str, str] = {}
        self._short: dict[str, str] = {}

    def head(self) -> str:
        """Return the declarations of the prefixes that were used so far."""
        return "".join(
            f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(self._used.items())
        )

    def blocks(self, triples: Iterable[str]) -> Iterator[str]:
        """Yield one block a subject, each after an empty line.

        The triples are lines of canonical N-Triples in order, without their ends: that puts IRIs
        before blank nodes. Within a block types come first, then properties by name.
        """
        for subject, group in groupby(map(terms, triples), key=lambda triple: triple[0]):
            rows = [(predicate, object_) for _, predicate, object_ in group]
            if len(rows) > 1:
                rows.sort(key=_predicate_key)  # objects stay in order
            yield self._block(subject, rows)

    def term(self, term: str) -> str:
        """Return a term, written as in N-Triples, as Turtle has it."""
        short = self._short.get(term)
        if short is None:
            if len(self._short) >= _REMEMBERED:
                self._short.clear()
            short = self._short[term] = self._shortened(term)
        return short

    def _block(self, subject: str, rows: list[tuple[str, str]]) -> str:
        lines = []
        at, last = 0, len(rows)
        while at < last:
            predicate = rows[at][0]
            objects = [self.term(rows[at][1])]
            at += 1
            while at < last and rows[at][0] == predicate:
                objects.append(self.term(rows[at][1]))
                at += 1
            verb = "a" if predicate == _TYPE else self.term(predicate)
            if len(objects) > 1:
                lines.append(f"    {verb}\n        " + ",\n        ".join(objects))
            else:
                lines.append(f"    {verb} {objects[0]}")
        return f"\n{self.term(subject)}\n" + " ;\n".join(lines) + " .\n"

    def _shortened(self, term: str) -> str:
        if term.startswith("<<("):
            parts = _IN_TRIPLE_TERM.findall(term)
            return " ".join(part if part in ("<<(", ")>>") else self.term(part) for part in parts)
        if term.startswith("<"):
            return self._iri(term[1:-1])
        if term.endswith(">"):
            return self._typed(*term[1:-1].rsplit('"^^<', 1))
        return term

    def _typed(self, text: str, datatype: str) -> str:
        short = _CANONICAL_SHORT_FORMS.get(datatype)
        if short and short.fullmatch(text):
            return text
        return f'"{text}"^^{self._iri(datatype)}'

    def _iri(self, iri: str) -> str:
        for cut in (iri.rfind("#") + 1, iri.rfind("/") + 1):
            prefix = self._by_namespace.get(iri[:cut]) if cut else None
            if prefix is not None and _LOCAL.fullmatch(iri, cut):
                self._used[prefix] = iri[:cut]
                return f"{prefix}:{iri[cut:]}"
        return f"<{iri}>"


def _predicate_key(row: tuple[str, str]) -> str:
    """Types first, then by IRI."""
    return "" if row[0] == _TYPE else row[0][1:-1]
