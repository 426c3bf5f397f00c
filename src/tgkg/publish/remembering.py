"""A build that remembers the last one: what has not changed is not read and checked again."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tgkg.publish.canonical import Canonicaliser
from tgkg.publish.csv_names import construct_of, mapping_of
from tgkg.publish.engines import Validated
from tgkg.publish.examine import examine
from tgkg.publish.large_files import AnySource
from tgkg.publish.means import Means
from tgkg.publish.project import Project, SourceFile
from tgkg.publish.reading import Progress
from tgkg.publish.revalidation import Revalidation
from tgkg.publish.shapes import Shapes
from tgkg.publish.sources import Source
from tgkg.publish.workers import CORES, Work, Workers
from tgkg.publish.workshop import Workshop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Read:
    """A source, and every byte that it was made of."""

    content: tuple[bytes | None, ...]
    source: Source


class _Readied(Workshop):
    """A workshop whose workers are there already: any work is worth sharing with them."""

    def each(self, work: Iterable[Work[T]], *, is_much: bool) -> Iterator[T]:  # noqa: ARG002 (as any)
        """Yield what comes of each piece of work, as it comes."""
        return super().each(work, is_much=True)


class Remembering(Means):
    """Takes each step with what the one before left, in the memory of one process.

    What comes out is what `Means` would give: files count as unchanged by their content alone.
    """

    def __init__(self, workers: Workers) -> None:
        """Begin without a memory; the workers stay for all builds."""
        self._workers = workers
        self._read: dict[tuple[SourceFile, str], _Read] = {}
        self._lines: dict[str, tuple[Source, set[str]]] = {}
        self._revalidation = Revalidation()

    @contextmanager
    def workshop(self, folder: Path | None = None) -> Iterator[Workshop]:
        """Open a workshop with the workers that are there."""
        with super().workshop(folder) as usual:
            yield _Readied(usual.folder, self._workers)

    def prepare(self, project: Project) -> None:
        """Read and validate a project, and have the workers read their modules.

        Raises:
            UnreadableError: with everything that cannot be read.
        """
        with self.workshop() as shop:
            for _ in shop.each([(_learn, ())] * CORES, is_much=True):
                pass
            examine(project, lambda _: None, shop, None, self)

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

    def hold(self, checked: Sequence[AnySource], shapes: Shapes) -> Validated:
        """Check again what a change can affect."""
        return self._revalidation.validated(checked, shapes)


def _learn() -> None:
    """Import what takes most of a worker's first piece of work."""
    import tgkg.publish.dumps  # noqa: F401, PLC0415


def _content(file: SourceFile) -> tuple[bytes | None, ...]:
    """Return the bytes of a file, and of those that say what it becomes where it is CSV."""
    return tuple(map(_bytes, (file.path, mapping_of(file.path), construct_of(file.path))))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
