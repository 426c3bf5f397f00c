"""The messages between a web server and a query process: requests one way, outcomes the other.

A message is a length (four bytes, big-endian), that many bytes of JSON, and perhaps a file
descriptor. An outcome is sent only when a query has come to its end: where none arrives, the
process died, and nothing was answered.
"""

import json
import mmap
import os
import socket
import struct
from collections.abc import Mapping
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from tgkg.engine.port import Answer, Dataset, QueryRequest, Term
from tgkg.errors import (
    BadRequestError,
    EngineError,
    ForbiddenError,
    NotAcceptableError,
    QueryLimitError,
    QueryPosition,
    QuerySyntaxError,
    ServiceError,
    TgkgError,
)
from tgkg.formats import format_named
from tgkg.serialization import NotExpressibleError

Values = Mapping[str, Any]

_LENGTH: Final = struct.Struct("!I")
_AT_FIRST: Final = 16 * 1024
"""Most messages are smaller; more room takes the allocator longer than the message."""
_AT_ONCE: Final = 256 * 1024
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_PLAIN_ERRORS: Final = (
    BadRequestError,
    ForbiddenError,
    NotExpressibleError,
    ServiceError,
    EngineError,
)


def send(connection: socket.socket, values: Values, body: bytes = b"", file: int = -1) -> None:
    """Send a message, and with it a small body or a file descriptor.

    Raises:
        OSError: there is nobody at the other end.
    """
    head = _encode(values).encode()
    content = _LENGTH.pack(len(head)) + head + body
    sent = 0 if file < 0 else socket.send_fds(connection, [content], [file])
    connection.sendall(content[sent:])


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytearray, int] | None:
    """Return the next message, what came after it, and a file descriptor or -1; None at the end.

    Raises:
        OSError: it does not come, or breaks off.
    """
    data, files, _, _ = socket.recv_fds(connection, _AT_FIRST, 1)
    content, file = bytearray(data), files[0] if files else -1
    if not content:
        return None
    _fill(connection, content, _LENGTH.size)
    [length] = _LENGTH.unpack_from(content)
    end = _LENGTH.size + length
    _fill(connection, content, end)
    values = json.loads(content[_LENGTH.size : end])
    del content[:end]
    _fill(connection, content, values.get("inline", 0))
    return values, content, file


def give_up_after(connection: socket.socket, seconds: float, *directions: int) -> None:
    """Let the kernel end a wait for the other side, with `BlockingIOError`.

    The directions are `SO_RCVTIMEO` and `SO_SNDTIMEO` (socket(7)).

    Python's own timeouts ask the kernel twice, and let go of the interpreter each time.
    """
    whole = int(seconds)
    times = struct.pack("ll", whole, int((seconds - whole) * 1_000_000))
    connection.settimeout(None)
    for direction in directions:
        connection.setsockopt(socket.SOL_SOCKET, direction, times)


def send_request(
    connection: socket.socket, request: QueryRequest, *, after_others: bool = False
) -> None:
    """Send a request; the text of its query is the body. It may have to let others go before.

    Raises:
        OSError: there is nobody at the other end.
    """
    query = request.query.encode()
    values = {**_request_values(request), "after_others": after_others, "inline": len(query)}
    send(connection, values, query)


def _request_values(request: QueryRequest) -> Values:
    dataset = request.dataset
    return {
        "results": request.results and request.results.name,
        "rdf": request.rdf and request.rdf.name,
        "dataset": dataset and [dataset.default, dataset.named],
        "bindings": {name: _term_values(term) for name, term in request.bindings.items()},
        "timeout": request.timeout,
        "base": request.base,
    }


def request_of(values: Values, body: bytearray) -> QueryRequest:
    """Return the request that `send_request` sent."""
    dataset = values["dataset"]
    return QueryRequest(
        body.decode(),
        values["results"] and format_named(values["results"]),
        values["rdf"] and format_named(values["rdf"]),
        dataset and Dataset(tuple(dataset[0]), tuple(dataset[1])),
        {name: _term(term) for name, term in values["bindings"].items()},
        values["timeout"],
        base=values["base"],
    )


def error_values(error: TgkgError) -> Values:
    """Return an error of the engine port as JSON values."""
    values: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    match error:
        case QuerySyntaxError(position=QueryPosition() as position):
            values["position"] = [position.line, position.column]
        case NotAcceptableError():
            values["offered"] = error.offered
        case QueryLimitError():
            values["limit"] = [error.limit, error.allowed, error.spent]
        case _:
            pass
    return values


def error_of(values: Values) -> TgkgError:
    """Return the error that `error_values` wrote."""
    name, message = values["error"], values["message"]
    if name == QuerySyntaxError.__name__:
        position = values.get("position")
        return QuerySyntaxError(message, position and QueryPosition(*position))
    if name == NotAcceptableError.__name__:
        return NotAcceptableError(message, tuple(values["offered"]))
    if name == QueryLimitError.__name__:
        return QueryLimitError(message, *values["limit"])
    plain = {each.__name__: each for each in _PLAIN_ERRORS}
    return plain.get(name, EngineError)(message)


def answer_of(values: Values, body: bytearray, file: int) -> Answer:
    """Return the answer in an outcome; a file is mapped, and its descriptor closed."""
    fmt = format_named(values["format"])
    if fmt is None:
        raise EngineError(f"The query process answered in {values['format']!r}.")
    if file < 0:
        return Answer(fmt, bytes(body))
    try:
        return Answer(fmt, mmap.mmap(file, values["mapped"], prot=mmap.PROT_READ))
    finally:
        os.close(file)


def _fill(connection: socket.socket, content: bytearray, wanted: int) -> None:
    while len(content) < wanted:
        data = connection.recv(min(_AT_ONCE, wanted - len(content)))
        if not data:
            raise ConnectionResetError("the message broke off")
        content += data


def _term_values(term: Term) -> list[str | None]:
    match term:
        case NamedNode():
            return ["iri", term.value]
        case BlankNode():
            return ["blank", term.value]
        case _:
            return ["literal", term.value, term.language, term.datatype.value]


def _term(values: list[str]) -> Term:
    match values:
        case ["iri", value]:
            return NamedNode(value)
        case ["blank", value]:
            return BlankNode(value)
        case [_, value, language, datatype]:
            if language:
                return Literal(value, language=language)
            return Literal(value, datatype=NamedNode(datatype))
        case _:
            raise EngineError(f"{values!r} is not a term.")
