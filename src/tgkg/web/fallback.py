"""Paths that no page has: each may still be the path of a name in the graph."""

from typing import Final
from urllib.parse import quote

from flask import redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from tgkg.errors import NoReleaseError
from tgkg.iris import is_iri
from tgkg.web.current import Published, published
from tgkg.web.existence import existing
from tgkg.web.past import past
from tgkg.web.problems import problem_response
from tgkg.web.retired import last_with

_SEE_OTHER: Final = 303
_IRI_SAFE: Final = "/:@!$&'()*+,;=-._~"


def name_or_problem(error: NotFound) -> Response:
    """Lead to the page of the name whose path this is, or say that there is nothing."""
    try:
        iri = _name_at(published(), request.path.removeprefix("/"))
    except NoReleaseError as nothing_yet:
        return problem_response(nothing_yet)
    if iri is None or request.method not in ("GET", "HEAD"):
        return problem_response(error)
    return redirect(url_for("resources.resource", iri=iri), _SEE_OTHER)


def _name_at(current: Published, path: str) -> str | None:
    """Return the name that a path stands for: in the graph, or in a release before.

    The server decodes what a path escapes, and the name may hold either spelling.
    """
    names = current.release.config.names
    spelled = dict.fromkeys((path, quote(path, safe=_IRI_SAFE)))
    iris = [iri for each in spelled if is_iri(iri := names.iri_of_path(each))]
    there = existing(current, iris)
    found = (iri for iri in iris if iri in there)
    return next(found, None) or next((iri for iri in iris if last_with(past(), iri)), None)
