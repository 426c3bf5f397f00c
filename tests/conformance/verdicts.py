"""What became of each test, and why: from the list of exceptions and from running the rest."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.manifests import Case, Suite
from conformance.running import MismatchError, run
from conformance.serving import Server

EXCEPTIONS = Path(__file__).parent / "exceptions.toml"
PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why tests fail or are not run."""

    texts: tuple[tuple[str, str], ...]
    """By language."""
    part: str = ""
    """What fails: `engine`, or `tgkg`; nothing where nothing is run."""
    issue: str = ""
    """Where the makers of that part know of it."""


UNEXPLAINED = Reason((("en", "Not explained yet."), ("nl", "Nog niet verklaard.")), "tgkg")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a test; with a reason, unless it passed."""

    case: Case
    outcome: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The tests that are known to fail, and those that are not run."""

    failing: Mapping[str, Reason]
    """By a test's IRI."""
    kinds: Mapping[str, Reason]
    sections: Mapping[str, Reason]
    tests: Mapping[str, Reason]
    absent: Mapping[str, Reason]
    """By section: those that the folder of the suites does not hold."""

    def not_run(self, case: Case) -> Reason | None:
        """Return why a test is not run; None where it is."""
        section = f"{case.suite}/{case.section}"
        return self.kinds.get(case.kind) or self.sections.get(section) or self.tests.get(case.iri)

    def expected(self, case: Case) -> Verdict:
        """Return what becomes of a test if the list is right."""
        if reason := self.not_run(case):
            return Verdict(case, NOT_RUN, reason)
        reason = self.failing.get(case.iri)
        return Verdict(case, FAILED if reason else PASSED, reason)


def read_exceptions() -> Exceptions:
    """Read the list of exceptions."""
    tables = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))

    def by(table: str, key: str) -> dict[str, Reason]:
        return {each: _reason(entry) for entry in tables[table] for each in entry.get(key, ())}

    return Exceptions(
        by("failing", "tests"),
        *(by("not_run", key) for key in ("kinds", "sections", "tests")),
        by("absent", "sections"),
    )


def _reason(entry: Mapping[str, str]) -> Reason:
    texts = tuple((language, entry[language]) for language in ("en", "nl"))
    return Reason(texts, entry.get("part", ""), entry.get("issue", ""))


def judge(suite: Suite, server: Server, exceptions: Exceptions) -> Iterable[Verdict]:
    """Run every test that is to be run, and yield what became of each test."""
    for case in suite.cases:
        expected = exceptions.expected(case)
        if expected.outcome == NOT_RUN:
            yield expected
            continue
        try:
            run(case, suite, server)
            yield Verdict(case, PASSED)
        except (MismatchError, ValueError):
            yield Verdict(case, FAILED, expected.reason or UNEXPLAINED)
