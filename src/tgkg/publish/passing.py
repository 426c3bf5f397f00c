"""Releases that last only until the next one: those made while somebody edits."""

from pathlib import Path

from tgkg.publish.durable import alone, remove_release, write_text
from tgkg.release import State


def passing(state: State) -> frozenset[str]:
    """Return which releases go as soon as another is current."""
    try:
        return frozenset(_file(state).read_text("utf-8").split())
    except OSError:
        return frozenset()


def note(state: State, release: str) -> None:
    """Let a release go as soon as another is current."""
    _write(state, passing(state) | {release})


def keep(state: State, release: str) -> None:
    """Let a release stay."""
    noted = passing(state)
    if release in noted:
        _write(state, noted - {release})


def let_go(state: State, release: str) -> None:
    """Remove a release that was noted, unless it is current again.

    Raises:
        UnwritableError: the state folder cannot be written.
    """
    with alone(state):
        noted = passing(state)
        if release in noted and release != state.current_id():
            remove_release(state, release)
            _write(state, noted - {release})


def _file(state: State) -> Path:
    return state.folder / "passing"


def _write(state: State, releases: frozenset[str]) -> None:
    write_text(_file(state), "".join(f"{each}\n" for each in sorted(releases)))
