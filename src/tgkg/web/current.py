"""The published release: opened once, swapped when another becomes current, one per request."""

import os
from dataclasses import dataclass
from logging import getLogger
from threading import Lock
from time import monotonic
from typing import Final, cast

from flask import Flask, current_app, g, request

from tgkg.engine.opening import Engines, Opener
from tgkg.engine.port import Engine
from tgkg.errors import EngineError, NoReleaseError
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

_UNTIL_TRIED_AGAIN: Final = 30.0
"""Seconds until a release that did not open is tried again: it may be made anew by its name."""

FOR_ONE_KEY: Final = "tgkg.for_one"
"""Set in the environment of a request whose answer is for nobody else."""
WAITING_KEY: Final = "tgkg.shows_waiting"
"""Set in the environment of a request whose answer tells which sources wait: to which those are."""

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


class Current:
    """Gives the current release to each request, and opens a new one when there is one.

    While one thread opens it, the others go on with the release before. That lives until the
    last request that holds it is done.
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
        # The first comers have nothing else to show, so they wait; later ones do not.
        if not self._opening.acquire(blocking=held is None):
            return cast("Published", held)
        try:
            return self._open(wanted)
        finally:
            self._opening.release()

    def pending(self) -> Report | None:
        """Return the report on changed sources that could not be published, when there is one."""
        return self._state.pending()

    def waiting(self) -> Waiting:
        """Return which report `pending` reads, without reading it, and whether engines stray."""
        strays = self._published is not None and self._published.engines.strays()
        try:
            found = os.stat(self._pending)  # noqa: PTH116 - a tenth of the time, at each request
        except OSError:
            return (strays,)
        return strays, found.st_mtime_ns, found.st_ino, found.st_size

    def _open(self, wanted: str | None) -> Published:
        held = self._published
        if held and held.release.id == wanted:
            return held
        try:
            release = self._state.current()
            self._published = Published(release, self._opener(release), layout_of(release))
        except (NoReleaseError, EngineError):
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


def operation() -> Operation:
    """Return how this server runs."""
    return cast("Operation", current_app.extensions[_OPERATION])


def published() -> Published:
    """Return the release of this request: the same one from its start to its end.

    Raises:
        NoReleaseError: there is nothing to serve yet.
    """
    if "published" not in g:
        g.published = request.environ.get(ENVIRON_KEY) or _current().get()
    return cast("Published", g.published)


def pending() -> Report | None:
    """Return the report on sources that wait for mending, for the banner of pages."""
    waiting()  # before the report is read: it may change meanwhile
    return _current().pending()


def waiting() -> Waiting:
    """Return which report the answer to this request shows, which from now on depends on it."""
    return cast("Waiting", request.environ.setdefault(WAITING_KEY, _current().waiting()))


def public_address(path: str) -> str:
    """Return the absolute address of a path that `url_for` gave.

    The configuration's `public_url` stands for the home page, whatever host was asked. Without
    it the host is part of the answer, which is then for nobody who asked another.
    """
    home = published().release.config.public_url
    if not home:
        request.environ[FOR_ONE_KEY] = True
        home = request.root_url.rstrip("/")
    return home + path.removeprefix(request.script_root)


def _current() -> Current:
    return cast("Current", current_app.extensions[_KEY])
