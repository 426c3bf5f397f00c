"""Builds graphs of our own model at sizes that do not fit: `make bench-scale`.

Beside each build stands what `oxigraph load` takes for the same triples in the same run, how much
memory all processes took together, and how soon a server answers over what was built.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from machine import machine
from model import write_project

_HERE: Final = Path(__file__).parent
_BIN: Final = Path(sys.executable).parent
_BUILDS: Final = {
    "N-Quads, Turtle with zstd": ('dumps = ["turtle.zst"]', 2.5),
    "every format": ("", 6.0),
}
"""The settings of each build, and the most times `oxigraph load` that it may take."""
_MOST_MEMORY: Final = 3.0
"""GB."""
_SOONEST: Final = 2.0
"""Seconds for a server to answer."""
_TICK: Final = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took."""

    seconds: float
    gigabytes: float
    """PSS of it and all below it, at most."""


def main() -> None:
    """Measure each size, and write what was found after it."""
    parser = argparse.ArgumentParser(prog="bench/scale.py", description=__doc__)
    parser.add_argument("--sizes", default="1000000,10000000", help="triples, by commas")
    parser.add_argument("--to", type=Path, default=_HERE / "SCALE.md")
    chosen = parser.parse_args()
    text = f"# Scale\n\n{_described()}\n"
    for size in map(int, chosen.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="tgkg-scale-") as folder:
            text += _measured(size, Path(folder))
            chosen.to.write_text(text, "utf-8")
    print(text)


def _described() -> str:
    return ", ".join(f"{key}: {value}" for key, value in machine().items())


def _measured(size: int, folder: Path) -> str:
    project, lines = folder / "project", folder / "all.nt"
    made = write_project(project, size)
    with lines.open("wb") as output:
        for file in sorted(project.glob("data/bench-*/*.nt")):
            with file.open("rb") as source:
                shutil.copyfileobj(source, output)
    base = run([_BIN / "oxigraph", "load", "--location", folder / "ox", "--file", lines])
    rows = [f"| `oxigraph load` | {base.seconds:.1f} | | | {base.gigabytes:.1f} |"]
    lines.unlink()
    settings = (project / "tgkg.toml").read_text("utf-8")
    for name, (setting, most) in _BUILDS.items():
        (project / "tgkg.toml").write_text(f"{setting}\n{settings}", "utf-8")
        state = folder / "state"
        shutil.rmtree(state, ignore_errors=True)
        took = run([_BIN / "tgkg", "build", project, "--state", state, "--quiet"])
        ratio = took.seconds / base.seconds
        holds = "yes" if ratio <= most and took.gigabytes <= _MOST_MEMORY else "**no**"
        rows.append(
            f"| {name} | {took.seconds:.1f} | {ratio:.1f} | {most} ({holds}) "
            f"| {took.gigabytes:.1f} |"
        )
    opened = _opened(project, folder / "state")
    holds = "yes" if opened <= _SOONEST else "**no**"
    return (
        f"\n## {made:,} triples\n\n"
        "| what | seconds | times `oxigraph load` | goal | memory, GB |\n"
        "|---|--:|--:|---|--:|\n" + "\n".join(rows) + "\n\n"
        f"A server answers after {opened:.1f} s; the goal is {_SOONEST} ({holds}).\n"
    )


def run(command: Sequence[object]) -> Run:
    """Run a command to its end, and watch what it takes.

    Raises:
        CalledProcessError: it failed.
    """
    started = time.monotonic()
    peak = 0
    with subprocess.Popen([str(each) for each in command]) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_pss, _family(process.pid))))
            time.sleep(_TICK)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return Run(time.monotonic() - started, peak / 2**20)


def _opened(project: Path, state: Path) -> float:
    """Return after how many seconds a server answers over the release that is there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [_BIN / "tgkg", "serve", project, "--state", state, "--port", port, "--quiet"]
    started = time.monotonic()
    with _running([str(each) for each in command]):
        while True:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60).read()
                return time.monotonic() - started
            time.sleep(_TICK / 5)


@contextmanager
def _running(command: Sequence[str]) -> Iterator[None]:
    with subprocess.Popen(command) as process:
        deadline = threading.Timer(600, process.kill)
        deadline.start()
        try:
            yield
        finally:
            deadline.cancel()
            process.terminate()


def _family(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    return found


def _pss(pid: int) -> int:
    """Return a process's share of memory in KiB; a page that several hold counts once."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main()
