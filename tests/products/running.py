"""Starts a real store for a test, on a free port, and ends it."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

SECONDS_TO_START = 120

Found = TypeVar("Found")


@dataclass(frozen=True)
class Product:
    """A store that runs: where it is asked, and who may write."""

    name: str
    query: str
    user: str | None = None
    password: str = ""
    process: subprocess.Popen[bytes] | None = None


def free_port() -> int:
    """Gives a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def found(program: str, how: str) -> str:
    """Gives the path of a program; skips the test where it is absent, saying how to get it."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"no {program} here: {how}")
    return path


@contextmanager
def started(command: list[str], folder: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program until the block ends, and waits until it answers at an address."""
    log = folder / "output.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        try:
            once(lambda: answers(url), process, log)
            yield process
        finally:
            process.kill()
            process.wait()


def once(look: Callable[[], Found], process: subprocess.Popen[bytes], log: Path) -> Found:
    """Looks until there is something; what ended instead, or takes too long, fails with its log."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not (found := look()):
        said = log.read_text(errors="replace")
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
    return found


def answers(url: str) -> bool:
    """Tells whether anybody answers HTTP there, be it with an error."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True
