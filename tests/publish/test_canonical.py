"""The same statements give the same lines, whatever the order and the labels."""

import hashlib
import re
import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tgkg.errors import UnreadableError
from tgkg.publish.blank_nodes import Renaming, has_blank_node
from tgkg.publish.build import build
from tgkg.publish.canonical import Canonicaliser, hash_of
from tgkg.release import State

E = "http://e/"
LABELS = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def canonicaliser():
    """Gives one canonicaliser for all tests of the file."""
    with Canonicaliser(seconds=20) as made:
        yield made


node = st.sampled_from(LABELS).map(ox.BlankNode)
iri = st.sampled_from([ox.NamedNode(E + name) for name in "xyz"])
literal = st.sampled_from([ox.Literal(1), ox.Literal("é\n"), ox.Literal("x", language="en")])
triple_term = st.builds(ox.Triple, node | iri, iri, node | iri | literal)
quad = st.builds(ox.Quad, node | iri, iri, node | iri | literal | triple_term, node | iri)
quads = st.lists(quad, max_size=10)


def parsed(lines):
    """Gives the quads of some lines."""
    text = "\n".join(lines)
    return list(ox.parse(text, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))


@settings(max_examples=150)
@given(quads, st.permutations(LABELS), st.randoms(use_true_random=False))
def test_order_and_labels_do_not_matter(canonicaliser, quads, labels, chance):
    """Any order of statements, said once or twice, under any labels, gives the same lines."""
    renaming = Renaming(dict(zip(LABELS, labels, strict=True)).__getitem__)
    other = [renaming.quad(quad) for quad in quads + quads[:2]]
    chance.shuffle(other)
    assert canonicaliser.lines(quads, "a.nq") == canonicaliser.lines(other, "b.nq")


@settings(max_examples=150)
@given(quads)
def test_the_labels_are_those_of_rdfc(canonicaliser, quads):
    """But for a prefix, the lines are those of RDFC-1.0 over the statements with blank nodes."""
    lines = canonicaliser.lines(quads, "a.nq")
    dataset = ox.Dataset(filter(has_blank_node, quads))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    blank = {line for line in lines if "_:" in line}
    assert {re.sub("_:b[0-9a-f]{12}c14n", "_:c14n", line) for line in blank} == {
        f"{quad} ." for quad in dataset
    }
    assert lines - blank == {f"{quad} ." for quad in quads if not has_blank_node(quad)}


@settings(max_examples=100)
@given(quads)
def test_nothing_is_lost(canonicaliser, quads):
    """The lines mean what the statements meant."""
    one, other = ox.Dataset(quads), ox.Dataset(parsed(canonicaliser.lines(quads, "a.nq")))
    for dataset in (one, other):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert one == other


def test_blank_nodes_of_two_files_stay_apart(canonicaliser):
    """What differs between two files keeps their nodes different in their union."""
    one = [ox.Quad(ox.BlankNode("x"), ox.NamedNode(E + "p"), ox.Literal(n)) for n in (1, 2)]
    other = [ox.Quad(ox.BlankNode("x"), ox.NamedNode(E + "p"), ox.Literal(n)) for n in (1, 3)]
    lines = canonicaliser.lines(one, "a.nq") | canonicaliser.lines(other, "b.nq")
    assert len({quad.subject for quad in parsed(lines)}) == 2
    assert len(lines) == 4


def alike(count):
    """Gives statements whose blank nodes can hardly be told apart."""
    nodes = [ox.BlankNode(f"n{number}") for number in range(count)]
    return [
        ox.Quad(one, ox.NamedNode(E + "p"), other)
        for one in nodes
        for other in nodes
        if one != other
    ]


def test_a_poisonous_file_ends_within_the_limit():
    """A file whose nodes cannot be named in time is named, and what is left is ended."""
    started = time.monotonic()
    with (
        Canonicaliser(seconds=1) as canonicaliser,
        pytest.raises(UnreadableError, match=r"bad.nq: its 182 statements .* 1 seconds"),
    ):
        canonicaliser.lines(alike(14), "bad.nq")
    assert time.monotonic() - started < 10
    assert canonicaliser._process.poll() is not None


def test_a_poisonous_file_stops_a_build(tmp_path):
    """The build names the file, makes no release, and leaves no process."""
    text = "".join(f"{quad.triple} .\n" for quad in alike(14))
    (tmp_path / "bad.nt").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tgkg.publish.canonical.Canonicaliser.__init__.__defaults__", (1.0,))
        outcome = build([tmp_path / "bad.nt"], State(tmp_path / "state"), lambda _: None)
    assert outcome.release is None
    assert [problem.place.file for problem in outcome.report.problems] == ["bad.nt"]
    assert outcome.exit_code == 2


def test_without_blank_nodes_no_process_is_started():
    """Most files need no naming at all."""
    with Canonicaliser() as canonicaliser:
        quad = ox.Quad(ox.NamedNode(E), ox.NamedNode(E), ox.NamedNode(E))
        assert canonicaliser.lines([quad], "a.nq") == {f"{quad} ."}
        assert canonicaliser._process is None


def test_a_hash_is_that_of_the_whole():
    """Where a text is cut into chunks does not show in its SHA-256."""
    chunks = [b"<a:a> <a:b> <a:c> .\n", '<a:a> <a:b> "é" .\n'.encode()]
    assert hash_of(chunks) == hashlib.sha256(b"".join(chunks)).hexdigest()
