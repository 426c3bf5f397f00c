"""Reads a query before the engine does, and refuses what must never run."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final

from tgkg.engine.syntax import check_syntax
from tgkg.errors import BadRequestError, ForbiddenError

_CHARACTER: Final = r"[0-9A-Za-z_\x80-\U0010ffff]"
"""Of names and variables; outside strings, IRIs and comments no other use is grammatical."""

TOKEN: Final = re.compile(
    rf"""
      (?P<skip> [\ \t\r\n]+ | \#[^\r\n]*
        | <[^\x00-\x20<>"{{}}|^`\\]*>
        | \"{{3}}(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"{{3}}
        | '{{3}}(?:(?:'|'')?(?:[^'\\]|\\.))*'{{3}}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
        | [?$]{_CHARACTER}+ | @[A-Za-z]+(?:-[A-Za-z0-9-]+)*
      )
      | (?P<name> (?:[.-]|{_CHARACTER})*:
          (?:[:-]|\.(?=[.:%\\-]|{_CHARACTER})|{_CHARACTER}|%[0-9A-Fa-f]{{2}}|\\.)*)
      | (?P<word> [A-Za-z]+ )
      | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)
_SERVICE_CALL: Final = re.compile(
    r"\bservice\s+(?:silent\s+)?<([^<>\\]*)>", re.IGNORECASE | re.ASCII
)
_NO_KEYWORD: Final = "zzzzzzz"
_ESCAPED_CODE_POINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_UPDATE_WORDS: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_QUERY_WORDS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})

_CHAINED_WORDS: Final = frozenset({"UNION", "OPTIONAL", "FILTER", "BIND", "MINUS", "GRAPH"})
_CHAINED_MARKS: Final = frozenset("+-*/|&!^<")

DEEPEST: Final = 100
"""How deep brackets may lie in one another: the engine's parser keeps a stack, and overflows."""
LONGEST: Final = 250
"""How many operators or clauses may follow one another: the engine chains them, and overflows."""

UPDATE_REFUSED: Final = (
    "This graph is not changed through SPARQL Update: edit its sources and publish a release."
)
SERVICE_REFUSED: Final = (
    "A query may not call that endpoint from here: SERVICE is refused, unless for the addresses "
    "that the service description lists, written in full. Query that endpoint yourself and join "
    "the answers."
)


def refuse_forbidden(query: str, services: AbstractSet[str] = frozenset()) -> None:
    """Refuse a query that would call an endpoint which is not among `services`.

    Escaped code points are decoded first (SPARQL 1.1, section 19.2), so no spelling of a
    keyword hides; words in strings, IRIs, comments and prefixed names are not keywords.

    Raises:
        ForbiddenError: saying what to do instead.
        BadRequestError: it would overflow the engine's parser, which ends the process.
        SyntaxError: the text is not SPARQL, or only as a call to elsewhere in disguise.
    """
    for text in _spellings(query):
        if _may_overflow(text):
            _refuse_overflowing(text)
    calling = [
        _SERVICE_CALL.sub(partial(_as_graph, services), text)
        for text in _spellings(query)
        if "service" in text.lower()
    ]
    if any("SERVICE" in word for text in calling for word in _words(text)):
        raise ForbiddenError(SERVICE_REFUSED)
    for text in calling:
        _refuse_hidden_service(text)


def called_services(query: str) -> frozenset[str]:
    """Return the addresses after SERVICE in a query."""
    found = (_SERVICE_CALL.finditer(text) for text in _spellings(query))
    return frozenset(call[1] for calls in found for call in calls)


def is_update(query: str) -> bool:
    """Tell whether a text that is no query was meant as an update (SPARQL 1.1 Update)."""
    first = next((each for each in keywords(query) if each in _UPDATE_WORDS | _QUERY_WORDS), None)
    return first in _UPDATE_WORDS


def keywords(query: str) -> Iterator[str]:
    """Yield the bare words of a query, in capitals: as it stands, then with escapes decoded."""
    for text in _spellings(query):
        yield from _words(text)


def _spellings(query: str) -> tuple[str, ...]:
    """Return the text as it stands and, where it has escapes, as they read."""
    if "\\" not in query:
        return (query,)
    return (query, _ESCAPED_CODE_POINT.sub(_decoded, query))


def _as_graph(services: AbstractSet[str], call: re.Match[str]) -> str:
    """Take a call to an allowed endpoint for something harmless; leave any other to be found.

    Wherever the parser sees a keyword at the start of this text, it sees this very IRI after it.
    """
    return f"GRAPH <{call[1]}>" if call[1] in services else call[0]


def _refuse_hidden_service(query: str) -> None:
    """Let the engine's own parser say that no `service` left in the text is the keyword.

    The parser differs from any scan: it takes `?a<'>'` for a comparison with a string, and
    `SERVICE:x {` for a keyword before a name. But a query that is still one when the word is
    everywhere replaced by another never used it as a keyword.
    """
    check_syntax(_SERVICE.sub(_NO_KEYWORD, query))


def _may_overflow(query: str) -> bool:
    """Tell by mere counting whether the tokens are worth a look; most queries are not."""
    if sum(map(query.count, "{([")) > DEEPEST:
        return True
    if len(query) <= LONGEST:
        return False
    words = query.upper()
    marks = sum(map(query.count, _CHAINED_MARKS))
    return marks + sum(map(words.count, _CHAINED_WORDS)) > LONGEST


def _refuse_overflowing(query: str) -> None:
    depth = chained = 0
    for match in TOKEN.finditer(query):
        mark = match.group()
        if match.lastgroup == "other":
            depth += (mark in "{([") - (mark in "})]")
            chained += mark in _CHAINED_MARKS
        elif match.lastgroup == "word":
            chained += mark.upper() in _CHAINED_WORDS
        if depth > DEEPEST:
            raise BadRequestError(f"The query is nested more than {DEEPEST} deep.")
    if chained > LONGEST:
        raise BadRequestError(
            f"The query has more than {LONGEST} operators and clauses: ask in several queries, "
            "or list values in VALUES."
        )


def _words(query: str) -> Iterator[str]:
    """Yield the bare words of the query, in capitals; the engine may take one for two."""
    for match in TOKEN.finditer(query):
        if match.lastgroup == "word":
            yield match.group().upper()


def _decoded(match: re.Match[str]) -> str:
    code_point = int(match.group(1) or match.group(2), 16)
    return chr(code_point) if code_point < 0x110000 else match.group(0)  # noqa: PLR2004
