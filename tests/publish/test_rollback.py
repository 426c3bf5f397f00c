"""An earlier release becomes the current one, and stays it until the sources change."""

import pytest

from tgkg.errors import NoReleaseError, Place, Problem
from tgkg.publish.build import build, build_if_changed
from tgkg.publish.durable import write_json
from tgkg.publish.rollback import roll_back
from tgkg.release import State
from tgkg.report import Report


@pytest.fixture
def state(tmp_path):
    """Gives a state folder."""
    return State(tmp_path / "state")


@pytest.fixture
def project(tmp_path):
    """Gives the file that is the source."""
    return tmp_path / "g.ttl"


def quiet(_):
    """Takes no notice of the progress."""


@pytest.fixture
def ids(project, state):
    """Gives the ids of three releases, the last of them current."""
    made = []
    for number in range(3):
        write(project, number)
        made.append(build([project], state, quiet).release.id)
    return made


def write(project, number):
    """Writes a source that has this number in it."""
    project.write_text(f"<x:a> <x:b> {number} .")


def served(project, state):
    """Gives the id of what `tgkg serve` would serve."""
    release = build_if_changed([project], state, quiet).release
    assert release == state.current()
    return release.id


def test_the_release_before_becomes_current(ids, project, state):
    """Without a name, the one that was current before is; the answer tells both."""
    done = roll_back([project], state)
    assert (done.release.id, done.before) == (ids[1], ids[2])
    assert state.current_id() == ids[1]


def test_a_second_rollback_comes_back(ids, project, state):
    """What was current before a rollback is what it rolled back from."""
    roll_back([project], state)
    assert roll_back([project], state).release.id == ids[2]


def test_any_release_can_be_named(ids, project, state):
    """A release is named by the beginning of its id; the previous is then the one before."""
    roll_back([project], state, ids[0][:8])
    assert state.current_id() == ids[0]
    assert roll_back([project], state).release.id == ids[2]


def test_unchanged_sources_are_not_built_over_it(ids, project, state):
    """Serving goes on with the release rolled back to, time and again."""
    roll_back([project], state)
    assert [served(project, state) for _ in range(2)] == [ids[1], ids[1]]


def test_sources_that_waited_for_a_build_are_not_built_over_it(ids, project, state):
    """An edit that nobody had built yet does not come up because of the rollback."""
    write(project, 3)
    roll_back([project], state)
    assert served(project, state) == ids[1]


def test_changed_sources_are_built(ids, project, state):
    """Once the sources change after it, they are published as ever."""
    write(project, 3)
    roll_back([project], state)
    write(project, 4)
    assert served(project, state) not in ids


def test_sources_that_come_back_are_not_built_over_it(ids, project, state):
    """Taking back an edit that waited leads to the sources of the bad release: no news."""
    write(project, 3)
    roll_back([project], state)
    write(project, 2)
    assert served(project, state) == ids[1]


def test_a_build_that_is_asked_for_publishes_the_sources(ids, project, state):
    """`tgkg build` is not kept from anything; from then on all is as before the rollback."""
    roll_back([project], state)
    assert build([project], state, quiet).release.id == ids[2]
    write(project, 1)
    assert served(project, state) == ids[1]


def test_a_report_that_waits_is_laid_aside(ids, project, state):
    """Problems of the sources, seen before, make nobody build until these change."""
    report = Report(problems=(Problem(Place("g.ttl", 1), "x."),), validated=False)
    write_json(state.pending_file, report.as_json())
    roll_back([project], state)
    assert state.pending() is None
    assert served(project, state) == ids[1]


def test_sources_that_cannot_be_found_are_no_obstacle(ids, project, state):
    """A rollback needs no sources; when there are some again, they are built where they changed."""
    project.unlink()
    assert roll_back([project], state).release.id == ids[1]
    write(project, 2)
    assert served(project, state) == ids[1]


def test_a_damaged_release_is_refused(ids, project, state):
    """A release that is not whole does not become current; the file is named."""
    (state.releases / ids[1] / "report.ttl").write_text("")
    with pytest.raises(NoReleaseError, match=r"nothing was changed\. report\.ttl"):
        roll_back([project], state)
    assert state.current_id() == ids[2]


def test_where_nothing_was_current_before_nothing_changes(project, state):
    """With one release there is nothing to go back to, and with none no state folder is made."""
    with pytest.raises(NoReleaseError, match="No earlier release"):
        roll_back([project], state)
    assert not state.folder.exists()
    write(project, 1)
    build([project], state, quiet)
    with pytest.raises(NoReleaseError, match="No earlier release"):
        roll_back([project], state)


def test_a_damaged_release_is_made_again_by_a_build(ids, project, state):
    """The advice that goes with damage is true: the same sources mend the release."""
    data = state.current().data
    whole = data.read_bytes()
    data.write_bytes(whole.replace(b"2", b"3"))
    assert build([project], state, quiet).release.id == ids[2]
    assert data.read_bytes() == whole
