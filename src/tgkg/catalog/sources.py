"""What a release says of its named graphs, found by halving in its sorted statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from tgkg.iris import DCTERMS, DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, local_name
from tgkg.release import Release
from tgkg.settings import Text

MOST: Final = 1000
"""How many graphs a catalogue describes each on its own."""

_LONGEST: Final = 1024 * 1024
"""Bytes about one graph that are read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A named graph, as the graph itself describes it."""

    iri: str
    title: Text
    description: Text
    origins: tuple[str, ...]
    """What its statements come from."""


def sources_of(release: Release) -> tuple[Source, ...]:
    """Return the named graphs of a release by their names, at most `MOST`."""
    graphs = sorted(release.manifest.counts.graphs)[:MOST]
    about = statements_about(release.data, graphs) if release.data.is_file() else ()
    told: dict[str, list[Quad]] = {iri: [] for iri in graphs}
    for quad in about:
        told[str(quad.subject)[1:-1]].append(quad)
    return tuple(_source(iri, quads) for iri, quads in told.items())


def statements_about(data: Path, iris: Iterable[str]) -> Iterator[Quad]:
    """Yield the statements about some things from canonical N-Quads, without reading the rest."""
    if not data.stat().st_size:
        return
    with data.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
        for iri in iris:
            block = _block(lines, f"<{iri}> ".encode())
            yield from parse(block, format=RdfFormat.N_QUADS, rename_blank_nodes=False)


def first_at_or_after(lines: mmap, key: bytes) -> int:
    """Return where the first line starts that is not before the key, in sorted lines."""
    low, high = 0, len(lines)
    while low < high:
        middle = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.find(b"\n", middle) + 1 or len(lines)
        if lines[middle : middle + len(key)] < key:
            low = end
        else:
            high = middle
    return low


def _block(lines: mmap, key: bytes) -> bytes:
    start = end = first_at_or_after(lines, key)
    while lines[end : end + len(key)] == key and end - start < _LONGEST:
        end = lines.find(b"\n", end) + 1 or len(lines)
    return lines[start:end]


def _source(iri: str, quads: Iterable[Quad]) -> Source:
    title = _text(quads, LABEL_PROPERTIES) or {"": local_name(iri)}
    origins = {
        quad.object.value
        for quad in quads
        if quad.predicate.value == DCTERMS + "source" and isinstance(quad.object, NamedNode)
    }
    return Source(iri, title, _text(quads, DESCRIPTION_PROPERTIES), tuple(sorted(origins)))


def _text(quads: Iterable[Quad], properties: tuple[str, ...]) -> Text:
    """Return the text by the most telling property that there is, one a language."""
    for each in properties:
        found = {
            quad.object.language or "": quad.object.value
            for quad in quads
            if quad.predicate.value == each and isinstance(quad.object, Literal)
        }
        if found:
            return dict(sorted(found.items()))
    return {}
