"""Finds the place of a focus node: the file, and the line where its block starts."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from tgkg.errors import Place
from tgkg.formats import JSON_LD, RDF_XML, TRIG, TURTLE
from tgkg.iris import RDF
from tgkg.publish.sources import Source
from tgkg.publish.tokens import COMMENT, IRI, STRING

_RDF_TYPE: Final = RDF + "type"

_TURTLE_TOKEN: Final = re.compile(
    rb"""
      (?P<skip> \s+ |"""
    + COMMENT
    + rb""")
    | (?P<term> """
    + b"|".join((IRI, STRING))
    + rb"""
        | [+-]?\d*\.?\d+(?:[eE][+-]?\d+)?
        | (?:[^\s<>"'{}()\[\];,.\#\\]|\\.|\.(?=[^\s<>"'{}()\[\];,.\#]))+ )
    | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_XML_NODE: Final = re.compile(rb"""\brdf:(?:about|ID|nodeID)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_JSON_NODE: Final = re.compile(rb'"@id"\s*:\s*"((?:[^"\\]|\\.)*)"(?!\s*\})')


class Locator:
    """Tells where in the sources a node is described."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Take the sources that were read; their text is looked at only when asked."""
        self._sources = tuple(sources)
        self._starts: dict[str, list[int]] = {}

    def place(
        self, focus: ox.NamedNode | ox.BlankNode, path: str | None = None, value: object = None
    ) -> Place | None:
        """Return where the focus node's block starts.

        Where several files describe the node, it is the one that states the offending value,
        or else one that uses the property, or else the one that gives the node its type.
        A node that no file describes is looked for where it is linked to.
        """
        subject = str(focus)
        describing = [source for source in self._sources if subject in source.first_lines]
        if describing:
            best = max(describing, key=lambda source: _fitness(source, subject, path, value))
            return Place(best.file.name, self._block_start(best, subject))
        return self._place_of_link(subject)

    def _place_of_link(self, node: str) -> Place | None:
        for source in self._sources:
            for quad in source.quads:
                if str(quad.object) == node:
                    return Place(source.file.name, self._block_start(source, str(quad.subject)))
        return None

    def _block_start(self, source: Source, subject: str) -> int:
        ended = source.first_lines[subject]
        if source.format in (RDF_XML, JSON_LD):
            pattern = _XML_NODE if source.format is RDF_XML else _JSON_NODE
            return _line_of_name(source.text, pattern, subject) or ended
        if source.format not in (TURTLE, TRIG) or subject.startswith("_:"):
            return ended
        starts = self._starts.get(source.file.name)
        if starts is None:
            starts = self._starts[source.file.name] = list(_statement_lines(source.text))
        before = bisect_right(starts, ended)
        return starts[before - 1] if before else ended


def _fitness(source: Source, subject: str, path: str | None, value: object) -> tuple[bool, ...]:
    about = [quad for quad in source.quads if str(quad.subject) == subject]
    on_path = [quad for quad in about if path is not None and str(quad.predicate) == path]
    return (
        value is not None and any(str(quad.object) == str(value) for quad in on_path),
        bool(on_path),
        any(quad.predicate.value == _RDF_TYPE for quad in about),
    )


def _line_of_name(text: bytes, pattern: re.Pattern[bytes], subject: str) -> int | None:
    """Return the line of the first node named so: whole, or by what an IRI ends in."""
    iri = subject.strip("<>")
    for match in pattern.finditer(text):
        written = next(group for group in match.groups() if group is not None).decode()
        tail = written.rpartition(":")[2].lstrip("#")
        if iri == written or ("://" not in written and _ends(iri, tail)):
            return text.count(b"\n", 0, match.start()) + 1
    return None


def _ends(iri: str, tail: str) -> bool:
    return bool(tail) and iri.endswith(tail) and iri[: -len(tail)].endswith(("#", "/", ":"))


def _statement_lines(text: bytes) -> Iterator[int]:
    """Yield the line on which each statement of a Turtle or TriG text starts."""
    line, at_start, depth, directive = 1, True, 0, False
    for match in _TURTLE_TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup == "skip":
            line += token.count(b"\n")
            continue
        if at_start and token not in b"{}.":
            yield line
            at_start = False
            directive = token.lower() in (b"prefix", b"base")
        elif directive and token.startswith(b"<"):
            at_start, directive = True, False
        depth += (token in (b"[", b"(")) - (token in (b"]", b")"))
        if token in (b".", b"{", b"}") and not depth:
            at_start = True
        line += token.count(b"\n")
