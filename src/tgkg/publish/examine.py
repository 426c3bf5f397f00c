"""Reads and validates a project: what is there, and what is wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tgkg.errors import UnreadableError
from tgkg.publish.canonical_lines import canonical_chunks
from tgkg.publish.means import ANEW, Means
from tgkg.publish.project import Project, open_project
from tgkg.publish.reading import AnySource, read_sources
from tgkg.publish.validation import validate
from tgkg.publish.workshop import Workshop, workshop
from tgkg.report import Report

Progress = Callable[[str], None]
"""Is told what is being done; cheap to call."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A project that could be read, and the report of its validation."""

    project: Project
    sources: tuple[AnySource, ...]
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
    sources = read_sources(project, lambda name: progress(f"Reading {name}"), shop, means.read)
    progress("Validating")
    report = validate(sources, project.notes, means.hold).allowing(allowed)
    return Examined(project, sources, report)


def check(paths: Sequence[Path], progress: Progress) -> Report:
    """Return everything that is wrong with a project: all that a build would refuse."""
    try:
        with workshop() as shop:
            found = examine(open_project(paths), progress, shop)
            for _ in canonical_chunks(found.sources, shop.folder / "canonical"):
                pass
            return found.report
    except UnreadableError as error:
        return report_of(error)


def report_of(error: UnreadableError) -> Report:
    """Return the report that says what cannot be read."""
    return Report(problems=error.problems, validated=False)
