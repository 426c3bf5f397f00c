"""Puts the site together; nothing is decided here."""

from contextlib import suppress
from logging import getLogger
from typing import Final

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.exceptions import NotFound

from tgkg.engine.opening import Opener, in_process
from tgkg.errors import EngineError, NoReleaseError
from tgkg.operation import DEFAULT_OPERATION, Operation
from tgkg.release import State
from tgkg.web import (
    conformance,
    dumps,
    graphs,
    operators,
    pages,
    question_pages,
    resources,
    sparql,
    special,
    themes,
    void,
)  # fmt: skip
from tgkg.web.assets import Assets
from tgkg.web.cache import Cache
from tgkg.web.current import Current, attach
from tgkg.web.fallback import name_or_problem
from tgkg.web.observation import Metrics, QueryLog, watched
from tgkg.web.prefix import UnderPrefix, refuse_outside
from tgkg.web.problems import problem_response
from tgkg.web.responses import finish
from tgkg.web.shortcut import Shortcut

QUERY_LOG: Final = "tgkg.queries"
"""The logger that gets one line a query."""

LARGEST_BODY: Final = 4 * 1024 * 1024
"""Bytes of a query sent by POST; more is 413."""


def create_app(
    state: State, opener: Opener = in_process, operation: Operation = DEFAULT_OPERATION
) -> Flask:
    """Return the site over the current release of a state folder, whichever that is.

    `opener` opens the engines over a release, which keep to the limits of `operation`. Without a
    release the site answers 503 until there is one.
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
    attach(app, current, operation)
    app.extensions[operators.METRICS] = counted
    rooms = (
        pages, resources, question_pages, sparql, graphs, dumps, conformance, operators, void,
        themes, special,
    )  # fmt: skip
    for room in rooms:
        app.register_blueprint(room.blueprint)
    Assets(app)
    app.before_request(refuse_outside)
    app.after_request(finish)
    app.register_error_handler(NotFound, name_or_problem)
    app.register_error_handler(Exception, problem_response)
    cache = app.extensions[operators.CACHE] = Cache(Shortcut(app.wsgi_app, LARGEST_BODY), current)
    app.wsgi_app = UnderPrefix(cache, current)  # type: ignore[method-assign]
    return app


def _loaded(state: State, opener: Opener) -> Current:
    """Load the release now, so that the first reader does not wait for it."""
    current = Current(state, opener)
    with suppress(NoReleaseError, EngineError):  # each request says so
        current.get()
    return current
