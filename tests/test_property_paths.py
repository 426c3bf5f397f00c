"""Property paths: what is written as SPARQL writes it is read back as the same path."""

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from tgkg.property_paths import PathReader, written
from tgkg.publish.graph_index import GraphIndex

A, B, C = (f"<https://example.org/{name}>" for name in "abc")


def part(path):
    """Puts a path that is more than a property in brackets."""
    return (
        path if path.startswith("<") and path.count("<") == 1 and path[-1] == ">" else f"({path})"
    )


paths = st.recursive(
    st.sampled_from([A, B, C]),
    lambda inner: st.one_of(
        inner.map(lambda path: f"^{part(path)}"),
        st.builds(lambda path, mark: part(path) + mark, inner, st.sampled_from("*+?")),
        st.lists(inner, min_size=2, max_size=3).map(lambda steps: "/".join(map(part, steps))),
        st.lists(inner, min_size=2, max_size=3).map(lambda steps: "|".join(map(part, steps))),
    ),
    max_leaves=6,
)


@given(paths)
def test_a_path_is_read_as_it_was_written(path):
    """Reading a path gives statements that are written as the same path."""
    read = PathReader(path, "p")
    graph = GraphIndex(ox.Quad(*triple) for triple in read.triples)
    assert written(read.node, graph.objects) == path


@pytest.mark.parametrize("path", [f"^({A}/{B})", f"({A}|{B})/{C}", f"(^{A})*"])
def test_a_path_means_to_sparql_what_it_says(path):
    """What is written is SPARQL."""
    rdflib.Graph().query(f"SELECT * {{ ?s {path} ?o }}")
