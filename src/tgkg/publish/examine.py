"""Reads and validates a project: what is there, and what is wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from tgkg.errors import UnreadableError
from tgkg.publish.canonical_lines import canonical_chunks
from tgkg.publish.division import Divided, divide
from tgkg.publish.engine_store import write_store
from tgkg.publish.large_files import AnySource, LargeSource
from tgkg.publish.means import ANEW, Means
from tgkg.publish.project import Project, Role, open_project
from tgkg.publish.reading import read_sources
from tgkg.publish.site_checks import check_site
from tgkg.publish.statements import write_statements
from tgkg.publish.validation import Stated, validate
from tgkg.publish.workshop import Workshop, workshop
from tgkg.release import STORE
from tgkg.report import Report

Progress = Callable[[str], None]
"""Is told what is being done; cheap to call."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A project that could be read, and the report of its validation."""

    project: Project
    sources: tuple[AnySource, ...]
    divided: Divided
    """What ontology and data state."""
    report: Report


def examine(
    project: Project,
    progress: Progress,
    shop: Workshop,
    allowed: str | None = None,
    means: Means = ANEW,
) -> Examined:
    """Read and validate a project; `allowed` is why it may break its shapes.

    Raises:
        UnreadableError: with everything that cannot be read.
    """
    check_site(project)
    sources = read_sources(project, lambda name: progress(f"Reading {name}"), shop, means.read)
    progress("Sorting")
    folder = shop.folder / "content"
    folder.mkdir()
    checked = [source for source in sources if source.file.role is not Role.SHAPES]
    divided = divide(canonical_chunks(checked, shop.folder / "checked", means.lines), folder)
    progress("Validating")
    stated = _stated(checked, divided, shop)
    report = validate(sources, project.notes, stated, means.hold).allowing(allowed)
    return Examined(project, sources, divided, report)


def _stated(checked: Sequence[AnySource], divided: Divided, shop: Workshop) -> Stated | None:
    """Return what large sources state, and make the engine's store for it."""
    large = [source for source in checked if isinstance(source, LargeSource)]
    if not large:
        return None
    store = shop.folder / STORE
    write_store(store, divided)
    file = divided.triples
    if any(source.runs != source.stated for source in large):
        file = divided.folder / "stated.nq"  # with blank nodes as the sources label them
        write_statements(checked, file)
    return Stated(file, ox.Store.read_only(str(store)))


def check(paths: Sequence[Path], progress: Progress) -> Report:
    """Return everything that is wrong with a project: all that a build would refuse."""
    try:
        with workshop() as shop:
            return examine(open_project(paths), progress, shop).report
    except UnreadableError as error:
        return report_of(error)


def report_of(error: UnreadableError) -> Report:
    """Return the report that says what cannot be read."""
    return Report(problems=error.problems, validated=False)
