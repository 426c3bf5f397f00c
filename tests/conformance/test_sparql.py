"""W3C's tests of SPARQL 1.0, 1.1 and 1.2, asked of a running server over HTTP."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conformance.manifests import Case, Suite, read_suite
from conformance.report import TABLE, earl, table
from conformance.running import MismatchError, run
from conformance.serving import Server, serving
from conformance.verdicts import NOT_RUN, read_exceptions

pytestmark = pytest.mark.system

FOLDER = Path(os.environ["TGKG_TEST_DATA"]) / "w3c/sparql"
SUITE = read_suite(FOLDER) if FOLDER.is_dir() else Suite(FOLDER, (), ())
EXCEPTIONS = read_exceptions()


@pytest.fixture(scope="module")
def suite(test_data: Path) -> Suite:
    """Gives the tests; skips where there are none."""
    if not SUITE.cases:
        pytest.skip(f"no w3c/sparql under {test_data}: set TGKG_TEST_DATA")
    return SUITE


@pytest.fixture(scope="module")
def server(suite: Suite, tmp_path_factory) -> Iterator[Server]:
    """Gives a server that holds the data of all tests."""
    with serving(suite, tmp_path_factory.mktemp("w3c")) as running:
        yield running


def cases() -> Iterator[object]:
    """Yields the tests to run; those that are known to fail must fail."""
    for case in SUITE.cases:
        verdict = EXCEPTIONS.expected(case)
        if verdict.outcome == NOT_RUN:
            continue
        marks = []
        if reason := verdict.reason:
            known = reason.issue or "no upstream issue found"
            marks.append(pytest.mark.xfail(raises=MismatchError, strict=True, reason=known))
        yield pytest.param(case, id=case.id, marks=marks)


@pytest.mark.parametrize("case", [*cases()] or [None])
def test_w3c(case: Case, suite: Suite, server: Server):
    """The server answers as W3C expects, or fails as tests/conformance/exceptions.toml says."""
    run(case, suite, server)


def test_every_exception_is_a_test(suite):
    """Whatever the list of exceptions names is there: no entry has outlived its test."""
    known = {case.iri for case in suite.cases}
    assert {*EXCEPTIONS.failing, *EXCEPTIONS.tests} - known == set()
    assert set(EXCEPTIONS.kinds) - {case.kind for case in suite.cases} == set()
    present = {f"{case.suite}/{case.section}" for case in suite.cases}
    assert set(EXCEPTIONS.sections) - present == set()


def test_every_section_that_is_not_here_has_a_reason(suite):
    """Nothing that a manifest includes is passed over in silence."""
    assert {*suite.absent} == {*EXCEPTIONS.absent}


def test_every_manifest_is_read(suite):
    """Each folder with a manifest is among the sections."""
    sections = {f"{case.suite}/{case.section}" for case in suite.cases}
    folders = {path.parent.relative_to(suite.folder) for path in FOLDER.glob("*/*/manifest.ttl")}
    assert {folder.as_posix() for folder in folders} == sections


def test_the_page_shows_these_results(suite):
    """What `/conformance` shows is what runs here; `make conformance` writes it anew."""
    shown = json.loads(TABLE.read_text(encoding="utf-8"))
    verdicts = tuple(EXCEPTIONS.expected(case) for case in suite.cases)
    assert shown["results"] == table(verdicts, suite, EXCEPTIONS)
    written = TABLE.with_name("earl.ttl").read_text(encoding="utf-8")
    assert written == earl(verdicts, shown["date"], shown["software"], shown["engine"])
