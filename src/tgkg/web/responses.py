"""How an answer leaves: its headers, its validators, and what browsers may do with it."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from http import HTTPStatus
from mmap import mmap
from types import MappingProxyType
from typing import Final

from flask import Response, request
from werkzeug.urls import iri_to_uri

from tgkg.errors import NotAcceptableError
from tgkg.formats import HTML, Format
from tgkg.web.negotiation import negotiate

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EXPOSED_HEADERS: Final = (
    "Allow, Content-Disposition, Content-Location, ETag, Link, Memento-Datetime, Repr-Digest, "
    "Retry-After, Vary"
)
PREFLIGHT_HEADERS: Final = (
    "Accept, Accept-Datetime, Accept-Language, Content-Type, If-Modified-Since, If-None-Match, "
    "If-Range, Range"
)
OPEN_TO_ALL: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED_HEADERS),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
"""What every response has: open to scripts of any site, and never guessed to be something else."""

_A_DAY: Final = "86400"
_CHUNK: Final = 256 * 1024
_NO_ALTERNATES: Final[Mapping[Format, str]] = MappingProxyType({})
_NO_LINKS: Final[Mapping[str, str]] = MappingProxyType({})


def representation(  # noqa: PLR0913 - each is a header of its own, with a default
    body: bytes | mmap | str,
    fmt: Format,
    *,
    alternates: Mapping[Format, str] = _NO_ALTERNATES,
    links: Mapping[str, str] = _NO_LINKS,
    language: str | None = None,
    vary: Iterable[str] = ("Accept",),
    status: int = 200,
) -> Response:
    """Return one representation of a resource, or 304 where the client already has it.

    `alternates` are the addresses of the other formats and `links` those of other relations,
    path-absolute as `url_for` gives them. The ETag is strong: it stands for these very bytes
    (RFC 9110, section 8.8).
    """
    content = body.encode() if isinstance(body, str) else body
    response = _holding(content)
    response.status_code = status
    response.headers["Content-Type"] = fmt.content_type
    response.vary.update(vary)
    if language:
        response.content_language.add(language)
    for link in _links(fmt, alternates, links):
        response.headers.add("Link", link)
    if status == 200:  # noqa: PLR2004 - OK: only what was asked for has a validator
        response.set_etag(entity_tag(fmt.content_type, language, content))
        response.make_conditional(request)
    return response


def wanted(offered: Sequence[Format]) -> Format:
    """Return the format that this request wants: what `?format=` names, else by Accept.

    Raises:
        NotAcceptableError: it is not among those offered.
    """
    name = request.args.get("format")
    if not name:
        return negotiate(request.headers.get("Accept"), offered)
    for fmt in offered:
        if name.strip().lower() in (fmt.name, fmt.extension, fmt.media_type, *fmt.aliases):
            return fmt
    names = ", ".join(fmt.name for fmt in offered)
    raise NotAcceptableError(
        f"{name!r} is not a format of this address; there are: {names}.",
        tuple(fmt.media_type for fmt in offered),
    )


def finish(response: Response) -> Response:
    """Add what every response has: open to scripts of any site, closed to tricks in pages.

    Follows the Fetch standard (CORS) and Content Security Policy Level 3.
    """
    headers = response.headers
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
        # The router's own, made by path: who asked knows the host better than we do.
        headers["Location"] = headers["Location"].removeprefix(request.host_url.rstrip("/"))
    if request.method == "OPTIONS" and "Allow" in headers:
        _answer_preflight(response)
    headers.update(dict(OPEN_TO_ALL))
    if response.mimetype == HTML.media_type:
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def entity_tag(content_type: str, language: str | None, content: bytes | mmap) -> str:
    """Return what stands for these very bytes as this type in this language."""
    digest = sha256(f"{content_type}\n{language}\n".encode())
    digest.update(content)
    return digest.hexdigest()[:32]


def chunks(content: bytes | mmap) -> Iterable[bytes]:
    """Return a body as it is sent; one that lies in a file is read piece by piece."""
    if isinstance(content, bytes):
        return [content]
    return (content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK))


def _holding(content: bytes | mmap) -> Response:
    response = Response(chunks(content))
    response.content_length = len(content)
    return response


def _answer_preflight(response: Response) -> None:
    """Tell a script what it may send (Fetch standard, section 3.2.2)."""
    headers = response.headers
    headers["Allow"] = ", ".join(sorted(response.allow))
    headers["Access-Control-Allow-Methods"] = headers["Allow"]
    headers["Access-Control-Allow-Headers"] = PREFLIGHT_HEADERS
    headers["Access-Control-Max-Age"] = _A_DAY
    headers.pop("Content-Type", None)  # there is no content


def _links(
    fmt: Format, alternates: Mapping[Format, str], links: Mapping[str, str]
) -> Iterable[str]:
    for other, address in alternates.items():
        if other is not fmt:
            yield f'<{iri_to_uri(address)}>; rel="alternate"; type="{other.media_type}"'
    for relation, address in links.items():
        yield f'<{iri_to_uri(address)}>; rel="{relation}"'
