"""Makes projects of our own model of any size: the same bytes each time, valid by our shapes.

Each is our ontology, shapes and data, and beside them sources of the same kind that nobody wrote:
universities with programmes, populations, and tables of figures, each with its passage and how
surely it was read. `python bench/model.py FOLDER TRIPLES` writes one for `tgkg build`.
"""

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

_CHECKOUT: Final = Path(__file__).resolve().parent.parent
_BASE: Final = "https://w3id.org/tgkg/"
_YEARS: Final = range(2000, 2020)
_PER_UNIVERSITY: Final = 5
_IN_A_FILE: Final = 250_000
"""Triples, or a few more: forty megabytes."""
_IN_A_SOURCE: Final = 500_000

_SETTINGS: Final = """\
# A graph of the bench; nobody is to take its figures for true.
name = "bench"
base = "https://w3id.org/tgkg/"
licence = "https://creativecommons.org/licenses/by/4.0/"
title = "A graph of the bench"
"""
_NAMESPACES: Final = {
    "a": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "def": f"{_BASE}def#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"


def write_project(folder: Path, triples: int, invalid_every: int = 0) -> int:
    """Write a project with so many triples or a few more, and return how many were made.

    Of each `invalid_every` figures one has no unit; of none where that is 0.
    """
    for part in ("ontology", "shapes"):
        shutil.copytree(_CHECKOUT / part, folder / part)
    # Rules are left out: what follows from our own data is not what is measured.
    shutil.copytree(
        _CHECKOUT / "data",
        folder / "data",
        ignore=lambda _, names: {name for name in names if name == "totals.rq"},
    )
    (folder / "tgkg.toml").write_text(_SETTINGS, "utf-8")
    _write(folder / "data" / "bench-periods" / "periods.nt", _periods())
    made, number, programme = 0, 0, 0
    while made < triples:
        number += 1
        wanted = min(_IN_A_SOURCE, triples - made)
        made_here, programme = _write_source(folder, number, wanted, programme, invalid_every)
        made += made_here
    return made


def _write_source(
    folder: Path, number: int, triples: int, programme: int, invalid_every: int
) -> tuple[int, int]:
    """Write a source; return how many triples it has, and which programme is the next."""
    name, made, part = f"bench-{number:03}", 0, 0
    at = folder / "data" / name
    made += _write(at / "source.nt", _source(name))
    while made < triples:
        part += 1
        lines: list[str] = []
        while len(lines) < min(_IN_A_FILE, triples - made):
            lines += _programme(name, programme, invalid_every)
            programme += 1
        made += _write(at / f"programmes-{part}.nt", lines)
    return made, programme


def _write(file: Path, lines: Iterator[str] | list[str]) -> int:
    lines = list(lines)
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(lines), "utf-8")
    return len(lines)


def _periods() -> Iterator[str]:
    yield from _source("bench-periods")
    for year in _YEARS:
        period = _thing("period", f"bench-{year}")
        yield from _named(period, "dcterms:PeriodOfTime", f"Jaar {year}", f"Year {year}")
        for term, day in (("startDate", "01-01"), ("endDate", "12-31")):
            yield _line(period, f"dcat:{term}", f'"{year}-{day}"^^<{_XSD}date>')


def _source(name: str) -> Iterator[str]:
    """Yield a work, the copy that passages point into, and the graph of what it says."""
    work, document, graph = (_thing(kind, name) for kind in ("source", "document", "graph"))
    yield from _named(work, "schema:CreativeWork", f"Bron {name}", f"Source {name}")
    yield _line(work, "dcterms:title", f'"Bron {name}"@nl')
    yield _line(work, "dcterms:title", f'"Source {name}"@en')
    yield _line(work, "dcterms:license", "<https://creativecommons.org/licenses/by/4.0/>")
    yield from _named(document, "schema:TextObject", f"Tekst van {name}", f"Text of {name}")
    yield _line(document, "schema:encodesCreativeWork", work)
    yield _line(document, "schema:inLanguage", '"nl"')
    yield _line(document, "schema:encodingFormat", '"text/plain"')
    yield _line(document, "schema:sha256", f'"{"0" * 64}"')
    yield from _named(graph, "sd:Graph", f"Uitspraken van {name}", f"Statements of {name}")
    yield _line(graph, "dcterms:source", work)


def _programme(source: str, number: int, invalid_every: int) -> Iterator[str]:
    """Yield a programme, who offers it, its claims, and a table of whom it counts by year."""
    slug, university = (
        f"bench-{number}",
        _thing("organisation", f"bench-{number - number % _PER_UNIVERSITY}"),
    )
    programme, population, table = (
        _thing(kind, slug) for kind in ("programme", "population", "table")
    )
    if number % _PER_UNIVERSITY == 0:
        yield from _named(
            university, "org:FormalOrganization", f"Universiteit {number}", f"University {number}"
        )
    yield from _named(
        programme,
        "schema:EducationalOccupationalProgram",
        f"bachelor technische geneeskunde {number}",
        f"bachelor of technical medicine {number}",
    )
    yield _line(programme, "schema:programType", _thing("programme-type", "bachelor"))
    start = f'"{1980 + number % 40}"^^<{_XSD}gYear>'
    for claimed, value in (("provider", university), ("startDate", start)):
        yield _line(programme, f"schema:{claimed}", value)
        yield from _claim(source, slug, programme, claimed, value)
    yield from _passage(source, f"{slug}-programme", number)
    yield from _passage(source, f"{slug}-table", number + 1)
    yield from _population(population, programme, number)
    yield from _named(table, "qb:DataSet", f"studenten van {slug}", f"students of {slug}")
    yield _line(table, "attribute:unitMeasure", _thing("unit", "person"))
    yield _line(table, "qb:structure", _thing("structure", "first-year-students"))
    random = Random(number)  # noqa: S311 - the same each time is the point
    for place, year in enumerate(_YEARS, number * len(_YEARS)):
        value = int(random.random() * 500)
        is_whole = not invalid_every or place % invalid_every != 0
        yield from _figure(slug, year, value, is_whole=is_whole)


def _population(population: str, programme: str, number: int) -> Iterator[str]:
    for kind in ("def:Population", "skos:Concept"):
        yield _line(population, "a", _term(kind))
    for term, dutch, english in (
        ("prefLabel", "studenten van opleiding", "students of programme"),
        ("definition", "Wie is ingeschreven bij opleiding", "Those who are enrolled in programme"),
    ):
        yield _line(population, f"skos:{term}", f'"{dutch} {number}"@nl')
        yield _line(population, f"skos:{term}", f'"{english} {number}"@en')
    yield _line(population, "skos:inScheme", _thing("scheme", "populations"))
    yield _line(population, "dcterms:subject", programme)


def _passage(source: str, slug: str, line: int) -> Iterator[str]:
    passage = _thing("passage", slug)
    yield from _named(passage, "def:Passage", f"{source}, regel {line}", f"{source}, line {line}")
    yield _line(passage, "dcterms:isPartOf", _thing("document", source))
    for term in ("firstLine", "lastLine"):
        yield _line(passage, f"def:{term}", f'"{line + 1}"^^<{_XSD}integer>')
    yield _line(passage, "def:heading", '"Opleiding"@nl')


def _claim(source: str, slug: str, subject: str, term: str, value: str) -> Iterator[str]:
    claim = _thing("claim", f"{slug}-{term.lower()}")
    yield _line(claim, "a", _term("def:Claim"))
    yield _line(claim, "rdfs:label", f'"{slug} in {source}: {term}"@nl')
    yield _line(claim, "rdfs:label", f'"{slug} in {source}: {term}"@en')
    yield _line(claim, "rdf:subject", subject)
    yield _line(claim, "rdf:predicate", _term(f"schema:{term}"))
    yield _line(claim, "rdf:object", value)
    yield _line(claim, "prov:wasDerivedFrom", _thing("passage", f"{slug}-programme"))
    yield _line(claim, "def:reading", _thing("reading", "stated"))


def _figure(slug: str, year: int, value: int, *, is_whole: bool) -> Iterator[str]:
    figure = _thing("figure", f"{slug}-{year}")
    yield from _named(
        figure, "qb:Observation", f"studenten van {slug}, {year}", f"students of {slug}, {year}"
    )
    yield _line(figure, "qb:dataSet", _thing("table", slug))
    yield _line(figure, "def:population", _thing("population", slug))
    yield _line(figure, "dimension:refPeriod", _thing("period", f"bench-{year}"))
    yield _line(figure, "qb:measureType", _term("measure:obsValue"))
    yield _line(figure, "measure:obsValue", f'"{value}"^^<{_XSD}integer>')
    if is_whole:
        yield _line(figure, "attribute:unitMeasure", _thing("unit", "person"))
    yield _line(figure, "prov:wasDerivedFrom", _thing("passage", f"{slug}-table"))
    yield _line(figure, "def:reading", _thing("reading", "stated"))
    yield _line(figure, "def:periodReading", _thing("reading", "stated"))


def _named(subject: str, kind: str, dutch: str, english: str) -> Iterator[str]:
    """Yield a class, a name and a description in both languages."""
    yield _line(subject, "a", _term(kind))
    yield _line(subject, "rdfs:label", f'"{dutch}"@nl')
    yield _line(subject, "rdfs:label", f'"{english}"@en')
    yield _line(subject, "dcterms:description", f'"{dutch}, verzonnen voor de proef."@nl')
    yield _line(subject, "dcterms:description", f'"{english}, made up for the test."@en')


def _line(subject: str, term: str, value: str) -> str:
    return f"{subject} {_term(term)} {value} .\n"


def _term(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{_NAMESPACES[prefix]}{local}>"


def _thing(kind: str, slug: str) -> str:
    return f"<{_BASE}id/{kind}/{slug}>"


def main() -> None:
    """Write a project."""
    parser = argparse.ArgumentParser(prog="bench/model.py", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder that is not there yet")
    parser.add_argument("triples", type=int)
    parser.add_argument("--invalid-every", type=int, default=0, metavar="FIGURES")
    chosen = parser.parse_args()
    made = write_project(chosen.folder, chosen.triples, chosen.invalid_every)
    print(f"{made:,} triples beside our own, in {chosen.folder}")


if __name__ == "__main__":
    main()
