"""Runs W3C's tests and writes what `/conformance` shows: `make conformance`."""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from conformance.manifests import Suite, read_suite
from conformance.serving import serving
from conformance.verdicts import (
    FAILED,
    NOT_RUN,
    PASSED,
    Exceptions,
    Reason,
    Verdict,
    judge,
    read_exceptions,
)

CHECKOUT = Path(__file__).resolve().parent.parent.parent
TABLE = CHECKOUT / "src/tgkg/web/conformance_report/table.json"
PUBLISHED = "https://w3c.github.io/rdf-tests/sparql/"
"""Where W3C shows each test to people."""

EARL = """\
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX doap: <http://usefulinc.com/ns/doap#>
PREFIX earl: <http://www.w3.org/ns/earl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

# Evaluation and Report Language 1.0: what became of each of W3C's tests of SPARQL.
# The base IRI is the address of the page that shows this: /conformance.
<#software> a doap:Project, earl:Software, earl:TestSubject ;
  doap:name "tgkg" ; doap:release <#version> ; dct:requires <#engine> .
<#version> a doap:Version ; doap:revision "%s" .
<#engine> a doap:Project, earl:Software ; doap:name "Oxigraph" ; doap:release <#engine-version> .
<#engine-version> a doap:Version ; doap:revision "%s" .
<#tests> a earl:Software, earl:Assertor ; doap:name "tests/conformance of tgkg" .
"""
ASSERTION = """
<#{id}> a earl:Assertion ; earl:assertedBy <#tests> ; earl:subject <#software> ;
  earl:mode earl:automatic ; earl:test <{iri}> ; earl:result <#{id}/result> .
<#{id}/result> a earl:TestResult ; earl:outcome earl:{outcome} ;
  dct:date "{date}"^^xsd:date{why} .
"""
OUTCOMES = {PASSED: "passed", FAILED: "failed", NOT_RUN: "inapplicable"}


def earl(verdicts: Iterable[Verdict], date: str, software: str, engine: str) -> str:
    """Write the report in EARL (https://www.w3.org/TR/EARL10-Schema/), in Turtle."""
    written = [EARL % (software, engine)]
    for verdict in verdicts:
        case, outcome = verdict.case, OUTCOMES[verdict.outcome]
        why = _said(verdict.reason) if verdict.reason else ""
        block = ASSERTION.format(id=case.id, iri=case.iri, outcome=outcome, date=date, why=why)
        written.append(block)
    return "".join(written)


def _said(reason: Reason) -> str:
    texts = "".join(f" ;\n  earl:info {json.dumps(text)}@{tag}" for tag, text in reason.texts)
    return texts + (f" ;\n  rdfs:seeAlso <{reason.issue}>" if reason.issue else "")


def table(verdicts: Sequence[Verdict], suite: Suite, exceptions: Exceptions) -> dict[str, Any]:
    """Return what the page shows: counts by section, and what did not pass by its reason."""
    counts = Counter((each.case.suite, each.case.section, each.outcome) for each in verdicts)
    places = dict.fromkeys((each.case.suite, each.case.section) for each in verdicts)
    outcomes = {"passed": PASSED, "failed": FAILED, "not_run": NOT_RUN}
    return {
        "sections": [
            {"suite": suite, "section": section}
            | {key: counts[suite, section, outcome] for key, outcome in outcomes.items()}
            for suite, section in places
        ],
        **{
            key: [
                _described(reason) | {"tests": [_named(v) for v in verdicts if v.reason == reason]}
                for reason in _reasons(verdicts, outcomes[key])
            ]
            for key in ("failed", "not_run")
        },
        "absent": [
            _described(reason)
            | {"sections": [s for s in suite.absent if exceptions.absent.get(s) == reason]}
            for reason in dict.fromkeys(exceptions.absent.values())
        ],
    }


def _reasons(verdicts: Iterable[Verdict], outcome: str) -> list[Reason]:
    """Return the reasons for an outcome, that of most tests first."""
    counted = Counter(each.reason for each in verdicts if each.outcome == outcome)
    return [reason for reason, _ in counted.most_common() if reason]


def _described(reason: Reason) -> dict[str, Any]:
    return {"reason": dict(reason.texts), "part": reason.part, "issue": reason.issue}


def _named(verdict: Verdict) -> dict[str, str]:
    case = verdict.case
    page = f"{PUBLISHED}{case.suite}/{case.section}/#{case.iri.rpartition('#')[2]}"
    return {"name": case.id, "iri": case.iri, "page": page}


def main() -> None:
    """Run the tests, write both files, and end with 1 where the list of exceptions is wrong."""
    data = Path(os.environ.get("TGKG_TEST_DATA") or CHECKOUT.parent / "shared") / "w3c/sparql"
    if not data.is_dir():
        sys.exit(f"no W3C tests at {data}: set TGKG_TEST_DATA")
    suite, exceptions = read_suite(data), read_exceptions()
    with tempfile.TemporaryDirectory() as scratch, serving(suite, Path(scratch)) as server:
        verdicts = tuple(judge(suite, server, exceptions))
    about = {
        "date": datetime.now(UTC).date().isoformat(),
        "software": version("tgkg"),
        "engine": version("pyoxigraph"),
    }
    shown = {**about, "results": table(verdicts, suite, exceptions)}
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    TABLE.with_name("earl.ttl").write_text(earl(verdicts, **about), encoding="utf-8")
    sys.exit(_told(verdicts, exceptions))


def _told(verdicts: Sequence[Verdict], exceptions: Exceptions) -> int:
    """Print the counts by suite and whatever is not as listed; return the exit code."""
    counts = Counter((each.case.suite, each.outcome) for each in verdicts)
    for name in sorted({suite for suite, _ in counts}):
        click.echo("  ".join([name, *(f"{counts[name, each]} {each}" for each in OUTCOMES)]))
    surprises = [each for each in verdicts if each != exceptions.expected(each.case)]
    for each in surprises:
        click.echo(f"{each.case.iri} {each.outcome}, against tests/conformance/exceptions.toml")
    return 1 if surprises else 0


if __name__ == "__main__":
    main()
