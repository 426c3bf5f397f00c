"""Which release a request sees."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tgkg.engine.opening import in_process
from tgkg.errors import NoReleaseError
from tgkg.publish.rollback import roll_back
from tgkg.release import State
from tgkg.web.current import Current


def rename(project, label):
    """Changes the data of a project."""
    file = project / "data" / "register" / "islands.ttl"
    file.write_text(file.read_text().replace('"Near"@en', f'"{label}"@en'))


def test_without_a_release_there_is_none(tmp_path):
    """Before the first release there is nothing to give."""
    with pytest.raises(NoReleaseError):
        Current(State(tmp_path), in_process).get()


def test_one_release_is_opened_once(state):
    """As long as nothing changes, every request gets the same."""
    current = Current(state, in_process)
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: current.get(), range(64)))
    assert len({id(each) for each in given}) == 1


def test_a_new_release_is_taken_up(project, tmp_path, publish):
    """The next request sees the new release; who holds the old one still has all of it."""
    state = State(tmp_path / "state")
    first = publish(project, state)
    current = Current(state, in_process)
    before = current.get()
    rename(project, "Nearer")
    second = publish(project, state)
    assert current.get().release.id == second.id != first.id
    assert before.release.id == first.id
    assert current.get() is current.get()


def test_a_rollback_is_taken_up(project, tmp_path, publish):
    """A running site goes back to the earlier release, and comes back from it."""
    state = State(tmp_path / "state")
    first = publish(project, state)
    rename(project, "Nearer")
    second = publish(project, state)
    current = Current(state, in_process)
    assert current.get().release.id == second.id
    for expected in (first, second):
        roll_back([project], state)
        time.sleep(0.02)  # which is current is read again every few milliseconds
        assert current.get().release.id == expected.id


def test_while_one_opens_others_go_on(project, tmp_path, publish):
    """Nobody waits for a new release that is being opened."""
    state = State(tmp_path / "state")
    first = publish(project, state)
    current = Current(state, in_process)
    current.get()
    rename(project, "Nearer")
    publish(project, state)
    with current._opening:
        assert current.get().release.id == first.id
    assert current.get().release.id != first.id


def test_a_broken_release_is_passed_over(project, tmp_path, caplog, publish):
    """When the new release does not open, the last one is served, and the log says so once."""
    state = State(tmp_path / "state")
    first = publish(project, state)
    current = Current(state, in_process)
    current.get()
    rename(project, "Nearer")
    (publish(project, state).folder / "manifest.json").write_text("{")
    assert [current.get().release.id for _ in range(3)] == [first.id] * 3
    assert len(caplog.records) == 1


def test_a_release_that_was_mended_is_taken_up(project, tmp_path, publish):
    """What did not open is tried again after a while: a build makes it anew by the same name."""
    state = State(tmp_path / "state")
    first = publish(project, state)
    current = Current(state, in_process)
    current.get()
    rename(project, "Nearer")
    damaged = publish(project, state)
    (damaged.folder / "manifest.json").write_text("{")
    assert current.get().release.id == first.id
    assert publish(project, state).id == damaged.id
    time.sleep(0.02)
    assert current.get().release.id == first.id  # not yet
    current._given_up_until = 0
    time.sleep(0.02)
    assert current.get().release.id == damaged.id
