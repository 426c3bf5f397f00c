"""Every format has its dump, plain and compressed, or a reason why not."""

import gzip
import hashlib

import pyoxigraph as ox
import pytest
import zstandard

from tgkg.formats import RDF_FORMATS, format_named
from tgkg.publish.dumps import write_dumps

E = "http://e/"
QUADS = [
    ox.Quad(ox.NamedNode(E + "s"), ox.NamedNode(E + "p"), ox.Literal(text), ox.NamedNode(E + "g"))
    for text in ("b", "a", "é")
]
NOT_IN_XML = ox.Quad(ox.NamedNode(E + "s"), ox.NamedNode(E + "1"), ox.Literal("x"))
TRIPLE_TERM = ox.Quad(
    ox.NamedNode(E + "s"), ox.NamedNode(E + "p"),
    ox.Triple(ox.NamedNode(E + "s"), ox.NamedNode(E + "p"), ox.NamedNode(E + "o")),
)  # fmt: skip


def dump(folder, quads):
    """Writes dumps named `g` and gives what came of it."""
    return write_dumps(folder / "dumps" / "g", quads, {"e": E}, lambda _: None)


def test_every_format_is_written_three_times(tmp_path):
    """Plain, gzip and zstd hold the same bytes, with true sizes and checksums."""
    dumps, refused = dump(tmp_path, QUADS)
    assert refused == {}
    assert [each.file for each in dumps] == [
        f"g.{fmt.extension}{packed}" for fmt in RDF_FORMATS for packed in ("", ".gz", ".zst")
    ]
    for each in dumps:
        content = (tmp_path / "dumps" / each.file).read_bytes()
        assert (each.size, each.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        unpack = {"gzip": gzip.decompress, "zstd": zstandard.decompress, None: bytes}
        plain = tmp_path / "dumps" / f"g.{format_named(each.format).extension}"
        assert unpack[each.compression](content) == plain.read_bytes()


def test_the_same_quads_give_the_same_bytes(tmp_path):
    """Order and time do not show, compressed or not."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    dumps, _ = dump(tmp_path / "one", QUADS)
    assert dump(tmp_path / "two", QUADS[::-1])[0] == dumps
    for each in dumps:
        if each.compression == "gzip":  # bytes 4 to 7 say when (RFC 1952, section 2.3)
            assert (tmp_path / "one" / "dumps" / each.file).read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize(
    ("quad", "names", "reason"),
    [
        (NOT_IN_XML, {"rdfxml"}, "does not end in a name that XML allows"),
        (TRIPLE_TERM, {"rdfxml", "jsonld"}, "it has no triple terms"),
    ],
)
def test_a_format_that_cannot_is_refused_alone(quad, names, reason, tmp_path):
    """The others are written; the refusal says which statement and why."""
    dumps, refused = dump(tmp_path, [*QUADS, quad])
    assert set(refused) == names
    assert all(reason in said and "http://e/s" in said for said in refused.values())
    written = {each.format for each in dumps}
    assert written == {fmt.name for fmt in RDF_FORMATS} - names
    assert len(list((tmp_path / "dumps").iterdir())) == 3 * len(written)


def test_no_quads_have_dumps_too(tmp_path):
    """An empty graph can be downloaded in every format."""
    dumps, refused = dump(tmp_path, [])
    assert len(dumps) == 3 * len(RDF_FORMATS)
    assert refused == {}
