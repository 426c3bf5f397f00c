"""The published release: opened once, swapped when another becomes current, one per request."""

import os
from dataclasses import dataclass
from logging import getLogger
from threading import Lock, Thread
from time import monotonic
from typing import Final, cast

from flask import Flask, current_app, g, request

from tgkg.engine.opening import Engines, Opener
from tgkg.engine.port import Engine
from tgkg.history import Edition, editions
from tgkg.operation import Operation
from tgkg.release import Release, State
from tgkg.report import Report
from tgkg.web.layout import Layout
from tgkg.web.shapes import layout_of

_KEY: Final = "tgkg"
_OPERATION: Final = "tgkg.operation"
ENVIRON_KEY: Final = "tgkg.published"
"""Where whoever saw the request first left the release that it took."""

_SURE_FOR: Final = 0.005
"""Seconds until it is read again which release is current.

A system call lets another thread have the interpreter: one a request costs a tenth of them.
"""

_WAITS: Final = 1.0
"""Seconds that the request waits which finds that another release is current."""

_UNTIL_TRIED_AGAIN: Final = 30.0
"""Seconds until a release that did not open is tried again: it may be made anew by its name."""

FOR_ONE_KEY: Final = "tgkg.for_one"
"""Set in the environment of a request whose answer is for nobody else."""
WAITING_KEY: Final = "tgkg.shows_waiting"
"""Set in the environment of a request whose answer tells which sources wait: to which those are."""

VISIT_KEY: Final = "tgkg.visit"
"""Set in the environment of a request for a page of a release by its name: to its `Visit`."""

Waiting = tuple[int, ...]
"""What banners pages show; any change of it gives another value."""


@dataclass(frozen=True, slots=True)
class Published:
    """A release, and what is made from it once: the engines, the order of its pages."""

    release: Release
    engines: Engines
    layout: Layout

    @property
    def engine(self) -> Engine:
        """The engine for the queries that pages are made of."""
        return self.engines.pages


@dataclass(frozen=True, slots=True)
class Visit:
    """That a request asks a release by its name, `/releases/{id}/`, whichever is current."""

    now: Published
    """The current release."""
    root: str
    """The path of the site, without a trailing slash."""
    path: str
    """What was asked, as it is at the current release: its path and query, below `root`."""


class Current:
    """Gives the current release to each request, and opens a new one when there is one.

    While one thread opens it, requests go on with the release before. That lives until the last
    request that holds it is done.
    """

    def __init__(self, state: State, opener: Opener) -> None:
        self._state = state
        self._opener = opener
        self._opening = Lock()
        self._published: Published | None = None
        self._broken: str | None = None
        self._given_up_until = 0.0
        self._sure_until = 0.0
        self._pending = str(state.pending_file)
        self._releases = str(state.releases)

    def get(self) -> Published:
        """Return the current release; this reads one symbolic link, at most every few milliseconds.

        Raises:
            NoReleaseError: there is none that opens.
            EngineError: its data do not load.
        """
        now = monotonic()
        held = self._published
        if held and now < self._sure_until:
            return held
        wanted = self._state.current_id()
        is_given_up = wanted == self._broken and now < self._given_up_until
        if held and (wanted == held.release.id or is_given_up):
            self._sure_until = now + _SURE_FOR
            return held
        if held is None:  # there is nothing else to show
            with self._opening:
                return self._open(wanted)
        if self._opening.acquire(blocking=False):
            opening = Thread(target=self._open_beside, args=(wanted,), daemon=True)
            opening.start()
            opening.join(_WAITS)
        return cast("Published", self._published)

    @property
    def state(self) -> State:
        """The state folder, with every release in it."""
        return self._state

    def pending(self) -> Report | None:
        """Return the report on changed sources that could not be published, when there is one."""
        return self._state.pending()

    def waiting(self) -> Waiting:
        """Return which report `pending` reads, without reading it, and whether engines stray.

        And which releases there are, as their folder tells.
        """
        strays = self._published is not None and self._published.engines.strays()
        beside = 0
        try:
            # A tenth of the time of pathlib, at each request.
            beside = os.stat(self._releases).st_mtime_ns  # noqa: PTH116
            found = os.stat(self._pending)  # noqa: PTH116
        except OSError:
            return (strays, beside)
        return strays, beside, found.st_mtime_ns, found.st_ino, found.st_size

    def _open_beside(self, wanted: str | None) -> None:
        try:
            self._open(wanted)
        finally:
            self._opening.release()

    def _open(self, wanted: str | None) -> Published:
        held = self._published
        if held and held.release.id == wanted:
            return held
        try:
            release = self._state.current()
            self._published = Published(release, self._opener(release), layout_of(release))
        except Exception:
            if held is None:
                raise
            # What was served is whole still; it is better than nothing.
            getLogger(__name__).exception("release %s does not open; serving the last", wanted)
            self._broken, self._given_up_until = wanted, monotonic() + _UNTIL_TRIED_AGAIN
            return held
        if held:
            held.engines.close()
        return self._published


def attach(app: Flask, current: Current, operation: Operation) -> None:
    """Make the application serve what `current` gives, within the limits of an operation."""
    app.extensions[_KEY] = current
    app.extensions[_OPERATION] = operation


def current_of(app: Flask) -> Current:
    """Return what gives an application its release."""
    return cast("Current", app.extensions[_KEY])


def operation() -> Operation:
    """Return how this server runs."""
    return cast("Operation", current_app.extensions[_OPERATION])


def published() -> Published:
    """Return the release of this request: the same one from its start to its end.

    Raises:
        NoReleaseError: there is nothing to serve yet.
    """
    if "published" not in g:
        g.published = request.environ.get(ENVIRON_KEY) or current_of(current_app).get()
    return cast("Published", g.published)


def visit() -> Visit | None:
    """Return which release this request asks by its name; None where it asks the current one."""
    return cast("Visit | None", request.environ.get(VISIT_KEY))


def pending() -> Report | None:
    """Return the report on sources that wait for mending, for the banner of pages.

    A page of a release by its name is about that alone.
    """
    if visit():
        return None
    heed_state()  # before the report is read: it may change meanwhile
    return current_of(current_app).pending()


def heed_state() -> Waiting:
    """Have this answer made anew once there are other releases, or other sources that wait.

    Returns what stands for both as this request shows them.
    """
    shown = request.environ.setdefault(WAITING_KEY, current_of(current_app).waiting())
    return cast("Waiting", shown)


def known_editions() -> tuple[Edition, ...]:
    """Return every release that there is, the newest first.

    An answer that tells of them is made anew each time: others than the current come and go.
    """
    request.environ[FOR_ONE_KEY] = True
    return editions(current_of(current_app).state)
