"""Builds whenever sources change, for as long as a server runs, and says what came of it."""

import gc
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from tgkg.errors import TgkgError, UnreadableError
from tgkg.history import short
from tgkg.publish.build import Outcome, build
from tgkg.publish.noticing import Watch
from tgkg.publish.passing import let_go, note, passing
from tgkg.publish.project import open_project
from tgkg.publish.remembering import Remembering
from tgkg.publish.workers import Workers
from tgkg.release import State
from tgkg.report import Result, Severity
from tgkg.terminal import Terminal

_GRACE: Final = 5.0
"""Seconds for which a release stays that another has replaced: requests may still be at it."""

_NAMED: Final = 3
"""So many changed files are named; the others are counted."""


def watch(paths: Sequence[Path], state: State, files: Watch, *, quiet: bool) -> None:
    """Publish each edit of the sources that is valid, and say what is wrong with any other.

    `files` are the sources as they were when they were last built.
    """
    with Workers() as workers:
        Watching(paths, state, files, Remembering(workers), Voice(quiet=quiet)).go_on()


@dataclass(frozen=True, slots=True)
class Edit:
    """What was changed, and what was there before."""

    files: Sequence[str]
    release: str | None
    was_refused: bool
    """Whether the sources before could not be published."""


class Watching:
    """Remembers what was built, so that a build after an edit takes a fraction of a second."""

    def __init__(
        self,
        paths: Sequence[Path],
        state: State,
        files: Watch,
        means: Remembering,
        voice: "Voice",
    ) -> None:
        """Build nothing yet."""
        self._paths = paths
        self._state = state
        self._files = files
        self._means = means
        self._voice = voice
        self._replaced: dict[str, float] = {}

    def go_on(self) -> None:
        """Build after each edit, for ever."""
        with suppress(UnreadableError):  # it was said when the server was started
            self._means.prepare(open_project(self._paths))
        gc.freeze()  # what is there now stays; collecting it would take longer than a build
        self._voice.ready()
        while True:
            changed = self._files.changes(_GRACE)
            try:
                if changed:
                    self._build(changed)
                self._tidy()
            except TgkgError as error:  # such as a full disk
                self._voice.failed(error)

    def _build(self, changed: Sequence[str]) -> None:
        started, state = time.monotonic(), self._state
        edit = Edit(changed, state.current_id(), state.pending_file.exists())
        there = {folder.name for folder in state.releases.glob("*")} - passing(state)
        outcome = build(self._paths, state, _silent, None, self._means)
        if outcome.exit_code and self._files.is_behind():
            return  # a save was under way: what it leaves is built next
        if outcome.release and outcome.release.id not in there:
            note(state, outcome.release.id)
        self._voice.built(edit, outcome, time.monotonic() - started)

    def _tidy(self) -> None:
        """Remove the releases of earlier edits that nobody can be reading any more."""
        now = time.monotonic()
        for release in passing(self._state) - {self._state.current_id()}:
            if now - self._replaced.setdefault(release, now) > _GRACE:
                let_go(self._state, release)
                del self._replaced[release]


class Voice:
    """Says in the terminal what came of an edit: problems as `tgkg check` does, then a line."""

    def __init__(self, *, quiet: bool) -> None:
        """Say only what is wrong, where that is wanted."""
        self._is_quiet = quiet
        self._terminal = Terminal(quiet=True)
        self._err = Console(highlight=False, soft_wrap=True, stderr=True)
        self._told: frozenset[tuple[str | None, ...]] = frozenset()
        """The milder results of the last build: they are not said again each time."""

    def ready(self) -> None:
        """Say that edits are published at once from now on."""
        if not self._is_quiet:
            self._say("Watching: each edit of the sources is published at once.", "dim")

    def built(self, edit: Edit, outcome: Outcome, seconds: float) -> None:
        """Say what a build made of an edit, and how long that took."""
        self._terminal.outcome(self._new_in(outcome))
        if outcome.exit_code or edit.was_refused or not self._is_quiet:
            became = _refused(outcome) if outcome.exit_code else _published(edit, outcome)
            self._say(f"{_named(edit.files)}: {became} ({seconds:.2f} s)", "bold")

    def _new_in(self, outcome: Outcome) -> Outcome:
        """Return an outcome without the milder results that the last build had too."""
        report = outcome.report
        if report is None:
            return outcome
        told = self._told
        self._told = frozenset(map(_identity, report.results))
        new = tuple(
            result
            for result in report.results
            if result.severity is Severity.VIOLATION or _identity(result) not in told
        )
        return replace(outcome, report=replace(report, results=new))

    def failed(self, error: TgkgError) -> None:
        """Say why there could be no build."""
        self._say(f"{error} The next edit tries again.", "bold red")

    def _say(self, text: str, style: str) -> None:
        self._err.print(f"{datetime.now():%H:%M:%S} {text}", style=style, markup=False)  # noqa: DTZ005 (the reader's own clock)


def _identity(result: Result) -> tuple[str | None, ...]:
    return result.focus, result.component, result.shape, result.path, result.value


def _refused(outcome: Outcome) -> str:
    report = outcome.report
    count = len(report.problems or report.violations) if report else 0
    return f"{count} {'problem' if count == 1 else 'problems'} to mend."


def _published(edit: Edit, outcome: Outcome) -> str:
    release = outcome.release.id if outcome.release else ""
    if release == edit.release:
        became = f"release {short(release)} says the same and stays."
    else:
        became = f"release {short(release)} is served."
    return f"all is well again; {became}" if edit.was_refused else became


def _named(files: Sequence[str]) -> str:
    others = len(files) - _NAMED
    return ", ".join((*files[:_NAMED], *([f"{others} more"] if others > 0 else [])))


def _silent(_: str) -> None:
    """Say nothing of the steps: all of them together take a moment."""
