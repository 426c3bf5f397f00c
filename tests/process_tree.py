"""The processes below another, as the kernel tells of them."""

import time
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that a process started, by any of its threads."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            found += map(int, thread.read_text().split())
    return found


def descendants(pid: int) -> list[int]:
    """Return every process below a process."""
    return [each for child in children(pid) for each in (child, *descendants(child))]


def gone(pids: list[int], seconds: float = 5) -> bool:
    """Tell whether the processes end in time."""
    deadline = time.monotonic() + seconds
    while any(map(_alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
