"""Tells what comes for the first time, so that only what comes again is kept."""

from collections.abc import Hashable
from typing import Final

_REMEMBERED: Final = 20_000


class Doorkeeper:
    """Remembers the hashes of the last things that came, twenty thousand at least.

    Two things with the same hash are taken for one: then something is kept that came once.
    """

    def __init__(self) -> None:
        self._now: set[int] = set()
        self._before: set[int] = set()

    def is_first(self, thing: Hashable) -> bool:
        """Tell whether it has not come lately, and remember it."""
        number = hash(thing)
        if number in self._now or number in self._before:
            return False
        if len(self._now) >= _REMEMBERED:
            self._before, self._now = self._now, set()
        self._now.add(number)
        return True
