"""Starts programs so that all of them end with the bench, and weighs them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tgkg.engine.confinement import end_with

_SECONDS_TO_END: Final = 10


class FailedError(Exception):
    """Something did not do what it should; the message has its words."""


def told(error: Exception) -> str:
    """Return what an error says, with its kind where it was not foreseen."""
    return str(error) if isinstance(error, FailedError) else repr(error)


class Processes:
    """A running program and everything that it started."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self._log = folder / "output.log"
        parent = os.getpid()
        with self._log.open("wb") as output:
            self._program = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the bench, which ends them in order
                preexec_fn=lambda: end_with(parent, signal.SIGTERM),  # noqa: PLW1509 - no threads
            )

    def is_alive(self) -> bool:
        """Tell whether the program still runs."""
        return self._program.poll() is None

    def last_words(self) -> str:
        """Return the end of what it printed."""
        return self._log.read_bytes()[-400:].decode(errors="replace").strip()

    def stop(self) -> None:
        """End the program, and then by force what is left of it."""
        everything = tree(self._program.pid)
        if self.is_alive():
            self._program.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._program.wait(_SECONDS_TO_END)
        for process in everything:
            if process != self._program.pid or self.is_alive():
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        self._program.wait()

    def memory(self) -> tuple[int, int]:
        """Return the bytes of all of it in memory; see `memory_of`."""
        return memory_of(tree(self._program.pid))


def memory_of(processes: list[int]) -> tuple[int, int]:
    """Return the bytes of processes in memory: each page shared out (PSS), and resident (RSS)."""
    sums = {"Pss": 0, "Rss": 0}
    for process in processes:
        with suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                name, _, amount = line.partition(":")
                if name in sums:
                    sums[name] += int(amount.split()[0]) * 1024
    return sums["Pss"], sums["Rss"]


def tree(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(each.parent.name)] = int(each.read_text().rpartition(")")[2].split()[1])
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += [child for child, parent in parents.items() if parent == process]
    return found


def run(command: list[str]) -> str:
    """Run a command to its end and return what it printed.

    Raises:
        FailedError: it failed.
    """
    done = subprocess.run(command, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode:
        name = Path(command[0]).name
        raise FailedError(f"{name} {command[1]} failed ({done.returncode}): {said[-400:]}")
    return said


@contextmanager
def burning() -> Iterator[None]:
    """Have a process compute for nothing while the block runs, behind whoever else wants to."""
    program = f"import os; os.nice(19)\nwhile os.getppid() == {os.getpid()}: pass"
    with subprocess.Popen([sys.executable, "-c", program]) as burner:
        try:
            yield
        finally:
            burner.kill()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
