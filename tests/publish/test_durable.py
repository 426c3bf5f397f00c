"""Changes to a state folder are whole or undone."""

import threading
import time

import pytest

from tgkg.errors import NoReleaseError, UnwritableError
from tgkg.history import switches
from tgkg.publish.durable import (
    alone,
    remove_release,
    switch,
    write_json,
    write_release,
    write_text,
)
from tgkg.release import Release, State


@pytest.fixture
def state(tmp_path):
    """Gives a state folder."""
    return State(tmp_path / "state")


def test_one_build_at_a_time_has_the_state(state):
    """Who comes second waits until the first is done."""
    order = []

    def second():
        with alone(state):
            order.append("second")

    with alone(state):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_leftovers_are_cleared_and_releases_are_not(state):
    """Only unfinished folders of killed builds go."""
    for name in (".building-1", "finished"):
        (state.releases / name / "dumps").mkdir(parents=True)
    with alone(state):
        assert [path.name for path in state.releases.iterdir()] == ["finished"]


def test_a_release_that_fails_leaves_nothing(state):
    """When filling fails in any way, the folder is gone and the error goes on."""

    def fail(folder):
        (folder / "half").write_text("")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_release(state, "x", fail)
    assert list(state.releases.iterdir()) == []


def test_what_is_not_a_release_is_refused(state):
    """A folder that was filled with something else is not opened."""
    with pytest.raises(NoReleaseError):
        write_release(state, "x", lambda folder: (folder / "manifest.json").write_text("{}"))


def test_a_damaged_release_is_replaced(state):
    """What stands under the name but is not whole is made anew."""
    (state.releases / "x").mkdir(parents=True)
    (state.releases / "x" / "old").write_text("")
    with pytest.raises(NoReleaseError):
        write_release(state, "x", lambda folder: (folder / "new").write_text(""))
    assert {path.name for path in (state.releases / "x").iterdir()} == {"new", "SHA256SUMS"}


def test_a_release_is_removed_whole(state):
    """The folder goes with all that is in it; others stay."""
    for name in ("a", "b"):
        (state.releases / name / "dumps").mkdir(parents=True)
    remove_release(state, "a")
    remove_release(state, "never-there")
    assert [path.name for path in state.releases.iterdir()] == ["b"]


def switched(state, *names):
    """Switches to each of these, one after the other, and gives the history."""
    for name in names:
        (state.releases / name).mkdir(parents=True, exist_ok=True)
        switch(state, Release(state.releases / name, manifest=None))
    return [each.id for each in switches(state)]


def test_each_switch_is_noted(state):
    """The history has a line for each change of the current release, and none for no change."""
    assert switched(state, "a", "a", "b", "a") == ["a", "b", "a"]


def test_a_line_cut_short_costs_no_other(state):
    """After a crash in the middle of a line, the next one stands on its own."""
    switched(state, "a", "b")
    state.history_file.write_bytes(state.history_file.read_bytes()[:-9])
    assert [each.id for each in switches(state)] == ["a"]
    assert switched(state, "c") == ["a", "b", "c"]


def test_what_was_current_before_there_was_a_history_is_in_it(state):
    """A switch that was not noted, by a crash or an older version, is made good by the next."""
    switched(state, "a", "b")
    state.history_file.unlink()
    assert switched(state, "c") == ["b", "c"]


def test_switching_points_inside_the_state(state, tmp_path):
    """The link is relative, so that a state folder can be moved."""
    for name in ("a", "b"):
        (state.releases / name).mkdir(parents=True)
        switch(state, Release(state.releases / name, manifest=None))
        assert state.current_id() == name
    assert state.current_link.readlink().as_posix() == "releases/b"
    state.folder.rename(tmp_path / "moved")
    assert State(tmp_path / "moved").current_link.resolve().is_dir()


def test_a_text_is_replaced_in_one_step(tmp_path):
    """A text is UTF-8, and nothing but it is left."""
    file = tmp_path / "a.txt"
    for text in ("é", "ü" * 100):
        write_text(file, text)
        assert file.read_text("utf-8") == text
    write_json(file, {"é": 1})
    assert file.read_text("utf-8") == '{\n  "é": 1\n}\n'
    assert list(tmp_path.iterdir()) == [file]


def test_a_text_that_cannot_be_written_leaves_the_old_one(tmp_path):
    """A failure leaves the file as it was."""
    file = tmp_path / "a.txt"
    write_text(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(file, "new\ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_state_that_is_a_file_is_named(tmp_path):
    """What keeps the state from being written is said with its place."""
    (tmp_path / "state").write_text("")
    with pytest.raises(UnwritableError, match=r"state: cannot be written: File exists\."):
        alone(State(tmp_path / "state")).__enter__()
