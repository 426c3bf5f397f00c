"""Old releases go; what is current, or was just before, never does."""

import os

import pytest

from tgkg.history import releases
from tgkg.integrity import SUMS, sums_of
from tgkg.manifest import MANIFEST
from tgkg.publish.build import build
from tgkg.publish.prune import prune, superfluous
from tgkg.publish.rollback import roll_back
from tgkg.release import State


@pytest.fixture
def state(tmp_path):
    """Gives a state folder with six releases, the last of them current."""
    made, source = State(tmp_path / "state"), tmp_path / "g.ttl"
    for number in range(6):
        source.write_text(f"<x:a> <x:b> {number} .")
        release = build([source], made, lambda _: None).release
        manifest = release.folder / MANIFEST
        text = manifest.read_text().replace(release.manifest.created, f"2024-01-0{number + 1}")
        manifest.write_text(text)
        (release.folder / SUMS).write_bytes(sums_of(release.folder))
    return made


def left(state):
    """Gives the releases that are there, the newest first, by the day that they were made."""
    return [int((each.created or "0")[-1]) for each in releases(state)]


def test_the_newest_stay(state):
    """So many of the newest stay, the others go."""
    assert left(state) == [6, 5, 4, 3, 2, 1]
    gone = prune(state, 4)
    assert [each.created for each in gone] == ["2024-01-02", "2024-01-01"]
    assert left(state) == [6, 5, 4, 3]
    assert prune(state, 4) == ()


@pytest.mark.parametrize(("keep", "stay"), [(0, [6, 1]), (1, [6, 1]), (2, [6, 5, 1])])
def test_the_current_and_the_previous_stay(keep, stay, state):
    """However few are kept and however old they are, these two stay."""
    oldest = releases(state)[-1].id
    roll_back([state.folder], state, oldest)
    prune(state, keep)
    assert left(state) == stay
    assert state.current().id == oldest
    assert roll_back([state.folder], state).release.manifest.created == "2024-01-06"


def test_what_would_go_is_told_without_removing_it(state):
    """The same releases are told beforehand, and all are still there."""
    told = superfluous(state, 3)
    assert left(state) == [6, 5, 4, 3, 2, 1]
    assert prune(state, 3) == told


def test_what_does_not_open_goes_as_others_do(state):
    """A damaged release takes its turn by age."""
    for each in releases(state)[2:]:
        (state.releases / each.id / MANIFEST).write_text("{")
        os.utime(state.releases / each.id, (0, 0))
    assert len(prune(state, 2)) == 4
