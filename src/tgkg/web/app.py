"""Puts the site together; nothing is decided here."""

from collections.abc import Iterable
from contextlib import suppress
from logging import getLogger
from typing import Final

from flask import Blueprint, Flask
from jinja2 import StrictUndefined
from werkzeug.exceptions import NotFound

from tgkg.engine.lazily import LazyEngines
from tgkg.engine.opening import Opener, in_process
from tgkg.errors import EngineError, NoReleaseError
from tgkg.operation import DEFAULT_OPERATION, Operation
from tgkg.release import State
from tgkg.web import operators, past, themes
from tgkg.web.archive import Archive, attach_archive
from tgkg.web.assets import Assets
from tgkg.web.cache import Cache
from tgkg.web.current import Current, attach
from tgkg.web.fallback import name_or_problem
from tgkg.web.observation import Metrics, QueryLog, watched
from tgkg.web.outflow import Outflow
from tgkg.web.prefix import UnderPrefix, refuse_outside
from tgkg.web.problems import problem_response
from tgkg.web.release_link import name_release
from tgkg.web.responses import finish
from tgkg.web.rooms import ROOMS
from tgkg.web.shortcut import Shortcut
from tgkg.web.timegate import go_back, tell_of_time
from tgkg.web.visits import Visits

QUERY_LOG: Final = "tgkg.queries"
"""The logger that gets one line a query."""

LARGEST_BODY: Final = 4 * 1024 * 1024
"""Bytes of a query sent by POST; more is 413."""


def create_app(
    state: State,
    opener: Opener = in_process,
    operation: Operation = DEFAULT_OPERATION,
    old: Opener = in_process,
    rooms: Iterable[Blueprint] = (),
) -> Flask:
    """Return the site over the current release of a state folder, whichever that is.

    `opener` opens the engines over a release, which keep to the limits of `operation`, and `old`
    those over an old one that somebody asks. Without a release the site answers 503 until there is
    one. `rooms` are parts that not every site has.
    """
    app = Flask(__name__)
    app.jinja_environment = themes.Themed  # type: ignore[assignment]  # Flask types the default
    app.jinja_options = {
        **app.jinja_options,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    counted = Metrics()
    log = QueryLog(getLogger(QUERY_LOG), with_text=operation.log_queries == "text")
    current = _loaded(state, watched(opener, counted, log))
    engines = LazyEngines(watched(old, counted, log), operation.old_releases)
    archive = Archive(state, current, engines)
    attach(app, current, operation)
    attach_archive(app, archive)
    app.extensions[operators.METRICS] = counted
    past.attach(app, state)
    for room in (*ROOMS, *rooms):
        app.register_blueprint(room)
    Assets(app)
    app.before_request(refuse_outside)
    app.before_request(go_back)
    app.after_request(tell_of_time)
    app.after_request(finish)
    app.after_request(name_release)
    app.register_error_handler(NotFound, name_or_problem)
    app.register_error_handler(Exception, problem_response)
    cache = app.extensions[operators.CACHE] = Cache(Shortcut(app.wsgi_app, LARGEST_BODY), current)
    app.wsgi_app = Outflow(  # type: ignore[method-assign]
        UnderPrefix(Visits(cache, archive), current)
    )
    return app


def _loaded(state: State, opener: Opener) -> Current:
    """Load the release now, so that the first reader does not wait for it."""
    current = Current(state, opener)
    with suppress(NoReleaseError, EngineError):  # each request says so
        current.get()
    return current
