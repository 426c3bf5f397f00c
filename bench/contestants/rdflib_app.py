"""rdflib-endpoint over the file BENCH_DATA, with uvicorn: PORT WORKERS."""

import os
import socket
import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
from uvicorn.supervisors import Multiprocess


def application() -> SparqlEndpoint:
    """Return the application; each worker makes its own."""
    graph = Dataset(default_union=True)  # as its own command `rdflib-endpoint serve` has it
    graph.parse(os.environ["BENCH_DATA"], format="nt")
    return SparqlEndpoint(graph=graph, path="/sparql")


def main(port: str, workers: str) -> None:
    """Serve until SIGTERM.

    The command `uvicorn --workers` makes a socket on which asyncio does not recognise TCP, so
    that each reply waits 40 ms for an acknowledgement: one that says so spares it that.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(port)))
    config = uvicorn.Config(
        "contestants.rdflib_app:application",
        factory=True,
        workers=int(workers),
        access_log=False,
        log_level="warning",
        timeout_worker_healthcheck=600,
    )
    Multiprocess(config, [listener]).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
