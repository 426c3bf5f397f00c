"""Goes once through the canonical lines of a release: hashes, counts and divides them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tgkg.formats import N_QUADS, N_TRIPLES, Format
from tgkg.iris import RDF
from tgkg.manifest import Counts

_TYPE: Final = f"<{RDF}type>".encode()
_HELD: Final = 200_000
"""How many lines are held before those of each graph are written."""


@dataclass(frozen=True, slots=True)
class Divided:
    """The statements of a release in the files that its dumps and its store are made of."""

    data: Path
    """Canonical N-Quads: sorted, unique lines."""
    triples: Path
    """Canonical N-Triples: each triple once, however many graphs hold it, in order."""
    graphs: Mapping[str, Path]
    """The lines of the N-Quads by graph, as they write its name, in the order of the names."""
    hash: str
    """SHA-256 of the N-Quads."""
    counts: Counts

    @property
    def folder(self) -> Path:
        """Where they lie, and where there is room for what is made of them."""
        return self.data.parent

    def ready(self, fmt: Format) -> Path | None:
        """Return the file that is the dump in a format already, if one is."""
        return {N_QUADS: self.data, N_TRIPLES: self.triples}.get(fmt)


def divide(chunks: Iterable[bytes], folder: Path) -> Divided:
    """Write sorted N-Quads, each in a graph, into an empty folder, and take them apart.

    They come some whole lines at a time.
    """
    data, triples = folder / "data.nq", folder / "triples.nt"
    digest, counting, parts = hashlib.sha256(), _Counting(), _Parts(folder / "graphs")
    with data.open("wb") as whole, triples.open("wb") as union:
        for chunk in chunks:
            digest.update(chunk)
            whole.write(chunk)
            lines = chunk.split(b"\n")
            lines.pop()
            union.write(b" .\n".join([*counting.new_triples(lines, parts.lines), b""]))
            if counting.quads - parts.written >= _HELD:
                parts.write(counting.quads)
    parts.write(counting.quads)
    sizes = _decoded(parts.sizes)
    counts = Counts(
        triples=counting.triples,
        quads=counting.quads,
        subjects=counting.subjects,
        graphs=_by_iri(sizes),
        classes=_by_iri(_decoded(counting.classes)),
        properties=_by_iri(_decoded(counting.properties)),
    )
    graphs = {graph: parts.file(graph.encode()) for graph in sorted(sizes)}
    return Divided(data, triples, graphs, digest.hexdigest(), counts)


class _Counting:
    """Counts what there is in lines that come in order."""

    def __init__(self) -> None:
        self.triples = self.quads = self.subjects = 0
        self.classes: Counter[bytes] = Counter()
        self.properties: Counter[bytes] = Counter()
        self._triple = self._subject = b""

    def new_triples(self, lines: list[bytes], by_graph: dict[bytes, list[bytes]]) -> list[bytes]:
        """Return the triples that did not come before; put the lines where their graphs' are."""
        found = []
        last, last_subject = self._triple, self._subject
        classes, properties = self.classes, self.properties
        for line in lines:
            cut = line.rindex(b" ", 0, -2)
            graph, triple = line[cut + 1 : -2], line[:cut]
            try:
                by_graph[graph].append(line)
            except KeyError:
                by_graph[graph] = [line]
            if triple != last:
                last = triple
                found.append(triple)
                subject, predicate, value = triple.split(b" ", 2)
                properties[predicate] += 1
                if predicate == _TYPE and value.startswith(b"<"):
                    classes[value] += 1
                if subject != last_subject:
                    last_subject = subject
                    self.subjects += 1
        self._triple, self._subject = last, last_subject
        self.quads += len(lines)
        self.triples += len(found)
        return found


class _Parts:
    """The lines of each graph, in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.lines: dict[bytes, list[bytes]] = {}
        self.written = 0
        self.sizes: Counter[bytes] = Counter()
        self._folder = folder
        self._numbers: dict[bytes, int] = {}
        folder.mkdir()

    def file(self, graph: bytes) -> Path:
        return self._folder / f"{self._numbers.setdefault(graph, len(self._numbers))}.nq"

    def write(self, written: int) -> None:
        """Write what is held; so many lines have come by now."""
        for graph, lines in self.lines.items():
            if lines:
                self.sizes[graph] += len(lines)
                with self.file(graph).open("ab") as part:
                    part.write(b"\n".join([*lines, b""]))
                lines.clear()
        self.written = written


def _decoded(counted: Mapping[bytes, int]) -> dict[str, int]:
    return {name.decode(): count for name, count in counted.items()}


def _by_iri(counted: Mapping[str, int]) -> dict[str, int]:
    """Return counts by IRI, in order; what is no IRI is left out."""
    found = {name[1:-1]: count for name, count in counted.items() if name.startswith("<")}
    return dict(sorted(found.items()))
