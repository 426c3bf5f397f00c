"""Virtuoso 7 Open Source."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import quote

from processes import FailedError, free_port, run

from contestants.contestant import Contestant

_GRAPH: Final = "https://bench.example/"

# The buffers (of 8 KiB) are those that its own settings recommend for 2 GB of memory.
_SETTINGS: Final = """[Database]
DatabaseFile = virtuoso.db
TransactionFile = virtuoso.trx
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
xa_persistent_file = virtuoso.pxa
FileExtend = 200

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 64
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
CheckpointInterval = 0
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 64
MaxKeepAlives = 64
KeepAliveTimeout = 60
"""


class Virtuoso(Contestant):
    """`virtuoso-t` on a new database, filled by its bulk loader."""

    def __init__(self) -> None:
        # Without a graph it answers from its own system graphs too.
        super().__init__("Virtuoso", parameters=f"default-graph-uri={quote(_GRAPH, safe='')}&")
        self._sql = 0

    def missing(self) -> str | None:
        """Return how to get it, where it is not here."""
        if shutil.which("virtuoso-t") and shutil.which("isql-vt"):
            return None
        return "virtuoso-t is not installed (Debian: apt install virtuoso-opensource-7-bin)"

    def version(self) -> str:
        """Return the version that it says."""
        said = subprocess.run(["virtuoso-t", "--version"], capture_output=True, check=False)
        found = re.search(rb"Version (\S+)", said.stdout + said.stderr)
        return found[1].decode() if found else "unknown"

    def prepare(self, data: Path, folder: Path) -> list[str]:
        """Write its settings, and put the data where it may read."""
        self._sql = free_port()
        shutil.copy(data, folder / "data.nt")
        settings = _SETTINGS.format(sql=self._sql, http=self.port, folder=folder)
        (folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
        return ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]

    def fill(self, data: Path, folder: Path) -> None:  # noqa: ARG002 - it has its own copy
        """Load the data into one graph."""
        loading = f"ld_dir('{folder}', 'data.nt', '{_GRAPH}'); rdf_loader_run(); checkpoint;"
        problems = "SELECT ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL;"
        said = run(["isql-vt", str(self._sql), "dba", "dba", f"exec={loading} {problems}"])
        if "\n0 Rows." not in said:
            raise FailedError(f"Virtuoso did not load the data: {said[-300:]}")
