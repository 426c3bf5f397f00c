"""The engine of an old release: after all others, beside the web, in little memory."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from tgkg.engine import engine_parent
from tgkg.engine.cores import Cores
from tgkg.engine.stores import store_of
from tgkg.operation import DISK, MEBIBYTE, MEMORY, Limits, Operation
from tgkg.release import Release

_PROCESSES: Final = 2
_WAITING: Final = 8
_PRIORITY: Final = 5
"""A third of the time that others get where all want it: less, and none opens on a busy machine."""

_IN_MEMORY: Final = 10
"""Bytes of memory for a byte of N-Quads (measured)."""


def thrifty(limits: Limits) -> Limits:
    """Return the limits of an old release: those of any, with few processes."""
    return replace(limits, processes=min(_PROCESSES, limits.processes), waiting=_WAITING)


def engine_for(release: Release, operation: Operation) -> str:
    """Return where an old release is asked: on disk, unless it must be brought there and is small.

    So many as may be open at once fit in the memory that is meant for them.
    """
    share = operation.old_releases.memory_mb * MEBIBYTE // operation.old_releases.open
    is_small = release.data.stat().st_size * _IN_MEMORY <= share
    return MEMORY if is_small and not store_of(release).is_dir() else DISK


def run(parent: int, release: Path, folder: Path, operation: Operation, cores: Cores) -> None:
    """Be the engine parent of an old release, in a process that was started for it."""
    os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
    beside = cores.beside_web()
    beside.roam()
    chosen = engine_for(Release.open(release), operation)
    lean = replace(operation, engine=chosen, limits=thrifty(operation.limits))
    engine_parent.run(parent, release, folder, lean, beside)
