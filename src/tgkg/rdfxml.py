"""RDF/XML that every XML reader takes: plain descriptions, so that only properties become names.

Subjects, types and values stand in attributes, which hold any IRI. A property's name is an
element's, and is made such that the strictest readers (expat knows the names of XML 1.0's
fourth edition) accept it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import Triple

from tgkg.iris import RDF
from tgkg.ntriples import literal, terms

_ELEMENT_NAME_AT_END: Final = re.compile(r"[A-Za-z_\u00c0-\ufffd][\w.\u00b7-]*\Z")
_RESERVED_NAMESPACES: Final = (
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2000/xmlns/",
)
_RESERVED: Final = frozenset(
    RDF + name
    for name in (
        "RDF", "Description", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li",
        "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip
"""Names of the syntax, which are no properties in it (RDF/XML, section 6.2.5)."""

FOOT: Final = "</rdf:RDF>\n"
"""What stands after the descriptions."""


@lru_cache(maxsize=4096)
def element_name(iri: str) -> str | None:
    """Return the end of a property's IRI that names its element, or None where none can."""
    match = _ELEMENT_NAME_AT_END.search(iri)
    if match is None or iri in _RESERVED or not match.start():
        return None
    in_reserved = iri[: match.start()] in _RESERVED_NAMESPACES
    return match[0] if not in_reserved and _is_taken(match[0]) else None


class RdfXmlWriter:
    """Writes descriptions with one set of prefixes, and remembers the namespaces it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Take the prefixes that readers know, each with its namespace."""
        self._known = {iri: prefix for prefix, iri in sorted(prefixes.items()) if prefix}
        self._used = {RDF: "rdf"}
        self._names: dict[str, str] = {}

    def head(self, properties: Iterable[str] = ()) -> str:
        """Return what stands before the descriptions; it declares what these IRIs need too."""
        for iri in properties:
            self._name(iri)
        declared = sorted((prefix, iri) for iri, prefix in self._used.items())
        spaces = "".join(f"\n\txmlns:{prefix}={quoteattr(iri)}" for prefix, iri in declared)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n'

    def descriptions(self, triples: Iterable[str]) -> Iterator[str]:
        """Yield a description for each run of triples about one subject, in the order given.

        The triples are canonical N-Triples without their ends, all of them expressible.
        """
        for subject, group in groupby(map(terms, triples), key=lambda triple: triple[0]):
            about = _identity("about", subject)
            inside = "".join(f"\t\t{self._property(p, o)}\n" for _, p, o in group)
            yield f"\t<rdf:Description{about}>\n{inside}\t</rdf:Description>\n"

    def _property(self, predicate: str, value: str) -> str:
        name = self._names.get(predicate) or self._name(predicate[1:-1])
        found = literal(value)
        if found is None:
            return f"<{name}{_identity('resource', value)}/>"
        text, language, datatype = found
        attribute = ""
        if language:
            attribute = f" xml:lang={quoteattr(language)}"
        elif datatype:
            attribute = f" rdf:datatype={quoteattr(datatype)}"
        return f"<{name}{attribute}>{escape(text, {chr(13): '&#13;'})}</{name}>"

    def _name(self, iri: str) -> str:
        local = element_name(iri) or ""
        name = f"{self._prefix(iri.removesuffix(local))}:{local}"
        self._names[f"<{iri}>"] = name
        return name

    def _prefix(self, namespace: str) -> str:
        """Give each namespace a prefix: the one that readers know, or a new one."""
        if namespace not in self._used:
            known = self._known.get(namespace, "")
            usable = element_name(f"x:{known}") == known and not known.lower().startswith("xml")
            fresh = known not in self._used.values() and not re.fullmatch("ns[0-9]+", known)
            self._used[namespace] = known if usable and fresh else f"ns{len(self._used)}"
        return self._used[namespace]


def write_rdf_xml(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Return the triples, all of them expressible, in the order given, grouped by subject."""
    writer = RdfXmlWriter(prefixes)
    body = "".join(writer.descriptions(map(str, triples)))
    return writer.head() + body + FOOT


def _identity(attribute: str, term: str) -> str:
    if term.startswith("_:"):
        return f' rdf:nodeID="{_node_id(term[2:])}"'
    if term.startswith("<<("):
        raise TypeError("RDF/XML has no triple terms")
    return f" rdf:{attribute}={quoteattr(term[1:-1])}"


def _node_id(label: str) -> str:
    """Return a label that starts as an XML name does; different ones stay different."""
    return f"_{label}" if label[0] == "_" or label[0].isdigit() else label


def _is_taken(name: str) -> bool:
    """Tell whether expat, the XML reader of Python, PHP and others, takes the name."""
    try:
        expat.ParserCreate().Parse(f"<{name}/>", True)  # noqa: FBT003 (positional in expat)
    except expat.ExpatError:
        return False
    return True
