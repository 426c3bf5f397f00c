"""An application's response before it goes out, so that it can be kept or changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any, Final

from tgkg.web.validators import Headers, by_name, is_known, not_modified, with_freshness

if TYPE_CHECKING:  # these exist for type checkers only
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST: Final = 1024 * 1024
"""Bytes of a body that may be kept."""

NOT_MODIFIED: Final = "304 Not Modified"

_OK: Final = "200 OK"
_NEVER: Final = ("content-encoding", "content-range", "repr-digest", "set-cookie")
"""Headers of what is coded already, a part, a dump (a file on disk already), one client's own."""


@dataclass(frozen=True, slots=True)
class Captured:
    """A response: its status line, its headers, and its body as the application gave it."""

    status: str
    headers: Headers
    by_name: Mapping[str, str]
    """The headers by their names in lower case; several of one name are one list."""
    body: Iterable[bytes]

    @classmethod
    def of(cls, app: "WSGIApplication", environ: "WSGIEnvironment") -> "Captured":
        """Call an application (PEP 3333), with the headers settled before the body."""
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *_: Any) -> Callable[[bytes], object]:  # noqa: ANN401
            started.append((status, headers))
            return _refuse

        body = app(environ, start)
        status, headers = started[-1]
        settled = with_freshness(status, headers)
        return cls(status, settled, by_name(settled), body)

    @property
    def varies(self) -> frozenset[str]:
        """What it varies with, as variables of the environment (RFC 9110, section 12.5.5)."""
        vary = self.by_name.get("vary") or ""
        names = filter(None, (name.strip() for name in vary.split(",")))
        return frozenset(f"HTTP_{name.upper().replace('-', '_')}" for name in names)

    @property
    def size(self) -> float:
        """Bytes of the body; without end where it is not said."""
        length = self.by_name.get("content-length") or ""
        return int(length) if length.isdecimal() else inf

    def varying_by_coding(self) -> "Captured":
        """Return the same response; who keeps it learns that it may come in a coding."""
        headers = [
            (name, f"{value}, Accept-Encoding" if name == "Vary" else value)
            for name, value in self.headers
        ]
        return replace(self, headers=headers)

    @property
    def is_keepable(self) -> bool:
        """Whether it is a whole, small answer with a strong ETag that is everybody's.

        Never an error: that is quick to make again, and a flood of them would drive out the rest.
        """
        return (
            self.status == _OK
            and (self.by_name.get("etag") or "").startswith('"')
            and not any(self.by_name.get(name) for name in _NEVER)
            and "no-store" not in (self.by_name.get("cache-control") or "")
            and "HTTP_*" not in self.varies
            and self.size <= LARGEST
        )

    def read(self) -> bytes:
        """Return the whole body, and let go of where it came from."""
        try:
            return b"".join(self.body)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of where the body comes from (PEP 3333)."""
        close = getattr(self.body, "close", None)
        if close:
            close()

    def send(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Send it on, or 304 where the client has it already; only the headers to HEAD."""
        method, known = environ["REQUEST_METHOD"], environ.get("HTTP_IF_NONE_MATCH")
        tag = self.by_name.get("etag")
        if known and tag and self.status == _OK and method != "POST" and is_known(known, tag):
            self.close()
            start_response(NOT_MODIFIED, not_modified(self.headers))
            return []
        start_response(self.status, self.headers)
        if method != "HEAD":
            return self.body
        self.close()
        return []


def _refuse(_: bytes) -> object:
    raise NotImplementedError("Bodies are returned here, not written.")
