"""Sorted files of lines that are merged without being held, by `sort` where there is one."""

import heapq
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import IO, Final

CHUNK: Final = 4 * 1024**2
"""How many bytes of lines are handed on at once, or a few more."""

_RUN: Final = 48 * 1024**2
"""How many bytes of lines are sorted in memory."""

_AT_ONCE: Final = "128"
"""How many files `sort` reads at once."""


class RunWriter:
    """Sorts the N-Quads written to it, file by file; those with blank nodes are left out.

    It is a file to who writes. Triples become quads of the graph, where there is one.
    """

    def __init__(self, folder: Path, graph: str | None) -> None:
        """Take the folder for the files, and the graph as N-Quads writes its name."""
        self.written: tuple[Path, ...] = ()
        self.blank: list[bytes] = []
        """The lines with blank nodes, as they came."""
        self._folder = folder
        self._end = f" {graph} .\n".encode() if graph else None
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take some bytes, with any part of a line at their end."""
        self._held.append(bytes(data))
        self._size += len(data)
        if self._size >= _RUN:
            self._sort()
        return len(data)

    def flush(self) -> None:
        """Keep what is held; a run is as long as it can be."""

    def close(self) -> None:
        """Write the last run."""
        if self._size:
            self._sort()

    def _sort(self) -> None:
        data, _, rest = b"".join(self._held).rpartition(b"\n")
        self._held, self._size = [rest], len(rest)
        data += b"\n"
        if self._end:
            data = data.replace(b" .\n", self._end)
        lines = set(data.split(b"\n"))
        lines.discard(b"")
        if b"_:" in data:
            blank = {line for line in lines if b"_:" in line and _names_blank_node(line)}
            self.blank += sorted(blank)
            lines -= blank
        path = self._folder / f"{len(self.written)}.nq"
        path.write_bytes(b"".join(line + b"\n" for line in sorted(lines)))
        self.written += (path,)


def merged(runs: Sequence[Path], folder: Path) -> Iterator[bytes]:
    """Yield the different lines of sorted files, in order, some whole lines at a time.

    The folder has room for what is made on the way.

    Raises:
        OSError: there is no room, or a file cannot be read.
    """
    if len(runs) == 1:
        with runs[0].open("rb") as lines:
            yield from chunks_of(lines)
        return
    command = shutil.which("sort")
    yield from _by_sort(command, runs, folder) if command else _by_python(runs)


def chunks_of(lines: IO[bytes]) -> Iterator[bytes]:
    """Yield the text of a file, some whole lines at a time."""
    while chunk := lines.read(CHUNK):
        yield chunk if chunk.endswith(b"\n") else chunk + lines.readline()


def _by_sort(command: str, runs: Iterable[Path], folder: Path) -> Iterator[bytes]:
    listed = folder / "runs"
    listed.write_bytes(b"\0".join(os.fsencode(run) for run in runs))
    arguments = ["--merge", "--unique", f"--batch-size={_AT_ONCE}", f"--files0-from={listed}"]
    with subprocess.Popen(  # noqa: S603 (the program of the system, and our own files)
        [command, *arguments, f"--temporary-directory={folder}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C"},
    ) as sort:
        try:
            if sort.stdout and sort.stderr:
                yield from chunks_of(sort.stdout)
                said = sort.stderr.read().decode(errors="replace").strip()
                if sort.wait():
                    raise OSError(sort.returncode, said or "sort was ended", str(folder))
        finally:
            sort.kill()


def _by_python(runs: Iterable[Path]) -> Iterator[bytes]:
    with ExitStack() as opened:
        files = [opened.enter_context(run.open("rb")) for run in runs]
        held, size = [], 0
        for line, _ in groupby(heapq.merge(*files)):
            held.append(line)
            size += len(line)
            if size >= CHUNK:
                yield b"".join(held)
                held, size = [], 0
        yield b"".join(held)


def _names_blank_node(line: bytes) -> bool:
    """Tell whether a line of canonical N-Quads, which holds `_:` somewhere, names a blank node."""
    subject, _, rest = line.split(b" ", 2)
    if subject.startswith(b"_:") or rest.startswith(b"_:"):
        return True
    if rest[: rest.rindex(b" .")].rpartition(b" ")[2].startswith(b"_:"):
        return True
    return rest.startswith(b"<<(") and b" _:" in rest
