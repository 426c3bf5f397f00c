"""What was measured, as plain values: they go to results.json and are what tables are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Figures:
    """One round of one workload against one contestant; times are in seconds."""

    per_second: float
    p50: float
    p99: float
    answered: int
    failed: int = 0

    @classmethod
    def of(cls, latencies: Sequence[float], seconds: float, failed: int = 0) -> Self:
        """Sum up the times of requests that were answered in so many seconds."""
        return cls(
            len(latencies) / seconds,
            quantile(latencies, 0.5),
            quantile(latencies, 0.99),
            len(latencies),
            failed,
        )

    @classmethod
    def of_wrk(cls, *said: int) -> Self:
        """Read what queries.lua says: counts, and times in microseconds."""
        count, spent, p50, p99, broken, refused = said
        return cls(count * 1e6 / spent, p50 / 1e6, p99 / 1e6, count, broken + refused)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def typical(rounds: Sequence[Figures]) -> Figures:
    """Return the median of each figure over the rounds; what failed is added up."""
    return Figures(
        median(each.per_second for each in rounds),
        median(each.p50 for each in rounds),
        median(each.p99 for each in rounds),
        sum(each.answered for each in rounds),
        sum(each.failed for each in rounds),
    )


@dataclass(slots=True)
class Started:
    """What it took to have a contestant answer; times in seconds, memory in bytes (PSS)."""

    version: str
    prepared: float
    started: float
    memory_at_first: int
    memory_after: int = 0


@dataclass(slots=True)
class Quiet:
    """Point queries at a fixed rate: alone, and beside a hostile query."""

    rate: float
    alone: list[Figures]
    beside: list[Figures]
    hostile_seconds: list[float]
    """How long each hostile query took until it was stopped."""
    burning: Figures | None = None
    """The same beside a process that does nothing but compute, with the lowest priority."""


@dataclass(slots=True)
class Sized:
    """All that was measured at one size."""

    triples: int
    digest: str
    started: dict[str, Started] = field(default_factory=dict)
    figures: dict[str, dict[str, list[Figures]]] = field(default_factory=dict)
    """By workload and contestant: a round each."""
    group_alone: list[float] = field(default_factory=list)
    """Seconds of the bare engine for the query of `group`."""
    group_ours: list[float] = field(default_factory=list)
    """Seconds of ours for the same, in turns with it."""
    quiet: Quiet | None = None
    profiles: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    """Where the time goes, by workload: what, and seconds."""
    problems: list[str] = field(default_factory=list)
    """What was skipped, failed or wrong, each in its own words."""
