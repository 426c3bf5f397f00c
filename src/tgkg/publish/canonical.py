"""Canonical N-Quads: the same statements give the same sorted lines on any machine."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Final, Self

import pyoxigraph as ox

from tgkg.errors import UnreadableError
from tgkg.publish.blank_nodes import Renaming, has_blank_node

SECONDS_FOR_ONE_FILE: Final = 60.0
"""How long naming one file's blank nodes may take; RDFC-1.0 can be exponential."""


MEMORY_FOR_ONE_FILE: Final = 4 * 1024**3
"""Bytes of address space that it may take."""


class Canonicaliser:
    """Makes the canonical lines of files, one after the other.

    RDFC-1.0 runs in a process of its own, started when the first blank node comes: a call of
    the engine cannot be interrupted, a process can be ended.
    """

    def __init__(self, seconds: float = SECONDS_FOR_ONE_FILE) -> None:
        """Take the time limit for one file."""
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End the process, whatever it is doing."""
        if self._pipe:
            self._pipe.close()
        if self._process:
            self._process.kill()
            self._process.wait()

    def lines(self, quads: Iterable[ox.Quad], name: str) -> set[str]:
        """Return the N-Quads lines of one file, blank nodes labelled by RDFC-1.0.

        Blank nodes of different files are different things, so each file's canonical labels
        (`c14n0`, `c14n1` ...) get a prefix made from the hash of its canonical statements.

        Raises:
            UnreadableError: the blank nodes of the file `name` cannot be named in time.
        """
        plain: set[str] = set()
        blank: list[ox.Quad] = []
        for quad in quads:
            if has_blank_node(quad):
                blank.append(quad)
            else:
                plain.add(f"{quad} .")
        return plain | _labelled(self._canonical(blank, name)) if blank else plain

    def _canonical(self, quads: Sequence[ox.Quad], name: str) -> bytes:
        pipe = self._pipe or self._start()
        try:
            pipe.send_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
            if pipe.poll(self._seconds):
                return pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise UnreadableError.at(
                name,
                "its blank nodes are nested too deep, or need too much memory, to be named; "
                "give them IRIs, or split the file.",
            ) from error
        raise UnreadableError.at(
            name,
            f"its {len(quads)} statements with blank nodes look too much alike to be named within "
            f"{self._seconds:.0f} seconds (RDFC-1.0); give the nodes IRIs, or split the file.",
        )

    def _start(self) -> Connection:
        """Start the process; not by multiprocessing, which would run our caller's script anew."""
        self._pipe, theirs = Pipe()
        limit = max(1, round(self._seconds) + 1)
        call = f"from {__name__} import serve; serve({theirs.fileno()}, {limit})"
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-c", call],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        return self._pipe


def hash_of(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of what comes in chunks."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _labelled(canonical: bytes) -> set[str]:
    prefix = f"b{hashlib.sha256(canonical).hexdigest()[:12]}"
    renaming = Renaming(lambda label: f"{prefix}{label}")
    quads = ox.parse(canonical, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)
    return {f"{renaming.quad(quad)} ." for quad in quads}


def serve(descriptor: int, seconds: int) -> None:
    """Answer each N-Quads document on a pipe with its canonical form, until it is closed.

    An alarm ends the process if whoever started it is no longer there to do so.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_FOR_ONE_FILE, MEMORY_FOR_ONE_FILE))
    pipe = Connection(descriptor)
    while True:
        try:
            source = pipe.recv_bytes()
        except EOFError:
            return
        signal.alarm(seconds)
        quads = ox.parse(source, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        pipe.send_bytes("".join(sorted(f"{quad} .\n" for quad in dataset)).encode())
        signal.alarm(0)
