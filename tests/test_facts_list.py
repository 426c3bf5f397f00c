"""The list of facts is true: no number is missing, and the question beside it finds the fact."""

import re
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
LIST = (CHECKOUT / "docs/facts.md").read_text("utf-8")
ROW = re.compile(
    r"^\| (\d+a?) \| (.+?) \| \[([\w-]+)\]\(\.\./queries/\3\.rq\) \| (.+?) \|$", re.MULTILINE
)
LINK = re.compile(r"\]\(\.\./(queries/[\w-]+\.rq)\)")
IDENTIFIER = ox.NamedNode("http://purl.org/dc/terms/identifier")
OF_A_FACT = "what-does-the-graph-say-of-a-fact"


class Row(NamedTuple):
    """A row of the list: the number, the question, what one row of its answer says."""

    number: str
    question: str
    cells: tuple[str, ...]


ROWS = [Row(r[1], r[3], tuple(re.findall(r"`([^`]+)`", r[4]))) for r in ROW.finditer(LIST)]
NUMBERS = list(dict.fromkeys(row.number for row in ROWS))


def answer(store: ox.Store, query: str) -> list[set[str]]:
    """Asks a question and returns the values of each row of the answer."""
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return [{term.value for term in row if isinstance(term, ox.Literal)} for row in found]


def question(name: str) -> str:
    """Returns the query of a question."""
    return (CHECKOUT / f"queries/{name}.rq").read_text("utf-8")


def test_every_line_of_a_table_is_a_row():
    """No line of a table is written so that the other tests would pass it by."""
    lines = [line for line in LIST.splitlines() if re.match(r"\| *\d", line)]

    assert len(lines) == len(ROWS) > 61
    assert all(row.cells for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}-{row.question}")
def test_the_question_finds_the_fact(store, row):
    """One row of the answer says all that the list says it does."""
    assert any(values.issuperset(row.cells) for values in answer(store, question(row.question)))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_fact_is_found_by_its_number(store, number):
    """As the list says: one question finds what there is about any fact."""
    query = question(OF_A_FACT)
    assert query.count('VALUES ?fact { "37" }') == 1

    assert answer(store, query.replace('VALUES ?fact { "37" }', f'VALUES ?fact {{ "{number}" }}'))


def test_the_list_has_the_facts_of_the_graph(store):
    """It has every number that something in the graph carries, in their order, and no other."""
    carried = {str(quad.object.value) for quad in store.quads_for_pattern(None, IDENTIFIER, None)}

    assert sorted(carried, key=lambda n: (int(n.rstrip("a")), n)) == NUMBERS


def test_the_list_has_the_facts_of_the_documents(test_data):
    """It has every number of the project's list of what the documents say."""
    text = (test_data / "domain/FACTS.md").read_text("utf-8")
    numbers: list[str] = []
    for first, last in re.findall(r"^\| (\d+a?)(?:-(\d+))? \|", text, re.MULTILINE):
        numbers += map(str, range(int(first), int(last) + 1)) if last else [first]

    assert len(numbers) == 61
    assert numbers == NUMBERS


def test_every_link_of_the_list_leads_somewhere():
    """Each question that the list points to is there."""
    links = set(LINK.findall(LIST))

    assert len(links) > 30
    assert [link for link in links if not (CHECKOUT / link).is_file()] == []
