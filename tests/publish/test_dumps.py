"""Every format has its dump, plain and compressed, or a reason why not; every source has one."""

import gzip
import hashlib

import pyoxigraph as ox
import pytest
import rdflib
import zstandard

from tgkg.dump_kinds import every_kind, kinds_of
from tgkg.formats import RDF_FORMATS, TURTLE, format_named
from tgkg.publish.division import divide
from tgkg.publish.dumps import Writing, slugs, write_dumps
from tgkg.publish.workshop import workshop

E = "http://e/"
G = ox.NamedNode(E + "g")
QUADS = [
    ox.Quad(ox.NamedNode(E + "s"), ox.NamedNode(E + "p"), ox.Literal(text), G)
    for text in ("b", "a", "é")
]
NOT_IN_XML = ox.Quad(ox.NamedNode(E + "s"), ox.NamedNode(E + "1"), ox.Literal("x"), G)
CONTROL = ox.Quad(ox.NamedNode(E + "s"), ox.NamedNode(E + "p"), ox.Literal("\1"), G)
TRIPLE_TERM = ox.Quad(
    ox.NamedNode(E + "s"), ox.NamedNode(E + "p"),
    ox.Triple(ox.NamedNode(E + "s"), ox.NamedNode(E + "p"), ox.NamedNode(E + "o")), G
)  # fmt: skip
ALL = len(RDF_FORMATS) * 3


def dump(folder, quads, kinds=None):
    """Writes dumps named `g` and gives what came of it."""
    lines = "".join(sorted(f"{quad} .\n" for quad in quads)).encode()
    content = folder / "content"
    content.mkdir(parents=True)
    writing = Writing(folder / "dumps" / "g", divide([lines], content), {"e": E})
    with workshop(folder) as shop:
        kinds = every_kind() if kinds is None else kinds
        return write_dumps(writing, kinds, folder / "store", shop, lambda _: None)


def test_every_format_is_written_three_times(tmp_path):
    """Plain, gzip and zstd hold the same bytes, with true sizes and checksums."""
    made = dump(tmp_path, QUADS)
    assert made.refused == {}
    assert [each.file for each in made.dumps] == [
        *(f"g.{fmt.extension}{packed}" for fmt in RDF_FORMATS for packed in ("", ".gz", ".zst")),
        *("g-g.ttl", "g-g.ttl.gz", "g-g.ttl.zst"),
    ]
    for each in made.dumps:
        content = (tmp_path / "dumps" / each.file).read_bytes()
        assert (each.size, each.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        unpack = {"gzip": gzip.decompress, "zstd": zstandard.decompress, None: bytes}
        stem = "g-g" if each.graph else "g"
        plain = tmp_path / "dumps" / f"{stem}.{format_named(each.format).extension}"
        if each.compression == "zstd":
            unpacked = zstandard.ZstdDecompressor().decompressobj().decompress(content)
        else:
            unpacked = unpack[each.compression](content)
        assert unpacked == plain.read_bytes()


def test_the_same_quads_give_the_same_bytes(tmp_path):
    """Order and time do not show, compressed or not."""
    made = dump(tmp_path / "one", QUADS)
    assert dump(tmp_path / "two", QUADS[::-1]) == made
    for each in made.dumps:
        if each.compression == "gzip":  # bytes 4 to 7 say when (RFC 1952, section 2.3)
            assert (tmp_path / "one" / "dumps" / each.file).read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize(
    ("quad", "names", "reason"),
    [
        (NOT_IN_XML, {"rdfxml"}, "does not end in a name that XML allows"),
        (CONTROL, {"rdfxml"}, "has a character that XML does not keep"),
        (TRIPLE_TERM, {"rdfxml", "jsonld"}, "it has no triple terms"),
    ],
)
def test_a_format_that_cannot_is_refused_alone(quad, names, reason, tmp_path):
    """The others are written; the refusal says which statement and why."""
    made = dump(tmp_path, [*QUADS, quad])
    assert set(made.refused) == names
    assert all(reason in said and "http://e/s" in said for said in made.refused.values())
    written = {each.format for each in made.dumps}
    assert written == {fmt.name for fmt in RDF_FORMATS} - names
    assert len(list((tmp_path / "dumps").iterdir())) == 3 * len(written) + 3


def test_no_quads_have_dumps_too(tmp_path):
    """An empty graph can be downloaded in every format."""
    made = dump(tmp_path, [])
    assert len(made.dumps) == ALL
    assert made.refused == {}


def test_only_the_dumps_that_are_wanted_are_written(tmp_path):
    """The plain N-Quads are always there; sources come with Turtle, compressed as it is."""
    made = dump(tmp_path, QUADS, kinds_of(["turtle.zst"]))
    assert [each.file for each in made.dumps] == ["g.ttl.zst", "g.nq", "g-g.ttl.zst"]
    assert {path.name for path in (tmp_path / "dumps").iterdir()} == {
        each.file for each in made.dumps
    }


def test_each_source_has_its_own_turtle(tmp_path):
    """What a graph holds is in its file, with the prefixes that it needs, and nothing else."""
    other = ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.Literal("c"), ox.NamedNode("a:g"))
    made = dump(tmp_path, [*QUADS, other], kinds_of([TURTLE.name]))
    files = {each.graph: each.file for each in made.dumps if each.graph and not each.compression}
    for graph, quads in ((E + "g", QUADS), ("a:g", [other])):
        text = (tmp_path / "dumps" / files[graph]).read_text()
        assert set(ox.parse(text, format=ox.RdfFormat.TURTLE)) == {
            ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads
        }
        assert ("@prefix" in text) == (graph == E + "g")


@pytest.mark.parametrize(
    ("graphs", "names"),
    [
        ([E + "id/graph/some-source", E + "def"], ["some-source", "def"]),
        ([E + "a%20b.trig", E + "sub/File.TTL"], ["a-20b", "file"]),
        ([E + "é", "urn:x:y"], ["graph-120e8910", "y"]),
        ([E + "a/x", E + "b/X"], ["x-c480c2cc", "x-e380a8ea"]),
    ],
)
def test_a_source_is_called_by_its_graph(graphs, names):
    """The end of the IRI in plain characters; where that tells nothing apart, a hash helps."""
    found = slugs(graphs)
    assert [found[graph] for graph in graphs] == names


def test_rdflib_reads_the_same_from_every_format(tmp_path):
    """Triples come back from each file as they were, by another reader."""
    made = dump(tmp_path, QUADS)
    for each in made.dumps:
        if each.compression is None and each.format != "jsonld":
            graph = rdflib.Dataset(default_union=True)
            graph.parse(tmp_path / "dumps" / each.file)
            assert {str(value) for value in graph.objects()} == {"a", "b", "é"}, each.file
