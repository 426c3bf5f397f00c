"""The engine of an old release: after all others, beside the web, from disk."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from tgkg.engine import engine_parent
from tgkg.engine.cores import Cores
from tgkg.operation import DISK, Limits, Operation

_PROCESSES: Final = 2
_WAITING: Final = 8
_PRIORITY: Final = 5
"""A third of the time that others get where all want it: less, and none opens on a busy machine."""


def thrifty(limits: Limits) -> Limits:
    """Return the limits of an old release: those of any, with few processes."""
    return replace(limits, processes=min(_PROCESSES, limits.processes), waiting=_WAITING)


def run(parent: int, release: Path, folder: Path, operation: Operation, cores: Cores) -> None:
    """Be the engine parent of an old release, in a process that was started for it."""
    os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
    beside = cores.beside_web()
    beside.roam()
    lean = replace(operation, engine=DISK, limits=thrifty(operation.limits))
    engine_parent.run(parent, release, folder, lean, beside)
