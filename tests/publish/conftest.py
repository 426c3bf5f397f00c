"""Files for a test to publish."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import make_project

from tgkg.publish.project import open_project
from tgkg.publish.reading import read_sources
from tgkg.publish.sources import Source
from tgkg.release import State


@pytest.fixture
def write(tmp_path) -> Callable[[str, str | bytes], Path]:
    """Gives a function that writes a file into a folder of its own."""
    folder = tmp_path / "sources"

    def make(name: str, text: str | bytes) -> Path:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return make


@pytest.fixture
def read(write) -> Callable[[str, str | bytes], Source]:
    """Gives a function that reads one text as a file of this name."""

    def make(name: str, text: str | bytes) -> Source:
        (source,) = read_sources(open_project([write(name, text)]))
        return source

    return make


@pytest.fixture
def project(tmp_path) -> Path:
    """Gives a small project with data, shapes and a query."""
    return make_project(tmp_path / "project")


@pytest.fixture
def state(tmp_path) -> State:
    """Gives a state folder that does not exist yet."""
    return State(tmp_path / "state")
