"""Leads a request for the past of an address to the release that was current then."""

from typing import Final, cast

from flask import Response, redirect, request

from tgkg.errors import BadRequestError
from tgkg.web.archive import archive
from tgkg.web.current import published
from tgkg.web.memento import (
    ACCEPT_DATETIME,
    RELEASES,
    datetime_in,
    home_of,
    is_original,
    links_of,
    memento_links,
    start_of,
    target,
)

_FOUND: Final = 302


def go_back() -> Response | None:
    """Answer a request with `Accept-Datetime`; None where it has none, or the address no past.

    Follows RFC 7089, section 4.1.1; before the first release, it is the first.

    Raises:
        BadRequestError: the header is no date of HTTP (section 4.5.3).
    """
    wanted = request.headers.get(ACCEPT_DATETIME)
    if wanted is None or not is_original(request.environ):
        return None
    time = datetime_in(wanted)
    if time is None:
        raise BadRequestError(
            f"{ACCEPT_DATETIME} is a date of HTTP, as in Thu, 31 May 2007 20:35:00 GMT; "
            f"{wanted[:60]!r} is none."
        )
    here = published()
    timeline = archive().timeline()
    release = timeline.at(time)
    if release is None:
        return None
    asked = target(request.environ)
    address = f"{start_of(request.environ)}{RELEASES}{release}{asked}"
    response = cast("Response", redirect(address, _FOUND, Response=Response))
    home = home_of(request.environ, here, request.script_root)
    for link in memento_links(timeline, release, home, asked):
        response.headers.add("Link", link)
    return response


def tell_of_time(response: Response) -> Response:
    """Say of each original that it is its own TimeGate, and where its TimeMap is."""
    if is_original(request.environ):
        response.vary.add(ACCEPT_DATETIME)
        if links := links_of(request.environ):
            response.headers.add("Link", links)
    return response
