"""Puts the workloads to everybody in turns, A B C D A B C D, so that noise falls on all alike."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Final

import load
import profile_group
import profile_point
import wrk
from contestants import Contestant
from field import OURS, Field, check, started
from goals import GOALS, Goal
from processes import burning, told
from progress import say
from results import Figures, Quiet, Sized
from workloads import HOSTILE, WORKLOADS, Workload, filled

CONNECTIONS: Final = 2 * len(os.sched_getaffinity(0))
"""Of the workloads whose replies take long."""
OPEN_CONNECTIONS: Final = 16
"""Of the queries at a fixed rate."""

_PATIENCE: Final = 45
"""Seconds after which a contestant has no more rounds of a workload."""
_HOSTILE_SECONDS: Final = 12
"""Longer than ours lets a query run: one is stopped, and the next begins."""
_ROUNDS_OF_HOSTILE: Final = 3
_TURNS_OF_GROUP: Final = 15
_RATE_OF_SATURATION: Final = 0.25
_BLOCK: Final = 10_000_000

_blocks: Final = count(1)


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure, and for how long."""

    workloads: list[str]
    """Those of the tables."""
    contestants: list[str]
    """Whom to compare ours with; everybody where none is named."""
    rounds: int
    seconds: float
    has_hostile: bool


def measured(size: str, folder: Path, options: Options) -> Sized:
    """Return what everybody achieves at a size."""
    with started(size, folder, options.contestants) as here:
        for name in options.workloads:
            check(here, WORKLOADS[name])
            _in_turns(here, WORKLOADS[name], options)
        if "group" in options.workloads:
            _beside_engine(here)
        if "point" in options.workloads:
            if options.has_hostile:
                _beside_hostile(here, options)
            profile_point.profiled(here)
        if "group" in (goal.workload for goal in _missed(here)):
            profile_group.profiled(here)
        for each in here.running:
            here.found.started[each.name].memory_after = each.memory()[0]
        return here.found


def _in_turns(here: Field, what: Workload, options: Options) -> None:
    takers = here.takers(what)
    spent = dict.fromkeys((each.name for each in takers), 0.0)
    for number in range(options.rounds + 1):
        for who in takers:
            if spent[who.name] > _PATIENCE or (who.name, what.name) in here.unable:
                continue
            begun = time.monotonic()
            with _noting(here, what, who):
                seconds = options.seconds if number else min(1.0, options.seconds)
                figures = _one_round(here, what, who, seconds)
                if number or figures.p50 > options.seconds:  # else it was for warming up
                    here.found.figures.setdefault(what.name, {}).setdefault(who.name, [])
                    here.found.figures[what.name][who.name].append(figures)
                    _say(here, what, who, figures)
            spent[who.name] += time.monotonic() - begun


def _one_round(here: Field, what: Workload, who: Contestant, seconds: float) -> Figures:
    first, items = next(_blocks) * _BLOCK, what.items(here.size)
    if what.is_light:
        return wrk.closed_loop(who, what, items, first, seconds)
    request = load.requests(who, what, items, first)
    return load.closed_loop(who.port, request, CONNECTIONS, seconds)


def _beside_engine(here: Field) -> None:
    """Put the query of `group` to ours and to the bare engine in turns, one at a time."""
    ours, what = here.ours, WORKLOADS["group"]
    if ours is None:
        return
    items = what.items(here.size)
    with _noting(here, what, ours):
        for number in range(_TURNS_OF_GROUP + 1):
            first = next(_blocks) * _BLOCK
            request = load.requests(ours, what, items, first)
            one = load.closed_loop(ours.port, request, 1, 0).p50
            alone, _ = here.engine.ask(filled(what.query, first, items))
            if number:
                here.found.group_ours.append(one)
                here.found.group_alone.append(alone)
        ours_ms = median(here.found.group_ours) * 1e3
        alone_ms = median(here.found.group_alone) * 1e3
        say(f"  group, one at a time: {OURS} {ours_ms:.1f} ms, the bare engine {alone_ms:.1f} ms")


def _beside_hostile(here: Field, options: Options) -> None:
    """Ask ours at a quarter of its saturation, alone and beside a hostile query, in turns."""
    ours, what = here.ours, WORKLOADS["point"]
    known = here.found.figures.get("point", {}).get(OURS)
    if ours is None or not known:
        return
    rate = median(each.per_second for each in known) * _RATE_OF_SATURATION
    items, seconds = what.items(here.size), 2 * options.seconds
    found = here.found.quiet = Quiet(rate, [], [], [])

    def ask(length: float) -> Figures:
        request = load.requests(ours, what, items, next(_blocks) * _BLOCK)
        return load.open_loop(ours.port, request, OPEN_CONNECTIONS, rate, length)

    with _noting(here, what, ours):
        ask(1)
        for _ in range(min(options.rounds, _ROUNDS_OF_HOSTILE)):
            found.alone.append(ask(seconds))
            hostile = _request(ours, HOSTILE)
            with load.sent_again_and_again(ours.port, hostile) as times:
                found.beside.append(ask(_HOSTILE_SECONDS))
            found.hostile_seconds.extend(times)
            alone, beside = found.alone[-1].p99 * 1e3, found.beside[-1].p99 * 1e3
            say(f"  p99 at {rate:.0f}/s: {alone:.2f} ms, beside a hostile query {beside:.2f} ms")
        if "hostile" in " ".join(goal.words for goal in _missed(here)):
            with burning():
                found.burning = ask(seconds)


def _missed(here: Field) -> list[Goal]:
    return [goal for goal in GOALS if goal.is_reached([here.found]) is False]


def _request(who: Contestant, query: str) -> bytes:
    hostile = Workload("hostile", "", query)
    return load.requests(who, hostile, range(1), 0)(0)


def _say(here: Field, what: Workload, who: Contestant, figures: Figures) -> None:
    failed = f", {figures.failed} failed" if figures.failed else ""
    say(
        f"  {here.size} {what.name}: {who.name} {figures.per_second:.1f}/s, "
        f"p50 {figures.p50 * 1e3:.2f} ms, p99 {figures.p99 * 1e3:.2f} ms{failed}"
    )


@contextmanager
def _noting(here: Field, what: Workload, who: Contestant) -> Iterator[None]:
    """Note a failure and go on without this contestant in this workload."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever one does, the others go on
        here.unable.add((who.name, what.name))
        here.problem(f"{what.name} at {here.size}: {who.name} failed: {told(error)}")
