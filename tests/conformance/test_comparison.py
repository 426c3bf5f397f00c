"""The judge is judged: what counts as the same answer, and what does not."""

import pytest
from conformance.answers import XSD, Answer, literal, read
from conformance.comparison import same

HEAD = "PREFIX : <https://example.org/> "
SELECTED = (
    b'{"head":{"vars":["s","o"]},"results":{"bindings":[{"s":{"type":"bnode","value":"x"},'
    b'"o":{"type":"literal","value":"a\\u00e9","xml:lang":"NL","its:dir":"ltr"}},'
    b'{"o":{"type":"triple","value":{"subject":{"type":"uri","value":"urn:s"},'
    b'"predicate":{"type":"uri","value":"urn:p"},"object":{"type":"bnode","value":"x"}}}}]}}'
)
SELECTED_XML = """<sparql xmlns="http://www.w3.org/2005/sparql-results#"
  xmlns:its="http://www.w3.org/2005/11/its"><head><variable name="s"/><variable name="o"/></head>
  <results><result><binding name="s"><bnode>y</bnode></binding><binding name="o">
  <literal xml:lang="nl" its:dir="ltr">aé</literal></binding></result>
  <result><binding name="o"><triple><subject><uri>urn:s</uri></subject>
  <predicate><uri>urn:p</uri></predicate><object><bnode>y</bnode></object></triple></binding>
  </result></results></sparql>""".encode()
SELECTED_TSV = '?o\t?s\n"aé"@nl--ltr\t_:z\n<<( <urn:s> <urn:p> _:z )>>\t\n'.encode()


def number(text: str, kind: str = "decimal"):
    """Makes a number of a kind."""
    return literal(text, XSD + kind, None, None)


def column(*terms) -> Answer:
    """Makes an answer of one column."""
    return Answer.of(["v"], ({"v": term} for term in terms))


def graph(turtle: str) -> Answer:
    """Makes an answer that is a graph."""
    return read((HEAD + turtle).encode(), "ttl")


def agree(one: Answer, other: Answer, *, written=(), ordered=False, lax=False) -> bool:
    """Tells whether the second is what the first expects."""
    return same(one, other, written, ordered=ordered, lax=lax)


def test_every_format_reads_alike():
    """One answer in JSON, XML and TSV is one answer: blank nodes, directions, triple terms."""
    in_json, in_xml = read(SELECTED, "srj"), read(SELECTED_XML, "srx")
    assert agree(in_json, in_xml)
    assert agree(in_json, read(SELECTED_TSV, "tsv"))
    assert agree(read(b'{"head":{},"boolean":true}', "srj"), Answer.truth(is_true=True))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (":a :p _:x . _:x :q _:y .", ":a :p _:1 . _:1 :q _:2 .", True),
        (":a :p _:x . _:x :q _:y .", ":a :p _:1 . _:2 :q _:2 .", False),
        (":a :p _:x , _:y .", ":a :p _:x .", False),
        (":a :p <<( _:x :q 1 )>> .", ":a :p <<( _:z :q 1 )>> .", True),
        ('"a"@en :p :o .'.replace('"a"@en', ":a"), ":a :p :O .", False),
        (':a :p "a"@en .', ':a :p "a"@EN .', True),
        (':a :p "a"@en .', ':a :p "a" .', False),
    ],
)
def test_blank_nodes_have_no_names(one, other, is_same):
    """Graphs are the same when one renaming of blank nodes makes them equal."""
    assert agree(graph(one), graph(other)) is is_same


def test_duplicates_count():
    """Each row counts, unless the test says that duplicates may go, and never come."""
    one, two = column(number("1")), column(number("1"), number("1"))
    assert not agree(two, one)
    assert agree(two, one, lax=True)
    assert not agree(one, two, lax=True)


def test_order_counts_where_it_is_asked():
    """Rows in another order are another answer to a query that sorts."""
    up, down = column(number("1"), number("2")), column(number("2"), number("1"))
    assert agree(up, down)
    assert not agree(up, down, ordered=True)


def test_an_unbound_variable_is_not_an_empty_text():
    """A column that is missing, and a value that is missing, are seen."""
    empty, unbound = column(literal("", None, None, None)), Answer.of(["v"], [{}])
    assert not agree(empty, unbound)
    assert not agree(unbound, Answer.of(["w"], [{}]))


def test_a_computed_number_may_have_any_form():
    """2.0 is what 2 means, as long as both are of one datatype."""
    assert agree(column(number("2.0")), column(number("2")))
    assert agree(column(number("2.0E0", "double")), column(number("2", "double")))
    assert not agree(column(number("2.0")), column(number("2", "double")))
    assert not agree(column(number("2.0")), column(number("2.1")))


def test_a_number_of_the_data_comes_back_to_the_letter():
    """What the data holds as 2.0 is not answered as 2."""
    assert not agree(column(number("2.0")), column(number("2")), written={number("2.0")})
    assert agree(column(number("2.0")), column(number("2.0")), written={number("2.0")})
