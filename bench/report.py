"""Writes RESULTS.md, for people, and results.json, with every round."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from goals import GOALS, Goal, ratio
from results import Figures, Sized, typical
from workloads import WORKLOADS

_OURS: Final = "tgkg"
_MEBIBYTE: Final = 1024 * 1024

_HEAD: Final = """# Results

Made by `make bench`; `bench/README.md` says what is measured and how to run it again.
"""


def write(found: dict[str, Sized], ran_on: dict[str, str], how: str, folder: Path) -> str:
    """Write both files and return the table of goals."""
    goals = _goals(found)
    parts = [_HEAD, how, "\n## Goals\n", goals, *_profiles(found), "\n## What it ran on\n"]
    parts += [_table(("what", "value"), ran_on.items()), _versions(found)]
    for size, sized in found.items():
        parts += [f"\n## {size} triples\n", *_sized(sized)]
    problems = dict.fromkeys(each for sized in found.values() for each in sized.problems)
    if problems:
        parts += ["\n## Skipped, failed or wrong\n", "\n".join(f"- {_line(p)}" for p in problems)]
    (folder / "RESULTS.md").write_text("\n".join(parts) + "\n", encoding="utf-8")
    raw = {"ran_on": ran_on, "sizes": {size: asdict(each) for size, each in found.items()}}
    (folder / "results.json").write_text(_json(raw), encoding="utf-8")
    return goals


def _goals(found: dict[str, Sized]) -> str:
    words = {True: "yes", False: "**no**", None: "not measured"}
    return _table(
        ("goal", *(f"measured at {size}" for size in found), "reached"),
        (
            (goal.words, *(_times(goal.measured(each)) for each in found.values()),
             words[goal.is_reached(found.values())])
            for goal in GOALS
        ),
    )  # fmt: skip


def _profiles(found: dict[str, Sized]) -> Iterable[str]:
    """Say where the time goes at each size at which a goal about it was missed."""
    for size, sized in found.items():
        missed = [goal for goal in GOALS if goal.is_reached([sized]) is False]
        if missed:
            yield f"\n### Why not, at {size}\n"
            yield from _profile(sized, missed)


def _profile(sized: Sized, missed: list[Goal]) -> Iterable[str]:
    yield "\n".join(f"- Missed: {goal.words}." for goal in missed)
    for workload, layers in sized.profiles.items():
        if any(goal.workload.startswith(workload) for goal in missed):
            yield f"\nOne query of `{workload}` after the other (`profile_{workload}.py`):\n"
            yield _table(("where", "time"), ((words, _ms(s)) for words, s in layers))
    if sized.quiet and any("hostile" in goal.words for goal in missed):
        stopped = ", ".join(f"{each:.1f}" for each in sized.quiet.hostile_seconds)
        yield f"\nThe hostile queries were stopped after (seconds): {stopped or 'never'}."
        if sized.quiet.burning:
            p99 = _ms(sized.quiet.burning.p99)
            yield f"Beside a process that only computes, with the lowest priority, p99 is {p99}."


def _sized(sized: Sized) -> Iterable[str]:
    names = [name for name in sized.started if name != "the bare engine"]
    yield f"SHA-256 of the data: `{sized.digest[:16]}…`\n"
    rows = {name: rounds for name, rounds in sized.figures.items() if rounds}
    yield "Requests a second · p50 / p99 in ms (median of the rounds):\n"
    yield _table(
        ("workload", *names),
        (
            (f"`{name}`: {WORKLOADS[name].about}", *(_cell(rounds.get(who)) for who in names))
            for name, rounds in rows.items()
        ),
    )
    others = [name for name in names if name != _OURS]
    yield "\nRequests a second, ours ÷ other:\n"
    yield _table(
        ("workload", *others),
        ((f"`{n}`", *(_times(ratio(sized, n, _OURS, who)) for who in others)) for n in rows),
    )
    yield "\nMemory is PSS of all processes, at first and after everything:\n"
    yield _table(
        ("contestant", "load or build", "start (and load)", "memory at first", "memory after"),
        (
            (name, f"{each.prepared:.1f} s", f"{each.started:.1f} s",
             _mb(each.memory_at_first), _mb(each.memory_after))
            for name, each in sized.started.items()
        ),
    )  # fmt: skip
    if sized.quiet and sized.quiet.beside:
        alone, beside = typical(sized.quiet.alone), typical(sized.quiet.beside)
        yield (
            f"\nPoint queries at {sized.quiet.rate:,.0f} a second, p50 / p99: alone "
            f"{_ms(alone.p50)} / {_ms(alone.p99)}, {alone.failed} failed; beside a hostile query "
            f"{_ms(beside.p50)} / {_ms(beside.p99)}, {beside.failed} failed."
        )


def _versions(found: dict[str, Sized]) -> str:
    versions = {n: each.version for sized in found.values() for n, each in sized.started.items()}
    return "\n" + _table(("contestant", "version"), versions.items())


def _cell(rounds: Sequence[Figures] | None) -> str:
    if not rounds:
        return "–"
    one = typical(rounds)
    failed = f" ({one.failed} failed)" if one.failed else ""
    return (
        f"{_amount(one.per_second)} · {_amount(one.p50 * 1e3)} / {_amount(one.p99 * 1e3)}{failed}"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def _times(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} ×"


def _ms(seconds: float) -> str:
    return f"{_amount(seconds * 1e3)} ms"


def _mb(size: int) -> str:
    return f"{size / _MEBIBYTE:,.0f} MiB" if size else "–"


def _line(words: str) -> str:
    return " ".join(words.split())


def _json(raw: object) -> str:
    """Write it with six digits, which is more than was measured."""
    short = json.loads(json.dumps(raw), parse_float=lambda text: float(f"{float(text):.6g}"))
    return json.dumps(short, indent=1, ensure_ascii=False) + "\n"
