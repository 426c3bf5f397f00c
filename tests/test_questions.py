"""Every question of the graph has an answer that is known beforehand, and they leave nothing out.

A question is a query that runs as it stands. Its comments say its title and its description in
both languages, and one line for each parameter:

    # parameter <name>: <datatype> default <value>

The query binds the variable of that name by VALUES to the default: an IRI where the datatype is
xsd:anyURI, else a literal of that datatype.
"""

import csv
import io
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tgkg.engine.embedded import EmbeddedEngine
from tgkg.engine.port import QueryRequest
from tgkg.formats import CSV

CHECKOUT = Path(__file__).resolve().parent.parent
QUERIES = sorted((CHECKOUT / "queries").glob("*.rq"))
PARAMETER = re.compile(r"^# parameter (\w+): (xsd:\w+) default (\S+)$", re.MULTILINE)
PREFIX = re.compile(r"^PREFIX ([\w-]*): <(.*)>$", re.MULTILINE)
NAME = re.compile(r"(?<![\w:/-])([\w-]+):([\w-]+)")
LANGUAGE = 'VALUES ?language { "en" }'
GAPS = {
    "https://w3id.org/tgkg/def#OpenQuestion",
    "https://w3id.org/tgkg/def#Difference",
    "https://w3id.org/tgkg/def#moreThan",
    "https://w3id.org/tgkg/def#periodReading",
    "https://w3id.org/tgkg/id/reading/not-determinable",
}
TERMS_OF_VOCABULARIES = ("owl#", "rdf-schema#", "22-rdf-syntax-ns#")


@pytest.fixture(scope="module")
def engine(quads, tmp_path_factory) -> EmbeddedEngine:
    """Gives the engine that visitors ask, over the graph."""
    data = tmp_path_factory.mktemp("release") / "data.nq"
    data.write_text("".join(f"{quad} .\n" for quad in dict.fromkeys(quads)), "utf-8")
    counts = SimpleNamespace(quads=len(quads))
    manifest = SimpleNamespace(counts=counts)
    return EmbeddedEngine(SimpleNamespace(data=data, folder=data.parent, manifest=manifest))


def answer(engine: EmbeddedEngine, query: str) -> list[list[str]]:
    """Asks a question and returns the rows of the answer, the header first."""
    body = engine.query(QueryRequest(query, results=CSV)).body.decode()
    return list(csv.reader(io.StringIO(body, newline="")))


def expected(file: Path) -> list[list[str]]:
    """Returns the rows that are expected of a question, the header first."""
    with (file.parent / "expected" / f"{file.stem}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.reader(rows))


def names_in(query: str) -> set[str]:
    """Returns the IRIs of the prefixed names in a query."""
    prefixes = dict(PREFIX.findall(query))
    used = NAME.findall(PREFIX.sub("", re.sub(r"^#.*$|\"[^\"]*\"", "", query, flags=re.MULTILINE)))
    return {prefixes[prefix] + local for prefix, local in used if prefix in prefixes}


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_the_answer_is_the_expected_one(engine, file):
    """To the letter; in the same order where the question asks for one."""
    query = file.read_text("utf-8")
    found, known = answer(engine, query), expected(file)
    assert len(known) > 1, "a question without an answer is none"
    if "ORDER BY" not in query:
        found[1:], known[1:] = sorted(found[1:]), sorted(known[1:])
    assert found == known


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_parameters_are_bound_to_their_defaults(file):
    """Each declared parameter is in the query, typed, with the default that the comment says."""
    query = file.read_text("utf-8")
    prefixes = dict(PREFIX.findall(query))
    bound = dict(re.findall(r"^  VALUES \?(\w+) \{ (\S+) \}$", query, re.MULTILINE))
    declared = PARAMETER.findall(query)
    assert query.count("\n# parameter") == len(declared)
    for name, datatype, default in declared:
        value = re.sub(r"^([\w-]+):([\w-]+)$", lambda m: prefixes[m[1]] + m[2], bound[name])
        literal = f'"{default}"' if datatype == "xsd:string" else f'"{default}"^^{datatype}'
        assert value == (default if datatype in ("xsd:anyURI", "xsd:integer") else literal)


@pytest.mark.parametrize(
    "file", [f for f in QUERIES if LANGUAGE in f.read_text("utf-8")], ids=lambda file: file.stem
)
def test_a_question_with_a_language_is_answered_in_dutch_too(engine, file):
    """The same question in Dutch has as many answers, and other words."""
    query = file.read_text("utf-8").replace(LANGUAGE, LANGUAGE.replace("en", "nl"))
    found = answer(engine, query)
    assert len(found) == len(expected(file))
    assert sorted(found) != sorted(expected(file))


@pytest.mark.parametrize(
    ("name", "default", "other", "rows"),
    [
        ("how-many-first-year-students-by-programme-and-gender", '"2019"', '"2015"', 9),
        ("how-did-enrolment-in-a-programme-develop", "klinische-technologie }", None, 5),
        ("which-numbers-does-duo-give-of-a-programme", "master-clinical-technology }",
         "bachelor-technische-geneeskunde }", 30),
        ("how-is-a-table-built", "table:graduates", "table:fellows", 5),
    ],
)  # fmt: skip
def test_another_value_gives_another_answer(engine, name, default, other, rows):
    """A parameter makes a difference."""
    file = CHECKOUT / "queries" / f"{name}.rq"
    other = other or "technische-geneeskunde }"
    found = answer(engine, file.read_text("utf-8").replace(default, other))
    assert found != expected(file)
    assert len(found) - 1 == rows


def test_there_are_questions_enough():
    """Forty, and eight of them about what the sources do not say."""
    honest = [file for file in QUERIES if names_in(file.read_text("utf-8")) & GAPS]
    assert len(QUERIES) >= 40
    assert len(honest) >= 8


def test_no_answer_is_left_without_its_question():
    """Each expected answer belongs to a question."""
    answers = {file.stem for file in (CHECKOUT / "queries/expected").iterdir()}
    assert answers == {file.stem for file in QUERIES}


def test_every_class_is_asked_about(quads):
    """Each class that something in the graph belongs to is named in a question."""
    classes = {q.object.value for q in quads if q.predicate.value.endswith("-syntax-ns#type")}
    named = {name for file in QUERIES for name in names_in(file.read_text("utf-8"))}
    asked = {c for c in classes if not any(part in c for part in TERMS_OF_VOCABULARIES)}
    assert len(asked) > 25
    assert asked - named == set()


def test_every_source_is_asked_about(quads):
    """Each source appears in the answer to a question, or a question is about it."""
    source = "http://purl.org/dc/terms/source"
    sources = {q.object.value for q in quads if q.predicate.value == source}
    labels = {
        q.object.value
        for q in quads
        if q.subject.value in sources and q.predicate.value.endswith("#label")
        if q.object.language == "en"
    }
    said = {cell for file in QUERIES for row in expected(file) for cell in row}
    assert len(sources) >= 4
    assert labels - said == set()
