"""How far something is, how fast it goes and how long it still takes, in a line for a person."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

MEGABYTE: Final = 1024**2


@dataclass(slots=True)
class Pace:
    """Counts what is done."""

    doing: str
    unit: str
    total: int
    clock: Callable[[], float] = time.monotonic
    """Seconds."""
    done: int = 0
    started: float = field(default=0.0)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.started = self.clock()

    def line(self) -> str:
        """Return what is being done, how much of it is, the rate and the time that remains."""
        seconds = self.clock() - self.started
        said = f"{self.doing}: {self.done:,} of {self.total:,} {self.unit}"
        if not self.done or seconds < 1:
            return said
        rate = self.done / seconds
        return f"{said}, {rate:,.0f} a second, {duration((self.total - self.done) / rate)} to go"


def duration(seconds: float) -> str:
    """Return a time in minutes and seconds."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
