"""The text of a dump in each format, from files of canonical lines, without holding it."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from tgkg.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from tgkg.ntriples import END
from tgkg.publish.division import Divided
from tgkg.publish.sorted_runs import chunks_of
from tgkg.rdfxml import FOOT, RdfXmlWriter
from tgkg.serialization import refuse_inexpressible
from tgkg.turtle import TurtleWriter, within_graph

_HELD: Final = 1024**2
"""How many characters are handed on at once, or a few more."""

_TRIPLE_TERM: Final = re.compile(rb"> <<\( ")

Text = Iterator[bytes]


def write_text(
    divided: Divided, fmt: Format, prefixes: Mapping[str, str], output: IO[bytes]
) -> None:
    """Write the statements of a release in a format.

    Raises:
        NotExpressibleError: the format cannot hold one of them to the letter.
    """
    if fmt is JSON_LD:
        ox.serialize(_expressible_quads(divided), output, format=fmt.rdf, prefixes=dict(prefixes))
        return
    for piece in _WRITERS[fmt](divided, prefixes):
        output.write(piece)


def write_source(graph: str, lines: Path, prefixes: Mapping[str, str], output: IO[bytes]) -> None:
    """Write the N-Quads of one graph, all of them its own, as Turtle."""
    writer = TurtleWriter(prefixes)
    blocks = writer.blocks(_triples_in(lines, f" {graph}{END}"))
    for piece in _with_head(writer, blocks, lines.parent):
        output.write(piece)


def _as_they_are(divided: Divided, _: Mapping[str, str]) -> Text:
    with divided.data.open("rb") as lines:
        yield from chunks_of(lines)


def _n_triples(divided: Divided, _: Mapping[str, str]) -> Text:
    with divided.triples.open("rb") as lines:
        yield from chunks_of(lines)


def _turtle(divided: Divided, prefixes: Mapping[str, str]) -> Text:
    writer = TurtleWriter(prefixes)
    yield from _with_head(writer, writer.blocks(_triples_in(divided.triples, END)), divided.folder)


def _trig(divided: Divided, prefixes: Mapping[str, str]) -> Text:
    writer = TurtleWriter(prefixes)

    def graphs() -> Iterator[str]:
        for graph, lines in divided.graphs.items():
            yield f"\n{writer.term(graph)} {{"
            yield from map(within_graph, writer.blocks(_triples_in(lines, f" {graph}{END}")))
            yield "}\n"

    yield from _with_head(writer, graphs(), divided.folder)


def _rdf_xml(divided: Divided, prefixes: Mapping[str, str]) -> Text:
    writer = RdfXmlWriter(prefixes)

    def expressible() -> Iterator[str]:
        for triple in _triples_in(divided.triples, END):
            refuse_inexpressible(triple, RDF_XML)
            yield triple

    yield writer.head(divided.counts.properties).encode()
    yield from _gathered(writer.descriptions(expressible()))
    yield FOOT.encode()


_WRITERS: Final[Mapping[Format, Callable[[Divided, Mapping[str, str]], Text]]] = {
    N_QUADS: _as_they_are,
    N_TRIPLES: _n_triples,
    TURTLE: _turtle,
    TRIG: _trig,
    RDF_XML: _rdf_xml,
}


def _with_head(writer: TurtleWriter, blocks: Iterable[str], folder: Path) -> Text:
    """Yield blocks after the prefixes that they turn out to use."""
    with tempfile.TemporaryFile(dir=folder) as body:
        for piece in _gathered(blocks):
            body.write(piece)
        body.seek(0)
        head = writer.head().encode()
        yield head
        if not head:
            body.read(1)  # the empty line
        while piece := body.read(_HELD):
            yield piece


def _gathered(texts: Iterable[str]) -> Text:
    """Yield short texts in long pieces."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= _HELD:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def _triples_in(lines: Path, end: str) -> Iterator[str]:
    """Yield the triples of lines that all end so, without their ends."""
    with lines.open("rb") as file:
        for chunk in chunks_of(file):
            found = chunk.decode().split(end)
            found.pop()
            yield from found


def _expressible_quads(divided: Divided) -> Iterator[ox.Quad]:
    for lines in divided.graphs.values():
        with lines.open("rb") as file:
            for chunk in chunks_of(file):
                if _TRIPLE_TERM.search(chunk):
                    for line in chunk.decode().removesuffix("\n").split("\n"):
                        refuse_inexpressible(line, JSON_LD)
                yield from ox.parse(
                    chunk, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False, lenient=True
                )
