"""The three long steps of a build: reading, validating, making canonical lines."""

from collections.abc import Iterable, Sequence

from tgkg.publish.canonical import canonical_lines
from tgkg.publish.project import Project
from tgkg.publish.reading import Progress, read_sources
from tgkg.publish.sources import Source
from tgkg.publish.validation import validate
from tgkg.report import Report


class Means:
    """Takes each step from its beginning."""

    def read(self, project: Project, progress: Progress) -> tuple[Source, ...]:
        """Read every file; see `reading.read_sources`."""
        return read_sources(project, progress)

    def validate(self, sources: Sequence[Source], notes: Sequence[str]) -> Report:
        """Validate what was read; see `validation.validate`."""
        return validate(sources, notes)

    def lines(self, sources: Iterable[Source]) -> list[str]:
        """Return the sorted N-Quads lines; see `canonical.canonical_lines`."""
        return canonical_lines(sources)
