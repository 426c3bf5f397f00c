"""The site below a path: what comes before the application sees a request."""

from typing import TYPE_CHECKING, Final, cast

from flask import request

from tgkg.errors import NoReleaseError, NotFoundError
from tgkg.web.current import ENVIRON_KEY, Current

if TYPE_CHECKING:  # these exist for type checkers only
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OUTSIDE_KEY: Final = "tgkg.outside"
"""Set in the environment of a request for an address that is not there: to the error that it is."""


class UnderPrefix:
    """Gives each request its release, and takes the release's prefix off its path.

    The prefix goes to SCRIPT_NAME (PEP 3333), so that `url_for` puts it back into every link.
    """

    def __init__(self, app: "WSGIApplication", current: Current) -> None:
        self._app = app
        self._current = current

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Pass the request on; one outside the prefix is marked."""
        try:
            environ[ENVIRON_KEY] = self._current.get()
        except NoReleaseError:
            return self._app(environ, start_response)  # which finds out for itself
        # PEP 3333: paths are bytes, each shown as the Latin-1 character of its number.
        prefix = environ[ENVIRON_KEY].release.config.prefix.encode().decode("latin-1")
        path = environ.get("PATH_INFO", "")
        if not prefix:
            return self._app(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
        else:
            there = (prefix + path).encode("latin-1").decode(errors="replace")
            environ[OUTSIDE_KEY] = NotFoundError(
                f"This site begins at {prefix}/; perhaps you look for {there}."
            )
        return self._app(environ, start_response)


def refuse_outside() -> None:
    """Refuse a request for an address that is not there.

    Raises:
        NotFoundError: it is not.
    """
    if OUTSIDE_KEY in request.environ:
        raise cast("NotFoundError", request.environ[OUTSIDE_KEY])
