"""A real Oxigraph server, from PyPI."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from products.running import Product, found, free_port, started

HOW = "pip install oxigraph, which make test does"


@contextmanager
def oxigraph(folder: Path, serve: str = "serve") -> Iterator[Product]:
    """Runs an Oxigraph server over what the folder holds; `serve-read-only` takes no updates."""
    program = found(str(Path(sys.executable).parent / "oxigraph"), HOW)
    folder.mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{free_port()}"
    command = [program, serve, "--location", "store", "--bind", address]
    with started(command, folder, f"http://{address}/") as process:
        yield Product("oxigraph", f"http://{address}/query", process=process)
