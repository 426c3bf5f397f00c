"""The goals, and whether they are reached: at every size at which they were measured."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import Final

from results import Figures, Sized


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached; `measure` gives the ratio, or None where it was not measured."""

    words: str
    workload: str
    measure: Callable[[Sized], float | None]
    at_least: float = 0
    at_most: float = inf
    only: int | None = None
    """The one size, in triples, that the goal is about."""

    def measured(self, found: Sized) -> float | None:
        """Return the ratio at a size."""
        return self.measure(found) if self.only in (None, found.triples) else None

    def is_reached(self, found: Iterable[Sized]) -> bool | None:
        """Tell whether it is reached at all sizes; None where it was measured at none."""
        values = [value for each in found if (value := self.measured(each)) is not None]
        return all(self.at_least <= each <= self.at_most for each in values) if values else None


def ratio(found: Sized, workload: str, ours: str, other: str) -> float | None:
    """Return how many times as many requests a second ours answers.

    It is the median over the rounds, each of which put both to the test one after the other.
    Requests that ours failed to answer are not counted as answered.
    """
    rounds = found.figures.get(workload, {})
    pairs = list(zip(rounds.get(ours, ()), rounds.get(other, ()), strict=False))
    if not pairs:
        return None
    return median(_answered(mine) / each.per_second for mine, each in pairs)


def _answered(figures: Figures) -> float:
    return figures.per_second * (1 - figures.failed / max(1, figures.answered))


def _against(workload: str, other: str) -> Callable[[Sized], float | None]:
    return lambda found: ratio(found, workload, "tgkg", other)


def _group(found: Sized) -> float | None:
    if not found.group_ours:
        return None
    return median(found.group_ours) / median(found.group_alone)


def _beside_hostile(found: Sized) -> float | None:
    """Return the median of p99 beside a hostile query over that without; endless if any failed."""
    quiet = found.quiet
    if quiet is None or not quiet.beside:
        return None
    if any(each.failed for each in (*quiet.alone, *quiet.beside)):
        return inf
    return median(b.p99 / a.p99 for a, b in zip(quiet.alone, quiet.beside, strict=False))


_OXIGRAPH: Final = "Oxigraph's server"

GOALS: Final = (
    Goal(
        "repeated queries ≥ 1.0 × Oxigraph's server",
        "point-repeated",
        _against("point-repeated", _OXIGRAPH),
        at_least=1.0,
    ),
    Goal(
        "repeated queries ≥ 0.8 × a bare reply on the same interface",
        "point-repeated",
        _against("point-repeated", "a bare reply"),
        at_least=0.8,
    ),
    Goal(
        "different point queries ≥ 4 × rdflib-endpoint",
        "point",
        _against("point", "rdflib-endpoint"),
        at_least=4,
    ),
    Goal(
        "different point queries ≥ 0.25 × Oxigraph's server (aiming at 0.5)",
        "point",
        _against("point", _OXIGRAPH),
        at_least=0.25,
    ),
    Goal(
        "group-and-join at 1M in ≤ 1.15 × the time of the bare engine in memory",
        "group",
        _group,
        at_most=1.15,
        only=1_000_000,
    ),
    Goal(
        "p99 of point queries at a quarter of saturation ≤ 2 × while a hostile query runs",
        "point",
        _beside_hostile,
        at_most=2,
    ),
)
