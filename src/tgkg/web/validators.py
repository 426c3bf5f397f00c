"""What lets a client keep an answer, and how it asks whether that still holds."""

from typing import Final

from werkzeug.http import parse_etags

Headers = list[tuple[str, str]]

REVALIDATE: Final = "public, max-age=0, must-revalidate"
"""Keep it, but ask before each use: a new release may change what any address says, at once."""

_NO_STORE: Final = "no-store"
_DEFAULT_OF_FILES: Final = "no-cache"
"""What Flask says of a file, which means the same as ours."""

_OF_A_BODY: Final = frozenset(
    {
        "accept-ranges", "content-disposition", "content-encoding", "content-language",
        "content-length", "content-range", "content-security-policy", "content-type", "date",
        "last-modified", "repr-digest",
    }
)  # fmt: skip


def value_of(headers: Headers, name: str) -> str | None:
    """Return the value of a header whose name is given in lower case; several are one list."""
    values = [value for key, value in headers if key.lower() == name]
    return ", ".join(values) if values else None


def by_name(headers: Headers) -> dict[str, str]:
    """Return the headers by their names in lower case; several of one name are one list."""
    named: dict[str, str] = {}
    for key, value in headers:
        name = key.lower()
        named[name] = f"{named[name]}, {value}" if name in named else value
    return named


def without(headers: Headers, *names: str) -> Headers:
    """Return the headers less those of these names, given in lower case."""
    return [(key, value) for key, value in headers if key.lower() not in names]


def is_known(if_none_match: str, tag: str) -> bool:
    """Tell whether the client has this representation (RFC 9110, section 13.1.2).

    The comparison is the weak one: `W/"x"` stands for `"x"`.
    """
    if if_none_match == tag:
        return True
    known = parse_etags(if_none_match)
    return known.star_tag or known.contains_weak(tag.removeprefix("W/").strip('"'))


def not_modified(headers: Headers) -> Headers:
    """Return the headers of the 304 in place of a 200 with these (RFC 9110, section 15.4.5).

    Those that tell of a body are left out; the client keeps what it has of them.
    """
    return without(headers, *_OF_A_BODY)


def with_freshness(status: str, headers: Headers) -> Headers:
    """Return the headers with `Cache-Control` (RFC 9111, section 5.2.2) where they had none.

    A failure of ours is kept by nobody. Anything else may be kept, and is asked for anew each
    time: errors too, since what is not there now may be in the next release.
    """
    said = value_of(headers, "cache-control")
    if said and said != _DEFAULT_OF_FILES:
        return headers
    policy = _NO_STORE if status.startswith("5") else REVALIDATE
    return [*without(headers, "cache-control"), ("Cache-Control", policy)]
