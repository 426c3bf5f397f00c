"""What is found in sorted statements by halving is what reading all of them finds."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.catalog import subjects
from tgkg.catalog.sources import statements_about
from tgkg.catalog.subjects import parts_of, subjects_in

NAMES = st.sampled_from([
    "http://e.org/", "http://e.org/a", "http://e.org/a/b", "http://e.org/a-b", "http://e.org/é",
    "http://e.org/\U0001f3dd", "urn:x", "a:b", "http://e.org/a!",
])  # fmt: skip
TERMS = st.one_of(
    NAMES.map(ox.NamedNode), st.integers(0, 3).map(lambda n: ox.BlankNode(f"c14n{n}"))
)
STATEMENTS = st.sets(st.tuples(TERMS, NAMES, st.text(max_size=3)), max_size=25)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Gives a function that writes statements as canonical N-Quads."""
    file = tmp_path_factory.mktemp("data") / "g.nq"

    def write(statements):
        quads = [ox.Quad(s, ox.NamedNode(p), ox.Literal(o)) for s, p, o in statements]
        file.write_text("".join(sorted(f"{quad} .\n" for quad in quads)), "utf-8")
        return file, quads

    return write


@given(statements=STATEMENTS, asked=NAMES)
def test_statements_about_a_thing_are_found(data, statements, asked):
    """All of them and no others, for a thing that is there or not."""
    file, quads = data(statements)
    assert set(statements_about(file, [asked])) == {
        quad for quad in quads if quad.subject == ox.NamedNode(asked)
    }


@given(statements=STATEMENTS, size=st.integers(1, 400))
def test_each_named_thing_is_in_one_part(data, statements, size):
    """Wherever the parts are cut, together they list each thing once, in order."""
    file, quads = data(statements)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(subjects, "PART", size)
        listed = [name for start in parts_of(file) for name in subjects_in(file, start)]
    named = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    assert sorted(listed) == sorted(named)
    assert len(listed) == len(set(listed))
