"""Counts where the things of a graph lead outside: VoID's linksets, in one reading of the data."""

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

_TYPE: Final = f"<{RDF}type>".encode()
_WEB: Final = (b"<http://", b"<https://")
_WORDS: Final = tuple(f"<{space}".encode() for space in (RDF, RDFS, OWL, XSD, SH))


def linksets(data: Path, base: str) -> tuple[Linkset, ...]:
    """Return how many triples lead from names below the base to names outside, by property.

    `data` are canonical N-Quads: a triple in several graphs stands on lines together, and counts
    once. What a thing's class is called is no link, nor is a word of RDF's own vocabularies.
    Without a base nobody knows what is outside.
    """
    if base == UNNAMED_BASE:
        return ()
    with data.open("rb") as lines:
        counts = _counted(lines, f"<{base}".encode())
    found = [Linkset(*key, number) for key, number in _rolled_up(counts).items()]
    largest = sorted(found, key=lambda each: (-each.triples, each.space, each.predicate))[:MOST]
    return tuple(sorted(largest, key=lambda each: (each.space, each.predicate)))


def _counted(lines: Iterable[bytes], own: bytes) -> Counter[tuple[bytes, bytes]]:
    """Count triples by property and by what their objects' names begin with."""
    counts: Counter[tuple[bytes, bytes]] = Counter()
    last = b""
    for line in lines:
        if not line.startswith(own):
            continue
        _, predicate, rest = line.split(b" ", 2)
        if not rest.startswith(_WEB) or rest.startswith((own, *_WORDS)) or predicate == _TYPE:
            continue
        end = rest.index(b">")
        triple = line[: len(line) - len(rest) + end]
        if triple != last:
            cut = max(rest.rfind(b"/", 0, end), rest.rfind(b"#", 0, end)) + 1
            counts[predicate, rest[1 : cut or end]] += 1
        last = triple
    return counts


def _rolled_up(counts: Counter[tuple[bytes, bytes]]) -> Counter[tuple[str, str]]:
    """Count by host where a host has many spaces."""
    spaces: dict[str, set[bytes]] = defaultdict(set)
    for _, space in counts:
        spaces[_host(space.decode())].add(space)
    rolled: Counter[tuple[str, str]] = Counter()
    for (predicate, space), number in counts.items():
        host = _host(space.decode())
        whole = host if len(spaces[host]) > MOST_SPACES else space.decode()
        rolled[predicate[1:-1].decode(), whole] += number
    return rolled


def _host(space: str) -> str:
    try:
        parts = urlsplit(space)
    except ValueError:
        return space
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else space
