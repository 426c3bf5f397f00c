"""What an endpoint's status, headers and words mean for whoever asked the query."""

import re
from typing import Final

from tgkg.engine.query_process import out_of_time
from tgkg.errors import (
    BusyError,
    EngineError,
    QueryLimitError,
    QuerySyntaxError,
    TgkgError,
)
from tgkg.operation import MEBIBYTE, Limits
from tgkg.remote.client import Reply
from tgkg.remote.login import PASSWORD, USER

RETRY_AFTER: Final = 5

_OK: Final = 200
_BAD_REQUEST: Final = 400
_NOT_LET_IN: Final = (401, 403)
_NOT_THERE: Final = (404, 405)
_TOO_LATE: Final = (408, 504)
_BUSY: Final = (429, 503)
_SERVER_ERROR: Final = 500
_BAD_GATEWAY: Final = 502

_TIME_WORDS: Final = re.compile(
    r"time-?\s?out|timed out|time ?limit|execution time|took too long|S1TAT", re.IGNORECASE
)


def is_down(reply: Reply) -> bool:
    """Tell whether the endpoint itself is not well, whatever the query."""
    return reply.status in (*_BUSY, _BAD_GATEWAY)


def may_succeed_elsewhere(reply: Reply) -> bool:
    """Tell whether another replica may answer what this one did not."""
    return is_down(reply) or (reply.status >= _SERVER_ERROR and not _ran_out_of_time(reply))


def failure(reply: Reply, limits: Limits, timeout: float | None, spent: float) -> TgkgError | None:
    """Return the error that a reply means; None where it holds the whole answer."""
    if reply.status != _OK:
        return _failure(reply, limits, timeout, spent)
    if reply.headers.get("X-SQL-State"):  # Virtuoso's S1TAT: what was found until then
        return out_of_time(limits, timeout, spent)
    if most := reply.headers.get("X-SPARQL-MaxRows"):
        return QueryLimitError(
            f"The endpoint behind this site gives at most {most[:20]} rows, and cut the answer "
            "off. Ask for fewer with LIMIT and OFFSET.",
            "size", _number(most), spent,
        )  # fmt: skip
    return None


def too_large(limits: Limits, spent: float) -> QueryLimitError:
    """Return the error of an answer that is not read to its end."""
    return QueryLimitError(
        f"The answer is larger than {limits.answer_mb} MiB. Ask for less: fewer variables, a LIMIT "
        "with OFFSET, or take a dump of the whole graph.",
        "size", limits.answer_mb * MEBIBYTE, spent,
    )  # fmt: skip


def _failure(reply: Reply, limits: Limits, timeout: float | None, spent: float) -> TgkgError:
    status, said = reply.status, reply.words
    if status in _NOT_LET_IN:
        return EngineError(
            "The endpoint behind this site does not let it in: its operator gives credentials in "
            f"{USER} and {PASSWORD}."
        )
    if status in _TOO_LATE or _ran_out_of_time(reply):
        return out_of_time(limits, timeout, spent)
    if is_down(reply):
        return BusyError("The endpoint behind this site is busy. Try again.", RETRY_AFTER)
    if status == _BAD_REQUEST:
        return QuerySyntaxError(f"The endpoint behind this site refuses the query: {said}")
    if status in _NOT_THERE:
        return EngineError("There is no SPARQL endpoint at the address behind this site.")
    return EngineError(f"The endpoint behind this site failed ({status}): {said}")


def _ran_out_of_time(reply: Reply) -> bool:
    return reply.status >= _BAD_REQUEST and bool(_TIME_WORDS.search(reply.words))


def _number(words: str) -> float:
    return float(words) if words.isascii() and words.isdigit() else 0.0
