"""Long answers on their way out: so many at once, none too slow, and in small pieces of memory."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from threading import Condition
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Final

from werkzeug.wsgi import FileWrapper

from tgkg.errors import BusyError
from tgkg.formats import PROBLEM_JSON
from tgkg.web.problems import describe
from tgkg.web.responses import OPEN_TO_ALL

if TYPE_CHECKING:  # these exist for type checkers only
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST: Final = 20
"""Long answers at once. Each holds a thread until its client has it; the others are for pages."""

MOST_OF_ONE: Final = 12
"""Of them, those to one client."""

WAITING: Final = 8
"""Answers that may wait for their turn, each in its thread."""
SECONDS: Final = 5.0
"""How long they may."""

SHORT: Final = 256 * 1024
"""Bytes of an answer that is handed over whole, so that no thread waits for its client."""

PIECE: Final = 128 * 1024
"""Bytes of a file that are read at a time."""

SLOWEST: Final = 4 * 1024
"""Bytes a second that a client takes at least, over all of a download: it can go on later."""
PATIENCE: Final = 60
"""Seconds before it is judged."""

_RETRY_AFTER: Final = 30
_BUSY: Final = "As many downloads as there may be are under way. Try again in a moment."


class Outflow:
    """Passes short answers on whole, and lets long ones take turns.

    A server that sends an answer piece by piece waits, in the thread that made it, for each piece
    to be taken: without a bound, some clients that read nothing would be all that it does. Those
    that read nothing at all the kernel ends (`server` tells it to).
    """

    def __init__(
        self, app: "WSGIApplication", *, seconds: float = SECONDS, patience: float = PATIENCE
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._patience = patience
        self._taken: Counter[str] = Counter()
        self._waiting = 0
        self._given_back = Condition()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Send an answer, or 503 where it is long and too many are under way."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:  # noqa: ANN401
            started.append((status, headers))

        environ["wsgi.file_wrapper"] = _pieces
        body = self._app(environ, start)
        status, headers = started[-1]
        if isinstance(body, list):
            start_response(status, headers)
            return body
        if environ["REQUEST_METHOD"] == "HEAD" or _length(headers) <= SHORT:
            start_response(status, headers)
            return [_whole(body)]
        client = environ.get("REMOTE_ADDR") or ""
        if not self._take(client):
            _close(body)
            return _refused(start_response)
        start_response(status, headers)
        return _Flowing(self, body, client, self._patience)

    def _take(self, client: str) -> bool:
        with self._given_back:
            if not self._has_room(client):
                if self._waiting >= WAITING:
                    return False
                self._waiting += 1
                found = self._given_back.wait_for(lambda: self._has_room(client), self._seconds)
                self._waiting -= 1
                if not found:
                    return False
            self._taken[client] += 1
            return True

    def _has_room(self, client: str) -> bool:
        return self._taken.total() < MOST and self._taken[client] < MOST_OF_ONE

    def give_back(self, client: str) -> None:
        """Let another long answer begin."""
        with self._given_back:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
            self._given_back.notify_all()


class _Flowing:
    """A long body: ended when its client is too slow, which cuts the connection."""

    def __init__(
        self, outflow: Outflow, body: Iterable[bytes], client: str, patience: float
    ) -> None:
        self._outflow = outflow
        self._body = body
        self._client = client
        self._patience = patience
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield it piece by piece."""
        begun, sent = monotonic(), 0
        for piece in self._body:
            spent = monotonic() - begun
            if spent > self._patience and sent < SLOWEST * spent:
                return
            yield piece
            sent += len(piece)

    def close(self) -> None:
        """Let go of it (PEP 3333)."""
        if not self._closed:
            self._closed = True
            self._outflow.give_back(self._client)
            _close(self._body)


def _pieces(file: IO[bytes], _: int = 0) -> FileWrapper:
    """Return a file as a body (PEP 3333, optional platform-specific file handling)."""
    return FileWrapper(file, PIECE)


def _length(headers: Iterable[tuple[str, str]]) -> int:
    """Return how long a body is; one that does not say so is that of a 304 or the like."""
    return next((int(value) for name, value in headers if name.lower() == "content-length"), 0)


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close:
        close()


def _refused(start_response: "StartResponse") -> list[bytes]:
    problem = describe(BusyError(_BUSY, _RETRY_AFTER))
    body = json.dumps(problem.as_json(), indent=2).encode()
    headers = [
        ("Content-Type", PROBLEM_JSON.content_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        *problem.headers.items(),
        *OPEN_TO_ALL,
    ]
    start_response(f"{problem.status} {problem.title}", headers)
    return [body]
