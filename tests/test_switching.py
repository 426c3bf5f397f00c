"""While releases are switched under load, no request fails, and none sees two of them."""

import base64
import hashlib
import http.client
import itertools
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from logging import getLogger
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

import pytest
from process_tree import children
from products.ours import TGKG, Site, running

from tgkg.publish.durable import switch
from tgkg.publish.rollback import roll_back
from tgkg.release import Release, State

Found = TypeVar("Found")

pytestmark = [pytest.mark.system, pytest.mark.alone]

ITEMS = 60
WORDS = ("alpha", "beta")
SAID = re.compile('title="([0-9a-f]{64})"')
SETTINGS = 'name = "g"\nbase = "https://example.org/"\n'
JSON = "application/sparql-results+json"
NAMES = "SELECT ?n { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?n }"
KINDS = ("read", "release", "cached", "uncached", "data", "dump")
SHORT = 12.0
LONG = 180.0
CLIENTS = 8
LATER = "later"
"""What who asks an old release is told while its engine is being opened."""
TOLD = {"500", "503", "ConnectionResetError", "ConnectionRefusedError", "RemoteDisconnected",
        "BrokenPipeError", "IncompleteRead"}  # fmt: skip
"""What a request may end in whose process was killed: a problem, or a broken connection."""


def source(word: str) -> str:
    """Gives a graph each name of which holds the word, and a thing that links to all the others."""
    names = "".join(
        f'e:{n} a e:Thing ; rdfs:label "{word} {n}" ; e:of e:hub .\n' for n in range(ITEMS)
    )
    links = ", ".join(f"e:{n}" for n in range(ITEMS))
    return (
        "PREFIX e: <https://example.org/id/>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        f'{names}e:hub rdfs:label "{word} hub" ; e:has {links} .\n'
    )


@dataclass
class Served:
    """A site over two releases, and what became of the requests to it."""

    site: Site
    project: Path
    state: State
    words: dict[str, str]
    """The word of each release, by its id."""
    switches: int = 0
    outcomes: Counter[tuple[str, object]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def run(self, *arguments: str) -> None:
        """Runs a command of ours over the project."""
        command = [TGKG, *arguments, self.project, "--state", self.state.folder]
        subprocess.run(command, check=True, capture_output=True)

    def switch(self) -> None:
        """Makes the other release current: by building it, or by going back."""
        other, word = next(
            each for each in self.words.items() if each[0] != self.state.current_id()
        )
        match self.switches % 8:
            case 0:
                self.run("rollback")
            case 4:
                (self.project / "data/things.ttl").write_text(source(word))
                self.run("build")
            case _:  # as the command does, in less time
                roll_back([self.project], self.state, other)
                time.sleep(0.3 * (self.switches % 4))
        assert self.state.current_id() == other
        self.switches += 1


@pytest.fixture
def served(tmp_path) -> Iterator[Served]:
    """Gives a running site over two releases."""
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "tgkg.toml").write_text(SETTINGS)
    state = State(tmp_path / "state")
    words = {}
    for word in WORDS:
        (project / "data/things.ttl").write_text(source(word))
        command = [TGKG, "build", project, "--state", state.folder]
        subprocess.run(command, check=True, capture_output=True)
        words[state.current_id()] = word
    with running(tmp_path, project) as site:
        yield Served(site, project, state, words)


def checked(served: Served, kind: str, status: int, headers: dict[str, str], body: bytes) -> str:
    """Gives the outcome of a request; what is not of one release, whole, is noted as wrong."""
    if status == 503 and kind == "release" and "retry-after" in headers:
        return LATER
    if status != 200:
        return str(status)
    text = body.decode()
    found = [word for word in WORDS if word in text]
    if len(found) != 1:
        served.wrong.append(f"{kind}: {found} in one answer")
        return "mixed"
    count = text.count(found[0])
    least = 1 if kind == "data" else ITEMS
    if count < least:
        served.wrong.append(f"{kind}: {count} names of {least}")
    if kind in ("read", "release"):
        said = (SAID.findall(text) or [""])[-1]  # in its foot; its history names others too
        if served.words.get(said) != found[0]:
            served.wrong.append(f"{kind}: {found[0]} on a page of {said}")
    if kind == "dump":
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if headers["repr-digest"] != f"sha-256=:{digest}:":
            served.wrong.append("dump: another checksum")
    return found[0]


def address(kind: str, number: int, release: str) -> tuple[str, str]:
    """Gives the address of a request of some kind, and what it accepts."""
    match kind:
        case "read":
            return "/doc/hub", "text/html"
        case "release":
            return f"/releases/{release}/doc/hub?n={number % 50}", "text/html"
        case "cached":
            return f"/sparql?query={quote(NAMES)}", JSON
        case "uncached":
            return f"/sparql?query={quote(f'{NAMES} # {number}')}", JSON
        case "data":
            return f"/doc/{number % ITEMS}.ttl?n={number}", "*/*"
        case _:
            return "/dumps/g.nq", "*/*"


def ask(served: Served, connection: http.client.HTTPConnection, number: int) -> None:
    """Sends a request, and notes what became of it."""
    kind = KINDS[number % len(KINDS)]
    path, accept = address(kind, number, next(iter(served.words)))
    started = time.monotonic()
    try:
        connection.request("GET", path, headers={"Accept": accept})
        reply = connection.getresponse()
        body = reply.read()
        headers = {name.lower(): value for name, value in reply.getheaders()}
        outcome = checked(served, kind, reply.status, headers, body)
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        outcome = type(error).__name__
        time.sleep(0.05)  # as one does who is refused
    served.outcomes[kind, outcome] += 1
    served.slowest = max(served.slowest, time.monotonic() - started)


@contextmanager
def load(served: Served) -> Iterator[None]:
    """Has many clients ask for everything, one request after another, until the block ends."""
    stop, numbers = threading.Event(), itertools.count()
    where = urlsplit(served.site.address)

    def go_on() -> None:
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        while not stop.is_set():
            ask(served, connection, next(numbers))
        connection.close()

    clients = [threading.Thread(target=go_on) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in clients:
            each.join()


def run_for(seconds: float, action: Callable[[], None]) -> None:
    """Repeats an action for so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        action()


def failures(served: Served) -> dict[tuple[str, object], int]:
    """Gives what went out beside answers."""
    return {key: count for key, count in served.outcomes.items() if key[1] not in (*WORDS, LATER)}


def of(served: Served, kind: str) -> dict[str, int]:
    """Gives how often each release answered one kind of request."""
    return {word: served.outcomes[kind, word] for word in WORDS}


@pytest.mark.parametrize("seconds", [SHORT, pytest.param(LONG, marks=pytest.mark.soak)])
def test_no_request_fails_or_sees_two_releases(served, seconds):
    """Pages, kept and fresh queries, data, dumps and an old release, while releases switch."""
    with load(served):
        run_for(seconds, served.switch)
    tell(served)
    assert served.wrong == []
    assert failures(served) == {}
    assert served.switches >= 3
    assert all(of(served, kind)[word] for kind in KINDS if kind != "release" for word in WORDS)
    oldest = served.words[next(iter(served.words))]
    assert {word for word, count in of(served, "release").items() if count} == {oldest}
    assert served.outcomes["release", LATER] < of(served, "release")[oldest] / 20
    # What is left is the current one's, and the old one's that was asked.
    assert eventually(lambda: len(served.site.tree()["engine parent"]) <= 2)


@pytest.mark.parametrize("seconds", [SHORT, pytest.param(LONG, marks=pytest.mark.soak)])
def test_whatever_is_killed_no_answer_is_wrong(served, seconds):
    """Processes are killed between switches: some requests fail and say so; none sees two."""
    parts = itertools.cycle(("engine parent", "query process", "web worker"))

    def disturb() -> None:
        served.switch()
        pids = served.site.tree()[next(parts)]
        for pid in random.sample(pids, min(2, len(pids))):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(1)

    with load(served):
        run_for(seconds, disturb)
    tell(served)
    assert served.wrong == []
    assert {outcome for _, outcome in failures(served)} <= TOLD
    assert sum(failures(served).values()) < sum(served.outcomes.values()) / 4
    served.outcomes.clear()
    time.sleep(2)
    with load(served):
        time.sleep(2)
    assert failures(served) == {}


def test_a_release_that_opens_slowly(served):
    """Until it is there the one before answers everything, however long that takes."""
    before = served.state.current_id()
    known = set(children(served.site.process.pid))
    other = next(each for each in served.words if each != before)
    switch(served.state, Release.open(served.state.releases / other))
    opening = eventually(lambda: set(children(served.site.process.pid)) - known).pop()
    os.kill(opening, signal.SIGSTOP)
    with load(served):
        time.sleep(8)
        found = {word for kind, word in tuple(served.outcomes) if kind != "release"}
        os.kill(opening, signal.SIGCONT)
        assert found == {served.words[before]}
        assert eventually(lambda: of(served, "uncached")[served.words[other]])
    assert served.wrong == []
    assert failures(served) == {}


def test_a_release_that_does_not_open(served):
    """The one before goes on, and its engine with it, also once that was killed."""
    before, broken = served.state.current_id(), next(iter(served.words))
    (served.state.releases / broken / "dumps/g.nq").write_text("broken")
    switch(served.state, Release.open(served.state.releases / broken))
    with load(served):
        time.sleep(8)
    found = {
        word for kind, word in tuple(served.outcomes) if kind in ("read", "cached", "uncached")
    }
    assert found == {served.words[before]}
    for pid in served.site.tree()["engine parent"]:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: served.site.ask("ASK {}").status == 200)


def test_nobody_has_to_ask(served):
    """A site that nobody visits takes a release up too, and lets the engine before it end."""
    [first] = served.site.tree()["engine parent"]
    served.switch()
    assert eventually(lambda: [first] != served.site.tree()["engine parent"] != [])
    assert eventually(lambda: first not in children(served.site.process.pid))
    reply = served.site.ask(NAMES, JSON)
    assert reply.status == 200
    assert served.words[served.state.current_id()] in reply.body.decode()


def eventually(look: Callable[[], Found], seconds: float = 15) -> Found:
    """Gives what is found once it is there; nothing, where that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def tell(served: Served) -> None:
    """Logs what happened, for whoever asks pytest to show it (--log-cli-level=INFO)."""
    asked = sum(served.outcomes.values())
    getLogger(__name__).info(
        "%d switches, %d requests, the slowest %.2f s; %s",
        served.switches, asked, served.slowest, failures(served),
    )  # fmt: skip
