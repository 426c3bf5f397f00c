"""Finds the places of some nodes in large sources, by a second look at the files that matter."""

import mmap
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from tgkg.errors import Place
from tgkg.formats import N_QUADS, N_TRIPLES
from tgkg.publish.large_files import AnySource, LargeSource
from tgkg.publish.locations import Locator
from tgkg.publish.sources import Source, read_rdf


class Places:
    """Tells where in the sources nodes are described, however large the sources are."""

    def __init__(self, sources: Iterable[AnySource]) -> None:
        """Take the sources that were read."""
        sources = tuple(sources)
        self._held = Locator(source for source in sources if isinstance(source, Source))
        self._large = [source for source in sources if isinstance(source, LargeSource)]
        self._read: tuple[LargeSource, Locator] | None = None
        """The file that was read last, as who asks does so file by file."""

    def place(
        self, focus: ox.NamedNode | ox.BlankNode, path: str | None = None, value: object = None
    ) -> Place | None:
        """Return where the focus node's block starts; see `Locator`.

        What is held in memory is looked through before what is not.
        """
        found = self._held.place(focus, path, value)
        if found is not None:
            return found
        return self._in_large(focus, path, value)

    def _in_large(
        self, focus: ox.NamedNode | ox.BlankNode, path: str | None, value: object
    ) -> Place | None:
        stated = [(source, _lines_about(source.stated, str(focus))) for source in self._large]
        describing = [(source, lines) for source, lines in stated if lines]
        if not describing:
            return None
        wanted = f" {path} {value} ".encode(), f" {path} ".encode()
        best, _ = max(
            describing, key=lambda each: [any(part in line for line in each[1]) for part in wanted]
        )
        if best.format in (N_TRIPLES, N_QUADS):
            line = _first_line(best.file.path, f"{focus} ".encode())
            return Place(best.file.name, line)
        if self._read is None or self._read[0] is not best:
            self._read = best, Locator([read_rdf(best.file, best.scope)])
        return self._read[1].place(focus, path, value)


def _lines_about(runs: Sequence[Path], subject: str) -> list[bytes]:
    """Return the lines about a subject, which stand together in each sorted file."""
    found: list[bytes] = []
    start = f"{subject} ".encode()
    for run in runs:
        with run.open("rb") as lines:
            lines.seek(_first_from(lines.fileno(), run.stat().st_size, start))
            for line in lines:
                if not line.startswith(start):
                    break
                found.append(line)
    return found


def _first_from(descriptor: int, size: int, start: bytes) -> int:
    """Return where the first line begins that is not before the text."""
    if not size:
        return 0
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as text:
        low, high = 0, size  # the line wanted begins in this range
        while low < high:
            middle = text.rfind(b"\n", 0, (low + high) // 2) + 1
            end = text.find(b"\n", middle) + 1 or size
            if text[middle:end] < start:
                low = end
            else:
                high = middle
        return low


def _first_line(file: Path, start: bytes) -> int | None:
    """Return the number of the first line of a text in lines that begins so."""
    with (
        file.open("rb") as source,
        mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        at = 0 if text[: len(start)] == start else text.find(b"\n" + start) + 1
        return None if at == 0 and text[: len(start)] != start else text[:at].count(b"\n") + 1
