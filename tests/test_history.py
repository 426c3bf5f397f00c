"""Releases are listed whatever became of them, and found by the name that a person gives."""

import json
import os

import pytest

from tgkg.config import Config
from tgkg.errors import NoReleaseError
from tgkg.history import find, is_name, previous_id, releases, switches
from tgkg.manifest import LAYOUT, MANIFEST, Counts, Manifest
from tgkg.release import State

COUNTS = Counts(3, 4, 2, {}, {}, {})


@pytest.fixture
def state(tmp_path):
    """Gives a state folder with nothing in it."""
    return State(tmp_path)


def add(state, name, created="2024-01-01T00:00:00Z", **changes):
    """Puts a release into the state folder, without dumps."""
    manifest = Manifest(
        name, "", created, "tgkg 0", Config("g", {"": "G"}), {}, COUNTS, (), {}, **changes
    )
    (state.releases / name).mkdir(parents=True)
    (state.releases / name / MANIFEST).write_text(json.dumps(manifest.as_json()))


def note(state, *names):
    """Writes a history, and makes the last of it the current release."""
    lines = (json.dumps({"time": "2024-01-01T00:00:00Z", "id": name}) + "\n" for name in names)
    state.history_file.write_text("".join(lines))
    state.current_link.symlink_to(f"releases/{names[-1]}")


def test_an_empty_state_has_no_releases(state):
    """There is nothing to list, nothing was current, and no name finds anything."""
    assert (releases(state), switches(state), previous_id(state)) == ((), (), None)
    for name, said in (("current", "tgkg build"), ("previous", "No earlier"), ("a", "begins")):
        with pytest.raises(NoReleaseError, match=said) as error:
            find(state, name)
        assert error.value.exit_code == 2


def test_the_newest_release_comes_first(state):
    """Releases are listed by when they were made, with their triples."""
    for name, day in (("aa", 2), ("bb", 3), ("cc", 1)):
        add(state, name, f"2024-01-0{day}T00:00:00Z")
    note(state, "cc", "bb")
    found = releases(state)
    assert [each.id for each in found] == ["bb", "aa", "cc"]
    assert [each.is_current for each in found] == [True, False, False]
    assert [each.is_previous for each in found] == [False, False, True]
    assert {each.triples for each in found} == {3}


def test_what_does_not_open_is_listed_with_the_reason(state):
    """A release in another layout, a damaged one and one that is gone are named as such."""
    add(state, "aa", layout=LAYOUT + 1)
    add(state, "bb")
    (state.releases / "bb" / MANIFEST).write_text("{")
    os.utime(state.releases / "bb", (0, 0))
    state.current_link.symlink_to("releases/cc")
    problems = {each.id: each.problem or "" for each in releases(state)}
    assert list(problems) == ["aa", "bb", "cc"]
    assert problems["aa"].startswith("has another layout")
    assert problems["bb"].startswith("is not a finished release")
    assert "No such file" in problems["cc"]


def test_a_size_counts_every_file(state):
    """The size is that of all files below the folder."""
    add(state, "aa")
    (bare,) = releases(state)
    for name in ("dumps", "store"):
        folder = state.releases / "aa" / name
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x" * 100)
    (full,) = releases(state)
    assert full.size == bare.size + 200


def test_an_unfinished_release_is_not_listed(state):
    """What a build is writing, or left when it was killed, is none."""
    (state.releases / ".building-1").mkdir(parents=True)
    assert releases(state) == ()


def test_a_release_is_found_by_what_begins_no_other(state):
    """Any unique beginning of an id will do; one that fits several says which."""
    for name in ("abc1", "abc2", "dd"):
        add(state, name)
    assert find(state, "d").name == "dd"
    assert find(state, "abc2").name == "abc2"
    with pytest.raises(NoReleaseError, match="abc1, abc2 all begin with 'abc'"):
        find(state, "abc")
    for name in ("e", "abc12", ""):
        with pytest.raises(NoReleaseError, match="begins with"):
            find(state, name)


def test_current_and_previous_are_names(state):
    """`previous` is what was current before, not what was built before."""
    for name in ("aa", "bb", "cc"):
        add(state, name)
    note(state, "aa", "cc", "bb")
    assert find(state, "current").name == "bb"
    assert find(state, "previous").name == "cc"


def test_the_previous_release_is_one_that_is_there(state):
    """A release that was removed since is passed over, and so is the current one."""
    for name in ("aa", "bb"):
        add(state, name)
    note(state, "aa", "bb", "gone", "bb")
    assert previous_id(state) == "aa"


def test_a_switch_that_was_not_noted_is_no_mistake(state):
    """After a crash between a switch and its note, the last one noted is the previous."""
    for name in ("aa", "bb", "cc"):
        add(state, name)
    note(state, "aa", "bb")
    state.current_link.unlink()
    state.current_link.symlink_to("releases/cc")
    assert previous_id(state) == "bb"


@pytest.mark.parametrize(
    "line", [b"", b"{", b'{"time": "x"}', b"[]", b"3", b'{"time": "x", "id"', b"\xff\xfe"]
)
def test_a_line_that_is_none_is_passed_over(line, state):
    """The history is read around whatever a crash or a disk made of a line."""
    whole = b'{"time": "2024-01-01T00:00:00Z", "id": "aa"}'
    state.history_file.write_bytes(b"\n".join([whole, line, whole, line]))
    assert [each.id for each in switches(state)] == ["aa", "aa"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("current", True), ("previous", True), ("3f", True), ("0", True), ("a" * 64, True),
        ("", False), ("./cafe", False), ("data", False), ("3F", False), ("a.ttl", False),
    ],
)  # fmt: skip
def test_a_name_is_told_from_a_path(text, is_one):
    """Beside the two words, only what may begin an id names a release."""
    assert is_name(text) is is_one
