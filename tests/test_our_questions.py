"""Every question of our graph is a page in both languages, and its data are the expected answer.

Its address with .csv gives, in a spreadsheet's dialect, the answer that is expected of the query,
and the lines of curl and Python that its page shows get it.
"""

import csv
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from threading import Thread

import pyoxigraph as ox
import pytest
from werkzeug.serving import make_server

from tgkg.engine.opening import Engines, in_process
from tgkg.publish.build import build
from tgkg.release import Release, State
from tgkg.web.app import create_app
from tgkg.web.question_snippets import snippets
from tgkg.web.questions import questions_of

CHECKOUT = Path(__file__).resolve().parent.parent
SLUGS = sorted(file.stem for file in (CHECKOUT / "queries").glob("*.rq"))
BROWSER = {"Accept": "text/html"}
MOST_QUERIES = 4
"""The answer, the choices of a parameter, the names of things and whether these have a page."""


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self, engine):
        """Stands before another engine."""
        self.engine, self.asked = engine, 0

    def query(self, request):
        """Counts, and passes on."""
        self.asked += 1
        return self.engine.query(request)


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> State:
    """Publishes our graph."""
    made = State(tmp_path_factory.mktemp("state"))
    assert build([CHECKOUT], made, lambda _: None).release
    return made


@pytest.fixture(scope="module")
def release(state) -> Release:
    """Gives the release of our graph."""
    return state.current()


@pytest.fixture(scope="module")
def counted() -> list[Counting]:
    """Gives the engine of the site, once it is open."""
    return []


@pytest.fixture(scope="module")
def client(state, counted):
    """Gives a client of the site, whose queries are counted."""

    def opener(release: Release) -> Engines:
        counted.append(Counting(in_process(release).public))
        return Engines(counted[0], counted[0])

    return create_app(state, opener).test_client()


def rows_of(text: str) -> list[list[str]]:
    """Reads a CSV file as a spreadsheet does."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def without_names(rows: list[list[str]]) -> list[list[str]]:
    """Leaves out the columns with the names of things."""
    kept = [at for at, name in enumerate(rows[0]) if not name.endswith("_label")]
    return [[row[at] for at in kept] for row in rows]


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("slug", SLUGS)
def test_each_question_is_a_page_of_few_queries(client, counted, slug, language):
    """It says the question and its answer in the reader's language; no column stays a variable."""
    counted[0].asked = 0
    response = client.get(f"/questions/{slug}?lang={language}", headers=BROWSER)
    assert response.status_code == 200
    assert counted[0].asked <= MOST_QUERIES
    text = response.text
    header = (CHECKOUT / "queries" / f"{slug}.rq").read_text("utf-8")
    title = re.search(rf"^# title@{language}: (.*)$", header, re.MULTILINE)[1]
    assert f">{title}</h1>" in unescape(text)
    columns = re.search(rf"^# columns@{language}: (.*)$", header, re.MULTILINE)[1]
    shown = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", unescape(text))
    assert shown in ([], columns.split(", "))
    assert ("<figure" in text) == ("\n# show:" in header)
    assert ('class="sentence"' in text) == ("\n# sentence@" in header)


@pytest.mark.parametrize("slug", SLUGS)
def test_its_csv_is_the_expected_answer(client, slug):
    """The data have what is expected of the query, with names beside what has one."""
    response = client.get(f"/questions/{slug}.csv?lang=en")
    assert response.content_type == "text/csv; charset=utf-8"
    found = without_names(rows_of(response.text))
    with (CHECKOUT / "queries/expected" / f"{slug}.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    assert sorted(found[1:]) == sorted(expected[1:])
    assert found[0] == expected[0]


@pytest.mark.parametrize("slug", SLUGS)
def test_its_json_has_the_same_rows(client, slug):
    """JSON says as many rows, under the same columns, and numbers as numbers."""
    data = client.get(f"/questions/{slug}.json?lang=nl").get_json()
    rows = rows_of(client.get(f"/questions/{slug}.csv?lang=nl").text)
    assert data["columns"] == rows[0]
    assert [[*map(_written, row.values())] for row in data["rows"]] == [
        [cell.removeprefix("'") for cell in row] for row in rows[1:]
    ]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_sources_are_those_without_which_the_answer_is_another(release):
    """Each question names the graphs its answer rests on: all of them, and no other."""
    quads = list(ox.parse(path=str(release.data), format=ox.RdfFormat.N_QUADS))
    asked = questions_of(release)
    whole = _answers(quads, asked)
    needed = {each.slug: set() for each in asked}
    for graph in release.manifest.counts.graphs:
        found = _answers([q for q in quads if q.graph_name.value != graph], asked)
        for slug, graphs in needed.items():
            if found[slug] != whole[slug]:
                graphs.add(graph)
    assert {each.slug: set(each.sources) for each in asked} == needed


def _answers(quads, asked):
    store = ox.Store()
    store.bulk_extend(quads)
    rows = {each.slug: store.query(each.query, use_default_graph_as_union=True) for each in asked}
    return {
        slug: sorted(found.serialize(format=ox.QueryResultsFormat.CSV).splitlines())
        for slug, found in rows.items()
    }


@pytest.mark.parametrize(
    ("slug", "name", "value", "rows"),
    [
        ("how-many-first-year-students-by-programme-and-gender", "year", "2015", 9),
        ("how-is-a-table-built", "table", "https://w3id.org/tgkg/id/table/fellows", 5),
        ("which-identifiers-does-an-organisation-have", "organisation",
         "https://w3id.org/tgkg/id/organisation/delft-university-of-technology", None),
    ],
)  # fmt: skip
def test_a_parameter_in_the_address_changes_page_and_data(client, slug, name, value, rows):
    """The form offers the value, keeps it, and the data have the answer for it."""
    page = client.get(f"/questions/{slug}?lang=en", headers=BROWSER).text
    assert f'<option value="{value}"' in page
    query = {name: value, "lang": "en"}
    chosen = client.get(f"/questions/{slug}", query_string=query, headers=BROWSER).text
    assert f'<option value="{value}" selected' in chosen
    found = rows_of(client.get(f"/questions/{slug}.csv", query_string=query).text)
    usual = rows_of(client.get(f"/questions/{slug}.csv?lang=en").text)
    assert found != usual
    assert rows in (None, len(found) - 1)


def test_the_list_has_every_question_by_topic_and_by_word(client):
    """All are there, in both languages; a word finds them, accents and capitals aside."""
    for language, topic, word in (("en", "Education", "ENROLMENT"), ("nl", "Onderwijs", "enquete")):
        text = client.get(f"/questions/?lang={language}", headers=BROWSER).text
        assert set(re.findall(r'href="/questions/([a-z0-9-]+)\?', text)) == set(SLUGS)
        assert f">{topic}</bdi>" in text
        found = client.get(f"/questions/?lang={language}&q={word}", headers=BROWSER).text
        assert 0 < found.count('class="definition"') < 20
    assert "/questions/?" in client.get("/?lang=en", headers=BROWSER).text


@pytest.fixture(scope="module")
def address(state) -> Iterator[str]:
    """Serves our graph, and gives the address of a question's data."""
    server = make_server("127.0.0.1", 0, create_app(state), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    slug = "how-many-first-year-students-by-programme-and-gender"
    yield f"http://127.0.0.1:{server.server_port}/questions/{slug}.csv?year=2015&lang=nl"
    server.shutdown()
    thread.join()


@pytest.mark.system
@pytest.mark.parametrize("name", ["curl", "Python", "Python (pandas)"])
def test_the_lines_to_copy_get_the_answer(address, tmp_path, name):
    """They run as they stand, and get the words with their accents and the numbers."""
    [text] = [each.text for each in snippets(address, "students") if each.name == name]
    if name == "curl":
        if shutil.which("curl") is None:
            pytest.skip("no curl here: apt install curl")
        subprocess.run(["sh", "-c", text], cwd=tmp_path, check=True, capture_output=True)
        said = (tmp_path / "students.csv").read_text("utf-8-sig")
    else:
        said = subprocess.run(
            [sys.executable, "-c", text], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout
    assert "programme" in said
    assert "bachelor klinische technologie" in said
    assert "\ufeff" not in said
