"""Oxigraph's server, written in Rust, on its store on disk."""

from importlib.metadata import version
from pathlib import Path

from processes import run

from contestants.contestant import Contestant, beside_python, cannot_be_installed_here


class OxigraphServer(Contestant):
    """`oxigraph serve-read-only`, after `load` and `optimize` as it advises for reading."""

    def __init__(self) -> None:
        super().__init__("Oxigraph's server", path="/query")

    def missing(self) -> str | None:
        """Return how to get it, where it is not here."""
        return None if beside_python("oxigraph").exists() else cannot_be_installed_here("oxigraph")

    def version(self) -> str:
        """Return the version of the package."""
        return version("oxigraph")

    def prepare(self, data: Path, folder: Path) -> list[str]:
        """Load the data into the default graph."""
        oxigraph, store = str(beside_python("oxigraph")), str(folder / "store")
        run([oxigraph, "load", "--location", store, "--file", str(data)])
        run([oxigraph, "optimize", "--location", store])
        listen = f"127.0.0.1:{self.port}"
        return [oxigraph, "serve-read-only", "--location", store, "--bind", listen]
