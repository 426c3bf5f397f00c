"""Reads and validates a project: what is there, and what is wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tgkg.errors import UnreadableError
from tgkg.publish.canonical import canonical_lines
from tgkg.publish.project import Project, open_project
from tgkg.publish.reading import read_sources
from tgkg.publish.site_checks import check_site
from tgkg.publish.sources import Source
from tgkg.publish.validation import validate
from tgkg.report import Report

Progress = Callable[[str], None]
"""Is told what is being done; cheap to call."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A project that could be read, and the report of its validation."""

    project: Project
    sources: tuple[Source, ...]
    report: Report


def examine(project: Project, progress: Progress, allowed: str | None = None) -> Examined:
    """Read and validate a project; `allowed` is why it may break its shapes.

    Raises:
        UnreadableError: with everything that cannot be read.
    """
    check_site(project)
    sources = read_sources(project, lambda name: progress(f"Reading {name}"))
    progress("Validating")
    return Examined(project, sources, validate(sources, project.notes).allowing(allowed))


def check(paths: Sequence[Path], progress: Progress) -> Report:
    """Return everything that is wrong with a project: all that a build would refuse."""
    try:
        found = examine(open_project(paths), progress)
        canonical_lines(found.sources)
        return found.report
    except UnreadableError as error:
        return report_of(error)


def report_of(error: UnreadableError) -> Report:
    """Return the report that says what cannot be read."""
    return Report(problems=error.problems, validated=False)
