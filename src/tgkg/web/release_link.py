"""Which release an answer is from, and how the same can be had for good: in its headers."""

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from flask import Response, request, url_for

from tgkg.errors import NoReleaseError
from tgkg.release import Release
from tgkg.web.current import VISIT_KEY, Visit, published

if TYPE_CHECKING:  # it exists for type checkers only
    from _typeshed.wsgi import WSGIEnvironment

_SAFE: Final = "/:@!$&'()*+,;=-._~%?"
_OK: Final = 200
_LONGEST: Final = 2000
"""Characters of an address that a header repeats; some proxies take no more than 8 kB of them."""
_OF_ALL: Final = ("releases", "comparison", "cite")
"""Parts of the site that are not of one release."""
_OF_NO_RELEASE: Final = frozenset({*_OF_ALL, "operators", "conformance", None})
_NAMED_ALONE: Final = frozenset({"sparql"})
"""Parts whose answers only name their release: many a query is longer than a header may be."""


def name_release(response: Response) -> Response:
    """Say of an answer which release it is from, and where that release gives it for good.

    The relation `via` (RFC 4287, section 4.2.7.2) leads to the release, `bookmark` (HTML, section
    4.6.7.2) to the same answer in it. What a thing is cited as is its own name: see signposting.
    """
    is_answer = response.status_code == _OK and request.method != "OPTIONS"
    if not is_answer or request.blueprint in _OF_NO_RELEASE:
        return response
    try:
        release = published().release
    except NoReleaseError:
        return response
    response.headers.add("Link", release_link(request.environ, release))
    if request.blueprint not in _NAMED_ALONE and request.method in ("GET", "HEAD"):
        query = quote(request.query_string.decode("latin-1"), safe=_SAFE)
        path = quote(request.path) + (f"?{query}" if query else "")
        if len(path) <= _LONGEST:
            address = _home(request.environ, release) + path
            response.headers.add("Link", f'<{address}>; rel="bookmark"')
    return response


def release_link(environ: "WSGIEnvironment", release: Release) -> str:
    """Return the header that names the release of an answer."""
    return f'<{_home(environ, release)}>; rel="via"'


def cited() -> str:
    """Return the address of how to cite this page, or the release where that is not one of its.

    A POST has no address of its own.
    """
    args = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    query = f"?{urlencode(args)}" if args else ""
    is_one = request.blueprint not in (None, *_OF_ALL) and request.path != "/"
    path = quote(request.path) + query if is_one and request.method in ("GET", "HEAD") else None
    return url_for("cite.cite", path=path)


def _home(environ: "WSGIEnvironment", release: Release) -> str:
    """Return where a release is; by path, where the settings do not say what the public calls it.

    Who asked knows the host, and the header is the same for all.
    """
    asked: Visit | None = environ.get(VISIT_KEY)
    home = (asked.now.release if asked else release).config.public_url
    if home is None:
        home = asked.root if asked else environ.get("SCRIPT_NAME", "")
    return f"{home}/releases/{release.id}"
