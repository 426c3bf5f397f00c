"""The one table of formats: complete, without contradictions, and the only one."""

import re
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox
import pytest

from tgkg.formats import (
    FORMATS,
    HTML,
    JSON_LD,
    N_TRIPLES,
    RDF_FORMATS,
    RDF_XML,
    RESULTS_FORMATS,
    SPARQL_JSON,
    TURTLE,
    Carries,
    format_named,
    rdf_format_of_extension,
)  # fmt: skip

SOURCE = Path(__file__).resolve().parent.parent / "src"


def test_the_table_has_every_format():
    """Six formats of RDF, four of results, each with an engine format and a W3C IRI of its own."""
    assert len(RDF_FORMATS) == 6
    assert len(RESULTS_FORMATS) == 4
    for formats in ([fmt.rdf for fmt in RDF_FORMATS], [fmt.results for fmt in RESULTS_FORMATS]):
        assert len(set(map(str, formats))) == len(formats)
    iris = [fmt.iri for fmt in RDF_FORMATS + RESULTS_FORMATS]
    assert len(set(iris)) == len(iris)
    assert all(iri.startswith("http://www.w3.org/ns/formats/") for iri in iris)


@pytest.mark.parametrize("attribute", ["name", "media_type", "extension"])
def test_a_name_means_one_format(attribute):
    """Among what can answer the same request, no two formats share a name."""
    for one, other in combinations(RDF_FORMATS + RESULTS_FORMATS + (HTML,), 2):
        assert getattr(one, attribute) != getattr(other, attribute)


@pytest.mark.parametrize("fmt", RDF_FORMATS + RESULTS_FORMATS, ids=lambda fmt: fmt.name)
def test_the_engine_agrees(fmt):
    """Media type and extension are those that Oxigraph gives the format; so is what it carries."""
    engine = fmt.engine
    assert engine.media_type.partition(";")[0] == fmt.media_type
    if fmt.holds_rdf:
        assert engine.file_extension == fmt.extension
        assert engine.supports_datasets == (fmt.carries is Carries.DATASET)
        assert ox.RdfFormat.from_media_type(fmt.media_type) == engine


@pytest.mark.parametrize("fmt", RDF_FORMATS + RESULTS_FORMATS, ids=lambda fmt: fmt.name)
def test_a_format_is_found_by_any_of_its_names(fmt):
    """Its name, label, extension and media type all mean it, in any letters."""
    for name in (fmt.name, fmt.label.upper(), f" {fmt.extension} ", fmt.media_type.title()):
        assert format_named(name) is fmt


def test_what_is_no_format_is_none():
    """Anything else means nothing."""
    for name in ("", "exe", "text/*", "*/*", "turtle2"):
        assert format_named(name) is None


@pytest.mark.parametrize(
    ("extension", "fmt"),
    [("ttl", TURTLE), ("TTL", TURTLE), ("owl", RDF_XML), ("rdfs", RDF_XML), ("jsonld", JSON_LD),
     ("json", None), ("srx", None), ("", None), ("xml", None)],
)  # fmt: skip
def test_files_are_read_by_their_extension(extension, fmt):
    """Only extensions of RDF are read; `.owl` is RDF/XML by custom."""
    assert rdf_format_of_extension(extension) is fmt


def test_text_says_its_encoding():
    """Formats of text are sent as UTF-8; others say it themselves."""
    assert TURTLE.content_type == "text/turtle; charset=utf-8"
    assert N_TRIPLES.content_type == "application/n-triples"


def test_a_format_is_asked_only_for_what_it_carries():
    """Mistaking results for RDF is an error at once."""
    with pytest.raises(TypeError, match="JSON does not carry RDF"):
        _ = SPARQL_JSON.rdf
    with pytest.raises(TypeError, match="Turtle does not carry query results"):
        _ = TURTLE.results


def test_there_is_no_second_table():
    """No other module spells a media type of RDF or results."""
    types = "|".join(re.escape(fmt.media_type) for fmt in RDF_FORMATS + RESULTS_FORMATS)
    spelled = [
        path.name
        for path in SOURCE.rglob("*.py")
        if path.name != "formats.py" and re.search(f"[\"'](?:{types})[\"']", path.read_text())
    ]
    assert spelled == []
    assert len(FORMATS) == len(set(FORMATS))
