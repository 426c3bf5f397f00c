"""Asks as fast as it is answered, with wrk: for replies that take less than Python does."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from contestants import Contestant
from processes import FailedError
from results import Figures
from workloads import STRIDE, Workload

CONNECTIONS: Final = 16

_FIGURES: Final = 6
_SCRIPT: Final = Path(__file__).with_name("queries.lua")


def missing() -> str | None:
    """Return how to get wrk, where it is not here."""
    return None if shutil.which("wrk") else "wrk is not installed (Debian: apt install wrk)"


def closed_loop(
    who: Contestant, what: Workload, items: range, first: int, seconds: float
) -> Figures:
    """Keep every connection busy for some seconds; requests are numbered from `first`.

    Raises:
        FailedError: wrk failed, or nothing was answered.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".path") as path:
        path.write(who.target(what.template))
        path.flush()
        command = [
            *("wrk", "--threads", "1", "--connections", str(CONNECTIONS)),
            *("--duration", f"{max(1, round(seconds))}s", "--timeout", "30s"),
            *("--script", str(_SCRIPT), f"http://127.0.0.1:{who.port}/", "--"),
            *(path.name, what.accept, str(first), str(STRIDE), str(items[0]), str(len(items))),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = done.stdout.rpartition("RESULT ")[2].split()
    if done.returncode or len(last) != _FIGURES:
        raise FailedError(f"wrk: {(done.stdout + done.stderr)[-300:]}")
    figures = Figures.of_wrk(*map(int, last))
    if figures.answered <= figures.failed:
        raise FailedError(f"wrk had no answer out of {figures.answered}")
    return figures
