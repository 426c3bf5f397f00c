"""The past of each address: what its headers say, and where it leads (RFC 7089).

Each address is its own TimeGate (section 4.1.1): with `Accept-Datetime` it leads to the same
address below the release that was current then.
"""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from werkzeug.http import http_date
from werkzeug.wsgi import get_host

from tgkg.formats import LINK_FORMAT
from tgkg.timeline import Memento, Timeline
from tgkg.web.current import ENVIRON_KEY, VISIT_KEY, Published
from tgkg.web.prefix import OUTSIDE_KEY

if TYPE_CHECKING:  # it exists for type checkers only
    from _typeshed.wsgi import WSGIEnvironment

ACCEPT_DATETIME: Final = "Accept-Datetime"
RELEASES: Final = "/releases/"
"""The path below which each release has the addresses of the whole site."""

_PATH_SAFE: Final = "/:@!$&'()*+,;=-._~"
_QUERY_SAFE: Final = f"%?{_PATH_SAFE}"
_ABOUT_NOW: Final = ("/static/", "/healthz", "/metrics", "/timemap", "/releases")
"""Addresses that no release has a state of."""
_LONGEST: Final = 2000
"""Characters of an address that headers repeat; some proxies take no more than 8 kB of them."""
_DATETIME: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}) GMT", re.ASCII
)


def is_original(environ: "WSGIEnvironment") -> bool:
    """Tell whether a request is for an address that has a past, as it is now."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and VISIT_KEY not in environ
        and OUTSIDE_KEY not in environ
        and not environ["PATH_INFO"].startswith(_ABOUT_NOW)
    )


def target(environ: "WSGIEnvironment") -> str:
    """Return path and query of a request, escaped, below where the site begins."""
    return escaped(environ["PATH_INFO"], environ.get("QUERY_STRING"))


def escaped(path: str, query: str | None) -> str:
    """Return a path and a query as PEP 3333 gives them, as an address has them."""
    quoted = quote(path.encode("latin-1"), safe=_PATH_SAFE)
    return f"{quoted}?{quote(query.encode('latin-1'), safe=_QUERY_SAFE)}" if query else quoted


def respelled(address: str) -> str:
    """Escape what an address may not hold; what is escaped already stays as it is."""
    return quote(address, safe=_QUERY_SAFE)


def links_of(environ: "WSGIEnvironment") -> str | None:
    """Return the Link header of an original: itself as TimeGate, and its TimeMap.

    By the site's public address, else by their paths: the answer is the same whatever host was
    asked. None where the address is too long to be repeated.
    """
    asked = target(environ)
    if len(asked) > _LONGEST:
        return None
    home = start_of(environ)
    return linked(home, home + asked)


def start_of(environ: "WSGIEnvironment") -> str:
    """Return what addresses of the site begin with, whatever host was asked."""
    here: Published | None = environ.get(ENVIRON_KEY)
    public = here.release.config.public_url if here else None
    return public or environ.get("SCRIPT_NAME", "")


def linked(root: str, original: str) -> str:
    """Return the links to an original, which is its own TimeGate, and to its TimeMap."""
    timemap = (
        f'<{root}/timemap?uri={in_query(original)}>; rel="timemap"; type="{LINK_FORMAT.media_type}"'
    )
    return f'<{original}>; rel="original timegate", {timemap}'


def in_query(address: str) -> str:
    """Escape what is escaped already once more, as a value in a query (RFC 3986, section 3.4)."""
    return address.replace("%", "%25").replace("&", "%26").replace("+", "%2B")


def home_of(environ: "WSGIEnvironment", now: Published, root: str) -> str:
    """Return the absolute address that the site begins with, without a trailing slash."""
    public = now.release.config.public_url
    return public or f"{environ['wsgi.url_scheme']}://{get_host(environ)}{root}"


def memento_links(timeline: Timeline, release: str | None, home: str, asked: str) -> list[str]:
    """Return the links to the mementos around one: the first, the last, and its neighbours.

    Without a release, to the first and the last.
    """
    around = timeline.around(release) if release else None
    all_ = timeline.mementos
    wanted = {
        "first": all_[0] if all_ else None,
        "prev": around.previous if around else None,
        "": next((each for each in all_ if each.release == release), None),
        "next": around.next if around else None,
        "last": all_[-1] if all_ else None,
    }
    relations: dict[Memento, list[str]] = {}
    for relation, memento in wanted.items():
        if memento:
            relations.setdefault(memento, []).append(relation)
    return [
        memento_link(each, home, asked, *filter(None, found))
        for each, found in sorted(relations.items())
    ]


def memento_link(memento: Memento, home: str, asked: str, *relations: str) -> str:
    """Return the link to the state of an address in a release (section 5)."""
    relation = " ".join((*relations, "memento"))
    address = f"{home}{RELEASES}{memento.release}{asked}"
    return f'<{address}>; rel="{relation}"; datetime="{http_date(memento.time)}"'


def datetime_in(header: str) -> datetime | None:
    """Read an Accept-Datetime header (section 2.1.1.1); None where it is none."""
    found = _DATETIME.fullmatch(header.strip())
    try:
        return found and datetime.strptime(found[1], "%d %b %Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
