"""Makes the data that all contestants serve: the same bytes each time, at any size."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

SIZES: Final = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}
"""Triples, by the name that the command line gives them."""

BASE: Final = "https://bench.example/"
KIND: Final = f"{BASE}def#"
ITEM: Final = f"{BASE}id/item/"

KINDS: Final = 20
BRANCHES: Final = 8
"""The items are a tree: each is part of the one that comes eight times earlier."""
RARE_WORDS: Final = 1000
"""Each stands in the text of one item in so many."""

_TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL: Final = "<http://www.w3.org/2000/01/rdf-schema#label>"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_PER_KIND: Final = 3
_PER_ITEM: Final = 10
_SYLLABLES: Final = ("ka", "lo", "mi", "ner", "ta", "rud", "se", "vol", "zan", "pe", "wi", "dor")
_WORDS: Final = tuple(a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES)
_TEXT_WORDS: Final = 16


def items(triples: int) -> int:
    """Return how many items have all their statements in so many triples."""
    return (triples - KINDS * _PER_KIND) // _PER_ITEM


def made(folder: Path, size: str) -> Path:
    """Return the file of N-Triples of a size, which is made where it is not there yet."""
    file = folder / f"{size}.nt"
    if not file.exists():
        unfinished = folder / f"{size}.unfinished"
        with unfinished.open("w", encoding="utf-8") as output:
            output.writelines(lines(SIZES[size]))
        unfinished.rename(file)
    return file


def digest(file: Path) -> str:
    """Return what tells that two runs had the same data."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def lines(triples: int) -> Iterator[str]:
    """Yield exactly so many different triples: kinds, then items; the last one may lack some."""
    return islice(_lines(items(triples) + 1), triples)


def _lines(count: int) -> Iterator[str]:
    for number in range(KINDS):
        kind = f"<{KIND}Kind{number}>"
        yield f"{kind} {_TYPE} <http://www.w3.org/2002/07/owl#Class> .\n"
        yield f'{kind} {_LABEL} "Kind {number}"@en .\n'
        yield f'{kind} {_LABEL} "Soort {number}"@nl .\n'
    random = Random(2024)  # noqa: S311 - the same each time is the point
    for number in range(count):
        yield from _item(number, count, random)


def _item(number: int, count: int, random: Random) -> Iterator[str]:
    """Yield a kind, two labels, a whole, two links, two numbers, a date and a text.

    Only `Random.random` is used: it alone gives the same numbers in every version of Python.
    """
    item = f"<{ITEM}{number}>"
    yield f"{item} {_TYPE} <{KIND}Kind{int(random.random() * KINDS)}> .\n"
    yield f'{item} {_LABEL} "Item {number} of the test"@en .\n'
    yield f'{item} {_LABEL} "Ding {number} van de proef"@nl .\n'
    if number:
        yield f"{item} <{KIND}partOf> <{ITEM}{(number - 1) // BRANCHES}> .\n"
    else:
        yield f'{item} <{KIND}note> "The whole of which all others are part"@en .\n'
    first = (number * 7919 + 13) % count
    second = (first + 1 + number % 97) % count
    yield f"{item} <{KIND}related> <{ITEM}{first}> .\n"
    yield f"{item} <{KIND}related> <{ITEM}{second}> .\n"
    yield f'{item} <{KIND}value> "{int(random.random() * 1000)}"^^<{_XSD}integer> .\n'
    yield f'{item} <{KIND}size> "{int(random.random() * 100)}.5"^^<{_XSD}decimal> .\n'
    day = f"{1990 + number % 35}-{1 + number % 12:02}-{1 + number % 28:02}"
    yield f'{item} <{KIND}since> "{day}"^^<{_XSD}date> .\n'
    words = " ".join(_WORDS[int(random.random() * len(_WORDS))] for _ in range(_TEXT_WORDS))
    yield f'{item} <{KIND}text> "{words} rare{number % RARE_WORDS}x."@en .\n'
