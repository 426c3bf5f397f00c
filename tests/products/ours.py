"""Starts our own server on a free port, and ends it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlencode

from process_tree import children
from products.running import once
from raw_http import Reply, send

TGKG = Path(sys.executable).parent / "tgkg"
FORM = "application/x-www-form-urlencoded"
SERVED = re.compile(r"Serving at (\S+/) .*\n")


@dataclass(frozen=True)
class Site:
    """A running `tgkg serve`: its home page, whose address ends in `/`, its process and log."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def endpoint(self) -> str:
        """The address that takes queries."""
        return f"{self.address}sparql"

    @property
    def said(self) -> str:
        """All that it has written to its log so far."""
        return self.log.read_text(errors="replace")

    def ask(self, query: str, accept: str = "*/*", **more: str) -> Reply:
        """Send a query and further parameters by POST, over a connection of its own."""
        form = urlencode({"query": query, **more})
        return send(self.endpoint, "POST", FORM, form, headers={"Accept": accept})

    def tree(self) -> dict[str, list[int]]:
        """Return the processes below it by what they do."""
        below = children(self.process.pid)
        parents = [pid for pid in below if children(pid)]
        queries = [child for parent in parents for child in children(parent)]
        workers = [
            pid for pid in below if pid not in parents and "resource_tracker" not in _command(pid)
        ]
        return {"engine parent": parents, "query process": queries, "web worker": workers}


@contextmanager
def running(
    folder: Path, *arguments: object, program: Path = TGKG, cwd: Path | None = None
) -> Iterator[Site]:
    """Run `tgkg serve` in a session of its own, with its state and its log in a folder."""
    command = [program, "serve", *arguments, "--port", "0", "--state", folder / "state"]
    with (
        NamedTemporaryFile(dir=folder, suffix=".log", delete=False) as log,
        subprocess.Popen(command, stderr=log, cwd=cwd, start_new_session=True) as process,
    ):
        path = Path(log.name)
        try:
            found = once(lambda: SERVED.search(path.read_text(errors="replace")), process, path)
            yield Site(found[1], process, path)
        finally:
            process.terminate()


@contextmanager
def serving(folder: Path, trig: str, settings: str) -> Iterator[Site]:
    """Serve a text of TriG."""
    (folder / "data").mkdir(parents=True)
    (folder / "data/graphs.trig").write_text(trig)
    (folder / "tgkg.toml").write_text(settings)
    with running(folder, folder) as site:
        yield site


def _command(pid: int) -> str:
    """Return the command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
