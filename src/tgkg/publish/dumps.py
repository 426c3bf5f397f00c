"""Writes the dumps of a release: the whole graph in its formats, and each source in Turtle."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

from tgkg.dump_kinds import Kinds
from tgkg.formats import PLAIN, RDF_FORMATS, TURTLE, Format, rdf_format_of_extension
from tgkg.iris import local_name
from tgkg.manifest import Dump
from tgkg.publish.division import Divided
from tgkg.publish.dump_text import write_source, write_text
from tgkg.publish.engine_store import write_store
from tgkg.publish.pace import Pace
from tgkg.publish.packing import Packed, Packing, placed
from tgkg.publish.workers import Work
from tgkg.publish.workshop import Workshop
from tgkg.release import STORE
from tgkg.search_index import SEARCH_INDEX, write_index
from tgkg.serialization import NotExpressibleError

MOST_SOURCES: Final = 1000
"""Where there are more named graphs than this, they have no dumps of their own."""

_MUCH: Final = 100_000
"""Statements of which the dumps are worth the start of a process."""

_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Made:
    """Dumps that were written, and why others are absent, by the name of their format."""

    dumps: tuple[Dump, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes files of one release, each alone, in whichever process."""

    stem: Path
    """Where the dumps go, and what they are called, without an extension."""
    divided: Divided
    prefixes: Mapping[str, str]

    def whole(self, name: str, ways: tuple[str, ...]) -> Made:
        """Write the whole graph in a format; what the format cannot express is refused."""
        fmt = _format(name)
        path = self.stem.with_name(f"{self.stem.name}.{fmt.extension}")
        ready = self.divided.ready(fmt) if PLAIN in ways else None
        try:
            with Packing(path, tuple(way for way in ways if not (ready and way == PLAIN))) as text:
                write_text(self.divided, fmt, self.prefixes, cast("IO[bytes]", text))
        except NotExpressibleError as error:
            return Made(refused={name: str(error)})
        packed = (placed(ready, path), *text.packed) if ready else text.packed
        return Made(tuple(_dump(each, fmt) for each in packed))

    def source(self, graph: str, slug: str, ways: tuple[str, ...]) -> Made:
        """Write one named graph in Turtle."""
        path = self.stem.with_name(f"{self.stem.name}-{slug}.{TURTLE.extension}")
        lines = self.divided.graphs[f"<{graph}>"]
        with Packing(path, ways) as text:
            write_source(f"<{graph}>", lines, self.prefixes, cast("IO[bytes]", text))
        return Made(tuple(_dump(packed, TURTLE, graph) for packed in text.packed))

    def index(self, file: Path) -> Made:
        """Write the index of names that people search in."""
        with self.divided.triples.open("rb") as lines:
            write_index(file, lines, self.divided.counts.classes)
        return Made()

    def store(self, folder: Path, ready: Path) -> Made:
        """Write the engine's store, unless it is ready."""
        if ready.is_dir():
            ready.rename(folder)
        else:
            write_store(folder, self.divided)
        return Made()


def write_dumps(
    writing: Writing, kinds: Kinds, store: Path, shop: Workshop, progress: Callable[[str], None]
) -> Made:
    """Write the dumps of some kinds into a new folder, the engine's store into another.

    Beside that comes the index of names.

    The N-Quads are canonical. Where Turtle is wanted, each source has its own. What a format
    cannot express is refused for that dump alone.
    """
    writing.stem.parent.mkdir()
    graphs = slugs(writing.divided.counts.graphs) if TURTLE in kinds else {}
    work: list[Work[Made]] = [
        (writing.store, (store, shop.folder / STORE)),
        (writing.index, (store.with_name(SEARCH_INDEX),)),
        *((writing.whole, (fmt.name, ways)) for fmt, ways in kinds.items()),
        *((writing.source, (each, slug, kinds[TURTLE])) for each, slug in graphs.items()),
    ]
    made: list[Made] = []
    pace = Pace("Writing dumps and store", "parts", len(work))
    for each in shop.each(work, is_much=writing.divided.counts.quads > _MUCH):
        made.append(each)
        pace.done += 1
        progress(pace.line())
    order = {fmt.name: number for number, fmt in enumerate(RDF_FORMATS)}
    dumps = sorted(
        (dump for each in made for dump in each.dumps),
        key=lambda dump: (dump.graph or "", order[dump.format], dump.compression or ""),
    )
    refused = {name: each.refused[name] for name in order for each in made if name in each.refused}
    return Made(tuple(dumps), refused)


def slugs(graphs: Iterable[str]) -> dict[str, str]:
    """Return what the dump of each named graph is called; no two alike, on any file system.

    Where two would be, both get a part of the hash of their names, so that neither depends on
    the other.
    """
    graphs = list(graphs)
    if len(graphs) > MOST_SOURCES:
        return {}
    found = {graph: _slug(graph) for graph in graphs}
    times = Counter(found.values())
    return {
        graph: slug if slug and times[slug] == 1 else f"{slug or 'graph'}-{_short_hash(graph)}"
        for graph, slug in found.items()
    }


def _slug(graph: str) -> str:
    name, _, extension = local_name(graph).rpartition(".")
    if not rdf_format_of_extension(extension):
        name = local_name(graph)
    return _NOT_IN_NAME.sub("-", name).strip("-").lower()[:60]


def _short_hash(graph: str) -> str:
    return hashlib.sha256(graph.encode()).hexdigest()[:8]


def _format(name: str) -> Format:
    return next(fmt for fmt in RDF_FORMATS if fmt.name == name)


def _dump(packed: Packed, fmt: Format, graph: str | None = None) -> Dump:
    return Dump(packed.file, fmt.name, packed.compression, packed.size, packed.sha256, graph)
