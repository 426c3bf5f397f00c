"""Where a graph leads to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Linkset:
    """How many triples lead from things of a graph to names in another space, and by what."""

    predicate: str
    space: str
    """What the names begin with."""
    triples: int
