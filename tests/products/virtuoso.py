"""A real Virtuoso 7, as Debian packages it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from products.running import Product, found, free_port, started

HOW = "apt-get install virtuoso-opensource-7-bin (Debian, Ubuntu)"

CONFIGURATION = """\
[Database]
DatabaseFile = virtuoso.db
TransactionFile = virtuoso.trx
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 20000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
{sparql}
"""


@contextmanager
def virtuoso(folder: Path, sparql: str = "") -> Iterator[Product]:
    """Runs a new, empty Virtuoso; `sparql` are lines for that part of its configuration."""
    program = found("virtuoso-t", HOW)
    folder.mkdir(parents=True, exist_ok=True)
    http = free_port()
    text = CONFIGURATION.format(sql=free_port(), http=http, sparql=sparql)
    (folder / "virtuoso.ini").write_text(text)
    url = f"http://127.0.0.1:{http}/sparql"
    command = [program, "+foreground", "+configfile", "virtuoso.ini"]
    with started(command, folder, url) as process:
        yield Product("virtuoso", url, "dba", "dba", process)
