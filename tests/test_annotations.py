"""What hosting services are told of a report: beside which line, in which words, how much."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.annotations import SHOWN, github, gitlab
from tgkg.errors import Place, Problem
from tgkg.report import Report, Result, Severity, ShapeCount
from tgkg.report_markdown import MOST_ROWS, markdown

SH = "http://www.w3.org/ns/shacl#"


def result(number=1, severity=Severity.VIOLATION, message="Give it.", place=None):
    """Makes a result of a line of its own."""
    return Result(
        focus=f"<https://example.org/{number}>",
        component=SH + "MinCountConstraintComponent",
        shape="[]",
        severity=severity,
        path="<https://example.org/p>",
        messages={"en": message},
        place=place or Place("data/a.ttl", number),
    )


def test_a_result_stands_beside_its_line():
    """A violation is an error, a warning a warning, a remark a notice; each with its line."""
    found = github(Report(results=tuple(map(result, (1, 2, 3), Severity))), "graph")
    assert [line.partition(" ")[0] for line in found] == ["::error", "::warning", "::notice"]
    (line,) = github(Report(results=(result(),)), "graph")
    assert line == (
        "::error file=graph/data/a.ttl,line=1,title=Violation%3A MinCountConstraintComponent"
        "::Give it.%0A<https://example.org/1> <https://example.org/p>"
    )


def test_what_cannot_be_read_stands_beside_its_column():
    """A problem is an error at its line and column; at the top no folder is put before it."""
    (line,) = github(Report(problems=(Problem(Place("a.ttl", 3, 7), "is broken."),)), ".")
    assert line == "::error file=a.ttl,line=3,col=7,title=Unreadable%3A readable::is broken."


@given(st.text(max_size=40), st.text(min_size=1, max_size=20))
def test_no_text_becomes_a_command(message, file):
    """Whatever the data and the names of files are, there is one line, with one command."""
    broken = result(message=f"x{message}", place=Place(file, 1))
    (line,) = github(Report(results=(broken,)), ".")
    assert not re.search("[\r\n]", line)
    properties = re.fullmatch(r"::error ([^:]*)::.*", line)[1]
    assert [pair.partition("=")[0] for pair in properties.split(",")] == ["file", "line", "title"]


def test_as_many_annotations_as_are_shown():
    """Of each kind there are no more than GitHub shows; the last line says how many are not."""
    results = [result(number) for number in range(1, SHOWN + 6)]
    *shown, last = github(Report(results=tuple(results)), ".")
    assert len(shown) == SHOWN
    assert "5 more" in last


def test_gitlab_has_every_result_once():
    """Each has a path, a line, a severity and a fingerprint of its own."""
    problem = Problem(Place("b.ttl"), "is broken.")
    report = Report((problem,), (result(), result(), result(2, Severity.INFO)))
    issues = json.loads(gitlab(report, "graph"))
    assert [each["severity"] for each in issues] == ["blocker", "critical", "critical", "info"]
    assert issues[0]["location"] == {"path": "graph/b.ttl", "lines": {"begin": 1}}
    assert len({each["fingerprint"] for each in issues}) == len(issues)


def test_a_fingerprint_stays_when_lines_move():
    """An issue that was there before is the same one after lines were added above it."""
    before, after = (
        json.loads(gitlab(Report(results=(result(place=Place("a.ttl", line)),)), "."))[0]
        for line in (3, 8)
    )
    assert before["fingerprint"] == after["fingerprint"]


COUNTS = (ShapeCount("<https://e.org/S>", 1200, 1199, {"en": "A | shape"}),)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (Report(), "everything is readable and satisfies the shapes"),
        (Report(validated=False), "there are no shapes"),
        (Report(results=(result(),)), "1 violation"),
        (Report(results=(result(severity=Severity.INFO),)), "no violations, 1 remark"),
        (Report(problems=(Problem(Place("a"), "x"),) * 2), "2 sources cannot be read"),
    ],
)
def test_the_summary_begins_with_the_verdict(report, verdict):
    """The heading says how it stands."""
    assert verdict in markdown(report, ".").splitlines()[0]


def test_the_summary_shows_texts_as_they_are():
    """No text of the data becomes markup, and each row stays a row."""
    hostile = "a|b\n<img src=x> [link](http://x) `code` @team"
    text = markdown(Report(results=(result(message=hostile),), shapes=COUNTS), "graph")
    (row,) = [line for line in text.splitlines() if line.startswith("| Violation")]
    assert r"a\|b \<img src=x\> \[link\](http\://x) \`code\` \@team" in row
    assert r"| A \| shape | 1,200 | 1,199 |" in text
    assert "1 shape checked 1,200 nodes." in text


def test_the_summary_of_much_is_short():
    """A long report is cut, and says where the rest is."""
    results = tuple(result(number) for number in range(1, MOST_ROWS + 11))
    text = markdown(Report(results=results), ".")
    assert text.count("| Violation |") == MOST_ROWS
    assert "10 more" in text


def test_the_summary_says_why_it_was_published():
    """A reason to publish in spite of violations is shown."""
    assert "We know\\." not in markdown(Report(), ".")
    report = Report(results=(result(),)).allowing("We know it")
    assert "Published all the same: We know it" in markdown(report, ".")
