"""CSV becomes RDF by the mapping beside it, and every wrong cell is named by its place."""

import json
import shutil
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest

from tgkg.errors import Place, UnreadableError
from tgkg.publish.build import build, fingerprint
from tgkg.publish.examine import check
from tgkg.publish.project import open_project
from tgkg.publish.reading import read_sources
from tgkg.publish.sources import Source
from tgkg.release import State

MAPPING = {
    "@context": "http://www.w3.org/ns/csvw",
    "url": "rain.csv",
    "dialect": {"delimiter": ";"},
    "tableSchema": {
        "aboutUrl": "https://example.org/id/day/{day}-{place}",
        "primaryKey": ["day", "place"],
        "columns": [
            {
                "name": "day",
                "titles": "Day",
                "required": True,
                "propertyUrl": "dc:date",
                "datatype": {"base": "date", "format": "d-M-yyyy"},
            },
            {
                "name": "place",
                "titles": "Place",
                "datatype": {"base": "string", "format": "AMS|RTM"},
                "propertyUrl": "https://example.org/def#place",
                "valueUrl": "https://example.org/id/place/{place}",
            },
            {"name": "mm", "titles": "Rain", "datatype": {"base": "integer", "minimum": 0}},
            {"name": "note", "titles": "Note", "lang": "en", "propertyUrl": "rdfs:comment"},
            {
                "name": "type",
                "virtual": True,
                "propertyUrl": "rdf:type",
                "valueUrl": "https://example.org/def#Day",
            },
        ],
    },
}
RAIN = "Day;Place;Rain;Note\r\n1-2-2020;AMS;3;wet\r\n2-2-2020;RTM;0;\r\n"
CONSTRUCT = """
CONSTRUCT { ?day <https://example.org/def#row> ?number } WHERE {
  ?row <http://www.w3.org/ns/csvw#rownum> ?number ; <http://www.w3.org/ns/csvw#describes> ?day .
  ?day <#mm> ?rain }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Gives a project with one CSV file and its mapping."""
    (tmp_path / "data/weather").mkdir(parents=True)
    (tmp_path / "tgkg.toml").write_text('name = "w"\nbase = "https://example.org/"\n')
    (tmp_path / "data/weather/rain.csv").write_bytes(RAIN.encode())
    (tmp_path / "data/weather/rain.csv-metadata.json").write_text(json.dumps(MAPPING))
    return tmp_path


def read(folder: Path) -> Source:
    """Reads the project's one source."""
    (source,) = read_sources(open_project([folder]))
    return source


def refused(folder: Path) -> list[str]:
    """Returns the problems for which reading the project is refused."""
    with pytest.raises(UnreadableError) as caught:
        read_sources(open_project([folder]))
    return [str(problem) for problem in caught.value.problems]


def test_rows_become_triples_in_the_graph_of_the_folder(folder):
    """Cells are typed by the mapping, linked by its templates, and left out where empty."""
    day = "<https://example.org/id/day/"
    first, second = f"{day}2020-02-01-AMS>", f"{day}2020-02-02-RTM>"
    rain = "<https://example.org/data/weather/rain.csv#mm>"
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    date = "^^<http://www.w3.org/2001/XMLSchema#date>"
    written = {str(quad.triple) for quad in read(folder).quads}
    assert {
        f'{first} <http://purl.org/dc/terms/date> "2020-02-01"{date}',
        f'{first} {rain} "3"{integer}',
        f'{first} <http://www.w3.org/2000/01/rdf-schema#comment> "wet"@en',
        f'{second} {rain} "0"{integer}',
        f"{second} <https://example.org/def#place> <https://example.org/id/place/RTM>",
    } <= written
    assert len(written) == 9
    assert {str(quad.graph_name) for quad in read(folder).quads} == {
        "<https://example.org/id/graph/weather>"
    }


def test_a_query_beside_the_csv_says_what_each_row_becomes(folder):
    """It is run on one row at a time, knows the row's number, and its triples stand on its line."""
    (folder / "data/weather/rain.csv.rq").write_text(CONSTRUCT)
    source = read(folder)
    assert [quad.object.value for quad in source.quads] == ["1", "2"]
    assert sorted(source.first_lines.values()) == [2, 3]


def test_a_violation_points_at_the_line_of_the_csv(folder):
    """What a shape finds wrong with a row is placed in the CSV file, not in the mapping."""
    (folder / "shapes").mkdir()
    (folder / "shapes/Day.ttl").write_text("""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/shape> a sh:NodeShape ; sh:targetClass <https://example.org/def#Day> ;
          sh:property [ sh:path <http://www.w3.org/2000/01/rdf-schema#comment> ; sh:minCount 1 ] .
    """)
    report = check([folder], lambda _: None)
    assert [result.place for result in report.results] == [Place("data/weather/rain.csv", 3)]


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ("AMS;3", "AMS;3.5", '2:14: "3.5" cannot be a Rain: '),
        ("AMS;3", "AMS;three", '2:14: "three" cannot be a Rain: '),
        ("AMS;3", "AMS;-3", '2:14: "-3" cannot be a Rain: value must be >= 0.'),
        ("RTM", "XXX", '3:10: "XXX" cannot be a Place: '),
        ("1-2-2020", "1-20-2020", '2:1: "1-20-2020" cannot be a Day: month must be in 1..12.'),
        ("1-2-2020", "", '2:1: "" cannot be a Day: required column value is missing.'),
        ("AMS;3;wet", "AMS;3", "2:15: this row has 3 fields, where the header has 4."),
        ("3;wet", "3;wet;x", "2:20: this row has 5 fields, where the header has 4."),
        (";Note", "", '1:15: the column "Note" is missing.'),
        ("Day;Place", "Place;Day", '1:1: this column is "Place", where the mapping has "Day".'),
        (";Note", ";Note;Sun", '1:21: "Sun" is a column that the mapping does not describe.'),
        ("2-2-2020;RTM", "1-2-2020;AMS", "3: line 2 is about 2020-02-01, AMS already."),
        ("wet", 'a "wet" day', None),
        ("wet", '"wet', "2: not CSV: unexpected end of data."),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(folder, was, becomes, problem):
    """Number, code, date, count of fields, header and key: file, line, column and a sentence."""
    file = folder / "data/weather/rain.csv"
    file.write_bytes(RAIN.replace(was, becomes, 1).encode())
    if problem is None:
        assert read(folder).quads
        return
    found = refused(folder)
    assert found[0].startswith(f"data/weather/rain.csv:{problem}")


def test_every_wrong_row_is_named(folder):
    """All that is wrong is said at once."""
    file = folder / "data/weather/rain.csv"
    file.write_bytes(RAIN.replace("AMS;3", "AAA;x").replace("RTM", "RRR").encode())
    assert len(refused(folder)) == 3


def test_another_encoding_is_refused_with_its_place(folder):
    """A byte that is not of the encoding is named, unless the mapping says which encoding it is."""
    file = folder / "data/weather/rain.csv"
    file.write_bytes(RAIN.replace("wet", "wét").encode("latin-1"))
    assert refused(folder) == [
        "data/weather/rain.csv:2:17: byte 0xe9 is not utf-8; save the file as utf-8."
    ]
    change(folder, dialect={"delimiter": ";", "encoding": "iso-8859-1"})
    assert '"wét"@en' in {str(quad.object) for quad in read(folder).quads}


def change(folder: Path, **values: object) -> None:
    """Replaces parts of the mapping."""
    file = folder / "data/weather/rain.csv-metadata.json"
    file.write_text(json.dumps(MAPPING | values))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"@context": "https://example.org/other"}, "@context is "),
        ({"url": "https://example.org/rain.csv"}, 'url is the file that it describes, "rain.csv".'),
        ({"tableSchema": "https://example.org/schema.json"}, "tableSchema stands here as an "),
        ({"dialect": "https://example.org/dialect.json"}, "dialect stands here as an object"),
        ({"tables": []}, "tables is not supported; remove it."),
        ({"tableSchema": {"columns": [{"name": "a"}], "foreignKeys": []}}, "foreignKeys are not"),
        ({"tableSchema": {"columns": [{"name": "a", "datatyp": "int"}]}}, "not a CSVW description"),
        ({"tableSchema": {"columns": [{"name": "a", "datatype": "in"}]}}, "not a CSVW description"),
        ({"tableSchema": {"columns": [{"name": "a"}, {"name": "a"}]}}, "not a CSVW description"),
    ],
)
def test_a_wrong_mapping_is_refused(folder, values, problem):
    """What the mapping gets wrong is never passed over, and nothing in it is fetched."""
    change(folder, **values)
    assert refused(folder)[0].startswith(f"data/weather/rain.csv-metadata.json: {problem}")


def test_a_mapping_that_is_not_json_is_refused_with_its_place(folder):
    """The place is the parser's."""
    (folder / "data/weather/rain.csv-metadata.json").write_text('{\n  "url": x}')
    assert refused(folder) == [
        "data/weather/rain.csv-metadata.json:2:10: not JSON: Expecting value."
    ]


def test_what_is_no_iri_is_refused_with_its_line(folder):
    """A template that makes an impossible address of a cell is caught at the row."""
    change(folder, tableSchema=MAPPING["tableSchema"] | {"aboutUrl": "http://[{note}"})
    assert refused(folder)[0].startswith("data/weather/rain.csv:2: what the mapping makes of ")


def test_templates_know_row_and_line(folder):
    """{_row} counts rows from 1, {_sourceRow} is the line in the file (Metadata, 5.1.3)."""
    change(folder, tableSchema=MAPPING["tableSchema"] | {"aboutUrl": "#{_row}-{_sourceRow}"})
    subjects = {quad.subject.value for quad in read(folder).quads}
    assert subjects == {f"https://example.org/data/weather/rain.csv#{n}" for n in ("1-2", "2-3")}


def test_a_csv_without_mapping_is_refused(folder):
    """A CSV says nothing by itself."""
    (folder / "data/weather/rain.csv-metadata.json").unlink()
    assert refused(folder) == [
        "data/weather/rain.csv: a CSV needs its mapping beside it: rain.csv-metadata.json."
    ]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT * {}", ": is not a CONSTRUCT query; only that makes data."),
        ("CONSTRUCT {\n?s }", ":2:4: what stands here is not SPARQL, or was not expected here."),
        ("CONSTRUCT WHERE {\nSERVICE <https://example.org/> { ?s ?p ?o } }", ":2: not SPARQL, or "),
        ("CONSTRUCT {} {\nseRvice?x{ ?s ?p ?o } }", ":2: not SPARQL, or it calls another endpoint"),
        ("CONSTRUCT {} { \\u0053ERVICE ?x {} }", ":1: write the character, not its code point."),
    ],
)
@pytest.mark.parametrize("name", ["rain.csv.rq", "rule.rq"])
def test_a_query_that_makes_no_data_or_calls_elsewhere_is_refused(folder, name, query, problem):
    """Only a sound CONSTRUCT that stays here is run, of a mapping and as a rule."""
    (folder / "data/weather" / name).write_text(query)
    assert refused(folder)[0].startswith(f"data/weather/{name}{problem}")


def test_a_rule_adds_to_its_folder_what_follows_from_all_data(folder):
    """It sees CSV and RDF alike, and what it makes is in the graph of the folder it stands in."""
    (folder / "data/ours").mkdir()
    (folder / "data/ours/sum.rq").write_text("""
        CONSTRUCT { <https://example.org/all> <https://example.org/def#rain> ?sum } WHERE {
          SELECT (SUM(?rain) AS ?sum) {
            ?day <https://example.org/data/weather/rain.csv#mm> ?rain } }""")
    (quad,) = (q for s in read_sources(open_project([folder])) for q in s.quads if ours(q))
    assert quad.object.value == "3"


def ours(quad: ox.Quad) -> bool:
    """Tells whether a quad stands in the graph of the folder `ours`."""
    return str(quad.graph_name) == "<https://example.org/id/graph/ours>"


def test_no_connection_is_opened(folder, monkeypatch):
    """Reading a table asks nobody, whatever its mapping names."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (folder / "data/weather/rain.csv.rq").write_text(CONSTRUCT)
    change(folder, notes=[{"@id": "https://example.org/note"}], **{"dc:license": "https://a.org/"})
    assert read(folder).quads


@pytest.mark.parametrize("name", ["rain.csv", "rain.csv-metadata.json", "rain.csv.rq"])
def test_csv_and_mapping_are_sources(folder, name):
    """A change to either is a change of the sources, and so of the next release."""
    (folder / "data/weather/rain.csv.rq").write_text(CONSTRUCT)
    before = fingerprint(open_project([folder]))
    with (folder / "data/weather" / name).open("a") as file:
        file.write("\n")
    assert fingerprint(open_project([folder])) != before


def test_a_release_of_tables_is_the_same_everywhere(folder, tmp_path_factory):
    """Where the folder lies and how often it is read makes no difference."""
    (folder / "data/weather/rain.csv.rq").write_text(CONSTRUCT)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(folder, elsewhere)
    states = [State(elsewhere.with_name(name)) for name in ("one", "two")]
    made = [
        build([f], state, lambda _: None)
        for f, state in zip((folder, elsewhere), states, strict=True)
    ]
    assert made[0].release.id == made[1].release.id
