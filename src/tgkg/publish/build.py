"""Makes releases: read, validate, freeze, switch. Nothing changes until the end."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tgkg.chronicle import Chronicle
from tgkg.errors import NoReleaseError, UnreadableError
from tgkg.integrity import flaws
from tgkg.publish.content import Content, software
from tgkg.publish.durable import alone, room, switch, write_json, write_release, write_text
from tgkg.publish.examine import Progress, examine, report_of
from tgkg.publish.means import ANEW, Means
from tgkg.publish.noting import note
from tgkg.publish.passing import keep
from tgkg.publish.project import Project, open_project
from tgkg.release import Release, State
from tgkg.report import Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """What there is to serve after a build, and what was found on the way."""

    state: State
    release: Release | None
    """The current release: the new one, or the last one where the sources gave none."""
    report: Report | None
    """What was found in the sources; None where they had not changed since the release."""

    @property
    def exit_code(self) -> int:
        """The exit code that the report asks for."""
        return self.report.exit_code if self.report else 0


def build(
    paths: Sequence[Path],
    state: State,
    progress: Progress,
    allowed: str | None = None,
    means: Means = ANEW,
) -> Outcome:
    """Freeze the sources into a release and make it the current one.

    The same content gives the same release, which is made twice only where it is damaged. Sources
    that are not valid change nothing but this: their report waits beside the last release. With a
    reason in `allowed` they are published although they break their shapes; the release tells why.
    """
    with alone(state), room(state) as folder, means.workshop(folder) as shop:
        try:
            project = open_project(paths)
            before = fingerprint(project)
            found = examine(project, progress, shop, allowed, means)
            if not found.report.publishable:
                return _withheld(found.report, state)
            content = Content.of(found, shop, means)
        except UnreadableError as error:
            return _withheld(report_of(error), state)
        release = _existing(state, content.id) or write_release(
            state, content.id, lambda folder: content.write(folder, progress)
        )
        progress("Noting what changed")
        note(state, release)
        switch(state, release)
        keep(state, release.id)
        write_text(state.fingerprint_file, before)
        state.pending_file.unlink(missing_ok=True)
        return Outcome(state, release, found.report)


def build_if_changed(paths: Sequence[Path], state: State, progress: Progress) -> Outcome:
    """Return the current release where it still stands for the sources, else build.

    After a rollback it does so until they change again.
    """
    try:
        known = state.fingerprint_file.read_text("utf-8").split()
        if fingerprint(open_project(paths)) in known and not state.pending_file.exists():
            release = state.current()
            if Chronicle.open(state).entry(release.id) is None:  # an earlier version made it
                with alone(state):
                    note(state, release)
            return Outcome(state, release, None)
    except (OSError, NoReleaseError, UnreadableError):
        pass  # build says what is wrong
    return build(paths, state, progress)


def fingerprint(project: Project) -> str:
    """Return a hash of every byte that a release depends on, software included."""
    digest = hashlib.sha256(software().encode())
    digest.update(json.dumps(project.config.as_json(), sort_keys=True).encode())
    for file in project.files:
        try:
            with file.path.open("rb") as source:
                content = hashlib.file_digest(source, "sha256").hexdigest()
        except OSError as error:
            content = str(error)
        digest.update(f"{file.role.value} {file.name} {content}\n".encode())
    return digest.hexdigest()


def _withheld(report: Report, state: State) -> Outcome:
    """Keep the last release, and leave the report where readers of the site find it."""
    write_json(state.pending_file, report.as_json())
    try:
        return Outcome(state, state.current(), report)
    except NoReleaseError:
        return Outcome(state, None, report)


def _existing(state: State, name: str) -> Release | None:
    """Return the release of this name where it is there and whole."""
    folder = state.releases / name
    try:
        release = Release.open(folder)
    except NoReleaseError:
        return None
    return None if any(flaws(folder)) else release
