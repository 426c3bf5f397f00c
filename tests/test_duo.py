"""DUO's tables are in the graph to the last number: nothing lost, nothing added but the totals."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tgkg.publish.examine import check

CHECKOUT = Path(__file__).resolve().parent.parent
DUO = CHECKOUT / "data/duo"
TABLES = {
    "wo_inscriptions_2019.extract.csv": ("duo-enrolled", "-10-01"),
    "wo_gediplomeerden_2019.extract.csv": ("duo-graduated", ""),
}
PREFIXES = """
    PREFIX def: <https://w3id.org/tgkg/def#>
    PREFIX dcterms: <http://purl.org/dc/terms/>
    PREFIX prov: <http://www.w3.org/ns/prov#>
    PREFIX qb: <http://purl.org/linked-data/cube#>
    PREFIX dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
    PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#>
    PREFIX code: <http://purl.org/linked-data/sdmx/2009/code#>
    PREFIX graph: <https://w3id.org/tgkg/id/graph/>
    PREFIX reading: <https://w3id.org/tgkg/id/reading/>
    PREFIX schema: <https://schema.org/>
    PREFIX source: <https://w3id.org/tgkg/id/source/>
"""
FIGURES = """
    SELECT ?population ?period ?value { GRAPH ?graph {
      ?figure a qb:Observation ; def:population ?population ; dimension:refPeriod ?period ;
        measure:obsValue ?value ; prov:wasDerivedFrom ?passage } }
"""
DIMENSIONS = """
    SELECT ?table ?programme ?institution ?sex ?period ?value {
      ?figure qb:dataSet ?table ; def:programme ?programme ; def:countedAt ?institution ;
        dimension:sex ?sex ; dimension:refPeriod ?period ; measure:obsValue ?value }
"""
CUBES = {"duo-enrolled": "duo-enrolments", "duo-graduated": "duo-diplomas"}
CODES = {"men": "code#sex-M", "women": "code#sex-F"}
PROGRAMMES = {
    ("21ph", "50033"): "bachelor-technische-geneeskunde university-of-twente",
    ("21ph", "60033"): "master-technical-medicine-twente university-of-twente",
    ("21pf", "55007"): "bachelor-klinische-technologie delft-university-of-technology",
    ("21pf", "65019"): "master-clinical-technology delft-university-of-technology",
    ("21pb", "65019"): "master-clinical-technology leiden-university",
}


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """Returns the answers as the last parts of their IRIs, or as they stand."""
    found = store.query(PREFIXES + query, use_default_graph_as_union=True)
    return [tuple(re.split(r"/", term.value)[-1] for term in row) for row in found]


def numbers() -> Iterator[tuple[str, str, str]]:
    """Yields each number of the files with its population and period, read without a mapping."""
    for name, (slug, day) in TABLES.items():
        with (DUO / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                gender = {"man": "men", "vrouw": "women"}[row["GESLACHT"]]
                brin, code = row["BRIN NUMMER ACTUEEL"].lower(), row["OPLEIDINGSCODE ACTUEEL"]
                for column in filter(str.isdecimal, row):
                    yield f"{slug}-{brin}-{code}-{gender}", column + day, row[column]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_file_is_what_was_published(test_data, name):
    """Each file is a copy to the byte."""
    original = test_data / "domain/duo" / name
    if not original.is_file():
        pytest.skip(f"no {original.name} under {test_data}: set TGKG_TEST_DATA")
    assert (DUO / name).read_bytes() == original.read_bytes()


def test_every_number_is_a_figure_and_every_figure_a_number(store):
    """The figures of the graph are the numbers of the files, each once."""
    found = rows(store, FIGURES.replace("?graph", "graph:duo"))
    assert len(found) == 75
    assert sorted(found) == sorted(numbers())


def test_every_number_has_its_dimensions(store):
    """In the cube a number is found by programme, institution, sex and period: by its codes."""
    expected = []
    for population, period, number in numbers():
        cube, _, codes = population.partition("-2")
        brin, code, gender = f"2{codes}".split("-")
        programme, institution = PROGRAMMES[brin, code].split()
        expected.append((CUBES[cube], programme, institution, CODES[gender], period, number))
    found = rows(store, DIMENSIONS.replace("{", "{ GRAPH graph:duo {", 1) + "}")
    assert sorted(found) == sorted(expected)


def test_a_figure_points_at_its_row(store):
    """The line of a figure's passage is the row that holds its number."""
    query = """SELECT ?format ?line ?value ?population { GRAPH graph:duo {
      ?figure measure:obsValue ?value ; def:population ?population ; prov:wasDerivedFrom ?passage .
      ?passage def:firstLine ?line ; dcterms:isPartOf ?format } }"""
    files = {"duo-enrolments": "inscriptions", "duo-diplomas": "gediplomeerden"}
    for document, line, value, population in rows(store, query):
        (file,) = DUO.glob(f"*{files[document]}*.csv")
        fields = file.read_text("utf-8").splitlines()[int(line) - 1].split(";")
        brin, code, gender = population.split("-")[2:]
        assert {brin.upper(), code, {"men": "man", "women": "vrouw"}[gender], value} <= {*fields}


def test_totals_are_sums_and_say_so(store):
    """Men and women make the total; it is inferred, and stands with the editors."""
    expected: dict[tuple[str, str], list[int]] = {}
    for population, period, number in numbers():
        whole = population.rpartition("-")[0]
        expected.setdefault((whole, period), []).append(int(number))
    totals = [(*key, str(sum(parts))) for key, parts in expected.items() if len(parts) == 2]
    query = """SELECT DISTINCT ?population ?period ?value { GRAPH graph:editorial {
      ?figure def:population ?population ; dimension:refPeriod ?period ; measure:obsValue ?value ;
        def:reading reading:inferred ; def:reason ?reason
        FILTER (CONTAINS(STR(?figure), "/total-")) } }"""
    assert sorted(rows(store, query)) == sorted(totals)
    assert len(totals) == 35


def test_totals_have_the_dimensions_of_their_parts(store):
    """A total is counted where its parts are, of the same programme, and its sex is both."""
    found = rows(store, DIMENSIONS)
    together = {row[:5] for row in found if row[3] == "code#sex-T"}
    parts = {code: {row[:5] for row in found if row[3] == code} for code in CODES.values()}
    both = set.intersection(*({(*p[:3], "code#sex-T", p[4]) for p in of} for of in parts.values()))
    assert together == both
    assert len(together) == 35


def test_a_lone_row_has_no_total(store):
    """Where the table counts women only, nobody says how many there were together."""
    assert not [row for row in rows(store, FIGURES) if row[0] == "duo-enrolled-21pb-65019"]


def test_figures_agree_with_their_populations(store):
    """What the dimensions say, the population says too: they never tell two stories."""
    query = """SELECT ?figure ?said {
      ?figure def:programme|def:countedAt|dimension:sex ?said ; def:population ?population
      FILTER (?said != code:sex-T)
      FILTER NOT EXISTS { ?population dcterms:subject ?said } }"""
    assert rows(store, query) == []
    query = """SELECT ?figure { ?figure dimension:sex code:sex-T ;
      def:population/dcterms:subject ?subject FILTER (?subject IN (code:sex-M, code:sex-F)) }"""
    assert rows(store, query) == []


@pytest.mark.system
def test_a_code_that_the_mapping_does_not_know_is_refused(copy):
    """A row whose institution the mapping does not tell makes no figure without institution."""
    (mapping,) = (copy / "data/duo").glob("*inscriptions*.rq")
    leiden = '("21PB" organisation:leiden-university)'
    assert leiden in mapping.read_text("utf-8")
    mapping.write_text(mapping.read_text("utf-8").replace(leiden, ""), "utf-8")
    results = check([copy], lambda _: None).results
    assert len(results) == 5
    assert all("lacks a dimension of its table" in result.message() for result in results)
    assert {(result.place.file, result.place.line) for result in results} == {
        ("data/duo/wo_inscriptions_2019.extract.csv", 10)
    }


def test_populations_are_about_the_programme_of_their_codes(store):
    """Programme and institution follow from the codes, never from the name."""
    query = """SELECT ?population ?programme ?institution { ?population dcterms:subject ?programme ,
      ?institution FILTER (CONTAINS(STR(?programme), "/programme/"))
      FILTER (CONTAINS(STR(?institution), "/organisation/"))
      FILTER (CONTAINS(STR(?population), "/duo-")) }"""
    found = rows(store, query)
    assert len(found) == 22
    for population, programme, institution in found:
        brin, code = population.split("-")[2:4]
        assert f"{programme} {institution}" == PROGRAMMES[brin, code]


def test_the_programmes_are_registered_under_those_codes(store):
    """The register gives each programme the code, and the institutions the BRIN, of DUO's rows."""
    query = """SELECT ?programme ?institution ?code ?brin {
      ?programme def:registeredAs ?entry .
      ?entry schema:identifier/schema:value ?code ; def:atInstitution ?institution .
      ?institution schema:identifier ?number . ?number schema:value ?brin
      FILTER (CONTAINS(STR(?number), "/brin-")) }"""
    registered = {(b.lower(), c): f"{p} {i}" for p, i, c, b in rows(store, query)}
    assert PROGRAMMES.items() <= registered.items()
