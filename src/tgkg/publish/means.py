"""The long steps of a build, for one file or for all: reading, making lines, validating."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from tgkg.publish.canonical import Canonicaliser
from tgkg.publish.canonical_lines import canonical_lines
from tgkg.publish.engines import Validated, validated
from tgkg.publish.large_files import AnySource
from tgkg.publish.project import SourceFile
from tgkg.publish.reading import Progress, read_file
from tgkg.publish.shapes import Shapes
from tgkg.publish.sources import Source
from tgkg.publish.workshop import Workshop, workshop


class Means:
    """Takes each step from its beginning."""

    def workshop(self, folder: Path | None = None) -> AbstractContextManager[Workshop]:
        """Open a workshop; see `workshop.workshop`."""
        return workshop(folder)

    def read(self, file: SourceFile, scope: str, progress: Progress) -> Source:
        """Read a file; see `reading.read_file`."""
        return read_file(file, scope, progress)

    def lines(self, canonicaliser: Canonicaliser, source: Source) -> set[str]:
        """Return the N-Quads lines of a source; see `canonical_lines`."""
        return canonical_lines(canonicaliser, source)

    def hold(self, checked: Sequence[AnySource], shapes: Shapes) -> Validated:
        """Hold what was read against the shapes; see `engines.validated`."""
        return validated(checked, shapes)


ANEW: Final = Means()
