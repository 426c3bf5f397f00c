"""The engine alone: pyoxigraph in a process, with no HTTP, limits or format to choose."""

import io
import signal
import time
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

import pyoxigraph as ox
from processes import FailedError, memory_of

_SECONDS_TO_LOAD = 600


class BareEngine:
    """Holds the data in memory, and answers one query after the other."""

    def __init__(self, data: Path) -> None:
        """Load the data into the default graph.

        Raises:
            FailedError: it could not.
        """
        ours, theirs = get_context("spawn").Pipe()
        self._pipe = ours
        self._process = get_context("spawn").Process(
            target=_answer, args=(theirs, str(data)), daemon=True
        )
        self._process.start()
        theirs.close()
        if not ours.poll(_SECONDS_TO_LOAD) or ours.recv() != "loaded":
            raise FailedError("the bare engine did not load the data")

    def ask(self, query: str) -> tuple[float, bytes]:
        """Return the seconds until the answer was written in memory, and the answer."""
        self._pipe.send(query)
        return self._pipe.recv()

    def memory(self) -> tuple[int, int]:
        """Return its bytes in memory: proportional (PSS), and resident (RSS)."""
        return memory_of([self._process.pid])

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _answer(pipe: Connection, data: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    store = ox.Store()
    store.bulk_load(path=data, format=ox.RdfFormat.N_TRIPLES)
    pipe.send("loaded")
    with suppress(EOFError):
        while True:
            query = pipe.recv()
            begun = time.perf_counter()
            result, output = store.query(query), io.BytesIO()
            if isinstance(result, ox.QueryTriples):
                result.serialize(output, format=ox.RdfFormat.N_TRIPLES)
            else:
                result.serialize(output, format=ox.QueryResultsFormat.JSON)
            pipe.send((time.perf_counter() - begun, output.getvalue()))
