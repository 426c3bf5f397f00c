"""RDF in each format of the one table; what a format cannot express is refused by name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import Quad, Triple
from pyoxigraph import serialize as engine_serialize

from tgkg.errors import TgkgError
from tgkg.formats import JSON_LD, N_QUADS, RDF_XML, TRIG, TURTLE, Carries, Format
from tgkg.ntriples import literal, terms
from tgkg.rdfxml import element_name, write_rdf_xml
from tgkg.turtle import write_trig, write_turtle

_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids."""


class NotExpressibleError(TgkgError):
    """Data that a format cannot hold without changing it."""


def serialize(quads: Iterable[Quad], fmt: Format, prefixes: Mapping[str, str]) -> bytes:
    """Return the quads in an RDF format, the same bytes for the same quads in any order.

    A format that carries graphs keeps them; another gets the union of the triples.

    Raises:
        NotExpressibleError: the format cannot hold one of them to the letter.
    """
    if fmt is TURTLE:
        return write_turtle(quads, prefixes).encode()
    if fmt is TRIG:
        return write_trig(quads, prefixes).encode()
    if fmt.carries is Carries.GRAPH:
        triples = sorted({quad.triple for quad in quads}, key=str)
        return serialize_triples(triples, fmt, prefixes)
    if fmt is N_QUADS:
        return "".join(f"{line} .\n" for line in sorted({str(quad) for quad in quads})).encode()
    distinct = sorted(set(quads), key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    _refuse_inexpressible((quad.triple for quad in distinct), fmt)
    return _written(distinct, fmt, prefixes)


def serialize_triples(triples: Sequence[Triple], fmt: Format, prefixes: Mapping[str, str]) -> bytes:
    """Return the triples as RDF/XML, JSON-LD or another format of the engine, in their order.

    Raises:
        NotExpressibleError: the format cannot hold one of them to the letter.
    """
    _refuse_inexpressible(triples, fmt)
    if fmt is RDF_XML:
        return write_rdf_xml(triples, prefixes).encode()
    return _written(triples, fmt, prefixes)


def results_as_xml(written: bytes) -> bytes:
    """Return query results, as the engine writes them in XML, such that a reader loses nothing.

    Raises:
        NotExpressibleError: they hold a character that XML does not.
    """
    forbidden = _NOT_IN_XML.search(written.decode())
    if forbidden:
        code = f"U+{ord(forbidden[0]):04X}"
        raise NotExpressibleError(f"XML cannot express the character {code}: ask for JSON.")
    return written.replace(b"\r", b"&#13;")


def refuse_inexpressible(triple: str, fmt: Format) -> None:
    """Raise where the format would change or break a triple of canonical N-Triples.

    Raises:
        NotExpressibleError: it would; with the property and the subject.
    """
    subject, predicate, object_ = terms(triple)
    reason = _reason_against(predicate, object_, fmt)
    if reason:
        raise NotExpressibleError(f"{fmt.label} cannot express {predicate} of {subject}: {reason}.")


def _reason_against(predicate: str, object_: str, fmt: Format) -> str | None:
    if object_.startswith("<<("):
        return "it has no triple terms"
    if fmt is JSON_LD:
        return None
    if element_name(predicate[1:-1]) is None:
        return "the property's IRI does not end in a name that XML allows"
    text, language, _ = literal(object_) or ("", "", "")
    if _NOT_IN_XML.search(text):
        return "the text has a character that XML does not keep"
    if "--" in language:
        return "it has no base direction of text"
    return None


def _refuse_inexpressible(triples: Iterable[Triple], fmt: Format) -> None:
    if fmt in (RDF_XML, JSON_LD):
        for triple in triples:
            refuse_inexpressible(str(triple), fmt)


def _written(
    statements: Iterable[Quad] | Iterable[Triple], fmt: Format, prefixes: Mapping[str, str]
) -> bytes:
    written = engine_serialize(statements, format=fmt.rdf, prefixes=dict(prefixes))
    return written or b""
