"""The TimeMap of an address: every state of it that can be asked (RFC 7089, section 5)."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, request, url_for
from werkzeug.http import http_date

from tgkg.errors import BadRequestError, NotFoundError
from tgkg.formats import HTML, JSON, LINK_FORMAT
from tgkg.iris import is_web_address
from tgkg.timeline import Memento
from tgkg.web.archive import archive
from tgkg.web.current import FOR_ONE_KEY, published
from tgkg.web.memento import RELEASES, home_of, in_query, linked, memento_link, respelled
from tgkg.web.responses import representation, wanted
from tgkg.web.site import page

blueprint: Final = Blueprint("timemap", __name__)

_OFFERED: Final = (LINK_FORMAT, JSON, HTML)
_BELOW_A_RELEASE: Final = re.compile(rf"{RELEASES}[0-9a-f]+(?=/)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A state of an address in the list."""

    memento: Memento
    href: str
    relations: tuple[str, ...]


@blueprint.get("/timemap")
def timemap() -> Response:
    """List the states of the address that `uri` names, one for each release.

    Whether a release says anything there is not looked up: where it does not, that answers 404,
    which is its state.
    """
    uri = request.args.get("uri", "").strip()
    if not uri:
        raise BadRequestError("Say of which address: /timemap?uri=/doc/something.")
    fmt = wanted(_OFFERED)
    # It names the host, and what it lists depends on more than the release.
    request.environ[FOR_ONE_KEY] = True
    home = home_of(request.environ, published(), request.script_root)
    asked = _below(uri, home)
    found = _listed(home, asked)
    addresses = {each: _address(uri, each.name) for each in _OFFERED}
    if fmt is HTML:
        return page("timemap.html", addresses, original=home + asked, mementos=found[::-1])
    if fmt is JSON:
        body = json.dumps(_as_json(home, asked, found), indent=2)
    else:
        body = ",\n".join(_lines(home, asked, found)) + "\n"
    return representation(body, fmt, alternates=addresses)


def _below(uri: str, home: str) -> str:
    """Return path and query of an address below where the site begins.

    It is absolute, of this site by its public name or the host that was asked, or a name of the
    graph; or a path. A state of the past stands for what it is a state of.

    Raises:
        NotFoundError: it is on another site.
    """
    root, base = request.script_root, published().release.config.base
    here = request.host_url.rstrip("/") + root
    bare = uri.partition("#")[0]
    if not is_web_address(bare):
        below = "/" + bare.removeprefix(f"{root}/").lstrip("/")
    else:
        start = next((each for each in (home, here) if f"{bare}/".startswith(f"{each}/")), None)
        if start is None and bare.startswith(base):
            start = base.rstrip("/")
        if start is None:
            raise NotFoundError(f"This is not an address of this site: {uri[:200]}")
        below = bare.removeprefix(start) or "/"
    return respelled(_BELOW_A_RELEASE.sub("", below, count=1))


def _listed(home: str, asked: str) -> tuple[Listed, ...]:
    mementos = archive().timeline().mementos
    ends = {"first": mementos[:1], "last": mementos[-1:]}
    return tuple(
        Listed(
            each,
            f"{home}{RELEASES}{each.release}{asked}",
            tuple(name for name, end in ends.items() if each in end),
        )
        for each in mementos
    )


def _lines(home: str, asked: str, found: tuple[Listed, ...]) -> list[str]:
    address = f"{home}/timemap?uri={in_query(home + asked)}"
    span = ""
    if found:
        first, last = (http_date(each.memento.time) for each in (found[0], found[-1]))
        span = f'; from="{first}"; until="{last}"'
    original = linked(home, home + asked).split(", ", 1)[0]
    itself = f'<{address}>; rel="self"; type="{LINK_FORMAT.media_type}"{span}'
    states = (memento_link(each.memento, home, asked, *each.relations) for each in found)
    return [original, itself, *states]


def _as_json(home: str, asked: str, found: tuple[Listed, ...]) -> dict[str, Any]:
    states = [
        {
            "datetime": each.memento.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "uri": each.href,
            "release": each.memento.release,
        }
        for each in found
    ]
    original = home + asked
    listed = {"list": states, "first": states[0], "last": states[-1]} if states else {"list": []}
    address = f"{home}/timemap?uri={in_query(original)}"
    return {
        "original_uri": original,
        "timegate_uri": original,
        "timemap_uri": {
            "link_format": f"{address}&format={LINK_FORMAT.name}",
            "json_format": f"{address}&format={JSON.extension}",
        },
        "mementos": listed,
    }


def _address(uri: str, name: str) -> str:
    return url_for(".timemap", uri=uri, format=name)
