"""Engines of old releases: opened when they are asked, so many at once, closed when idle."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tgkg.engine import lazily
from tgkg.engine.lazily import LazyEngines
from tgkg.engine.opening import Engines
from tgkg.engine.port import Answer, QueryRequest
from tgkg.errors import BusyError, EngineError
from tgkg.formats import CSV
from tgkg.operation import OldReleases

ASK = QueryRequest("ASK {}", CSV)


@dataclass(frozen=True)
class Named:
    """As much of a release as opening one takes."""

    id: str
    folder: Path = Path()


@dataclass
class Opening:
    """Opens engines that answer their release's name, and notes what is open."""

    seconds: float = 0.0
    query_seconds: float = 0.0
    broken: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    most: int = 0
    at_once: int = 0
    opened: list[str] = field(default_factory=list)

    def __call__(self, release: Named) -> Engines:
        """Opens one, in its time."""
        self.at_once += 1
        assert self.at_once == 1, "one is opened at a time"
        time.sleep(self.seconds)
        self.at_once -= 1
        if release.id in self.broken:
            raise EngineError("broken")
        self.opened.append(release.id)
        self.open.add(release.id)
        self.most = max(self.most, len(self.open))
        engine = Answering(release.id, self)
        return Closing(engine, engine, opening=self, name=release.id)


@dataclass(frozen=True)
class Closing(Engines):
    """Engines that tell when they are closed."""

    opening: Opening = field(default_factory=Opening)
    name: str = ""

    def close(self) -> None:
        """Notes it."""
        self.opening.open.discard(self.name)


@dataclass(frozen=True)
class Answering:
    """An engine whose every answer is its release's name."""

    name: str
    opening: Opening

    def query(self, _: QueryRequest) -> Answer:
        """Answers; what was closed under a query fails it."""
        time.sleep(self.opening.query_seconds)
        if self.name not in self.opening.open:
            raise EngineError("closed while it was asked")
        return Answer(CSV, self.name.encode())


def asked(engines: LazyEngines, name: str) -> bytes:
    """Asks a release."""
    return engines.engines(Named(name)).pages.query(ASK).content


def made(opening: Opening, **bounds: float) -> LazyEngines:
    """Makes the engines, with bounds other than the usual."""
    return LazyEngines(opening, OldReleases(**bounds))


def test_nothing_opens_before_it_is_asked():
    """To have the engines of a release costs nothing."""
    opening = Opening()
    engines = made(opening)
    given = engines.engines(Named("a"))
    assert opening.opened == []
    assert given.public.query(ASK).content == given.pages.query(ASK).content == b"a"
    assert opening.opened == ["a"]


def test_the_least_recently_used_makes_room(monkeypatch):
    """So many are open at most."""
    monkeypatch.setattr(lazily, "_SURE_FOR", 0)
    opening = Opening()
    engines = made(opening, open=2)
    for name in ("a", "b", "a", "c"):
        assert asked(engines, name) == name.encode()
    assert opening.open == {"a", "c"}
    assert opening.most == 2


def test_who_was_asked_just_now_stays():
    """A page asks several times: its engine is not closed between; others wait for a moment."""
    opening = Opening()
    engines = made(opening, open=1)
    asked(engines, "a")
    started = time.monotonic()
    assert asked(engines, "b") == b"b"
    assert time.monotonic() - started > 0.9


def test_what_is_used_is_not_closed(monkeypatch):
    """Where every one is in use, the next is told to come back."""
    monkeypatch.setattr(lazily, "PATIENCE", 0.3)
    monkeypatch.setattr(lazily, "_SURE_FOR", 0)
    opening = Opening(query_seconds=1)
    engines = made(opening, open=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(asked, engines, "a")
        time.sleep(0.2)
        with pytest.raises(BusyError, match="in use") as refused:
            asked(engines, "b")
        assert first.result() == b"a"
    assert refused.value.retry_after > 0


def test_the_idle_are_closed():
    """After a while without a query nothing is open."""
    opening = Opening()
    engines = made(opening, idle_seconds=0.2)
    asked(engines, "a")
    engines.close_idle()
    assert opening.open == {"a"}
    time.sleep(0.3)
    engines.close_idle()
    assert opening.open == set()
    assert len(engines) == 0
    assert asked(engines, "a") == b"a"


def test_one_that_opens_slowly_is_waited_for_a_little(monkeypatch):
    """Who comes meanwhile is told to come back, and then it is there."""
    monkeypatch.setattr(lazily, "PATIENCE", 0.2)
    opening = Opening(seconds=0.5)
    engines = made(opening)
    with pytest.raises(BusyError, match="being opened"):
        asked(engines, "a")
    time.sleep(0.5)
    assert asked(engines, "a") == b"a"
    assert opening.opened == ["a"]


def test_one_that_does_not_open_is_tried_again():
    """Whoever asked gets a problem; it takes no room."""
    opening = Opening(broken={"a"})
    engines = made(opening, open=1)
    with pytest.raises(EngineError):
        asked(engines, "a")
    assert len(engines) == 0
    opening.broken.clear()
    assert asked(engines, "a") == b"a"


def test_a_crawl_of_all_takes_few_threads(monkeypatch):
    """However many ask however many releases: few wait, and no answer is wrong."""
    monkeypatch.setattr(lazily, "_SURE_FOR", 0)
    opening = Opening(seconds=0.02, query_seconds=0.05)
    engines = made(opening, open=3)
    answered, waiting, most = [], [], []

    def crawl(number: int) -> None:
        waiting.append(number)
        most.append(engines._turns.running + engines._turns.waiting)
        with suppress(BusyError):
            answered.append((f"r{number % 10}".encode(), asked(engines, f"r{number % 10}")))

    threads = [threading.Thread(target=crawl, args=(number,)) for number in range(100)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answered
    assert all(wanted == given for wanted, given in answered)
    assert opening.most <= 3
    assert max(most) <= lazily._AT_ONCE + lazily._WAITING
