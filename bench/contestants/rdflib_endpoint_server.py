"""rdflib-endpoint under uvicorn, with a worker for each core."""

import os
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from contestants.contestant import Contestant, beside_python, cannot_be_installed_here

_APP_FOLDER = Path(__file__).parent.parent


class RdflibEndpoint(Contestant):
    """rdflib's store in memory behind FastAPI; each worker has a copy of the data."""

    def __init__(self) -> None:
        super().__init__("rdflib-endpoint")
        self._data = ""

    def missing(self) -> str | None:
        """Return how to get it, where it is not here."""
        is_here = find_spec("rdflib_endpoint") and beside_python("uvicorn").exists()
        return None if is_here else cannot_be_installed_here("rdflib-endpoint")

    def version(self) -> str:
        """Return the versions of what answers."""
        names = ("rdflib-endpoint", "rdflib", "uvicorn")
        first, *others = (f"{name} {version(name)}" for name in names)
        return f"{first.split()[1]} ({', '.join(others)}, {_workers()} workers)"

    def prepare(self, data: Path, folder: Path) -> list[str]:  # noqa: ARG002 - nothing is kept
        """Return the command; each worker reads the data itself."""
        self._data = str(data)
        return [
            str(beside_python("uvicorn")),
            "contestants.rdflib_app:app",
            *("--app-dir", str(_APP_FOLDER)),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(_workers())),
            *("--no-access-log", "--log-level", "warning"),
            *("--timeout-worker-healthcheck", "600"),
        ]

    def environment(self) -> dict[str, str]:
        """Return where the application finds the data."""
        return {"BENCH_DATA": self._data}


def _workers() -> int:
    return len(os.sched_getaffinity(0))
