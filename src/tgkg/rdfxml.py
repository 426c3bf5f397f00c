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

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tgkg.iris import RDF, XSD

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


@lru_cache(maxsize=4096)
def element_name(iri: str) -> str | None:
    """Return the end of a property's IRI that names its element, or None where none can."""
    match = _ELEMENT_NAME_AT_END.search(iri)
    if match is None or iri in _RESERVED or not match.start():
        return None
    in_reserved = iri[: match.start()] in _RESERVED_NAMESPACES
    return match[0] if not in_reserved and _is_taken(match[0]) else None


def write_rdf_xml(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Return the triples, all of them expressible, in the order given, grouped by subject."""
    spaces = _Namespaces(prefixes)
    body = "".join(
        f"\t<rdf:Description{_identity('about', subject)}>\n"
        + "".join(f"\t\t{_property(triple, spaces)}\n" for triple in group)
        + "\t</rdf:Description>\n"
        for subject, group in groupby(triples, key=lambda triple: triple.subject)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{"".join(spaces.declarations())}>\n'
        f"{body}</rdf:RDF>\n"
    )


class _Namespaces:
    """Gives each namespace a prefix: the one that readers know, or a new one."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._known = {iri: prefix for prefix, iri in sorted(prefixes.items()) if prefix}
        self._used = {RDF: "rdf"}

    def prefix(self, namespace: str) -> str:
        if namespace not in self._used:
            known = self._known.get(namespace, "")
            usable = element_name(f"x:{known}") == known and not known.lower().startswith("xml")
            fresh = known not in self._used.values() and not re.fullmatch("ns[0-9]+", known)
            self._used[namespace] = known if usable and fresh else f"ns{len(self._used)}"
        return self._used[namespace]

    def declarations(self) -> Iterator[str]:
        for iri, prefix in sorted(self._used.items(), key=lambda item: item[1]):
            yield f"\n\txmlns:{prefix}={quoteattr(iri)}"


def _property(triple: Triple, spaces: _Namespaces) -> str:
    iri, value = triple.predicate.value, triple.object
    local = element_name(iri) or ""
    name = f"{spaces.prefix(iri.removesuffix(local))}:{local}"
    if not isinstance(value, Literal):
        return f"<{name}{_identity('resource', value)}/>"
    if value.language is not None:
        attribute = f" xml:lang={quoteattr(value.language)}"
    elif value.datatype.value == XSD + "string":
        attribute = ""
    else:
        attribute = f" rdf:datatype={quoteattr(value.datatype.value)}"
    text = escape(value.value, {"\r": "&#13;"})
    return f"<{name}{attribute}>{text}</{name}>"


def _identity(attribute: str, term: NamedNode | BlankNode | Triple) -> str:
    if isinstance(term, BlankNode):
        return f' rdf:nodeID="{_node_id(term.value)}"'
    if isinstance(term, NamedNode):
        return f" rdf:{attribute}={quoteattr(term.value)}"
    raise TypeError("RDF/XML has no triple terms")


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
