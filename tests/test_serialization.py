"""Every format holds the same graph to the letter, for every reader, or is refused by name."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from tgkg.formats import JSON_LD, N_QUADS, RDF_FORMATS, RDF_XML, TRIG, TURTLE, Carries
from tgkg.iris import COMMON_PREFIXES, RDF, XSD
from tgkg.serialization import NotExpressibleError, results_as_xml, serialize

E = "http://example.org/"
PREFIXES = {**COMMON_PREFIXES, "e": E}
S, P, THING, G = (ox.NamedNode(E + name) for name in "spog")


def typed(text, datatype):
    """Gives a literal with a datatype."""
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


LITERALS = [
    *(typed(n, XSD + "integer") for n in ("01", "+1", "-0", "1", "0", "-5", "", " 1", "9" * 99)),
    *(typed(n, XSD + "decimal") for n in ("1.50", "1.", ".5", "1", "1.0", "-0.0", "x")),
    *(typed(n, XSD + "double") for n in ("1e0", "1E0", "1.0E0", "INF", "NaN", "1e400")),
    *(typed(b, XSD + "boolean") for b in ("true", "1", "TRUE", "maybe")),
    *(typed(d, XSD + "date") for d in ("2020-02-30", "2020-01-01Z", "yesterday")),
    *(typed(j, RDF + "JSON") for j in ('{ "a" : 1.0 }', "{bad", "null", "1.0", '"x"')),
    *(typed(h, RDF + "HTML") for h in ("<b>x</b>", "<b>x", "a & b")),
    *(typed(x, RDF + "XMLLiteral") for x in ("<b a='1'/> &amp;", "x < y", "")),
    *(ox.Literal("x", language=tag) for tag in ("EN", "en-GB", "en-Latn-GB-x-foo")),
    *map(ox.Literal, ("", " ", "\n", "a\n", " a ", "a\tb", "a\rb", "a\r\nb", "\r")),
    *map(ox.Literal, ('"', "'", '"""', "'''", 'a"', "\\", "\\n", "\\u0041", "<&>]]>", "{|}")),
    *map(ox.Literal, ("\x85", "\u2028", "\ufeff", "\U0001f600", "\u202eabc", "\U0010ffff", "é")),
    *map(ox.Literal, ("e\u0301", "\x7f", "\ud7ff", "\ue000")),
    typed("x", E + "a%20datatype?a=b&c='d'"),
]
NOT_IN_XML = [*map(ox.Literal, ("\x00", "\x01", "a\x0bb", "\x08", "\ufffe", "\uffff", "\x1f"))]
IRIS = [
    E, "http://example.org", E + "#", E + "a%20b", E + "é", E + "日本", E + "a'b", E + "a(b)",
    E + "a!$&'()*+,;=:@-._~", E + "?q=1&r=2", E + "a#b", "urn:x:y", "mailto:a@b.c", E + "a.",
    E + ".a", E + "a..b", E + "a/../b", E + "-a", E + "1", E + "_", E + "a-", "a:", "HTTP://E/a",
    E + "a//b", "http://u:p@e:80/a", "http://[::1]/a", E + "a\u00b7b", E + "\u200cx",
    E + "\U0001f600", E + "\u00d7x", E + "\u0300x", E + "\u2070a", E + "a²", E + "a\u2c00",
    "javascript:alert(1)", "x:?", E + "xmlns", E + "xml", RDF + "type", RDF + "_1", RDF + "nil",
    RDF + "li", RDF + "Description", RDF + "about", RDF + "bagID", XSD + "string",
    "http://www.w3.org/XML/1998/namespacelang", "http://www.w3.org/2000/xmlns/a",
]  # fmt: skip
NO_ELEMENT = [
    E, E + "#", E + "a(b)", E + "1", "x:?", E + "\u200cx", RDF + "li", RDF + "Description",
    "http://www.w3.org/2000/xmlns/a",
]  # fmt: skip


@contextmanager
def untouched_literals() -> Iterator[None]:
    """Keeps rdflib from normalising literals, and from complaining about them."""
    before = rdflib.NORMALIZE_LITERALS
    logging.disable(logging.CRITICAL)
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before
        logging.disable(logging.NOTSET)


def by_oxigraph(text, fmt):
    """Gives the quads that Oxigraph reads."""
    return ox.parse(text, format=fmt.rdf, rename_blank_nodes=False)


def by_rdflib(text, fmt):
    """Gives the quads that rdflib reads."""
    names = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
    dataset = rdflib.Dataset()
    with untouched_literals():
        dataset.parse(data=text, format=names.get(fmt.name, fmt.name))
        lines = dataset.serialize(format="nquads")
    return ox.parse(lines.replace("<urn:x-rdflib:default>", ""), format=ox.RdfFormat.N_QUADS)


READERS = [by_oxigraph, by_rdflib]


def canonical(quads):
    """Gives the canonical statements of a dataset."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def expected(quads, fmt):
    """Gives what a reader of the format should get."""
    if fmt.carries is Carries.DATASET:
        return canonical(quads)
    return canonical(ox.Quad(q.subject, q.predicate, q.object) for q in quads)


def assert_faithful(quads, fmt):
    """Asserts that both readers get the same graph, to the letter."""
    text = serialize(quads, fmt, PREFIXES)
    for read in READERS:
        assert canonical(read(text, fmt)) == expected(quads, fmt), (read, text)


formats = pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)


@formats
@pytest.mark.parametrize("literal", LITERALS, ids=lambda literal: ascii(str(literal))[:40])
def test_a_literal_is_kept_to_the_letter(literal, fmt):
    """Every lexical form, however odd or ill-typed, comes back as it was."""
    assert_faithful([ox.Quad(S, P, literal, G)], fmt)


@formats
@pytest.mark.parametrize("literal", NOT_IN_XML, ids=ascii)
def test_what_xml_cannot_hold_is_refused(literal, fmt):
    """A character outside XML is refused for RDF/XML, with the reason, and for nothing else."""
    quads = [ox.Quad(S, P, literal, G)]
    if fmt is not RDF_XML:
        assert_faithful(quads, fmt)
        return
    with pytest.raises(NotExpressibleError, match=r"RDF/XML cannot express.*a character that XML"):
        serialize(quads, fmt, PREFIXES)


@formats
@pytest.mark.parametrize("iri", IRIS)
def test_an_iri_is_kept_wherever_it_stands(iri, fmt):
    """Odd but legal IRIs come back as subject, object, class, datatype and graph."""
    node, kind = ox.NamedNode(iri), ox.NamedNode(RDF + "type")
    assert_faithful(
        [
            ox.Quad(node, P, THING, G),
            ox.Quad(S, P, node, G),
            ox.Quad(S, kind, node, G),
            ox.Quad(node, P, ox.Literal("x", datatype=node), node),
        ],
        fmt,
    )


@formats
@pytest.mark.parametrize("iri", IRIS)
def test_a_property_is_kept_or_refused(iri, fmt):
    """Any IRI may be a property; only RDF/XML cannot make an element of each."""
    quads = [ox.Quad(S, ox.NamedNode(iri), value, G) for value in (THING, ox.Literal("x"))]
    try:
        assert_faithful(quads, fmt)
    except NotExpressibleError as error:
        assert fmt is RDF_XML
        assert "does not end in a name that XML allows" in str(error)  # noqa: PT017
        assert iri not in (RDF + "type", RDF + "_1", E + "日本", E + "a#b", E + "xml")
    else:
        assert fmt is not RDF_XML or iri not in NO_ELEMENT


LIST = """
PREFIX e: <http://example.org/>
e:g {
    e:s e:p (1 "two" (3) ()), [ e:p _:a ], _:a . _:a e:p _:a .
    _:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1, 2 ;
        <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .
}
_:graph { _:graph e:p _:a . e:s a e:T }
e:s e:p e:o . [] e:p [] .
"""


@formats
def test_blank_nodes_and_lists_are_kept(fmt):
    """Lists sound and broken, loops and blank names of graphs come back the same."""
    quads = list(ox.parse(LIST, format=ox.RdfFormat.TRIG))
    assert_faithful(quads, fmt)


@formats
@pytest.mark.parametrize("text", ['e:s e:p "x"@en--rtl .', "e:s e:p <<( e:s e:p e:o )>> ."])
def test_rdf_1_2_is_kept_or_refused(text, fmt):
    """Oxigraph reads back what RDF 1.2 adds; rdflib 7 knows RDF 1.1 only and is not asked."""
    quads = list(ox.parse(f"PREFIX e: <{E}> {text}", format=ox.RdfFormat.TURTLE))
    try:
        written = serialize(quads, fmt, PREFIXES)
    except NotExpressibleError as error:
        assert fmt in (RDF_XML, JSON_LD)
        assert str(error).startswith(f"{fmt.label} cannot express")  # noqa: PT017
    else:
        assert canonical(by_oxigraph(written, fmt)) == expected(quads, fmt)


blank = st.sampled_from(["0", "a", "b1", "_x", "9z"]).map(ox.BlankNode)
iri = st.sampled_from(IRIS).map(ox.NamedNode)
good_property = st.sampled_from([E + "p", E + "q", RDF + "type", RDF + "first"]).map(ox.NamedNode)
text = st.text(st.characters(exclude_categories=["Cs"]))
literal = st.one_of(
    text.map(ox.Literal),
    st.sampled_from(LITERALS),
    st.builds(typed, text, st.sampled_from([XSD + "integer", XSD + "boolean", RDF + "JSON", E])),
    st.builds(ox.Literal, text, language=st.sampled_from(["en", "NL", "zh-Hant", "de-CH-1996"])),
)
quad = st.builds(
    ox.Quad, iri | blank, good_property, iri | blank | literal,
    st.sampled_from([ox.DefaultGraph(), G]) | iri | blank,
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(quad, max_size=8), st.sampled_from(RDF_FORMATS))
def test_any_data_is_kept_or_refused(quads, fmt):
    """Whatever the data, both readers get the same graph or the format is refused with a reason."""
    try:
        assert_faithful(quads, fmt)
    except NotExpressibleError as error:
        assert fmt is RDF_XML
        assert "character" in str(error)  # noqa: PT017


@settings(max_examples=50)
@given(st.lists(quad, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_quads_does_not_matter(quads, chance):
    """The same quads give the same bytes in any order, repeated or not."""
    shuffled = quads + quads[:3]
    chance.shuffle(shuffled)
    for fmt in (TURTLE, N_QUADS, TRIG, JSON_LD):
        assert serialize(quads, fmt, PREFIXES) == serialize(shuffled, fmt, PREFIXES)


def test_n_quads_are_sorted_unique_lines():
    """N-Quads come out in canonical order, each statement once."""
    quads = [ox.Quad(S, P, ox.Literal(str(n)), G) for n in (3, 1, 2, 1)]
    random.Random(1).shuffle(quads)  # noqa: S311
    lines = serialize(quads, N_QUADS, {}).decode().splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == 3


@formats
def test_nothing_is_a_document_too(fmt):
    """No quads at all make a document that both readers take."""
    assert_faithful([], fmt)


def test_rdf_xml_names_what_readers_know():
    """Known prefixes are used, hostile ones are replaced, blank labels may start with a digit."""
    quads = [
        ox.Quad(ox.BlankNode("0"), ox.NamedNode(E + "a"), ox.BlankNode("_0"), G),
        ox.Quad(ox.BlankNode("0"), ox.NamedNode("http://x.org/a"), THING, G),
        ox.Quad(ox.BlankNode("0"), ox.NamedNode("http://y.org/a"), THING, G),
    ]
    prefixes = {"e": E, "ns1": "http://x.org/", "XMLa": "http://y.org/"}
    written = serialize(quads, RDF_XML, prefixes)
    assert b"<e:a " in written
    assert b"XMLa" not in written
    assert canonical(by_rdflib(written, RDF_XML)) == expected(quads, RDF_XML)


def test_results_in_xml_lose_nothing():
    """A carriage return is written so that readers keep it; a forbidden character is refused."""
    assert results_as_xml(b"<literal>a\r\nb</literal>") == b"<literal>a&#13;\nb</literal>"
    with pytest.raises(NotExpressibleError, match=r"U\+0001"):
        results_as_xml(b"<literal>\x01</literal>")
