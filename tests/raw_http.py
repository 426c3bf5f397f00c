"""Sends a request byte by byte, and reads what comes back, whatever its version and method."""

import json
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

SECONDS = 30


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


def send(
    endpoint: str,
    method: str,
    content_type: str = "",
    body: str | bytes = b"",
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
) -> Reply:
    """Send a request in HTTP/1.1, with a Content-Length where the method has a body."""
    content = body.encode() if isinstance(body, str) else body
    lines = dict(headers or {})
    if content_type:
        lines["Content-Type"] = content_type
    if method in ("POST", "QUERY", "PUT", "PATCH"):
        lines["Content-Length"] = str(len(content))
    head = [f"{name}: {value}" for name, value in lines.items()]
    target = urlsplit(endpoint).path + (f"?{query}" if query else "")
    return exchange(endpoint, f"{method} {target} HTTP/1.1", head, content)


def exchange(endpoint: str, first: str, head: Iterable[str], body: bytes = b"") -> Reply:
    """Send a first line, further lines and a body over a connection of its own."""
    where = urlsplit(endpoint)
    lines = [first, f"Host: {where.netloc}", *head, "Connection: close"]
    with socket.create_connection((where.hostname, where.port), timeout=SECONDS) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        return reply(connection, first.partition(" ")[0])


def reply(connection: socket.socket, method: str) -> Reply:
    """Read one response."""
    response = HTTPResponse(connection, method=method)
    response.begin()
    return Reply(response.status, response.headers, response.read())
