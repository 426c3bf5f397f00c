"""Turns the words of Oxigraph's SPARQL parser into a place and a sentence for people."""

import re
from typing import Final

from tgkg.errors import QueryPosition, QuerySyntaxError

_REPORTED: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_PREFIXED_NAME_BEFORE: Final = re.compile(r"([\w.-]*):[\w.:%\\-]*\Z")
_TELLING: Final = frozenset({'"{"', '"}"', '"("', '")"', '"]"', '"."', '";"', '","'})
"""What helps when it is missing; the parser's other expectations are tries that failed."""


def explained(query: str, words: str) -> QuerySyntaxError:
    """Return the error for a query that the parser refused with these words."""
    reported = _REPORTED.match(words)
    if reported is None:
        return QuerySyntaxError(words)
    line, column, expected = int(reported[1]), int(reported[2]), reported[3]
    before = _before(query, line, column)
    if "Prefix not found" in expected:
        name = _PREFIXED_NAME_BEFORE.search(before)
        if name:
            position = QueryPosition(line, name.start() + 1)
            return QuerySyntaxError(_undeclared(name[1]), position)
    position = QueryPosition(line, column)
    if "SELECT contains a variable that is unbound" in expected:
        return QuerySyntaxError(
            "SELECT asks for a variable that the pattern or GROUP BY does not give.", position
        )
    missing = sorted(_TELLING & set(re.split(r", ", expected)))
    if missing:
        return QuerySyntaxError(f"Expected here: {' or '.join(missing)}.", position)
    return QuerySyntaxError("This is not SPARQL, here or just before.", position)


def _before(query: str, line: int, column: int) -> str:
    lines = query.split("\n")
    return lines[line - 1][: column - 1] if line <= len(lines) else ""


def _undeclared(prefix: str) -> str:
    return f"The prefix {prefix}: is not declared: start the query with PREFIX {prefix}: <...>."
