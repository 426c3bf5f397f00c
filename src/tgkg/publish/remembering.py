"""A build that remembers the last one: what has not changed is not read and checked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tgkg.publish.canonical import Canonicaliser
from tgkg.publish.csv_names import construct_of, mapping_of
from tgkg.publish.engines import Validated
from tgkg.publish.means import Means
from tgkg.publish.project import SourceFile
from tgkg.publish.reading import Progress
from tgkg.publish.revalidation import Revalidation
from tgkg.publish.shapes import Shapes
from tgkg.publish.sources import Source


@dataclass(frozen=True, slots=True)
class _Read:
    """A source, and every byte that it was made of."""

    content: tuple[bytes | None, ...]
    source: Source


class Remembering(Means):
    """Takes each step with what the one before left, in the memory of one process.

    What comes out is what `Means` would give: files count as unchanged by their content alone.
    """

    def __init__(self) -> None:
        """Begin without a memory."""
        self._read: dict[tuple[SourceFile, str], _Read] = {}
        self._lines: dict[str, tuple[Source, set[str]]] = {}
        self._revalidation = Revalidation()

    def read(self, file: SourceFile, scope: str, progress: Progress) -> Source:
        """Return what was read before where the file is still the same."""
        key, content = (file, scope), _content(file)
        known = self._read.get(key)
        if known and known.content == content:
            return known.source
        source = super().read(file, scope, progress)
        if _content(file) == content:  # else it was written while it was read
            self._read[key] = _Read(content, source)
        return source

    def lines(self, canonicaliser: Canonicaliser, source: Source) -> set[str]:
        """Return the lines of before where it is the same source."""
        known = self._lines.get(source.file.name)
        if known is None or known[0] is not source:
            known = self._lines[source.file.name] = source, super().lines(canonicaliser, source)
        return known[1]

    def hold(self, checked: Sequence[Source], shapes: Shapes) -> Validated:
        """Check again what a change can affect."""
        return self._revalidation.validated(checked, shapes)


def _content(file: SourceFile) -> tuple[bytes | None, ...]:
    """Return the bytes of a file, and of those that say what it becomes where it is CSV."""
    return tuple(map(_bytes, (file.path, mapping_of(file.path), construct_of(file.path))))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
