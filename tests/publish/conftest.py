"""Files for a test to publish."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tgkg.publish.project import open_project
from tgkg.publish.reading import read_sources
from tgkg.publish.sources import Source


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
