"""Which release was current when, and which of them can be asked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.history import Switch
from tgkg.timeline import Memento, Timeline, moment

HISTORY = (
    Switch("2026-01-01T10:00:00Z", "a"),
    Switch("2026-02-01T10:00:00Z", "b"),
    Switch("2026-03-01T10:00:00Z", "a"),  # gone back
    Switch("2026-04-01T10:00:00Z", "c"),
)


def at(month: int, day: int = 1, hour: int = 10) -> datetime:
    """Gives a time in 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def timeline(*gone: str) -> Timeline:
    """Gives the timeline of the history, some releases being gone."""
    return Timeline.of(HISTORY, lambda name: name not in gone)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (at(1, hour=9), "a"),  # before the first
        (at(1), "a"),
        (at(2, hour=9), "a"),
        (at(2), "b"),
        (at(3, 15), "a"),  # current for the second time
        (at(4), "c"),
        (at(12, 31), "c"),
    ],
)
def test_a_time_has_a_release(time, expected):
    """It is the one that was current then; the first for any time before it."""
    assert timeline().at(time) == expected


def test_a_release_that_came_back_is_one_memento():
    """It has the time at which it was current first: a memento has one."""
    assert timeline().mementos == (Memento(at(1), "a"), Memento(at(2), "b"), Memento(at(4), "c"))
    assert timeline().time_of("a") == at(1)


def test_neighbours():
    """Each memento knows the first, the last, and those beside it in time."""
    first, second, last = timeline().mementos
    around = timeline().around("b")
    assert (around.first, around.previous, around.next, around.last) == (first, first, last, last)
    assert timeline().around("a").previous is None
    assert timeline().around("c").next is None
    assert timeline().around("never") is None
    assert timeline().time_of("never") is None
    assert second.release == "b"


def test_what_is_gone_is_left_out():
    """In place of a release that was removed there is the one before it."""
    assert timeline("b").at(at(2, 15)) == "a"
    assert [each.release for each in timeline("b").mementos] == ["a", "c"]
    assert timeline("a").at(at(1)) == "b"
    assert timeline("a", "b", "c").at(at(2)) is None
    assert Timeline().mementos == ()


def test_a_line_without_a_time_is_passed_over():
    """What somebody wrote into the history by hand does no harm."""
    assert Timeline.of([Switch("soon", "a"), *HISTORY], lambda _: True) == timeline()


@pytest.mark.parametrize(
    "text", ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00", "2026-01-01T11:00:00+01:00"]
)
def test_a_moment_is_in_utc(text):
    """Whatever zone it was written in."""
    assert moment(text) == at(1)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from("abcd")), min_size=1),
    st.integers(-10, 10**6 + 10),
)
def test_it_is_the_last_that_became_current(history, second):
    """For any history and any time, the answer is the last switch until then, or the first."""
    start = at(1)
    noted = sorted(history, key=lambda each: each[0])
    told = [Switch((start + timedelta(seconds=s)).isoformat(), name) for s, name in noted]
    until = [name for s, name in noted if s <= second] or [noted[0][1]]
    found = Timeline.of(told, lambda _: True)
    assert found.at(start + timedelta(seconds=second)) == until[-1]
    assert {each.release for each in found.mementos} == {name for _, name in noted}
    assert list(found.mementos) == sorted(found.mementos)
