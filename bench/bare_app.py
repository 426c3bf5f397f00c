"""Serves one reply, for whatever is asked, with Granian: PORT FOLDER (see contestants/bare.py)."""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from tgkg.engine.cores import Cores
from tgkg.server import THREADS  # the same number of threads is the point


def load(folder: str) -> Callable[..., list[bytes]]:
    """Return the application."""
    Cores.with_web().gather_web()
    body = [Path(folder, "body").read_bytes()]
    headers = [tuple(each) for each in json.loads(Path(folder, "headers.json").read_text())]

    def application(_: dict, start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", headers)
        return body

    return application


def main(port: str, folder: str) -> None:
    """Serve until SIGTERM."""
    Server(
        "bare",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
    ).serve(target_loader=partial(load, folder), wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
