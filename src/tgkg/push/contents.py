"""What of a release goes to a store: each graph and their union, in files that a request takes."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from pyoxigraph import RdfFormat, Triple, parse

from tgkg.errors import TgkgError
from tgkg.release import Release
from tgkg.remote.marks import Marks

PART: Final = 50_000
"""Triples that one request carries."""

SAMPLES: Final = 25
"""Triples of each graph that are looked up where they arrived."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph as it goes over: N-Triples in parts, without blank nodes."""

    name: str
    parts: tuple[Path, ...]
    triples: int
    samples: tuple[Triple, ...]
    """Some of its triples, spread over it."""
    has_blanks: bool
    """Whether IRIs stand for blank nodes in it."""


def graphs_of(release: Release, folder: Path) -> tuple[Graph, ...]:
    """Write the graphs of a release into a folder, their union last.

    Raises:
        TgkgError: a graph has no IRI, which no store can be asked for.
    """
    marks = Marks.of(release.config)
    names = (*release.manifest.counts.graphs, marks.union)
    with ExitStack() as files, release.data.open(encoding="utf-8", newline="\n") as lines:
        writers = {
            name: _Writer(name, folder / str(number), files) for number, name in enumerate(names)
        }
        last = ""
        for graph, triple in _triples(lines, marks.blank):
            is_blank = marks.blank in triple
            writers[graph].write(triple, is_blank=is_blank)
            if triple != last:  # the lines are sorted: the same triple follows itself
                writers[marks.union].write(triple, is_blank=is_blank)
            last = triple
        return tuple(writer.graph() for writer in writers.values())


class _Writer:
    """Writes one graph, a new file every so many triples."""

    def __init__(self, name: str, folder: Path, files: ExitStack) -> None:
        folder.mkdir()
        self._name = name
        self._folder = folder
        self._files = files
        self._file: IO[str] | None = None
        self._parts: list[Path] = []
        self._samples: list[str] = []
        self._triples = 0
        self._has_blanks = False

    def write(self, triple: str, *, is_blank: bool) -> None:
        self._has_blanks |= is_blank
        if self._file is None or self._triples % PART == 0:
            self._begin()
        if self._file:
            self._file.write(f"{triple}\n")
        if self._triples.bit_count() <= 2 and len(self._samples) < SAMPLES:  # noqa: PLR2004
            self._samples.append(triple)  # spread over the graph, the same each time
        self._triples += 1

    def graph(self) -> Graph:
        if self._file:
            self._file.close()
        text = "\n".join(self._samples)
        samples = tuple(quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES))
        return Graph(self._name, tuple(self._parts), self._triples, samples, self._has_blanks)

    def _begin(self) -> None:
        if self._file:
            self._file.close()
        part = self._folder / f"{len(self._parts)}.nt"
        self._parts.append(part)
        self._file = self._files.enter_context(part.open("w", encoding="utf-8", newline="\n"))


def _triples(lines: IO[str], blank: str) -> Iterator[tuple[str, str]]:
    """Yield the graph and the triple of each line of canonical N-Quads."""
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        thing, graph, _ = rest.rsplit(" ", 2)
        if not graph.startswith("<"):
            raise TgkgError(f"The graph {graph} has no IRI: give it one in the sources.")
        yield (
            graph[1:-1],
            f"{_named(subject, blank)} {predicate} {_named(thing, blank)} .",
        )


def _named(term: str, blank: str) -> str:
    return f"<{blank}{term[2:]}>" if term.startswith("_:") else term
