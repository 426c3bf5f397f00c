"""The index of names that a release holds, so that people find things by words."""

import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad, Triple

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
_TELLING: Final = frozenset(f"<{iri}>".encode() for iri in (_TYPE, *_FIELDS))
"""The predicates that an index is made of, as N-Quads write them."""

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


def write_index(file: Path, lines: Iterable[bytes], classes: Mapping[str, int]) -> None:
    """Write the index of all things that have a name and an IRI.

    The lines are N-Triples or N-Quads in order, and are read once. `classes` are the instances by
    class: of several classes of a thing, the smallest tells most about it.
    """
    links: Counter[bytes] = Counter()
    with closing(sqlite3.connect(file)) as index, index:
        index.executescript(_TABLES)
        things = _things(_told(lines, links), classes)
        for number, (iri, kind, texts) in enumerate(things, 1):
            index.execute("INSERT INTO thing VALUES (?, ?, ?, 0)", (number, iri, kind))
            for text in texts:
                _add(index, number, text)
        known = index.execute("SELECT iri, id FROM thing").fetchall()
        index.executemany(
            "UPDATE thing SET links = ? WHERE id = ?",
            ((links[key], number) for iri, number in known if (key := _written(iri)) in links),
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


def _told(lines: Iterable[bytes], links: Counter[bytes]) -> Iterator[Quad]:
    """Yield the statements that an index is made of, and count what the others lead to."""
    last = b""
    for subject, about in groupby(lines, key=lambda line: line[: line.index(b" ")]):
        telling = []
        for line in about:
            predicate, value = line[len(subject) + 1 :].split(b" ", 1)
            if predicate in _TELLING:
                telling.append(line)
            elif value.startswith(b"<"):
                triple = line[: len(subject) + len(predicate) + value.index(b"> ") + 3]
                links[value[: value.index(b">") + 1]] += triple != last  # once in several graphs
                last = triple
        if telling and not subject.startswith(b"_:"):
            yield from ox.parse(b"".join(telling), format=ox.RdfFormat.N_QUADS)


def _things(
    quads: Iterable[Quad], classes: Mapping[str, int]
) -> Iterator[tuple[str, str | None, list[Text]]]:
    """Yield each named thing with its class and its texts."""
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        kinds: set[str] = set()
        texts: dict[Text, None] = {}
        for triple in {quad.triple: None for quad in about}:
            if isinstance(triple.object, NamedNode) and triple.predicate.value == _TYPE:
                kinds.add(triple.object.value)
            elif isinstance(triple.object, Literal) and triple.predicate.value in _FIELDS:
                texts[_text(triple, triple.object)] = None
        if not texts or not isinstance(subject, NamedNode):
            continue
        if all(field != LABEL for field, _, _ in texts):
            texts[LABEL, "", local_name(subject.value)] = None
        kind = min(kinds, key=lambda each: (classes.get(each, 0), each), default=None)
        yield subject.value, kind, list(texts)


def _written(iri: str) -> bytes:
    return f"<{iri}>".encode()


def _text(triple: Triple, literal: Literal) -> Text:
    return _FIELDS[triple.predicate.value], literal.language or "", literal.value
