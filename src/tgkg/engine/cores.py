"""Which cores of the machine do what: one has the web's threads, long queries keep off it."""

import os
import random
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores that we may use, by their numbers; none where the system does not say."""

    usable: frozenset[int]
    web: frozenset[int]
    """Where the threads of the web worker stay."""

    @classmethod
    def unshared(cls) -> Self:
        """Return the cores, none of them for the web."""
        if not hasattr(os, "sched_getaffinity"):
            return cls(frozenset(), frozenset())
        return cls(frozenset(os.sched_getaffinity(0)), frozenset())

    @classmethod
    def with_web(cls) -> Self:
        """Return the cores with one for the web: any, so that servers do not meet on the first."""
        usable = cls.unshared().usable
        return cls(usable, frozenset(random.sample(sorted(usable), min(1, len(usable)))))

    def beside_web(self) -> "Cores":
        """Return the cores that are not the web's, for what must never be in its way."""
        return Cores(self.usable - self.web or self.usable, frozenset())

    def gather_web(self) -> None:
        """Keep the threads of this process together on the web's core.

        One thread at a time has the interpreter. Waking the next on another core takes longer than
        most of its turns: on one core, queries a second double, and so do cached replies.
        """
        _stay(0, self.web)

    def leave_web(self, process: int) -> None:
        """Keep a process (0 is this one) off the web's core, unless there is no other.

        Raises:
            OSError: the process is gone.
        """
        _stay(process, self.usable - self.web)

    def roam(self) -> None:
        """Let this process run on every core again."""
        _stay(0, self.usable)


def _stay(process: int, cores: frozenset[int]) -> None:
    if cores:
        os.sched_setaffinity(process, cores)
