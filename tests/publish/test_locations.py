"""A node is found on the line where its block starts, however a text is laid out."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tgkg.publish.examine import check
from tgkg.publish.locations import Locator
from tgkg.publish.project import open_project
from tgkg.publish.reading import read_sources

E = "http://e/"


def line_of(source, name):
    """Gives the line of a node by its local name, or by its label where it starts with `_:`."""
    node = ox.NamedNode(E + name)
    if name.startswith("_:"):
        subjects = (quad.subject for quad in source.quads)
        node = next(s for s in subjects if s.value.endswith(f"-{name[2:]}"))
    place = Locator([source]).place(node)
    return place and place.line


# Each text is preceded by a line with the prefix `e:`; names of nodes and their lines.
TURTLE = [
    ("e:a e:p 1 .\ne:b e:p 1 . e:c e:p 1 .\ne:d\n\n e:p 1 .", {"a": 2, "b": 3, "c": 3, "d": 4}),
    ("# e:a .\n\ne:a # c .\n e:p '. [ # e:b', 1 ;\n .\ne:b e:p 1.", {"a": 4, "b": 7}),
    ("e:a e:p '''x .\n e:b e:p \n[[ # ''' .\ne:b e:p 1 .", {"a": 2, "b": 5}),
    ('e:a e:p """\n"" . \\""" e:b\n""" .\ne:b e:p 1 .', {"a": 2, "b": 5}),
    ("@prefix f: <http://e/> .\nf:a f:p 1 .\n@base <http://e/> .\n<b> f:p 1 .", {"a": 3, "b": 5}),
    ("PREFIX f: <http://e/>\nBASE <http://e/>\n<a> f:p 1 .\nBASE <x:>f:b f:p 1.", {"a": 4, "b": 5}),
    ("e:a e:p [ e:p 1 ] ;\n e:q [\n e:p 1 ] .\ne:b e:p (1\n 2) .\ne:c e:p 1 .",
     {"a": 2, "b": 5, "c": 7}),
    ("e:a e:p 1.0 .\ne:b e:p 1. e:c e:p 1.5e3 . e:d e:p .5 .", {"a": 2, "b": 3, "c": 3, "d": 3}),
    ("e:a.b e:p e:x.y .\ne:c e:p e:d.\ne:d e:p true .e:f e:p 1 .",
     {"a.b": 2, "c": 3, "d": 4, "f": 4}),
    ("e:a e:p 'x'@en . e:b e:p 'x'^^e:t.\n<http://e/c>e:p<http://e/x.y#z>.\ne:d e:p 'x'@en-gb.",
     {"a": 2, "b": 2, "c": 3, "d": 4}),
    ("e:a e:p e:c\\,d , e:x\\#y .\ne:b e:p e:o\\'x .\ne:c e:p 'it\\'s . e:x' .\ne:d e:p \"\\\\\" .",
     {"a": 2, "b": 3, "c": 4, "d": 5}),
    ("e:a e:p 1 .\r\ne:b e:p 1 .\r\n", {"a": 2, "b": 3}),
    ("e:a e:p 1 {| e:q 2 |}.\ne:b e:p <<e:a e:p 1>> .\ne:c e:p <<( e:a\n e:p 1)>>.\ne:d e:p 1.",
     {"a": 2, "b": 3, "c": 4, "d": 6}),
    ("e:a\n e:p 1 . e:b e:p 1 . e:c\n e:p 1 .", {"a": 2, "b": 3, "c": 3}),
    ("e:a e:p 1 ;\n e:p 2 ;\n\n e:p 3 .\ne:a e:q 1 .", {"a": 2}),
    ("_:x e:p 1 .\n_:y\n e:p [\n e:q 1 ] .\n[]\n e:q _:x .", {"_:x": 2, "_:y": 3}),
]  # fmt: skip
TRIG = [
    ("GRAPH e:g {\n e:a e:p 1 .\n e:b e:p 1 }\ne:h { e:c e:p 1 . e:d e:p 1 }\n{ e:f e:p 1 }",
     {"a": 3, "b": 4, "c": 5, "d": 5, "f": 6}),
    ("e:g\n{\n\n e:a\n e:p 1\n}\n[] { e:b e:p 1 } _:g { e:c e:p 1 }\ne:d e:p 1 .",
     {"a": 5, "b": 8, "c": 8, "d": 9}),
]  # fmt: skip
BLANK = """
e:a e:p
  [
    e:q 1 ;
    e:r [
      e:q 2 ;
    ] ;
    e:r [ e:q 3 ]
  ] ,
  (
    e:one
  ) .
[]
  e:q 4 .
[
  e:q 5
] .
"""

RDF_XML = [
    ("""<rdf:Description rdf:about="http://e/a"><e:p>1</e:p></rdf:Description>
<rdf:Description rdf:about="b">\n<e:p>1</e:p></rdf:Description>
<e:T\n rdf:about='c'/>""", {"a": 2, "b": 3, "c": 5}),
    ('<e:T rdf:ID="d"/>\n<e:T rdf:about="#e"/>', {"#d": 2, "#e": 3}),
    ("""<e:T rdf:about="b"><e:p rdf:resource="a"/></e:T>
<!-- rdf:about="a" -->
<e:T rdf:about="x/a"/><e:T rdf:about="http://f/a"/>\n<e:T rdf:about="a"/>""", {"b": 2, "a": 5}),
    ('<e:T rdf:about="b">\n<e:q>\n<e:T rdf:about="a"/></e:q></e:T>', {"a": 4, "b": 2}),
    ('<e:T rdf:about="a&amp;b"/>\n<e:T rdf:about="a&#98;"/>', {"a&b": 2, "ab": 3}),
    ('<e:T rdf:nodeID="x"/>\n<e:T rdf:nodeID="y"/>', {"_:x": 2, "_:y": 3}),
    ('<e:T xml:base="http://e/x/" rdf:about="a"/>\n<e:T rdf:about="a"/>', {"x/a": 2, "a": 3}),
]  # fmt: skip
XML_ROOT = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/" '
    'xml:base="http://e/">\n'
)
JSON_LD = [
    ("""[
{"@id":"http://e/b","http://e/p":{"@id":"http://e/a"}},
{"@id":"http://e/a","http://e/p":1}]""", {"a": 3, "b": 2}),
    ("""{"@context":{"e":"http://e/","f":"http://f/"},
"@graph":[
{"@id":"e:b","e:p":{"@id":"e:a"}},
{"@id":"f:a","e:p":1},\n{"@id":"e:a","e:p":1}]}""",
     {"a": 5, "b": 3}),
    ('{"@context":{"e":"http://e/","id":"@id"},\n"id":"e:a",\n"e:p":1}', {"a": 2}),
    ('{"http://e/p":1,\n"@id":"http://e/a"}', {"a": 2}),
    ('{"@id":"http:\\/\\/e\\/\\u0061",\n"http://e/p":"\\u0000"}', {"a": 1}),
    ('{"@id":"http://e/b","http://e/q":\n{"@id":"http://e/a",\n"http://e/p":1}}', {"a": 2, "b": 1}),
    ('{"@context":{"@base":"http://e/"},\n"@id":"a",\n"http://e/p":1}', {"a": 2}),
    ('{"http://e/q":1,"http://e/p":[\n{"@id":"_:a",\n"http://e/p":1}]}', {"_:a": 2}),
]  # fmt: skip
LINES = [
    ("a.nt", '# x\n\n<http://e/a> <http://e/p> "x" .\r\n_:b <http://e/p> "x" .',
     {"a": 3, "_:b": 4}),
    ("a.nq", "<http://e/a> <a:p> <a:o> <a:g> .\n\n<http://e/b> <a:p> <a:o> <a:g> .",
     {"a": 1, "b": 3}),
]  # fmt: skip
CASES = [
    *(("a.ttl", f"PREFIX e: <{E}>\n{text}", lines) for text, lines in TURTLE),
    *(("a.trig", f"PREFIX e: <{E}>\n{text}", lines) for text, lines in TURTLE + TRIG),
    *(("a.rdf", f"{XML_ROOT}{text}</rdf:RDF>", lines) for text, lines in RDF_XML),
    *(("a.jsonld", text, lines) for text, lines in JSON_LD),
    *LINES,
]


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [case for case in CASES if case[2]],
    ids=lambda value: ascii(value)[:50],
)
def test_a_block_is_found_in_every_layout(name, text, lines, read):
    """The line is the one on which the node's block starts, in every format and layout."""
    source = read(name, text)
    assert {node: line_of(source, node) for node in lines} == lines


def test_a_node_without_a_name_starts_with_its_bracket(read):
    """Nested brackets, collections and `[]` are found by the line that opens them."""
    source = read("a.ttl", f"PREFIX e: <{E}>{BLANK}")
    found = {
        quad.object.value: Locator([source]).place(quad.subject).line
        for quad in source.quads
        if quad.predicate.value in (E + "q", "http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
    }
    assert found == {"1": 3, "2": 5, "3": 8, "http://e/one": 10, "4": 13, "5": 15}


def test_entities_are_resolved(read):
    """A name that is written with an entity is found by what it stands for."""
    text = f'<!DOCTYPE rdf:RDF [<!ENTITY e "{E}">]>\n{XML_ROOT}\n<e:T rdf:about="&e;a"/></rdf:RDF>'
    assert line_of(read("a.owl", text), "a") == 4


def test_a_node_is_looked_for_where_it_is_linked_to(read):
    """A node that nothing describes is placed where something names it."""
    source = read("a.ttl", f"PREFIX e: <{E}>\ne:a e:p 1 .\ne:b e:p\n e:missing .")
    assert line_of(source, "missing") == 3
    assert line_of(source, "unknown") is None


@pytest.mark.parametrize(
    ("path", "value", "file"),
    [
        (f"<{E}p>", f"<{E}x>", "1.ttl"),
        (f"<{E}p>", f"<{E}y>", "2.ttl"),
        (f"<{E}q>", None, "3.ttl"),
        (f"<{E}r>", None, "2.ttl"),
        (None, None, "2.ttl"),
    ],
)
def test_of_several_files_the_one_that_explains_is_named(path, value, file, write):
    """The file that states the value, else uses the property, else gives the type."""
    write("1.ttl", f"<{E}a> <{E}p> <{E}x> .")
    write("2.ttl", f"<{E}a> <{E}p> <{E}y> ; a <{E}T> .")
    folder = write("3.ttl", f"<{E}a> <{E}q> 1 .").parent
    locator = Locator(read_sources(open_project([folder])))
    assert locator.place(ox.NamedNode(E + "a"), path, value).file == file


space = st.text(st.sampled_from(" \t\n"), min_size=1, max_size=3) | st.just(" # e:x . [ ' \n")
thing = st.sampled_from(
    [
        "e:o", "<http://e/o.o#x>", "'it . # [ e:x'", '"\\" . "', "'''\n. e:x\n'''", '"""" \n ."""',
        "1", "1.5", "true", "'x'@en", "'x'^^e:t", "_:b", "[]", "[ e:p 1 ]", "[ e:p [ e:p 1 ] ]",
        "[\n e:p 1 ;\n]", "( 1 '.' )", "()", "e:a\\.b", "e:x\\'y", "<<( e:s e:p 1 )>>",
    ]
)  # fmt: skip
predicates = st.lists(
    st.tuples(space, st.sampled_from(["a", "e:p"]), space, thing, space), min_size=1
)
directive = st.sampled_from(
    ["@prefix f: <http://f/> .", "PREFIX f: <http://f/>", "@base <http://e/> .", "BASE <http://e/>"]
)
other = st.sampled_from(["[] a e:T .", "[ e:p 1 ] .", "_:b e:p 1 .", "# e:s . \n"])


@st.composite
def laid_out(draw):
    """Draws a Turtle text, and the line on which the block of each of its subjects starts."""
    text, lines = "PREFIX e: <http://e/>\n", {}
    for number in range(draw(st.integers(1, 5))):
        text += draw(space).join(["", *draw(st.lists(directive | other, max_size=2)), ""])
        lines[f"s{number}"] = text.count("\n") + 1
        parts = [
            "".join((*part[:3], "e:o" if part[1] == "a" else part[3], part[4]))
            for part in draw(predicates)
        ]
        text += (
            draw(st.sampled_from([f"e:s{number}", f"<http://e/s{number}>"])) + ";".join(parts) + "."
        )
    return text, lines


@settings(max_examples=200)
@given(laid_out(), st.sampled_from(["a.ttl", "a.trig"]))
def test_any_layout_is_understood(tmp_path_factory, document, name):
    """Whatever the white space, strings, brackets and comments, each block is found."""
    text, lines = document
    file = tmp_path_factory.getbasetemp() / name
    file.write_text(text)
    (source,) = read_sources(open_project([file]))
    assert {node: line_of(source, node) for node in lines} == lines, text


def test_results_carry_the_place(tmp_path):
    """A violation names the file and the line of its focus node's block."""
    (tmp_path / "data").mkdir()
    (tmp_path / "shapes").mkdir()
    (tmp_path / "data" / "x.ttl").write_text(f"PREFIX e: <{E}>\n\n\ne:a\n a e:T .\n[]\n a e:T .")
    (tmp_path / "shapes" / "T.ttl").write_text(
        f"PREFIX e: <{E}> PREFIX sh: <http://www.w3.org/ns/shacl#>\n"
        "e:S sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:minCount 1 ] ."
    )
    places = [str(result.place) for result in check([tmp_path], lambda _: None).results]
    assert places == ["data/x.ttl:4", "data/x.ttl:6"]
