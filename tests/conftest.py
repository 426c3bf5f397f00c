"""What every test may rely on: test data, our graph, who called, and that CI skips nothing."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pyoxigraph as ox
import pytest

from tgkg.publish.project import Role, open_project
from tgkg.publish.reading import read_sources

CHECKOUT = Path(__file__).resolve().parent.parent

# Set for good, so that what is collected from a W3C manifest and what runs in another process
# look in the same place.
TEST_DATA = Path(os.environ.get("TGKG_TEST_DATA") or CHECKOUT.parent / "shared").resolve()
os.environ["TGKG_TEST_DATA"] = str(TEST_DATA)

# Commands say more where they run on GitHub Actions; tests ask for that where they want it.
os.environ.pop("GITHUB_ACTIONS", None)

# Shared machines are slow at times, and CI must find today what it found yesterday.
hypothesis.settings.register_profile("tgkg", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("tgkg")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Gives the checkout's top folder."""
    return CHECKOUT


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Gives the folder of test data that is not ours; skips the test where it is absent."""
    if not TEST_DATA.is_dir():
        pytest.skip(f"no test data at {TEST_DATA}: set TGKG_TEST_DATA")
    return TEST_DATA


@pytest.fixture(scope="session")
def quads() -> tuple[ox.Quad, ...]:
    """Gives our graph as it is published: a named graph a source, tables and rules included."""
    sources = read_sources(open_project([CHECKOUT]))
    return tuple(q for s in sources if s.file.role is not Role.SHAPES for q in s.quads)


@pytest.fixture(scope="session")
def store(quads) -> ox.Store:
    """Gives our graph in a store, which no test changes."""
    filled = ox.Store()
    filled.extend(quads)
    return filled


@pytest.fixture
def copy(tmp_path) -> Path:
    """Gives a copy of the sources of our graph, for a test to edit."""
    made = tmp_path / "graph"
    for folder in ("ontology", "data", "shapes", "queries", "pages"):
        shutil.copytree(CHECKOUT / folder, made / folder)
    shutil.copy(CHECKOUT / "tgkg.toml", made)
    return made


class Listener:
    """A server on loopback that counts connections and closes each at once."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        """Stops listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Gives a running listener."""
    running = Listener()
    yield running
    running.close()


def refused_skips(config: pytest.Config) -> int:
    """Counts the skipped tests where none may be: TGKG_NO_SKIPS is set, as in CI."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    return len(terminal.stats.get("skipped", ())) if "TGKG_NO_SKIPS" in os.environ else 0


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a run that skipped; xdist's workers leave that to the process that started them."""
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and refused_skips(session.config):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Says so; the reasons of the skips stand below it."""
    if skipped := refused_skips(config):
        terminalreporter.write_line(f"TGKG_NO_SKIPS is set and {skipped} skipped", red=True)
