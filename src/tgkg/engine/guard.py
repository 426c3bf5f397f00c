"""Reads the tokens of a query before the engine does, and refuses what must never run."""

import re
from collections.abc import Iterator
from typing import Final

from tgkg.errors import ForbiddenError

_TOKEN: Final = re.compile(
    r"""
      (?P<skip> [\ \t\r\n]+ | \#[^\r\n]*
        | <[^\x00-\x20<>"{}|^`\\]*>
        | \"{3}(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"{3}
        | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
        | [?$]\w+ | @[A-Za-z]+(?:-[A-Za-z0-9-]+)*
      )
      | (?P<name> [\w.-]*:
          (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)
             (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))?)?)
      | (?P<word> [A-Za-z]+ )
      | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_BEFORE_BRACE: Final = re.compile(r"(?:[\s]|#[^\r\n]*)*\{")
_ESCAPED_CODE_POINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_UPDATE_WORDS: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_QUERY_WORDS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})

UPDATE_REFUSED: Final = (
    "This graph is not changed through SPARQL Update: edit its sources and publish a release."
)
SERVICE_REFUSED: Final = (
    "SERVICE is switched off here: a query may not call another endpoint. "
    "Query that endpoint yourself and join the answers."
)


def refuse_forbidden(query: str) -> None:
    """Refuse an update, and a query that would open a connection.

    Escaped code points are decoded first (SPARQL 1.1, section 19.2), so no spelling of a
    keyword hides; words in strings, IRIs, comments and prefixed names are not keywords.

    Raises:
        ForbiddenError: saying what to do instead.
    """
    words = [*_words(query), *_words(_ESCAPED_CODE_POINT.sub(_decoded, query))]
    first = next((word for word in words if word in _UPDATE_WORDS | _QUERY_WORDS), None)
    if first in _UPDATE_WORDS:
        raise ForbiddenError(UPDATE_REFUSED)
    if any("SERVICE" in word for word in words):
        raise ForbiddenError(SERVICE_REFUSED)


def _words(query: str) -> Iterator[str]:
    """Yield the bare words of the query, in capitals, as the engine may read them.

    Its parser needs no space after a keyword: it reads `SERVICESILENT<x>` as two of them, and
    `SERVICE:x {` as a keyword before a name. So a prefix before a brace counts as a word.
    """
    for match in _TOKEN.finditer(query):
        if match.lastgroup == "word":
            yield match.group().upper()
        elif match.lastgroup == "name" and _BEFORE_BRACE.match(query, match.end()):
            yield match.group().partition(":")[0].upper()


def _decoded(match: re.Match[str]) -> str:
    code_point = int(match.group(1) or match.group(2), 16)
    return chr(code_point) if code_point < 0x110000 else match.group(0)  # noqa: PLR2004
