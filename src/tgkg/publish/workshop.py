"""Where a release is made: room for what is written on the way, and who does the work."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tgkg.publish.workers import Work, Workers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder that nobody else uses and that goes away, and processes to share work with."""

    folder: Path
    workers: Workers

    def each(self, work: Iterable[Work[T]], *, is_much: bool) -> Iterator[T]:
        """Yield what comes of each piece of work, as it comes; much work is shared.

        Raises:
            Exception: what a piece of work raises.
        """
        if not is_much:
            for function, arguments in work:
                yield function(*arguments)
            return
        for result in self.workers.each(work):
            if isinstance(result, Exception):
                raise result
            yield result


@contextmanager
def workshop(beside: Path | None = None) -> Iterator[Workshop]:
    """Open a workshop in an empty folder that is given, or else where the system has such."""
    with Workers() as workers:
        if beside is not None:
            yield Workshop(beside, workers)
            return
        with tempfile.TemporaryDirectory(prefix="tgkg-") as folder:
            yield Workshop(Path(folder), workers)
