"""The field at one size: everybody started over the same data, checked, and stopped at the end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from answers import mistake
from bare_engine import BareEngine
from contestants import Contestant, contestants
from contestants.bare import Bare
from processes import told
from progress import say
from results import Sized, Started
from workloads import WORKLOADS, Workload, filled

import data

OURS = "tgkg"
BARE = "a bare reply"
ENGINE = "the bare engine"


@dataclass
class Field:
    """Who answers, at which size, and what is known so far."""

    size: str
    file: Path
    folder: Path
    found: Sized
    engine: BareEngine
    running: list[Contestant] = field(default_factory=list)
    bare: Contestant | None = None
    unable: set[tuple[str, str]] = field(default_factory=set)
    """Contestant and workload, where the one cannot answer the other."""

    @property
    def ours(self) -> Contestant | None:
        """Ours, where it runs."""
        return next((each for each in self.running if each.name == OURS), None)

    def problem(self, words: str) -> None:
        """Note what was skipped, failed or wrong."""
        say(f"  ! {words}")
        self.found.problems.append(words)

    def takers(self, what: Workload) -> list[Contestant]:
        """Return who takes part in a workload."""
        bare = [self.bare] if self.bare and what.is_same else []
        able = [each for each in self.running if (each.name, what.name) not in self.unable]
        return able + bare


@contextmanager
def started(size: str, folder: Path, wanted: list[str]) -> Iterator[Field]:
    """Start everybody over the data of a size, and stop them whatever happens."""
    file = data.made(folder, size)
    found = Sized(data.SIZES[size], data.digest(file))
    with ExitStack() as stack:
        say(f"{size}: loading {ENGINE}")
        engine = stack.enter_context(BareEngine(file))
        here = Field(size, file, folder / f"at-{size}", found, engine)
        found.started[ENGINE] = Started("pyoxigraph in this Python", 0, 0, engine.memory()[0])
        for each in contestants():
            if each.name == OURS or not wanted or each.name in wanted:
                _start(here, each, stack)
        if here.ours:
            same = WORKLOADS["point-repeated"]
            _start(here, Bare(*here.ours.ask(same.query, same.accept)), stack)
        yield here


def check(here: Field, what: Workload) -> None:
    """Find who cannot answer a workload, and say who answers it otherwise than the engine."""
    query = filled(what.query, 0, what.items(here.size))
    _, right = here.engine.ask(query)
    for each in here.takers(what):
        try:
            body, _ = each.ask(query, what.accept)
        except Exception as error:  # noqa: BLE001 - whatever one does, the others go on
            here.problem(f"{what.name} at {here.size}: {told(error)}")
            here.unable.add((each.name, what.name))
        else:
            wrong = mistake(what, body, right)
            if wrong:
                here.problem(f"{what.name} at {here.size}: {each.name}: {wrong}")


def _start(here: Field, who: Contestant, stack: ExitStack) -> None:
    absent = who.missing()
    if absent:
        here.problem(f"{who.name} was skipped: {absent}")
        return
    say(f"{here.size}: starting {who.name}")
    stack.callback(who.stop)
    try:
        who.start(here.file, here.folder / who.name.replace(" ", "-").replace("'", ""))
    except Exception as error:  # noqa: BLE001 - whatever one does, the others go on
        who.stop()
        here.problem(f"{who.name} could not be started at {here.size}: {told(error)}")
        return
    if who.name == BARE:
        here.bare = who
    else:
        here.running.append(who)
    here.found.started[who.name] = Started(
        who.version(), who.seconds_to_prepare, who.seconds_to_start, who.memory()[0]
    )
