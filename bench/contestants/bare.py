"""The least that a WSGI application can do: give the same reply to everything."""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from contestants.contestant import Contestant

_SCRIPT: Final = Path(__file__).parent.parent / "bare_app.py"
_OF_SERVER: Final = frozenset({"connection", "date", "server", "transfer-encoding"})


class Bare(Contestant):
    """Granian with the settings of ours, giving the bytes that ours gave to one query."""

    def __init__(self, body: bytes, headers: list[tuple[str, str]]) -> None:
        """Take the reply; Granian adds those headers that are the server's own."""
        super().__init__("a bare reply")
        self._body = body
        self._headers = [(name, value) for name, value in headers if name.lower() not in _OF_SERVER]

    def version(self) -> str:
        """Return the version of the server."""
        return f"Granian {version('granian')}"

    def prepare(self, data: Path, folder: Path) -> list[str]:  # noqa: ARG002 - it needs none
        """Write the reply where the application reads it."""
        (folder / "body").write_bytes(self._body)
        (folder / "headers.json").write_text(json.dumps(self._headers), encoding="utf-8")
        return [sys.executable, str(_SCRIPT), str(self.port), str(folder)]
