"""What queries may call here beside SPARQL's own functions."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.iris import XSD
from tgkg.search import SEARCH_FUNCTION, search

SEARCH: Final = ox.NamedNode(SEARCH_FUNCTION)
"""`<urn:tgkg:search>(?thing, "words")` is how well a thing fits: from 0 to 1, or no value.

The same as the search of the site: `FILTER` and `ORDER BY` it like any number.
"""

MOST: Final = 1000
"""How many things one text finds."""

_DOUBLE: Final = ox.NamedNode(XSD + "double")

Functions = dict[ox.NamedNode, Callable[..., ox.Literal | None]]


def functions(index: Path) -> Functions:
    """Return the functions for one query, over the index of its release."""
    found: dict[str, dict[str, ox.Literal]] = {}

    def score(*arguments: object) -> ox.Literal | None:
        match arguments:
            case (ox.NamedNode() as thing, ox.Literal() as text):
                hits = found.get(text.value)
                if hits is None:
                    hits = found[text.value] = _scores(index, text.value)
                return hits.get(thing.value)
            case _:
                return None  # an error in the expression alone (SPARQL 1.1, section 17.6)

    return {SEARCH: score}


def _scores(index: Path, text: str) -> dict[str, ox.Literal]:
    try:
        hits = search(index, text, limit=MOST)
    except OSError:
        return {}
    return {hit.iri: ox.Literal(f"{hit.score:g}", datatype=_DOUBLE) for hit in hits}
