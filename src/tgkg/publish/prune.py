"""Removes old releases: never the current one, nor the one that was current before it."""

from tgkg.history import Listed, releases
from tgkg.publish.durable import alone, remove_release
from tgkg.release import State


def superfluous(state: State, keep: int) -> tuple[Listed, ...]:
    """Return the releases that go when the newest so many are kept, the newest first."""
    older = releases(state)[keep:]
    return tuple(each for each in older if not (each.is_current or each.is_previous))


def prune(state: State, keep: int) -> tuple[Listed, ...]:
    """Remove the superfluous releases, and return them.

    Raises:
        UnwritableError: the state folder cannot be written.
    """
    with alone(state):
        gone = superfluous(state, keep)
        for each in gone:
            remove_release(state, each.id)
    return gone
