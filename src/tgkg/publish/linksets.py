"""Counts where the things of a graph lead outside: VoID's linksets, in one reading of the data."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tgkg.catalog.linkset import Linkset
from tgkg.iris import OWL, RDF, RDFS, SH, UNNAMED_BASE, XSD

MOST_SPACES: Final = 10
"""Of one host; where there are more, each page has its own, and the host counts as one."""

MOST: Final = 1000
"""How many linksets a release tells of, the largest."""


def linksets(data: Path, base: str) -> tuple[Linkset, ...]:
    """Return how many triples lead from names below the base to names outside, by property.

    `data` are canonical N-Quads: a triple in several graphs stands on lines together, and counts
    once. What a thing's class is called is no link, nor is a word of RDF's own vocabularies.
    Without a base nobody knows what is outside.
    """
    if base == UNNAMED_BASE:
        return ()
    with data.open("rb") as lines:
        counts = _counted(lines, base)
    found = [Linkset(*key, number) for key, number in _rolled_up(counts).items()]
    largest = sorted(found, key=lambda each: (-each.triples, each.space, each.predicate))[:MOST]
    return tuple(sorted(largest, key=lambda each: (each.space, each.predicate)))


def _counted(lines: Iterable[bytes], base: str) -> Counter[tuple[bytes, bytes]]:
    """Count triples by property and by what their objects' names begin with.

    One expression a line: taking lines apart takes twice as long.
    """
    link = _link(base).match
    counts: Counter[tuple[bytes, bytes]] = Counter()
    last = None
    for line in lines:
        if (found := link(line)) and found[0] != last:
            counts[found[1], found[2]] += 1
            last = found[0]
    return counts


def _link(base: str) -> re.Pattern[bytes]:
    """Return what a triple looks like that leads outside: its property, its object's space."""
    own = re.escape(base.encode())
    words = b"|".join(re.escape(space.encode()) for space in (RDF, RDFS, OWL, XSD, SH))
    property_ = rb"<(?!%s>)([^>]*)>" % re.escape(f"{RDF}type".encode())
    space = rb"https?://(?:[^>]*[/#]|[^>]*)"
    return re.compile(rb"<%s[^>]*> %s <(?!%s|%s)(%s)[^>]*>" % (own, property_, own, words, space))


def _rolled_up(counts: Counter[tuple[bytes, bytes]]) -> Counter[tuple[str, str]]:
    """Count by host where a host has many spaces."""
    spaces: dict[str, set[bytes]] = defaultdict(set)
    for _, space in counts:
        spaces[_host(space.decode())].add(space)
    rolled: Counter[tuple[str, str]] = Counter()
    for (predicate, space), number in counts.items():
        host = _host(space.decode())
        whole = host if len(spaces[host]) > MOST_SPACES else space.decode()
        rolled[predicate.decode(), whole] += number
    return rolled


def _host(space: str) -> str:
    try:
        parts = urlsplit(space)
    except ValueError:
        return space
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else space
