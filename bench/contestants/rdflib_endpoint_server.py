"""rdflib-endpoint under uvicorn, with a worker for each core."""

import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from contestants.contestant import Contestant, cannot_be_installed_here

_BENCH: Final = Path(__file__).parent.parent


class RdflibEndpoint(Contestant):
    """rdflib's store in memory behind FastAPI; each worker has a copy of the data."""

    def __init__(self) -> None:
        super().__init__("rdflib-endpoint")
        self._data = ""

    def missing(self) -> str | None:
        """Return how to get it, where it is not here."""
        is_here = find_spec("rdflib_endpoint") and find_spec("uvicorn")
        return None if is_here else cannot_be_installed_here("rdflib-endpoint")

    def version(self) -> str:
        """Return the versions of what answers."""
        names = ("rdflib-endpoint", "rdflib", "uvicorn")
        first, *others = (f"{name} {version(name)}" for name in names)
        return f"{first.split()[1]} ({', '.join(others)}, {_workers()} workers)"

    def prepare(self, data: Path, folder: Path) -> list[str]:  # noqa: ARG002 - nothing is kept
        """Only say where the data are: each worker reads them itself."""
        self._data = str(data)
        return [sys.executable, "-m", "contestants.rdflib_app", str(self.port), str(_workers())]

    def environment(self) -> dict[str, str]:
        """Return where the application and the data are found."""
        return {"BENCH_DATA": self._data, "PYTHONPATH": str(_BENCH)}


def _workers() -> int:
    return len(os.sched_getaffinity(0))
