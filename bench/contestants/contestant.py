"""What every contestant can do: say what it lacks, take the data, start, stop."""

import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from processes import FailedError, Processes, free_port

_SECONDS_TO_START: Final = 600


@dataclass
class Contestant:
    """A SPARQL endpoint that is started over a file of triples."""

    name: str
    path: str = "/sparql"
    parameters: str = ""
    """What each request says beside the query."""
    port: int = 0
    seconds_to_prepare: float = 0
    seconds_to_start: float = 0
    _processes: Processes | None = field(default=None, repr=False)

    def missing(self) -> str | None:
        """Return what is not here and how to get it; None where nothing is missing."""
        return None

    def version(self) -> str:
        """Return the version of what answers."""
        raise NotImplementedError

    def prepare(self, data: Path, folder: Path) -> list[str]:
        """Make of the data what the server needs, and return the command that starts it."""
        raise NotImplementedError

    def fill(self, data: Path, folder: Path) -> None:
        """Give the running server the data, where that is how it takes them."""

    def start(self, data: Path, folder: Path) -> None:
        """Start it over the data and wait until it answers.

        Raises:
            FailedError: it does not, or it ended.
        """
        folder.mkdir(parents=True)
        self.port = free_port()
        begun = time.monotonic()
        command = self.prepare(data, folder)
        prepared = time.monotonic()
        self._processes = Processes(command, folder, self.environment())
        self._wait()
        self.fill(data, folder)
        self.seconds_to_prepare = prepared - begun
        self.seconds_to_start = time.monotonic() - prepared

    def environment(self) -> dict[str, str]:
        """Return what its environment has beside ours."""
        return {}

    def stop(self) -> None:
        """End it, with all its processes."""
        if self._processes is not None:
            self._processes.stop()
            self._processes = None

    def memory(self) -> tuple[int, int]:
        """Return its bytes in memory: proportional (PSS), and resident (RSS)."""
        return self._processes.memory() if self._processes else (0, 0)

    def target(self, query: str) -> str:
        """Return the path and the query string for a query that is percent-encoded."""
        return f"{self.path}?{self.parameters}query={query}"

    def ask(self, query: str, accept: str, timeout: float = 120) -> tuple[bytes, list]:
        """Return body and headers of the answer.

        Raises:
            FailedError: there is none.
        """
        address = f"http://127.0.0.1:{self.port}{self.target(quote(query, safe=''))}"
        try:
            with urlopen(Request(address, headers={"Accept": accept}), timeout=timeout) as reply:
                return reply.read(), reply.getheaders()
        except URLError as error:
            words = getattr(error, "read", bytes)()[:200].decode(errors="replace")
            raise FailedError(f"{self.name}: {error} {words}".strip()) from error
        except (HTTPException, OSError) as error:
            raise FailedError(f"{self.name}: {error}") from error

    def _wait(self) -> None:
        deadline = time.monotonic() + _SECONDS_TO_START
        while True:
            try:
                self.ask("ASK { ?s ?p ?o }", "application/sparql-results+json", 5)
            except FailedError as error:
                words = self._processes.last_words() if self._processes else ""
                if self._processes is None or not self._processes.is_alive():
                    raise FailedError(f"{self.name} ended at once: {words}") from error
                if time.monotonic() > deadline:
                    raise FailedError(f"{self.name} does not answer: {error} {words}") from error
                time.sleep(0.05)
            else:
                return


def beside_python(program: str) -> Path:
    """Return the path of a program that is installed where this Python is."""
    return Path(sys.executable).with_name(program)


def cannot_be_installed_here(package: str) -> str:
    """Return how to get a Python package of the bench."""
    return f"{package} is not installed: `make bench` does that, from requirements/bench.txt"
