"""How the web asks for an engine: it holds a lock, and the kernel lets go of it when it dies."""

import fcntl
import os
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Final

_FILE: Final = "wanted"


class Wish:
    """That somebody wants the engine in a folder: for as long as this object lives.

    It is a shared lock (flock(2)) on a file there. So whoever keeps the engines needs no word that
    one is no longer wanted, neither from a request that ends nor from a worker that is killed.
    """

    def __init__(self, folder: Path, release: str) -> None:
        """Take hold of the folder, which is made where there is none."""
        descriptor = None
        while descriptor is None:
            descriptor = _held(folder, release)
        weakref.finalize(self, os.close, descriptor)


def wished_for(folder: Path) -> str | None:
    """Return the id of the release whose engine somebody wants in a folder, or None."""
    with suppress(OSError), (folder / _FILE).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read() or None
    return None


def given_up(folder: Path, aside: Path) -> bool:
    """Move a folder aside if nobody wants what is in it; who comes next makes it anew."""
    with suppress(OSError), (folder / _FILE).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder.rename(aside)
        return True
    return False


def _held(folder: Path, release: str) -> int | None:
    """Return a descriptor with the lock; None where the folder went aside meanwhile."""
    file = folder / _FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.pwrite(descriptor, release.encode(), 0)
    try:
        if os.path.samestat(os.fstat(descriptor), file.stat()):
            return descriptor
    except FileNotFoundError:
        pass
    os.close(descriptor)
    return None
