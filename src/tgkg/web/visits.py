"""Every release below its name, `/releases/{id}/`, with the addresses of the whole site."""

import re
from typing import TYPE_CHECKING, Final

from werkzeug.http import http_date

from tgkg.errors import NotFoundError
from tgkg.timeline import moment
from tgkg.web.archive import Archive
from tgkg.web.current import ENVIRON_KEY, VISIT_KEY, Published, Visit
from tgkg.web.memento import RELEASES, escaped, home_of, linked, memento_links, target
from tgkg.web.prefix import OUTSIDE_KEY
from tgkg.web.responses import OPEN_TO_ALL
from tgkg.web.validators import REVALIDATE, Headers

if TYPE_CHECKING:  # these exist for type checkers only
    from collections.abc import Callable, Iterable

    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ADDRESS: Final = re.compile(r"([0-9a-f]{1,64})(/.*)", re.DOTALL)
_WHOLE_NAME: Final = 64
_OF_THE_SITE: Final = ("/releases/", "/timemap")
"""Addresses that are about all releases: below one of them they lead back up."""
_OF_THE_SERVER: Final = frozenset({"/healthz", "/metrics"})


class Visits:
    """Gives a request for a release by its name that release, in place of the current one.

    The name goes to SCRIPT_NAME (PEP 3333), so that `url_for` keeps every link within it. What it
    says of time stands outside the cache, since the next release changes that.
    """

    def __init__(self, app: "WSGIApplication", archive: Archive) -> None:
        self._app = app
        self._archive = archive

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Pass the request on; one for a release that is not there is marked."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(RELEASES) or OUTSIDE_KEY in environ or ENVIRON_KEY not in environ:
            return self._app(environ, start_response)
        found = _ADDRESS.fullmatch(path, len(RELEASES))
        if not found:  # the list of releases, or what changed between two
            return self._app(environ, start_response)
        try:
            return self._visited(found[1], found[2], environ, start_response)
        except NotFoundError as error:
            environ[OUTSIDE_KEY] = error
            return self._app(environ, start_response)

    def _visited(
        self, name: str, path: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        root = environ.get("SCRIPT_NAME", "")
        if len(name) < _WHOLE_NAME:
            whole = self._archive.find(name)
            return _led_to(f"{root}{RELEASES}{whole}{path}", environ, start_response)
        if path.startswith(_OF_THE_SITE):
            return _led_to(f"{root}{path}", environ, start_response)
        if path in _OF_THE_SERVER:
            raise NotFoundError(f"{path} is about the server, not about a release.")
        now, there = environ[ENVIRON_KEY], self._archive.published(name)
        environ["PATH_INFO"] = path
        environ.pop("HTTP_ACCEPT_DATETIME", None)  # a memento has no other time than its own
        asked = target(environ)
        environ[ENVIRON_KEY], environ[VISIT_KEY] = there, Visit(now, root, asked)
        environ["SCRIPT_NAME"] = f"{root}{RELEASES}{name}"
        home = home_of(environ, now, root)
        told = self._told(there, home, asked)
        return self._app(environ, _telling(told, environ["REQUEST_METHOD"], start_response))

    def _told(self, there: Published, home: str, asked: str) -> Headers:
        """Return the headers of a memento (RFC 7089, sections 2.1.1, 2.2 and 4.2)."""
        timeline, name = self._archive.timeline(), there.release.id
        time = timeline.time_of(name) or moment(there.release.manifest.created)
        around = memento_links(timeline, name, home, asked)
        links = ", ".join((linked(home, home + asked), *around))
        headers = [("Link", links), ("X-Robots-Tag", "noindex")]
        return [("Memento-Datetime", http_date(time)), *headers] if time else headers


def _telling(told: Headers, method: str, start_response: "StartResponse") -> "StartResponse":
    """Return what starts a response with these headers too: one that is a state of the past."""

    def start(
        status: str, headers: Headers, failed: "OptExcInfo | None" = None, /
    ) -> "Callable[[bytes], object]":
        is_state = method in ("GET", "HEAD") and not status.startswith("5")
        return start_response(status, [*headers, *told] if is_state else headers, failed)

    return start


def _led_to(
    address: str, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> list[bytes]:
    """Send on to another address, with the same method (RFC 9110, section 15.4.8)."""
    headers = [
        ("Location", escaped(address, environ.get("QUERY_STRING"))),
        ("Content-Length", "0"),
        ("Cache-Control", REVALIDATE),
        *OPEN_TO_ALL,
    ]
    start_response("307 Temporary Redirect", headers)
    return []
