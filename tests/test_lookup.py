"""What a release says of a thing is found without reading the rest."""

from hypothesis import given
from hypothesis import strategies as st
from test_changes import GRAPHS, make_release

from tgkg.lookup import statements_about

NAMES = ["<x:a>", "<x:b>", "<x:b2>", "<x:é>", "<x:none>", "_:a", "_:a1", "_:a.b"]


@given(quads=GRAPHS, wanted=st.lists(st.sampled_from(NAMES), unique=True))
def test_it_finds_what_reading_all_would(quads, wanted, tmp_path_factory):
    """All statements about each of the things, and no other."""
    release = make_release(tmp_path_factory.mktemp("release") / "a", quads)
    found = list(statements_about(release, wanted))
    assert len(found) == len(set(found))
    assert set(found) == {quad for quad in quads if str(quad.subject) in wanted}


def test_a_release_without_data_says_nothing(tmp_path):
    """A site over a store alone has no statements to look in."""
    release = make_release(tmp_path / "a", set())
    release.data.unlink()
    assert list(statements_about(release, ["<x:a>"])) == []
