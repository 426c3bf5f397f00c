"""A report as services that host code show it: beside the lines that it is about."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tgkg.errors import Place
from tgkg.iris import local_name
from tgkg.report import Report, Result, Severity

SHOWN: Final = 10
"""How many annotations of a kind GitHub shows of one step."""

_COMMANDS: Final[Mapping[str, str]] = {
    "Unreadable": "error",
    Severity.VIOLATION.value: "error",
    Severity.WARNING.value: "warning",
    Severity.INFO.value: "notice",
}
_GRAVITY: Final[Mapping[str, str]] = {
    "Unreadable": "blocker",
    Severity.VIOLATION.value: "critical",
    Severity.WARNING.value: "minor",
    Severity.INFO.value: "info",
}
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something to be said beside a line."""

    kind: str
    """`Unreadable`, or the severity of a result."""
    check: str
    """What was asked of the data."""
    text: str
    place: Place | None


def annotations(report: Report, folder: str) -> Iterator[Annotation]:
    """Yield what a report says, the gravest first; places are below the folder."""
    for problem in report.problems:
        yield Annotation("Unreadable", "readable", problem.message, _in(folder, problem.place))
    for result in report.results:
        place = _in(folder, result.place) if result.place else None
        yield Annotation(result.severity.value, local_name(result.component), _said(result), place)


def github(report: Report, folder: str) -> Iterator[str]:
    """Yield the workflow commands that make annotations, as many as are shown of a step.

    Where there are more, a last one says so.
    """
    counts: Counter[str] = Counter()
    for each in annotations(report, folder):
        command = _COMMANDS[each.kind]
        counts[command] += 1
        if counts[command] <= SHOWN:
            yield _command(command, each)
    unshown = sum(max(0, count - SHOWN) for count in counts.values())
    if unshown:
        yield f"::notice title=tgkg::{unshown:,} more are in the summary and in the log."


def gitlab(report: Report, folder: str) -> str:
    """Return a report of code quality in JSON (GitLab's form of Code Climate's)."""
    met: Counter[str] = Counter()
    issues = []
    for each in annotations(report, folder):
        place = each.place or Place(folder)
        said = json.dumps([each.kind, each.check, each.text, place.file])
        met[said] += 1  # lines are left out: an issue stays the same where others are added above
        fingerprint = hashlib.sha256(f"{met[said]} {said}".encode()).hexdigest()
        issues.append(
            {
                "description": each.text,
                "check_name": each.check,
                "fingerprint": fingerprint,
                "severity": _GRAVITY[each.kind],
                "location": {"path": place.file, "lines": {"begin": place.line or 1}},
            }
        )
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _command(command: str, each: Annotation) -> str:
    place = each.place
    properties = {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "col": place.column if place else None,
        "title": f"{each.kind}: {each.check}",
    }
    written = ",".join(
        f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items() if value
    )
    return f"::{command} {written}::{_escaped(each.text)}"


def _escaped(text: str, also: str = "") -> str:
    """Write a text so that nothing in it is read as a command, or as the end of one."""
    plain = _CONTROL.sub(" ", text)
    for sign in ("%", "\r", "\n", *also):
        plain = plain.replace(sign, f"%{ord(sign):02X}")
    return plain


def _said(result: Result) -> str:
    about = " ".join(filter(None, (result.focus, result.path, result.value)))
    return f"{result.message().strip() or local_name(result.component)}\n{about}"


def _in(folder: str, place: Place) -> Place:
    """Return a place below the folder, which is `.` for the top of the repository."""
    if folder == "." or place.file.startswith("/"):
        return place
    return Place(f"{folder}/{place.file}", place.line, place.column)
