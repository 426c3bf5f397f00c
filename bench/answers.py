"""Tells whether a contestant gives the right answer, before its speed counts for anything."""

import json
from collections import Counter

from workloads import Workload


def mistake(what: Workload, body: bytes, right: bytes) -> str | None:
    """Return what is wrong with an answer, beside the one of the bare engine."""
    try:
        given, wanted = _rows(what, body), _rows(what, right)
    except (ValueError, KeyError) as error:
        return f"its answer cannot be read: {error!r}"
    if len(given) != len(wanted):
        return f"it answers with {len(given)} rows instead of {len(wanted)}"
    if what.is_limited or Counter(given) == Counter(wanted):
        return None
    row = next(iter(Counter(given) - Counter(wanted)))
    return f"it answers otherwise than the bare engine, as in {row}"


def _rows(what: Workload, body: bytes) -> list[tuple[str, ...]]:
    if what.is_triples:
        return [(line,) for line in body.decode().splitlines() if line.endswith(".")]
    answer = json.loads(body)
    names = answer["head"]["vars"]
    return [
        tuple(_comparable(row[name]["value"]) for name in names)
        for row in answer["results"]["bindings"]
    ]


def _comparable(value: str) -> str:
    """Return a number as such: products write 1 and 1.0 for the same."""
    try:
        return str(float(value))
    except ValueError:
        return value
