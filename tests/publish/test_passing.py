"""Releases that editing made go when others take their place; no other release does."""

import pytest

from tgkg.publish.build import build
from tgkg.publish.passing import keep, let_go, note, passing
from tgkg.release import State


@pytest.fixture
def state(tmp_path) -> State:
    """Gives an empty state folder."""
    return State(tmp_path / "state")


@pytest.fixture
def published(write, state):
    """Gives a function that builds a release of some text, and returns its id."""

    def make(text: str) -> str:
        return build([write("a.ttl", text)], state, lambda _: None).release.id

    return make


def test_a_passing_release_goes_when_another_is_current(state, published):
    """As long as it is the current one it stays, whoever asks for it to go."""
    first = published("<urn:a> <urn:p> 1 .")
    second = published("<urn:a> <urn:p> 2 .")
    note(state, second)
    let_go(state, second)
    assert (state.releases / second).is_dir()
    published("<urn:a> <urn:p> 3 .")
    let_go(state, second)
    assert not (state.releases / second).exists()
    assert (state.releases / first).is_dir()
    assert passing(state) == frozenset()


def test_no_other_release_is_let_go_of(state, published):
    """What was not noted stays, and what is built on purpose does from then on."""
    first = published("<urn:a> <urn:p> 1 .")
    note(state, first)
    assert published("<urn:a> <urn:p> 1 .") == first  # `tgkg build`, of the same content
    published("<urn:a> <urn:p> 2 .")
    let_go(state, first)
    assert (state.releases / first).is_dir()
    keep(state, "never noted")
    assert passing(state) == frozenset()
