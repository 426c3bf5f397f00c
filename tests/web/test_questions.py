"""A project's questions stand where its readers ask."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

QUERY = """\
# title@en: How many statements are there?
# title@nl: Hoeveel uitspraken zijn er?

SELECT (COUNT(*) AS ?n) { ?s ?p ?o }
"""


@pytest.fixture
def client(project, site_with):
    """Publishes the isles with two queries, one of which has no title."""
    folder = project / "queries"
    folder.mkdir()
    (folder / "how-many.rq").write_text(QUERY)
    (folder / "nameless.rq").write_text("ASK {}")
    return site_with()


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "How many statements are there?"), ("nl", "Hoeveel uitspraken zijn er?")],
)
def test_the_query_page_offers_each_question_in_the_readers_language(client, language, title):
    """A query with a title is offered by it, ready to run; one without is not."""
    html = client.get(f"/sparql?lang={language}", headers={"Accept": "text/html"}).text
    section = html.partition('id="questions"')[2].partition("</section>")[0]
    [(href, said)] = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', section)
    assert said == title
    assert parse_qs(urlsplit(unescape(href)).query)["query"] == [
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }\n"
    ]


def test_a_project_without_questions_has_no_place_for_them(site_with):
    """Where there is no query with a title, the page does not speak of questions."""
    html = site_with().get("/sparql?lang=en", headers={"Accept": "text/html"}).text
    assert 'id="questions"' not in html
