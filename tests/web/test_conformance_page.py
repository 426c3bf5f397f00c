"""The page of W3C's tests: its numbers add up, in both languages, and as data."""

import json
import re
from importlib import resources

import pyoxigraph as ox
import pytest

from tgkg.formats import RDF_FORMATS

EARL = "http://www.w3.org/ns/earl#"
REPORT = resources.files("tgkg.web") / "conformance_report"


@pytest.fixture(scope="module")
def results() -> dict:
    """Gives the packaged table."""
    return json.loads((REPORT / "table.json").read_text(encoding="utf-8"))["results"]


def earl(response) -> list[ox.Triple]:
    """Gives the triples of an answer in Turtle."""
    return [quad.triple for quad in ox.parse(response.data, format=ox.RdfFormat.TURTLE)]


def test_the_page_shows_every_failure(client, results):
    """Each test that failed is there by name, under its reason."""
    text = client.get("/conformance?lang=en", headers={"Accept": "text/html"}).text
    for reason in results["failed"]:
        assert reason["issue"] in text
        for test in reason["tests"]:
            assert test["page"] in text


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "What fails, and why"), ("nl", "Wat mislukt, en waarom")]
)
def test_the_page_speaks_both_languages(client, results, language, heading):
    """Headings and reasons are in the reader's language."""
    response = client.get(f"/conformance?lang={language}", headers={"Accept": "text/html"})
    text = re.sub("&#39;|&#x27;", "'", response.text)
    assert heading in text
    assert response.headers["Content-Language"] == language
    assert results["not_run"][0]["reason"][language] in text


def test_the_counts_add_up(results):
    """What failed or was not run is listed, no test more and no test less."""
    for key in ("failed", "not_run"):
        listed = sum(len(reason["tests"]) for reason in results[key])
        assert listed == sum(section[key] for section in results["sections"])


def test_the_table_is_there_as_json(client, results):
    """The same numbers, for programs."""
    response = client.get("/conformance", headers={"Accept": "application/json"})
    assert response.json["results"] == results


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_the_report_is_there_as_rdf(client, fmt):
    """EARL comes in every RDF format, by Accept and by name, the same bytes at every request."""
    by_accept = client.get("/conformance", headers={"Accept": fmt.media_type})
    by_name = client.get(f"/conformance?format={fmt.extension}")
    assert by_accept.mimetype == fmt.media_type
    assert by_accept.data == by_name.data


def test_the_report_has_an_outcome_for_each_test(client, results):
    """Each assertion of EARL has its test and its outcome; the counts are those of the page."""
    said = earl(client.get("/conformance?format=ttl"))
    outcomes = [
        t.object.value.removeprefix(EARL) for t in said if t.predicate.value == f"{EARL}outcome"
    ]
    for outcome, key in (("passed", "passed"), ("failed", "failed"), ("inapplicable", "not_run")):
        assert outcomes.count(outcome) == sum(section[key] for section in results["sections"])
    assert len({t.object for t in said if t.predicate.value == f"{EARL}test"}) == len(outcomes)


def test_the_report_is_about_what_the_page_shows(client):
    """The software that was tested is named by the address of the page, whatever the host."""
    said = earl(client.get("/conformance?format=ttl", base_url="https://kg.example/"))
    subjects = {t.object.value for t in said if t.predicate.value == f"{EARL}subject"}
    assert len(subjects) == 1
    assert subjects.pop().endswith("/conformance#software")
