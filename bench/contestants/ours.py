"""tgkg, as `tgkg serve` starts it, but without the log line a query."""

from importlib.metadata import version
from pathlib import Path

from processes import run

from contestants.contestant import Contestant, beside_python


class Ours(Contestant):
    """A release without shapes, built by `tgkg build`."""

    def __init__(self) -> None:
        super().__init__("tgkg")

    def version(self) -> str:
        """Return the versions of tgkg and of its engine."""
        return (
            f"{version('tgkg')} (pyoxigraph {version('pyoxigraph')}, Granian {version('granian')})"
        )

    def prepare(self, data: Path, folder: Path) -> list[str]:
        """Build the release."""
        tgkg, state = str(beside_python("tgkg")), str(folder / "state")
        run([tgkg, "build", str(data), "--state", state, "--quiet"])
        return [tgkg, "serve", str(data), "--state", state, "--port", str(self.port), "--quiet"]
