"""How the commands look in a terminal: progress, reports, tables. Data goes to stdout alone."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tgkg.engine.port import Answer
from tgkg.errors import QueryPosition, QuerySyntaxError
from tgkg.formats import SPARQL_JSON, TURTLE
from tgkg.iris import COMMON_PREFIXES
from tgkg.publish.build import Outcome
from tgkg.push.pushing import Pushed
from tgkg.report import Report, Result, Severity
from tgkg.report_rdf import report_quads
from tgkg.serialization import serialize

_STYLES: Final = {
    Severity.VIOLATION: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
}


class Terminal:
    """Prints for one command; colours, spinners and tables' lines only on a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(highlight=False, soft_wrap=True, stderr=True)
        self._status = self._err.status("")
        self._told = time.monotonic()

    def progress(self, doing: str) -> None:
        """Show what is being done; where there is no terminal, a line a second at most."""
        if self._quiet:
            return
        if self._err.is_terminal:
            self._status.update(Text(f"{doing} ..."))
            self._status.start()
        elif time.monotonic() - self._told > 1:
            self._told = time.monotonic()
            self._err.print(f"{doing} ...", markup=False)

    def outcome(self, outcome: Outcome) -> None:
        """Say what became of the sources, and which release there is now."""
        self._status.stop()
        report, release = outcome.report, outcome.release
        if report and (report.results or report.problems):
            self._text_report(report, self._err)
        if report and not report.publishable:
            kept = f"release {release.id[:12]} stays." if release else "there is no earlier one."
            self._err.print(f"No release was made; {kept}", style="bold", markup=False)
            if report.violations and not report.problems:
                self._err.print(
                    "Mend the sources, or build with --allow REASON to publish them as they are.",
                    markup=False,
                )
        if release and release.manifest.allowed is not None:
            allowed = f"It breaks its shapes, and is published because: {release.manifest.allowed}"
            self._err.print(allowed, style="bold yellow", markup=False)
        if self._quiet or release is None:
            return
        self._notes(report)
        counts = release.manifest.counts
        self._err.print(
            f"Release {release.id[:12]}: {counts.triples:,} triples, "
            f"{counts.subjects:,} subjects, {len(counts.graphs):,} graphs.",
            markup=False,
        )
        for reason in release.manifest.refused.values():
            self._err.print(f"One dump is absent. {reason}", style="yellow", markup=False)
        if report:
            self._err.print(str(release.folder), style="dim", markup=False)

    def caution(self, words: str) -> None:
        """Say what should be known before anything is relied upon; with `--quiet` too."""
        self._status.stop()
        self._err.print(words, style="bold yellow", markup=False)

    def pushed(self, url: str, push: Pushed) -> None:
        """Say what became of a push, or what it would do."""
        self._status.stop()
        if self._quiet and not push.is_dry:
            return
        for sample in dict.fromkeys(push.rewritten):
            self._err.print(f"The store writes this otherwise: {sample}", style="dim", markup=False)
        what = f"{_count(push.triples, 'statement')} in {_count(len(push.graphs), 'graph')}"
        before = f"release {push.held[:12]}" if push.held else "no release of this graph"
        if not push.is_change:
            said = f"{url} holds release {push.release[:12]} already: nothing to do."
        elif push.is_dry:
            said = f"{url} holds {before}; release {push.release[:12]} would come: {what}."
        else:
            said = f"{url} held {before}; now release {push.release[:12]}: {what}."
        self._err.print(said, markup=False)
        if not push.is_change:
            return
        if push.caution:
            self._err.print(push.caution, style="yellow", markup=False)
        for graph in push.obsolete:
            gone = "would go" if push.is_dry else "is gone"
            self._err.print(f"{graph} is not in this release and {gone}.", markup=False)

    def report(self, report: Report, form: str) -> None:
        """Print a report to stdout: for people, as JSON, or as a SHACL report in Turtle."""
        self._status.stop()
        if form == "json":
            self._raw(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n")
        elif form == "ttl":
            self._raw(serialize(report_quads(report), TURTLE, COMMON_PREFIXES).decode())
            for problem in report.problems:  # SHACL has no word for what cannot be read
                self._err.print(str(problem), style="bold red", markup=False)
        else:
            self._text_report(report, self._out)
            if not self._quiet:
                self._notes(report)
                self._summary(report)

    def answer(self, answer: Answer) -> None:
        """Print an answer to stdout as it is."""
        self._status.stop()
        self._raw(answer.content.decode())

    def table(self, answer: Answer) -> None:
        """Print SPARQL JSON results as a table, yes or no; RDF as it is."""
        if answer.format is not SPARQL_JSON:
            self.answer(answer)
            return
        self._status.stop()
        results = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
        if isinstance(results, ox.QueryBoolean):
            self._out.print("yes" if results else "no")
        elif isinstance(results, ox.QuerySolutions):
            self._table(results)

    def query_error(self, text: str, error: QuerySyntaxError) -> None:
        """Print what is wrong with a query, with a pointer under the place."""
        self._status.stop()
        position = error.position
        if position is None:
            self._err.print(str(error), style="bold red", markup=False)
            return
        self._err.print(
            f"line {position.line}, column {position.column}: {error}",
            style="bold red", markup=False,
        )  # fmt: skip
        line, column = _within(text.splitlines(), position)
        self._err.print(f"  {line}", markup=False)
        self._err.print(f"  {' ' * column}^", style="bold red", markup=False)

    def _raw(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def _text_report(self, report: Report, console: Console) -> None:
        for problem in report.problems:
            console.print(Text(str(problem.place), "bold"), Text("Unreadable", "bold red"))
            console.print(f"    {problem.message}\n", markup=False)
        for result in _told_once(report.results):
            self._result(result, console)

    def _result(self, result: Result, console: Console) -> None:
        place = str(result.place) if result.place else "(no place in the sources)"
        severity = Text(result.severity.value, _STYLES[result.severity])
        console.print(Text(place, "bold"), severity)
        console.print(f"    focus  {result.focus}", markup=False)
        if result.path:
            console.print(f"    path   {result.path}", markup=False)
        if result.value:
            console.print(f"    value  {result.value}", markup=False)
        message = result.message(terminal_languages()).strip()
        console.print(f"    {message}\n", markup=False)

    def _notes(self, report: Report | None) -> None:
        if report is None:
            return
        for note in report.notes:
            self._err.print(note, style="dim", markup=False)
        if not report.validated and not report.problems:
            self._err.print("There are no shapes: the data is not validated.", style="yellow")

    def _summary(self, report: Report) -> None:
        if report.problems:
            self._err.print(f"{_count(len(report.problems), 'problem')} to mend.", style="bold")
            return
        by_severity = Counter(result.severity for result in report.results)
        said = ", ".join(
            _count(by_severity[severity], severity.value.lower())
            for severity in Severity
            if by_severity[severity]
        )
        if report.shapes:
            self._err.print(report.extent, style="dim", markup=False)
        if said:
            self._err.print(f"{said}.", style="bold")
        elif report.validated:
            self._err.print("Everything is readable and satisfies the shapes.", style="green")

    def _table(self, solutions: ox.QuerySolutions) -> None:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for variable in solutions.variables:
            table.add_column(variable.value, overflow="fold")
        rows = 0
        for solution in solutions:
            rows += 1
            table.add_row(*(Text(_shown(term)) for term in solution))
        self._out.print(table, soft_wrap=not self._out.is_terminal)
        if not self._quiet:
            self._err.print(_count(rows, "row"), style="dim")


def _within(lines: list[str], position: QueryPosition) -> tuple[str, int]:
    """Return the line to show and where to point in it; past the end, the end."""
    if position.line <= len(lines):
        return lines[position.line - 1], position.column - 1
    return (lines[-1], len(lines[-1])) if lines else ("", 0)


def _told_once(results: Iterable[Result]) -> Iterable[Result]:
    """Leave out results that differ in nothing a person reads, only in their constraint."""
    told = {(r.place, r.focus, r.path, r.value, r.message()): r for r in results}
    return told.values()


def terminal_languages() -> tuple[str, ...]:
    """Return the languages that the terminal's user reads, by the environment (POSIX)."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return (value[:2].lower(), "en")
    return ("en",)


def _shown(term: object) -> str:
    """Return a term as a table shows it: bare text, an IRI in angle brackets."""
    if term is None:
        return ""
    return term.value if isinstance(term, ox.Literal) else str(term)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
