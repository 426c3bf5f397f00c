"""Accept, as the clients that exist send it."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.errors import NotAcceptableError
from tgkg.formats import (
    CSV,
    FORMATS,
    HTML,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_FORMATS,
    RDF_XML,
    RESULTS_FORMATS,
    SPARQL_JSON,
    SPARQL_XML,
    TRIG,
    TURTLE,
)
from tgkg.web.negotiation import best, media_ranges, names_any, negotiate

PAGE = (HTML, *RDF_FORMATS)
ANSWER = (*RESULTS_FORMATS, *RDF_FORMATS, HTML)

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
OLD_WEBKIT = (
    "application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5"
)
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
RAPPER = (
    "application/n-triples, text/plain;q=0.1, application/rdf+xml, text/rdf;q=0.6, text/turtle, "
    "application/turtle, application/x-turtle, application/n-quads, text/n3;q=0.3, "
    "application/rss;q=0.8, application/xhtml+xml;q=0.8, text/html;q=0.6, */*;q=0.1"
)
RDFLIB_ANY = (
    "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, "
    "application/trig, application/n-quads, application/trix, text/html, application/xhtml+xml"
)
OWL_API = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
    "application/rdf+xml;q=0.7,*/*;q=0.3"
)
JENA_RESULTS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,"
    "application/xml;q=0.3,image/svg+xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)
SPARQLWRAPPER = (
    "application/sparql-results+json,application/json,text/javascript,application/javascript"
)


@pytest.mark.parametrize(
    ("header", "offered", "chosen"),
    [
        pytest.param(CHROMIUM, PAGE, HTML, id="a browser gets the page"),
        pytest.param(CHROMIUM, tuple(reversed(PAGE)), HTML, id="wherever it stands"),
        pytest.param(CHROMIUM, ANSWER, HTML, id="a browser at the endpoint"),
        pytest.param(OLD_WEBKIT, PAGE, HTML, id="a very old browser"),
        pytest.param(JAVA, PAGE, HTML, id="Java, with half a wildcard"),
        pytest.param("*/*", PAGE, HTML, id="curl"),
        pytest.param("*/*", ANSWER, SPARQL_JSON, id="curl at the endpoint"),
        pytest.param(RAPPER, PAGE, TURTLE, id="rapper"),
        pytest.param(RDFLIB_ANY, PAGE, TURTLE, id="rdflib that names HTML as well"),
        pytest.param("application/rdf+xml, */*;q=0.1", PAGE, RDF_XML, id="rdflib, RDF/XML"),
        pytest.param(
            "application/ld+json, application/json;q=0.9, */*;q=0.1", PAGE, JSON_LD,
            id="rdflib, JSON-LD",
        ),
        pytest.param(OWL_API, PAGE, RDF_XML, id="OWL API"),
        pytest.param(JENA_GRAPH, PAGE, TURTLE, id="Jena, a graph"),
        pytest.param(JENA_RESULTS, ANSWER, SPARQL_JSON, id="Jena, results"),
        pytest.param(COMUNICA, PAGE, N_QUADS, id="Comunica"),
        pytest.param(SPARQLWRAPPER, ANSWER, SPARQL_JSON, id="SPARQLWrapper"),
        pytest.param("application/rdf+xml, */*", PAGE, RDF_XML, id="a name before a wildcard"),
        pytest.param("text/html, text/turtle", PAGE, TURTLE, id="data before the page"),
        pytest.param("text/turtle;q=0.9, text/html", PAGE, HTML, id="unless the page is preferred"),
    ],
)  # fmt: skip
def test_real_clients_get_what_they_are_for(header, offered, chosen):
    """Browsers get pages; a client that lists RDF gets RDF; one that takes anything, our first."""
    assert negotiate(header, offered) is chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, HTML),
        ("", HTML),
        ("  ", HTML),
        (",,;;,", HTML),
        ("no media type", HTML),
        ("text/turtle;charset=utf-8", TURTLE),
        ("text/turtle; charset=UTF-8; q=0.3, application/trig;q=0.2", TURTLE),
        ("text/turtle;charset=iso-8859-1", TURTLE),
        ("TEXT/Turtle", TURTLE),
        ("text/turtle;Q=0.1, application/trig;q=0.2", TRIG),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        ('application/ld+json;profile="a,b;q=0", text/turtle;q=0.5', JSON_LD),
        ('application/ld+json;profile="never closed, text/turtle', JSON_LD),
        ("application/ld+json;profile=x;q=0, */*;q=0.1", HTML),
        ("application/x-turtle", TURTLE),
        ("application/xhtml+xml", HTML),
        ("text/*;q=0.5, application/n-triples;q=0.4", HTML),
        ("text/*, text/html;q=0", TURTLE),
        ("text/*;q=0.5, */*;q=0.9", N_TRIPLES),
        ("text/html;q=0, */*", TURTLE),
        ("application/xhtml+xml;q=0, */*", HTML),
        ("text/turtle;q=0.50, text/turtle;q=0.9, application/trig;q=0.8", TURTLE),
        ("text/turtle;q=nonsense, application/trig", TRIG),
        ("text/turtle;q=2, application/trig", TRIG),
        ("text/turtle;q=, application/trig", TRIG),
        ("text/turtle;q=1., application/trig;q=.9", TURTLE),
        ("*/turtle, application/trig", TRIG),
        ("application/n-quads;q=0.001, text/html;q=0", N_QUADS),
        ("application/n-triples, application/rdf+xml", N_TRIPLES),
    ],
)
def test_a_header_is_read_as_rfc_9110_says(header, chosen):
    """Qualities, parameters, wildcards, aliases and malformed parts each mean one thing."""
    assert negotiate(header, PAGE) is chosen


@pytest.mark.parametrize(
    ("header", "offered"),
    [
        ("image/png", PAGE),
        ("text/html;q=0", (HTML,)),
        ("*/*;q=0", PAGE),
        ("text/*;q=0, */*", (HTML, TURTLE)),
        ("text/turtle", (SPARQL_JSON, CSV)),
    ],
)
def test_what_is_not_accepted_is_refused_with_what_is_offered(header, offered):
    """A client that accepts none of the formats learns which there are."""
    with pytest.raises(NotAcceptableError) as caught:
        negotiate(header, offered)
    assert caught.value.offered == tuple(fmt.media_type for fmt in offered)


@pytest.mark.parametrize("fmt", [*RDF_FORMATS, *RESULTS_FORMATS, HTML], ids=lambda fmt: fmt.name)
def test_every_name_of_a_format_gets_it(fmt):
    """A format is chosen by its media type, whatever else is on offer."""
    same_kind = [each for each in FORMATS if each.carries is fmt.carries]
    assert negotiate(fmt.media_type, FORMATS) is fmt
    for alias in fmt.aliases:
        assert negotiate(alias, same_kind) is fmt


def test_xml_means_results():
    """`application/xml` is SPARQL XML where results are offered."""
    assert negotiate("application/xml", RESULTS_FORMATS) is SPARQL_XML


QUALITY = st.sampled_from(["", ";q=0", ";q=0.0", ";q=0.3", ";q=1", ";q=.5", ";q=x", "; q = 1"])
NAME = st.sampled_from(
    [*(name for fmt in FORMATS for name in (fmt.media_type, *fmt.aliases)), "*/*", "text/*", "a/b"]
)
PARAMETER = st.sampled_from(["", ";charset=utf-8", ';profile="a,b"', ";level=1", ';x="'])
HEADER = st.lists(st.tuples(NAME, PARAMETER, QUALITY).map("".join), max_size=6).map(",".join)
OFFERED = st.lists(st.sampled_from(FORMATS), min_size=1, unique=True)


@given(st.one_of(HEADER, st.text(alphabet=string.printable)), OFFERED)
def test_no_header_breaks_it(header, offered):
    """Whatever a client sends, it gets one of the formats on offer or none."""
    assert best(header, offered) in {*offered, None}


@given(HEADER, OFFERED)
def test_what_is_refused_is_never_sent(header, offered):
    """A format with quality 0 by its own name, without any parameter, is never chosen."""
    refused = {
        each.media_type
        for each in media_ranges(header)
        if each.quality == 0 and not each.parameters
    }
    wanted = {each.media_type for each in media_ranges(header) if each.quality > 0}
    chosen = best(header, offered)
    assert chosen is None or chosen.media_type not in refused - wanted


@given(OFFERED)
def test_anything_means_our_first(offered):
    """Without a wish the first format on offer is sent."""
    assert best(None, offered) is best("*/*", offered) is offered[0]


@pytest.mark.parametrize("piece", ['\\"', 'a/b;x="', ",", ";", "a/b,", "*/*;q=0.1,"])
def test_a_long_header_takes_linear_time(piece):
    """A header made to be slow is not."""
    started = time.monotonic()
    media_ranges(piece * 20_000)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("text/turtle", True),
        ("application/x-turtle;q=0.1, */*", True),
        ("text/turtle;q=0, */*", False),
        ("*/*", False),
        ("text/*", False),
        ("text/html", False),
        (None, False),
    ],
)
def test_a_name_is_told_from_a_wildcard(header, names):
    """A client names a format when it writes one of its media types, and does not refuse it."""
    assert names_any(header, RDF_FORMATS) is names
