"""Turtle and TriG made for reading: grouped, in order, abbreviated only where that is safe."""

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from tgkg.turtle import write_trig, write_turtle

E = "https://example.org/"
PREFIXES = {"e": E, "d": E + "d#", "": E + "empty/", "xsd": "http://www.w3.org/2001/XMLSchema#"}


def quads(text):
    """Gives the quads of a TriG text."""
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return list(ox.parse(head + text, format=ox.RdfFormat.TRIG, rename_blank_nodes=False))


def test_turtle_is_grouped_by_subject():
    """Types come first, then properties by name; lists of values stand below each other."""
    text = 'e:b e:p 2, 1 ; a e:T . e:a e:q "x"@en . _:x e:p e:a .'
    assert write_turtle(quads(text), PREFIXES) == (
        "@prefix e: <https://example.org/> .\n"
        "\n"
        "e:a\n"
        '    e:q "x"@en .\n'
        "\n"
        "e:b\n"
        "    a e:T ;\n"
        "    e:p\n"
        "        1,\n"
        "        2 .\n"
        "\n"
        "_:x\n"
        "    e:p e:a .\n"
    )


def test_trig_has_the_default_graph_first():
    """Each graph is a block; triples without a graph stand before them."""
    assert write_trig(quads("e:g { e:a e:p e:b } e:a e:p e:c ."), PREFIXES) == (
        "@prefix e: <https://example.org/> .\n"
        "\n"
        "e:a\n"
        "    e:p e:c .\n"
        "\n"
        "e:g {\n"
        "    e:a\n"
        "        e:p e:b .\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ("1", "1"), ("-1", "-1"), ("0", "0"), ("true", "true"), ("false", "false"),
        ("01", '"01"^^xsd:integer'), ("+1", '"+1"^^xsd:integer'), ("-0", '"-0"^^xsd:integer'),
        ("1.0", '"1.0"^^xsd:decimal'), ("1e0", '"1e0"^^xsd:double'),
        ('"1"^^xsd:boolean', '"1"^^xsd:boolean'), ('"x"^^xsd:integer', '"x"^^xsd:integer'),
        ('"a\\nb"', '"a\\nb"'), ('"x"^^e:t', '"x"^^e:t'), ('"1"^^xsd:string', '"1"'),
    ],
)  # fmt: skip
def test_only_canonical_numbers_go_unquoted(term, written):
    """A reader that normalises finds nothing to change in what is written short."""
    text = write_turtle(quads(f"e:s e:p {term} ."), PREFIXES)
    assert text.endswith(f"e:p {written} .\n")
    graph = rdflib.Graph().parse(data=write_turtle(quads("e:s e:p 1, true, -5 ."), PREFIXES))
    assert {str(value) for value in graph.objects()} == {"1", "true", "-5"}


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (E + "abc", "e:abc"), (E + "a-b_c", "e:a-b_c"), (E + "1", "e:1"), (E + "d#x", "d:x"),
        (E + "empty/x", ":x"), (E + "é", f"<{E}é>"), (E + "a.b", f"<{E}a.b>"),
        (E + "a%20b", f"<{E}a%20b>"), (E + "a-", f"<{E}a->"), (E, f"<{E}>"),
        (E + "a/b", f"<{E}a/b>"), (E + "a(b)", f"<{E}a(b)>"), ("urn:x", "<urn:x>"),
    ],
)  # fmt: skip
def test_an_iri_is_abbreviated_only_where_that_is_plain(iri, written):
    """Names that would need escapes are written in full."""
    quad = ox.Quad(ox.NamedNode(iri), ox.NamedNode(E + "p"), ox.NamedNode(E + "o"))
    text = write_turtle([quad], PREFIXES)
    assert f"\n{written}\n" in f"\n{text}"
    assert list(ox.parse(text, format=ox.RdfFormat.TURTLE)) == [quad]


def test_only_prefixes_in_use_are_declared():
    """What no name needs is not declared, and without any there is no empty head."""
    assert write_turtle(quads("<urn:a> <urn:b> <urn:c> ."), PREFIXES).startswith("<urn:a>\n")
    assert write_turtle([], PREFIXES) == write_trig([], PREFIXES) == ""


@given(st.permutations(list(range(6))))
def test_the_same_quads_give_the_same_text(order):
    """Order and repetition do not show."""
    text = "e:g { e:a e:p 1, 2 ; e:q _:x . _:x e:p 1 } e:a e:p 1 . _:y e:p _:x ."
    given_quads = quads(text)
    shuffled = [given_quads[number] for number in order] + given_quads[:2]
    assert write_trig(shuffled, PREFIXES) == write_trig(given_quads, PREFIXES)
    assert write_turtle(shuffled, PREFIXES) == write_turtle(given_quads, PREFIXES)


def test_triple_terms_are_written():
    """A triple within a triple comes back as it was."""
    given_quads = quads("e:a e:p <<( e:a e:p <<( _:x e:p 01 )>> )>> .")
    text = write_turtle(given_quads, PREFIXES)
    again = list(ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=False))
    assert again == given_quads
