"""A whole response that is kept: once as it is, and once in each coding that was asked for."""

from typing import Final, NamedTuple

from tgkg.web.current import Waiting
from tgkg.web.encodings import IDENTITY, encoded, is_worth_coding
from tgkg.web.validators import Headers, not_modified, value_of, without

_OF_A_REPLY: Final = 1000
_OF_A_HEADER: Final = 200
"""Bytes that Python's objects take beside the text in them (measured)."""


class Reply(NamedTuple):
    """What is sent: the headers with the body, those of a 304 in its stead, and the body."""

    tag: str
    headers: Headers
    known: Headers
    body: bytes

    @property
    def size(self) -> int:
        """Bytes of memory, roughly."""
        held = sum(_OF_A_HEADER + len(name) + len(value) for name, value in self.headers)
        return _OF_A_REPLY + held + len(self.body)


class Kept:
    """The responses with status 200 to one request, by their content coding."""

    __slots__ = ("_headers", "is_worth_coding", "replies", "shows_waiting", "size", "used")

    def __init__(self, headers: Headers, body: bytes, shows_waiting: Waiting | None = None) -> None:
        self._headers = without(headers, "date")  # it is the server's to say when
        self.is_worth_coding = is_worth_coding(value_of(headers, "content-type") or "", len(body))
        self.shows_waiting = shows_waiting
        """What waited for mending when it was made, where it says so."""
        self.used = False
        """Whether anybody read it since the shelf last looked."""
        identity = self._reply(IDENTITY, body)
        self.replies = {IDENTITY: identity}
        self.size = identity.size

    def reply_in(self, coding: str) -> Reply:
        """Make the reply in a coding; the caller keeps it."""
        return self._reply(coding, encoded(self.replies[IDENTITY].body, coding))

    def _reply(self, coding: str, body: bytes) -> Reply:
        """Give each coding a strong ETag of its own (RFC 9110, section 8.8.3.3)."""
        tag = value_of(self._headers, "etag") or ""
        vary = value_of(self._headers, "vary")
        headers = without(self._headers, "etag", "vary", "content-length")
        if coding != IDENTITY:
            tag = f'{tag[:-1]}-{coding}"'
            headers.append(("Content-Encoding", coding))
        headers += [
            ("Vary", f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"),
            ("ETag", tag),
            ("Content-Length", str(len(body))),
        ]
        return Reply(tag, headers, not_modified(headers), body)
