"""Queries that stand among the sources: read, and refused where they would open a connection."""

import re
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.errors import Place, Problem, UnreadableError

_SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)
_NO_KEYWORD: Final = "zzzzzzz"
_POSITION: Final = re.compile(r"error at (\d+):(\d+)")
"""Where the engine's parser stopped; it says so only in words."""
_ESCAPED: Final = re.compile(r"\\[uU][0-9A-Fa-f]{4}")

Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def read_query(path: Path, name: str, base: str) -> str:
    """Return the text of a query that is sound and opens no connection.

    Raises:
        UnreadableError: it cannot be read, is no query, or calls another endpoint; with its line
            where there is one.
    """
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError.at(name, "not UTF-8; save the file as UTF-8.") from error
    except OSError as error:
        raise UnreadableError.at(name, f"cannot be read: {error.strerror}.") from error
    _refuse_calls(text, name, base)
    return text


def ask(
    store: ox.Store, text: str, name: str, base: str, graph: ox.NamedNode | None = None
) -> Found:
    """Return what a sound query finds in one graph of the store, or in the union of all graphs.

    Raises:
        UnreadableError: it is no query, with its place, or the engine gives up on it.
    """
    try:
        return store.query(
            text,
            base_iri=base,
            default_graph=graph,
            use_default_graph_as_union=graph is None,
        )
    except SyntaxError as error:
        found = _POSITION.search(str(error))
        line, column = map(int, found.groups()) if found else (None, None)
        message = "what stands here is not SPARQL, or was not expected here."
        raise UnreadableError(Problem(Place(name, line, column), message)) from error
    except (OSError, ValueError) as error:
        raise UnreadableError.at(name, f"cannot be run: {error}.") from error


def _refuse_calls(text: str, name: str, base: str) -> None:
    """Refuse SERVICE before the engine could follow it.

    A query that is still one when that word is everywhere replaced by another never used it as a
    keyword.
    """
    escaped = _ESCAPED.search(text)
    if escaped:  # could spell a keyword that no scan sees (SPARQL 1.1, section 19.2)
        line = text.count("\n", 0, escaped.start()) + 1
        raise UnreadableError.at(name, "write the character, not its code point.", line)
    try:
        ask(ox.Store(), _SERVICE.sub(_NO_KEYWORD, text), name, base)
    except UnreadableError:
        word = _SERVICE.search(text)
        if word is None:
            raise
        line = text.count("\n", 0, word.start()) + 1
        raise UnreadableError.at(
            name, "not SPARQL, or it calls another endpoint: nothing is ever fetched.", line
        ) from None
