"""Whole responses, kept in front of the application: a release never changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from tgkg.web.cache_key import ENDPOINT, Key, is_repeatable, key_of
from tgkg.web.captured import NOT_MODIFIED, Captured
from tgkg.web.current import ENVIRON_KEY, FOR_ONE_KEY, VISIT_KEY, WAITING_KEY, Current
from tgkg.web.doorkeeper import Doorkeeper
from tgkg.web.encodings import IDENTITY, Choice, choose
from tgkg.web.kept import Kept
from tgkg.web.prefix import OUTSIDE_KEY
from tgkg.web.shelf import Shelf
from tgkg.web.validators import is_known

if TYPE_CHECKING:  # these exist for type checkers only
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES: Final = 64 * 1024 * 1024

_FOR_VISITS: Final = 4
"""One byte in so many is for answers of releases by their name, and no other."""

_CHOICES: Final = 256
"""How many Accept-Encoding headers are remembered; browsers have a handful."""
_LONGEST_HEADER: Final = 256
_SMALL: Final = 8 * 1024
"""Bytes of an answer that is not worth keeping before it is asked for again."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How the cache does, for an operator."""

    hits: int
    misses: int
    responses: int
    bytes: int
    most_bytes: int
    evictions: int


class Cache:
    """Answers what was answered before, in the same release, without asking the application.

    An answer is kept by the release, its address, the query in the body and the headers that the
    response varies with; never by Host, so a response that depends on that
    (`FOR_ONE_KEY` in its environment) is not kept, nor is a query for the time or for chance.
    `Cache-Control` of the request is not heeded: what is kept is as good as new. Nor is Range:
    what is kept is sent whole (RFC 9110, section 14.2), and the application sees to the rest.

    Answers of releases that are asked by their name share a shelf of their own, whichever release
    they are of: no crawl of the past drives out what is asked now, and no release their own.
    """

    def __init__(
        self, app: "WSGIApplication", current: Current, most_bytes: int = MOST_BYTES
    ) -> None:
        self._app = app
        self._current = current
        self._all = most_bytes
        self._most = most_bytes - most_bytes // _FOR_VISITS
        self._shelf = Shelf("", self._most)
        self._visits = Shelf("", most_bytes // _FOR_VISITS)
        self._replacing = Lock()
        self._choices: dict[str, Choice] = {}
        self._asked_once = Doorkeeper()
        # Counted without a lock: the interpreter does not switch threads within `+=` here.
        self._hits = self._misses = self._evictions = 0

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer from what is kept, or keep the answer of the application."""
        here = environ.get(ENVIRON_KEY)
        if (
            here is None
            or OUTSIDE_KEY in environ
            or "HTTP_IF_MATCH" in environ
            or "HTTP_ACCEPT_DATETIME" in environ
        ):
            return Captured.of(self._app, environ).send(environ, start_response)
        key = key_of(environ)
        if key is None:
            return Captured.of(self._app, environ).send(environ, start_response)
        shelf = self._shelf
        if VISIT_KEY in environ:
            shelf = self._visits
        elif shelf.release != here.release.id:
            shelf = self._shelf_for(here.release.id)
        kept = shelf.find(key, environ)
        if kept is None or self._is_outdated(kept):
            return self._asked(key, shelf, environ, start_response)
        self._hits += 1
        return self._reply(kept, shelf, environ, start_response)

    def _is_outdated(self, kept: Kept) -> bool:
        """Tell whether it shows sources that wait, which are others now: this costs a `stat`."""
        shown = kept.shows_waiting
        return shown is not None and shown != self._current.waiting()

    def snapshot(self) -> Snapshot:
        """Return how the cache does now."""
        shelves = (self._shelf, self._visits)
        return Snapshot(
            hits=self._hits,
            misses=self._misses,
            responses=sum(map(len, shelves)),
            bytes=sum(shelf.size for shelf in shelves),
            most_bytes=self._all,
            evictions=self._evictions + sum(shelf.evictions for shelf in shelves),
        )

    def _reply(
        self, kept: Kept, shelf: Shelf, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> list[bytes]:
        """Send a kept response in the coding that the client wants, or 304 (RFC 9110, 15.4.5)."""
        header = environ.get("HTTP_ACCEPT_ENCODING")
        coding = IDENTITY
        if header:
            choice = self._choices.get(header) or self._choice(header)
            if kept.is_worth_coding or choice.is_needed:
                coding = choice.coding
        reply = kept.replies.get(coding)
        if reply is None:
            reply = kept.reply_in(coding)
            shelf.add(kept, coding, reply)
        method, known = environ["REQUEST_METHOD"], environ.get("HTTP_IF_NONE_MATCH")
        if known and method != "POST" and is_known(known, reply.tag):
            start_response(NOT_MODIFIED, reply.known)
            return []
        start_response("200 OK", reply.headers)
        return [] if method == "HEAD" else [reply.body]

    def _asked(
        self, key: Key, shelf: Shelf, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Ask the application, and keep its answer where that may be kept."""
        if "HTTP_RANGE" in environ:
            return Captured.of(self._app, environ).send(environ, start_response)
        self._misses += 1
        asking = _unconditional(environ)
        answer = Captured.of(self._app, asking)
        is_small_query = environ["PATH_INFO"] == ENDPOINT and answer.size <= _SMALL
        if is_small_query and self._asked_once.is_first(key):
            return answer.varying_by_coding().send(environ, start_response)
        if FOR_ONE_KEY in asking or not answer.is_keepable or not is_repeatable(environ):
            return answer.send(environ, start_response)
        kept = Kept(answer.headers, answer.read(), asking.get(WAITING_KEY))
        if not self._is_outdated(kept):
            shelf.put(key, environ, answer.varies, kept)
        return self._reply(kept, shelf, environ, start_response)

    def _shelf_for(self, release: str) -> Shelf:
        """Return the shelf of another release than the last; that one is let go of."""
        with self._replacing:
            if self._shelf.release != release:
                self._evictions += self._shelf.evictions
                self._shelf = Shelf(release, self._most)
            return self._shelf

    def _choice(self, header: str) -> Choice:
        choice = choose(header)
        if len(header) <= _LONGEST_HEADER:
            if len(self._choices) >= _CHOICES:
                self._choices.clear()
            self._choices[header] = choice
        return choice


def _unconditional(environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """Return the request for the whole representation: what is kept serves every such request."""
    asking = dict(environ)
    if asking["REQUEST_METHOD"] == "HEAD":
        asking["REQUEST_METHOD"] = "GET"
    if asking.pop("HTTP_IF_NONE_MATCH", None):
        asking.pop("HTTP_IF_MODIFIED_SINCE", None)  # ignored beside it (RFC 9110, 13.1.3)
    return asking
