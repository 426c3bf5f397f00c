"""Reading: never a connection, every problem with its file and line, literals to the letter."""

import socket
import subprocess
import sys
import time
import urllib.request

import pyoxigraph as ox
import pytest

from tgkg.errors import UnreadableError
from tgkg.publish.build import build
from tgkg.publish.examine import check
from tgkg.publish.precautions import DEEPEST
from tgkg.publish.project import open_project
from tgkg.publish.reading import read_sources
from tgkg.release import State

RDF_ROOT = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'


def xml(before, value="x"):
    """Gives RDF/XML with a prolog and one value."""
    described = f'<rdf:Description rdf:about="http://e/a">\n<e:p>{value}</e:p></rdf:Description>'
    return f'<?xml version="1.0"?>\n{before}\n{RDF_ROOT}\n{described}</rdf:RDF>'


def bomb(value):
    """Gives RDF/XML whose entities would grow to ten gigabytes."""
    rest = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return xml(f'<!DOCTYPE rdf:RDF [<!ENTITY a0 "lolololol">{rest}]>', value)


# § stands for the address that must not be called; the sentence is a part of the problem's, "" if
# there is none.
CALLING = [
    ("a.jsonld", '{"@context":\n "§c", "@id": "a:a", "p": 1}', "never fetched"),
    ("a.jsonld", '{"@context": ["§c", {"p": "a:p"}], "p": 1}', "never fetched"),
    ("a.jsonld", '{"@context": {"@import": "§c"}, "p": 1}', "never fetched"),
    ("a.jsonld", '{"@context": {"p": {"@id": "a:p", "@context": "§c"}}, "p": {}}', "never fetched"),
    ("a.jsonld", '{"@context": "context.jsonld", "p": 1}', "never fetched"),
    ("a.ttl", "<> <http://www.w3.org/2002/07/owl#imports> <§o.ttl> .", ""),
    ("a.rdf", xml('<!DOCTYPE rdf:RDF SYSTEM "§x.dtd">'), ""),
    ("a.rdf", xml('<!DOCTYPE rdf:RDF PUBLIC "-//x" "§x.dtd">'), ""),
    ("a.rdf", xml('<!DOCTYPE rdf:RDF [<!ENTITY x SYSTEM "§x">]>', "&x;"), "never fetched"),
    ("a.rdf", xml('<!DOCTYPE rdf:RDF [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
     "never fetched"),
    ("a.rdf", xml('<!DOCTYPE rdf:RDF [<!ENTITY % x SYSTEM "§x"> %x;]>'), "never fetched"),
    ("a.rdf", xml("<!DOCTYPE rdf:RDF [<!ENTITY % x \"<!ENTITY y SYSTEM '§x'>\"> %x;]>", "&y;"),
     "Mend the RDF/XML"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "sentence"), CALLING)
def test_no_connection_is_opened(name, text, sentence, write, listener):
    """Contexts, imports, DTDs and entities elsewhere are named or left alone, never fetched."""
    file = write(name, text.replace("§", listener.url))
    report = check([file], lambda _: None)
    outcome = build([file], State(file.parent.with_name("state")), lambda _: None)
    assert listener.calls == 0
    assert [str(problem) for problem in report.problems if sentence not in str(problem)] == []
    assert bool(report.problems) == bool(sentence)
    assert bool(outcome.release) != bool(sentence)


def test_validation_opens_no_connection(tmp_path, listener):
    """Neither data nor shapes that import something make validation fetch it."""
    imports = f"<a:x> <http://www.w3.org/2002/07/owl#imports> <{listener.url}> ."
    shape = (
        "<a:s> a <http://www.w3.org/ns/shacl#NodeShape> ; "
        f"<http://www.w3.org/ns/shacl#shapesGraph> <{listener.url}> . "
    )
    for folder, text in (("data", imports), ("shapes", shape + imports)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.ttl").write_text(text)
    assert check([tmp_path], lambda _: None).publishable
    assert listener.calls == 0


def test_the_listener_hears_a_call(listener):
    """A call would have been counted."""
    with pytest.raises((OSError, socket.timeout)):
        urllib.request.urlopen(listener.url, timeout=5)
    assert listener.calls


# File name, content, the line (None where there is none) and a part of the sentence.
UNREADABLE = [
    ("a.ttl", "<a:a> <a:b> 'é' .\n".encode("latin-1"), 1, "byte 0xe9 is not UTF-8"),
    ("a.ttl", b"<a:a> <a:b> 1 .\n\n# \xe2\x82", 3, "is not UTF-8"),
    ("a.ttl", "<a:a> <a:b> 1 .".encode("utf-16"), 1, "UTF-16"),
    ("a.rdf", xml("").replace("1.0", "1.0' encoding='foo", 1).replace('"', "'"), 1, "encoding"),
    ("a.rdf", xml("").replace('"1.0"', '"1.0" encoding="ISO-8859-1"', 1), 1, "UTF-8"),
    ("a.ttl", "<a:a> <a:b> <a:c>\n<a:d> <a:e> <a:f> .", 2, "dot is expected"),
    ("a.ttl", "\n\ne:a e:b e:c .", 3, "prefix e: has not been declared"),
    ("a.ttl", "\n<a:a b> <a:b> 1 .", 2, "Invalid IRI"),
    ("a.ttl", "<a:a> <a:b> 'x\ny' .", 1, "Line jumps are not allowed"),
    ("a.ttl", "<a:a>\r\n<a:b>\r\n'\\q' .", 3, "escape"),
    ("a.ttl", "<a:a>\n <a:b> '''x\n\n\n", 2, "Unexpected end of file"),
    ("a.ttl", "<a:a>\n<a:b> [ <a:c> 1\n", 3, "Unexpected end"),
    ("a.ttl", "<a:a>\n<a:b>\0 1 .", 2, "not allowed"),
    ("a.ttl", "<a:a> <a:b> '\\ud800' .", 1, "not a valid unicode character"),
    ("a.nt", "<a:a> <a:b> <a:c> .\n<a> <a:b> <a:c> .", 2, "No scheme found"),
    ("a.nt", "<a:a> <a:b> <a:c> <a:g> .", 1, "followed by a dot"),
    ("a.nq", "\n\n<a:a> <a:b> 1 .", 3, "Mend the N-Quads here"),
    ("a.trig", "<a:g> {\n<a:a> <a:b> }", 2, "Mend the TriG here"),
    ("a.jsonld", "", 1, "Unexpected end of file"),
    ("a.jsonld", '{\n"@id": }', 2, "Mend the JSON-LD here"),
    ("a.jsonld", '{"@id": "a:a"\n', 2, "Mend the JSON-LD here"),
    ("a.rdf", "", 1, "no element found"),
    ("a.rdf", xml("", "&nbsp;"), 5, "undefined entity"),
    ("a.rdf", xml("", "<e:q>"), 5, "mismatched tag"),
    ("a.rdf", xml("").replace("<e:p>", "<f:p>").replace("</e:p>", "</f:p>"), 5, "prefix f:"),
    ("a.rdf", xml("").replace("http://e/a", "http://e/a b"), 4, "Invalid IRI"),
    ("a.rdf", bomb("&a9;"), 5, "amplification"),
    ("a.rdf", bomb("x").replace("<e:p>", '<e:p e:q="&a9;">'), 5, "amplification"),
    ("a.rdf", xml('<!DOCTYPE rdf:RDF [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"), 5, "recurs"),
    ("a.ttl", "<!DOCTYPE html><p>x", 1, "This is a web page"),
    ("a.rdf", "<!DOCTYPE html><html><p>x</html>", 1, "This is a web page"),
    ("a.ttl", '{"@id": "a:a"}', 1, "name the file .jsonld"),
    ("a.ttl", xml(""), 1, "name the file .rdf"),
    ("a.rdf", "@prefix e: <a:> . e:a e:b e:c .", 1, "name the file .ttl"),
    ("a.jsonld", "PREFIX e: <a:> e:a e:b e:c .", 1, "name the file .ttl"),
    ("a.nt", "@prefix e: <a:> . e:a e:b e:c .", 1, "name the file .ttl"),
    ("a.ttl", "<a:a> <a:b>\n" + "<<( <a:a> <a:b> " * 9999 + "1" + ")>>" * 9999 + " .", 2, "deep"),
    ("a.nt", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 9999 + "<a:c>" + ")>>" * 9999 + " .", 1, "deep"),
    ("a.jsonld", "\n" + '{"a:b":' * 20000 + "1" + "}" * 20000, 2, "deep"),
    ("a.jsonld", '{"@id": "a:g",\n"@graph":' * 20000 + "{}" + "}" * 20000, 201, "deep"),
    ("a.jsonld", '{"a:b":' + '{"@list":[' * 20000 + "1" + "]}" * 20000 + "}", 1, "deep"),
    ("a.rdf", xml("", "<rdf:Description>\n<e:p>" * 9999 + "</e:p></rdf:Description>" * 9999), 104,
     "deep"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "line", "part"), UNREADABLE, ids=lambda value: ascii(value)[:40]
)
def test_what_cannot_be_read_ends_in_a_sentence(name, text, line, part, write):
    """Every broken file is named with the line and with what to do, quickly."""
    started = time.monotonic()
    (problem,) = check([write(name, text)], lambda _: None).problems
    assert time.monotonic() - started < 5
    assert (problem.place.file, problem.place.line) == (name, line), problem
    assert part in problem.message
    assert problem.message.endswith(".")
    assert "Parser error" not in problem.message
    assert "\n" not in problem.message


def test_all_problems_of_all_files_are_named_at_once(write):
    """One bad file does not hide the next, in the order of their names."""
    for name in ("c.ttl", "a.nt", "b.rdf"):
        folder = write(name, "no").parent
    write("d.ttl", "<a:a> <a:b> 1 .")
    report = check([folder], lambda _: None)
    assert [problem.place.file for problem in report.problems] == ["a.nt", "b.rdf", "c.ttl"]
    assert report.exit_code == 2


READABLE = [
    ("a.ttl", b"\xef\xbb\xbf<a:a> <a:b> 1 .", 1),
    ("a.jsonld", b'\xef\xbb\xbf{"@id": "a:a", "a:b": 1}', 1),
    ("a.rdf", b"\xef\xbb\xbf" + xml("").encode(), 1),
    ("a.ttl", "<a:a> <a:b> 1 .\r\n<a:a> <a:b> 2 .\r\n", 2),
    ("a.nt", "<a:a> <a:b> <a:c> .\r<a:a> <a:b> <a:d> .\r", 2),
    ("a.ttl", "", 0),
    ("a.nq", "", 0),
    ("a.TTL", "<a:a> <a:b> 1 .", 1),
    ("a.owl", xml(""), 1),
    ("a.ttl", "VERSION '1.2' <a:a> <a:b> <<( <a:a> <a:b> 'x'@en--ltr )>> {| <a:c> 1 |} .", 3),
    ("a.ttl", "<a:a> <a:b> 'null: \0' .", 1),
    ("a.ttl", "<a:a> <a:b> " + "[ <a:b> " * 9999 + "1" + "]" * 9999 + " .", 10000),
    ("a.ttl", "<a:a> <a:b> " + "(" * 9999 + "1" + ")" * 9999 + " .", 19999),
    ("a.ttl", "<a:a> <a:b> " + "<< <a:a> <a:b> " * 99 + "1" + ">>" * 99 + " .", 100),
    ("a.ttl", "<a:a> <a:b> '''" + "line\n" * 300000 + "''' .", 1),
    ("a.ttl", "<a:a> <a:b> '" + "<<" * 999 + "', <a:" + "b" * 999999 + "> .", 2),
    ("a.jsonld", '{"@id": "a:a", "a:b": "' + "[{" * 999 + '"}', 1),
    ("a.nt", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 150 + "<a:c>" + ")>>" * 150 + " .", 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "count"), READABLE, ids=lambda value: ascii(value)[:40])
def test_what_can_be_read_is_read(name, text, count, read):
    """Byte order marks, line ends, long lines and deep nesting are no obstacle."""
    assert len(read(name, text).quads) == count


def test_entities_as_editors_write_them_are_read(read):
    """Internal entities for namespaces, as Protégé writes them, are replaced."""
    text = xml('<!DOCTYPE rdf:RDF [\n<!ENTITY e "http://e/" >\n]>').replace(
        "<e:p>x</e:p>", '<e:p rdf:resource="&e;b"/>'
    )
    (quad,) = read("a.owl", text).quads
    assert quad.object == ox.NamedNode("http://e/b")


def test_deep_nesting_is_written_too(write, tmp_path):
    """What is just shallow enough to be read can be built, in every form."""
    deep = "<<( <a:a> <a:b> " * DEEPEST + "1" + " )>>" * DEEPEST
    outcome = build([write("a.ttl", f"<a:a> <a:b> {deep} .")], State(tmp_path / "s"), print)
    assert outcome.release


def test_literals_keep_their_form(read):
    """Numbers and booleans are not normalised on reading."""
    (quad,) = read("a.ttl", "<a:a> <a:b> 01.50 .").quads
    assert quad.object.value == "01.50"


def test_a_default_graph_becomes_the_files(read):
    """Named graphs of a file stay; its other triples go to a graph of the file's own."""
    source = read("a b.trig", "<a:a> <a:b> 1 . <a:g> { <a:a> <a:b> 2 } _:b { <a:a> <a:b> _:b }")
    graphs = [quad.graph_name for quad in source.quads]
    assert graphs[0] == ox.NamedNode(source.file.graph)
    assert source.file.graph.endswith("/a%20b.trig")
    assert graphs[1] == ox.NamedNode("a:g")
    assert graphs[2] == source.quads[2].object


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.nq", "<a:a> <a:b> <a:c> <a:g> .\n<a:a> <a:b> <a:c> ."),
        ("a.jsonld", '[{"@id":"a:g","@graph":[{"@id":"a:a","a:b":1}]},{"@id":"a:a","a:b":2}]'),
    ],
)
def test_every_dataset_format_keeps_its_graphs(name, text, read):
    """N-Quads and JSON-LD keep named graphs as TriG does."""
    source = read(name, text)
    graphs = {quad.graph_name.value for quad in source.quads}
    assert graphs == {"a:g", source.file.graph}


def test_relative_iris_are_relative_to_the_files_own(read):
    """A relative IRI is resolved against the name that the file's graph gets."""
    (quad,) = read("sub.ttl", "<> <#p> <other> .").quads
    assert quad.subject.value == "https://unnamed.invalid/sub.ttl"
    assert quad.object.value == "https://unnamed.invalid/other"


def test_blank_nodes_of_two_files_are_two(write):
    """The same label in two files names two things."""
    write("a.ttl", "_:b <a:b> 1 .")
    folder = write("b.ttl", "_:b <a:b> 1 .").parent
    one, two = read_sources(open_project([folder]))
    assert one.quads[0].subject != two.quads[0].subject


def test_prefixes_are_remembered(read):
    """The prefixes of a file are known after reading."""
    assert read("a.ttl", "PREFIX e: <a:> e:a e:b e:c .").prefixes == {"e": "a:"}


def test_a_file_that_goes_away_is_named(write):
    """A file that disappears between finding and reading ends in a sentence."""
    file = write("a.ttl", "<a:a> <a:b> 1 .")
    project = open_project([file])
    file.unlink()
    with pytest.raises(UnreadableError, match="No such file"):
        read_sources(project)


@pytest.mark.system
def test_an_entity_bomb_needs_no_memory(write):
    """Entities that would grow to gigabytes are refused within half a gigabyte."""
    code = (
        "import resource, sys; from pathlib import Path; from tgkg.publish.examine import check\n"
        "print(*check([Path(sys.argv[1])], lambda _: None).problems)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    file = write("a.rdf", bomb("&a9;"))
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    sentence, kilobytes = done.stdout.splitlines()
    assert "amplification" in sentence
    assert int(kilobytes) < 500_000
