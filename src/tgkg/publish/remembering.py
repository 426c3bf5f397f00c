"""A build that remembers the last one: what has not changed is not read and checked again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tgkg.publish.canonical import Canonicaliser
from tgkg.publish.csv_names import construct_of, mapping_of
from tgkg.publish.means import Means
from tgkg.publish.project import Project, SourceFile
from tgkg.publish.reading import Progress, read_file, read_sources
from tgkg.publish.revalidation import Revalidation
from tgkg.publish.sources import Source
from tgkg.publish.validation import validate
from tgkg.report import Report


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read, and every byte that it was made of."""

    content: tuple[bytes | None, ...]
    source: Source


class Remembering(Means):
    """Takes each step with what the one before left, in the memory of one process.

    What comes out is what `Means` would give: files count as unchanged by their content alone.
    """

    def __init__(self) -> None:
        """Begin without a memory."""
        self._read: dict[SourceFile, _Read] = {}
        self._lines: dict[str, tuple[Source, set[str]]] = {}
        self._revalidation = Revalidation()

    def read(self, project: Project, progress: Progress) -> tuple[Source, ...]:
        """Read the files that have changed, and run all rules."""
        self._read = {file: self._read[file] for file in project.files if file in self._read}
        return read_sources(project, progress, self._file)

    def validate(self, sources: Sequence[Source], notes: Sequence[str]) -> Report:
        """Validate what a change can affect."""
        return validate(sources, notes, self._revalidation.validated)

    def lines(self, sources: Iterable[Source]) -> list[str]:
        """Return the sorted lines, those of unchanged sources from before."""
        lines: set[str] = set()
        with Canonicaliser() as canonicaliser:
            for source in sources:
                name = source.file.name
                if name not in self._lines or self._lines[name][0] is not source:
                    self._lines[name] = source, canonicaliser.lines(source.quads, name)
                lines |= self._lines[name][1]
        return sorted(lines)

    def _file(self, file: SourceFile, scope: str, progress: Progress) -> Source:
        content, known = _content(file), self._read.get(file)
        if known and known.content == content:
            return known.source
        source = read_file(file, scope, progress)
        if _content(file) == content:  # else it was written while it was read
            self._read[file] = _Read(content, source)
        return source


def _content(file: SourceFile) -> tuple[bytes | None, ...]:
    """Return the bytes of a file, and of those that say what it becomes if it is CSV."""
    paths = (file.path, mapping_of(file.path), construct_of(file.path))
    return tuple(map(_bytes, paths))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
