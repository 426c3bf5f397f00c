"""The index of names that a release holds, so that people find things by words."""

import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from tgkg.iris import (
    ALTERNATIVE_PROPERTIES,
    DESCRIPTION_PROPERTIES,
    IDENTIFIER_PROPERTIES,
    LABEL_PROPERTIES,
    RDF,
    local_name,
)

SEARCH_INDEX: Final = "search.sqlite"
"""The file of a release that holds it."""

LABEL, ALTERNATIVE, IDENTIFIER, DESCRIPTION = range(4)
"""What a text is to its thing, the most telling first."""

_FIELDS: Final = {
    **dict.fromkeys(DESCRIPTION_PROPERTIES, DESCRIPTION),
    **dict.fromkeys(IDENTIFIER_PROPERTIES, IDENTIFIER),
    **dict.fromkeys(ALTERNATIVE_PROPERTIES, ALTERNATIVE),
    **dict.fromkeys(LABEL_PROPERTIES, LABEL),
}
_TYPE: Final = RDF + "type"
_LONGEST: Final = 10_000
"""Characters of a text that are looked through."""

_TABLES: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT, links INTEGER NOT NULL);
CREATE TABLE text (
  id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, field INTEGER NOT NULL,
  language TEXT NOT NULL, text TEXT NOT NULL, folded TEXT NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5 (folded, content = '', prefix = '1 2 3');
CREATE VIRTUAL TABLE trigrams USING fts5 (folded, content = '', tokenize = 'trigram');
"""
_INDEXES: Final = """
CREATE INDEX text_of_thing ON text (thing, field);
INSERT INTO words (words) VALUES ('optimize');
INSERT INTO trigrams (trigrams) VALUES ('optimize');
"""

Text = tuple[int, str, str]
"""A field, a language tag and a text."""


def fold(text: str) -> str:
    """Return a text without what people leave out when they type: capitals, accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def write_index(file: Path, quads: Iterable[Quad], classes: Mapping[str, int]) -> None:
    """Write the index of all things that have a name and an IRI.

    The quads come in the order of their subjects, and are read once. `classes` are the instances
    by class: of several classes of a thing, the smallest tells most about it.
    """
    links: Counter[str] = Counter()
    with closing(sqlite3.connect(file)) as index, index:
        index.executescript(_TABLES)
        things = _things(quads, classes, links)
        for number, (iri, kind, texts) in enumerate(things, 1):
            index.execute("INSERT INTO thing VALUES (?, ?, ?, 0)", (number, iri, kind))
            for text in texts:
                _add(index, number, text)
        known = index.execute("SELECT iri, id FROM thing").fetchall()
        index.executemany(
            "UPDATE thing SET links = ? WHERE id = ?",
            ((links[iri], number) for iri, number in known if iri in links),
        )
        index.executescript(_INDEXES)


def _add(index: sqlite3.Connection, thing: int, text: Text) -> None:
    field, language, content = text
    folded = fold(content[:_LONGEST])
    row = index.execute(
        "INSERT INTO text (thing, field, language, text, folded) VALUES (?, ?, ?, ?, ?)",
        (thing, field, language, content, folded),
    ).lastrowid
    index.execute("INSERT INTO words (rowid, folded) VALUES (?, ?)", (row, folded))
    if field != DESCRIPTION:
        index.execute("INSERT INTO trigrams (rowid, folded) VALUES (?, ?)", (row, folded))


def _things(
    quads: Iterable[Quad], classes: Mapping[str, int], links: Counter[str]
) -> Iterator[tuple[str, str | None, list[Text]]]:
    """Yield each named thing with its class and its texts, counting links on the way."""
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        kinds: set[str] = set()
        texts: dict[Text, None] = {}
        for triple in {quad.triple: None for quad in about}:
            if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
                kinds.add(triple.object.value)
            elif isinstance(triple.object, NamedNode):
                links[triple.object.value] += 1
            elif isinstance(triple.object, Literal) and triple.predicate.value in _FIELDS:
                texts[_text(triple, triple.object)] = None
        if isinstance(subject, BlankNode | Triple) or not texts:
            continue
        if all(field != LABEL for field, _, _ in texts):
            texts[LABEL, "", local_name(subject.value)] = None
        kind = min(kinds, key=lambda each: (classes.get(each, 0), each), default=None)
        yield subject.value, kind, list(texts)


def _text(triple: Triple, literal: Literal) -> Text:
    return _FIELDS[triple.predicate.value], literal.language or "", literal.value
