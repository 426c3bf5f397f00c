"""An HTTP client for stores elsewhere: answers are bounded in time and size, and whole."""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from tgkg.errors import TgkgError
from tgkg.operation import MEBIBYTE
from tgkg.remote.login import Credentials, Login, login_for

_AT_ONCE: Final = 256 * 1024
_UNAUTHORIZED: Final = 401
_SECONDS_TO_CONNECT: Final = 10
_MARKUP: Final = re.compile(r"<(?:[/!]?[A-Za-z][^<>]{0,500})>")
_LOOKED_AT: Final = 4000
_LONGEST_WORDS: Final = 400
_KEPT: Final = 32
"""Connections that stay open to one server."""


class UnreachableError(TgkgError):
    """A server that cannot be connected to, or broke off."""


class TooSlowError(TgkgError):
    """A server that was reached, and did not answer in time."""


class TooLargeError(TgkgError):
    """An answer larger than may be taken."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request that may be sent twice: what it does is the same then."""

    method: str
    url: str
    body: bytes | Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 60
    """Time until the whole answer is there."""
    most: int = 64 * MEBIBYTE
    """Size of the answer in bytes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever it says."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes

    @property
    def words(self) -> str:
        """What the body says, in a few plain words for a message."""
        text = self.body[:_LOOKED_AT].decode(errors="replace")
        plain = " ".join(_MARKUP.sub(" ", text).split()) or "no reason given"
        return plain if len(plain) <= _LONGEST_WORDS else plain[:_LONGEST_WORDS] + "…"


class Client:
    """Sends requests; connections are kept and used again. Any thread may use it."""

    def __init__(self, credentials: Credentials | None = None) -> None:
        """Take whose credentials to show to a server that asks for them."""
        self._pool = urllib3.PoolManager(maxsize=_KEPT, retries=False)
        self._credentials = credentials
        self._lock = threading.Lock()
        self._logins: dict[str, Login] = {}
        self._uses = 0

    def send(self, request: Request) -> Reply:
        """Return the whole answer; redirections are not followed.

        Raises:
            UnreachableError: there is no server, or it broke off.
            TooSlowError: the answer was not there in time.
            TooLargeError: it is larger than the request takes.
        """
        reply = self._sent_anew(request)
        if reply.status == _UNAUTHORIZED and self._learn(request, reply):
            reply = self._sent_anew(request)
        return reply

    def knows(self, url: str) -> bool:
        """Tell whether a request can be sent there with all that its server wants to see."""
        with self._lock:
            return self._credentials is None or _place(url) in self._logins

    def _learn(self, request: Request, reply: Reply) -> bool:
        """Remember how the server wants the credentials; tell whether there is any use in it."""
        challenges = reply.headers.get("WWW-Authenticate")
        login = login_for([challenges] if challenges else [])
        if login is None or self._credentials is None:
            return False
        with self._lock:
            self._uses = 0
            self._logins[_place(request.url)] = login
        return True

    def _sent_anew(self, request: Request) -> Reply:
        """Send once more over a new connection where an idle one turns out to be closed."""
        started = time.monotonic()
        try:
            return self._sent(request)
        except ProtocolError as error:
            if time.monotonic() - started > 1:
                raise UnreachableError(_why(error)) from error
        with _said_in_our_words():
            return self._sent(request)

    def _sent(self, request: Request) -> Reply:
        deadline = time.monotonic() + request.seconds
        with _said_in_our_words(reraised=ProtocolError), _opened(request.body) as body:
            response = self._pool.urlopen(
                request.method, request.url, body=body, headers=self._headers(request),
                preload_content=False, redirect=False, retries=False,
                timeout=urllib3.Timeout(
                    connect=min(_SECONDS_TO_CONNECT, request.seconds), read=request.seconds
                ),
            )  # fmt: skip
            try:
                content = _read(response, deadline, request.most)
            except BaseException:
                response.close()
                raise
            finally:
                response.release_conn()
            return Reply(response.status, response.headers, content)

    def _headers(self, request: Request) -> dict[str, str]:
        headers = dict(request.headers)
        if isinstance(request.body, Path):
            headers["Content-Length"] = str(request.body.stat().st_size)
        with self._lock:
            login = self._logins.get(_place(request.url))
            self._uses += login is not None
            uses = self._uses
        if login and self._credentials:
            parts = urlsplit(request.url)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers["Authorization"] = login.header(self._credentials, request.method, target, uses)
        return headers


def _read(response: urllib3.BaseHTTPResponse, deadline: float, most: int) -> bytes:
    content = bytearray()
    while chunk := response.read1(_AT_ONCE):  # what is there: a slow drip is seen as one
        content += chunk
        if len(content) > most:
            raise TooLargeError(f"The answer is larger than {most // MEBIBYTE} MiB.")
        if time.monotonic() > deadline:
            raise TooSlowError("The answer was not there in time.")
    return bytes(content)


@contextmanager
def _opened(body: bytes | Path | None) -> Iterator[IO[bytes] | bytes | None]:
    if isinstance(body, Path):
        with body.open("rb") as file:
            yield file
    else:
        yield body


@contextmanager
def _said_in_our_words(reraised: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    try:
        yield
    except reraised:
        raise
    except (ConnectTimeoutError, NewConnectionError) as error:
        raise UnreachableError(_why(error)) from error
    except (ReadTimeoutError, TimeoutError) as error:
        raise TooSlowError("The answer was not there in time.") from error
    except (HTTPError, OSError) as error:
        raise UnreachableError(_why(error)) from error


def _why(error: Exception) -> str:
    """Return the reason in few words, without the objects that urllib3 puts in."""
    inner: BaseException | None = error.__cause__ or error.__context__
    if isinstance(error, ProtocolError):
        return "it broke the connection off"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    with suppress(IndexError):
        return str(error.args[-1]).rpartition(": ")[2] or type(error).__name__
    return type(error).__name__


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
