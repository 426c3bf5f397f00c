"""How far a push is, how fast it goes and how long it still takes, in a line for a person."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Counts triples as they are sent."""

    total: int
    """Triples to send, those that are there already included."""
    clock: Callable[[], float] = time.monotonic
    """Seconds."""
    sent: int = 0
    there: int = 0
    """Triples that an interrupted push had sent."""
    started: float = field(default=0.0)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.started = self.clock()

    def line(self, graph: str) -> str:
        """Return what is being done: how much of all is there, the rate, the time that remains."""
        seconds, done = self.clock() - self.started, self.there + self.sent
        said = f"Sending {graph}: {done:,} of {self.total:,} triples are there"
        if not self.sent or seconds < 1:
            return said
        rate = self.sent / seconds
        return f"{said}, {rate:,.0f} a second, {_duration((self.total - done) / rate)} to go"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
