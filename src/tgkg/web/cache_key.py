"""Which requests may be answered from the cache, and what of each one decides its answer."""

import re
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

if TYPE_CHECKING:  # these exist for type checkers only
    from _typeshed.wsgi import InputStream, WSGIEnvironment

Key = tuple[str | bytes, ...]

ENDPOINT: Final = "/sparql"
"""Where a body is a query: elsewhere, and in longer ones, bodies are left alone."""

LARGEST_BODY: Final = 64 * 1024

# A superset of what makes an answer differ from the last: the parser takes keywords without a
# space before them, with comments after them, and with escaped letters.
_CHANGING: Final = re.compile(
    r"(?:now|rand|uuid)(?:\s++|#[^\r\n]*+)*+\(|service|\\u", re.IGNORECASE
)


def key_of(environ: "WSGIEnvironment") -> Key | None:
    """Return what decides the answer beside the headers that it varies with; None to pass it on.

    That is the address below the release's prefix, and the query in a body (SPARQL 1.1 Protocol,
    section 2.1; the body of QUERY is part of a cache's key). Never the host. The body is read,
    and put back.
    """
    method = environ["REQUEST_METHOD"]
    script, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    if method in ("GET", "HEAD"):
        return script, path, query
    if method not in ("POST", "QUERY") or path != ENDPOINT:
        return None
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdecimal()) or int(length) > LARGEST_BODY:
        return None
    body = _read(environ["wsgi.input"], int(length))
    environ["wsgi.input"] = BytesIO(body)
    return script, path, query, method, environ.get("CONTENT_TYPE", ""), sha256(body).digest()


def is_repeatable(environ: "WSGIEnvironment") -> bool:
    """Tell whether the same request gets the same answer as long as the release is the same.

    A query for the time, for chance or for what another endpoint says does not. Where in doubt
    (such a word may stand in a string) it counts as one that does not.
    """
    if environ.get("PATH_INFO") != ENDPOINT:
        return True
    source = environ["wsgi.input"]
    body = source.getvalue().decode("latin-1") if isinstance(source, BytesIO) else ""
    texts = (unquote_plus(environ.get("QUERY_STRING", ""), "latin-1"), body)
    return not any(map(_CHANGING.search, (*texts, unquote_plus(body, "latin-1"))))


def is_changing(query: str) -> bool:
    """Tell whether a query may ask for the time, for chance or for what another endpoint says."""
    return _CHANGING.search(query) is not None


def _read(source: "InputStream", length: int) -> bytes:
    pieces = []
    while length > 0 and (piece := source.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
