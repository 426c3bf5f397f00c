"""A release for a test to ask, and a server on loopback that counts who calls."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tgkg.engine.embedded import EmbeddedEngine
from tgkg.publish.build import build
from tgkg.release import State


@pytest.fixture(scope="session")
def engine_over(tmp_path_factory) -> Callable[[str], EmbeddedEngine]:
    """Gives a function that publishes a TriG text and gives the engine over it."""

    def make(text: str) -> EmbeddedEngine:
        folder = tmp_path_factory.mktemp("source")
        file = Path(folder, "data.trig")
        file.write_text(text)
        outcome = build([file], State(folder / "state"), lambda _: None)
        assert outcome.release, outcome.report
        return EmbeddedEngine(outcome.release)

    return make


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
