"""Which release was current at what time: the mementos of a site (RFC 7089)."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from tgkg.history import Switch


@dataclass(frozen=True, slots=True, order=True)
class Memento:
    """A release as a state of the site in the past."""

    time: datetime
    """When it first became current, in UTC."""
    release: str
    """Its id."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside a memento in time; None where nothing does."""

    first: Memento
    last: Memento
    previous: Memento | None
    next: Memento | None


@dataclass(frozen=True)
class Timeline:
    """The releases that can still be asked, by when they were current.

    A memento has one time (RFC 7089, section 2.1.1). A release that was current again, by going
    back, keeps its first; `at` knows of each time none the less.
    """

    switches: tuple[tuple[datetime, str], ...] = ()
    """Which release became current when, the oldest first."""

    @classmethod
    def of(cls, switches: Iterable[Switch], is_there: Callable[[str], bool]) -> "Timeline":
        """Read a history; what is not there any more, or has no time, is left out."""
        known: dict[str, bool] = {}
        found = []
        for switch in switches:
            if switch.id not in known:
                known[switch.id] = is_there(switch.id)
            time = moment(switch.time)
            if known[switch.id] and time:
                found.append((time, switch.id))
        return cls(tuple(sorted(found, key=lambda each: each[0])))

    @cached_property
    def mementos(self) -> tuple[Memento, ...]:
        """Each release once, the oldest first."""
        first: dict[str, datetime] = {}
        for time, release in self.switches:
            first.setdefault(release, time)
        return tuple(sorted(Memento(time, release) for release, time in first.items()))

    def at(self, time: datetime) -> str | None:
        """Return the release that was current then: the first for any time before it."""
        if not self.switches:
            return None
        place = bisect_right(self.switches, time, key=lambda each: each[0])
        return self.switches[max(0, place - 1)][1]

    def around(self, release: str) -> Around | None:
        """Return what stands beside a release; None where it never was current."""
        all_ = self.mementos
        place = next((at for at, each in enumerate(all_) if each.release == release), None)
        if place is None:
            return None
        before = all_[place - 1] if place else None
        after = all_[place + 1] if place + 1 < len(all_) else None
        return Around(all_[0], all_[-1], before, after)

    def time_of(self, release: str) -> datetime | None:
        """Return when a release first became current; None where it never did."""
        return next((each.time for each in self.mementos if each.release == release), None)


def moment(text: str) -> datetime | None:
    """Read an xsd:dateTime as a moment in UTC; without a zone it is UTC; None if it is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
