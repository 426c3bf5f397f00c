"""Where nodes are named in RDF/XML and JSON-LD."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urljoin
from xml.parsers import expat

from tgkg.iris import RDF
from tgkg.publish.sources import Source

_XML_BASE: Final = "http://www.w3.org/XML/1998/namespace base"
_JSON_PAIR: Final = re.compile(
    rb'("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*")(?P<reference>\s*\})?', re.DOTALL
)


def first_line(nodes: Iterable[tuple[str, int]], subject: str) -> int | None:
    """Return the line of the first of the nodes with this name.

    A relative name that cannot be resolved is taken for the IRIs that end in it.
    """
    if subject.startswith("_:"):
        label = subject.partition("-")[2]  # what comes first tells the files apart
        return next((line for name, line in nodes if name == f"_:{label}"), None)
    iri = subject.strip("<>")
    return next((line for name, line in nodes if name == iri or _ends(iri, name)), None)


def _ends(iri: str, name: str) -> bool:
    is_relative = bool(name) and ":" not in name
    return is_relative and iri.endswith(name) and iri[: -len(name)].endswith(("#", "/", ":"))


def xml_nodes(source: Source) -> Iterator[tuple[str, int]]:
    """Yield the name of each node element of RDF/XML and the line on which its tag starts."""
    found: list[tuple[str, int]] = []
    bases = [source.file.base]
    parser = expat.ParserCreate(namespace_separator=" ")

    def opened(_: str, attributes: dict[str, str]) -> None:
        base = urljoin(bases[-1], attributes.get(_XML_BASE, ""))
        bases.append(base)
        for name, value in attributes.items():
            if name == f"{RDF} about":
                found.append((urljoin(base, value), parser.CurrentLineNumber))
            elif name == f"{RDF} ID":
                found.append((urljoin(base, f"#{value}"), parser.CurrentLineNumber))
            elif name == f"{RDF} nodeID":
                found.append((f"_:{value}", parser.CurrentLineNumber))

    def closed(_: str) -> None:
        bases.pop()

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.Parse(source.text, True)  # noqa: FBT003 (positional by expat's signature)
    return iter(found)


def json_nodes(source: Source) -> Iterator[tuple[str, int]]:
    """Yield the name of each node of JSON-LD that is more than a reference, and its line."""
    pairs = [
        (json.loads(match[1], strict=False), json.loads(match[2], strict=False), match)
        for match in _JSON_PAIR.finditer(source.text)
    ]
    keywords = {"@id"} | {key for key, value, _ in pairs if value == "@id" and key[:1] != "@"}
    for key, value, match in pairs:
        if key in keywords and not match["reference"]:
            prefix, colon, rest = value.partition(":")
            space = source.prefixes.get(prefix) if colon and not rest.startswith("//") else None
            line = source.text.count(b"\n", 0, match.start()) + 1
            yield value if space is None else space + rest, line
