"""Runs a profile in a process of its own, where nothing else is, and reads what it found."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from field import Field
from processes import FailedError, told

Layers = list[tuple[str, float]]
"""What takes time, and how many seconds."""


def noted(here: Field, what: str, measure: Callable[[], Layers]) -> None:
    """Note what a profile finds; or why there is none, since layers move and the rest stands."""
    try:
        here.found.profiles[what] = measure()
    except Exception as error:  # noqa: BLE001 - as above
        here.problem(f"the profile of {what} at {here.size} could not be made: {told(error)}")


def alone(here: Field, script: str) -> Layers:
    """Return what a script of this folder prints about our release at this size."""
    command = [sys.executable, script, str(here.folder / "tgkg" / "state"), here.size]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise FailedError(done.stderr[-300:])
    return [(words, seconds) for words, seconds in json.loads(done.stdout)]


def printed(layers: Callable[[Path, str], Layers], about: str) -> None:
    """Print the layers over the state folder and the size of the command line."""
    if len(sys.argv) != len(("program", "state", "size")):
        sys.exit(about)
    print(json.dumps(layers(Path(sys.argv[1]), sys.argv[2]), indent=1))
