"""Shows where the time of `group` goes: each layer of ours alone, one query at a time.

By hand, over a state folder that `tgkg build --state FOLDER` made of a file of data.py:

    python bench/profile_group.py FOLDER 1M

`make bench` runs it where the goal about `group` is missed, and shows it in RESULTS.md.
"""

import os
import time
from pathlib import Path
from statistics import median
from typing import Final

from field import Field
from layers import Layers, alone, noted, printed
from workloads import WORKLOADS, filled

_TIMES: Final = 5


def profiled(here: Field) -> None:
    """Find where the time goes."""

    def measured() -> Layers:
        found = here.found
        return [
            ("over HTTP, all of it", median(found.group_ours)),
            *alone(here, __file__),
            ("the bare engine, which holds every triple once", median(found.group_alone)),
        ]

    noted(here, "group", measured)


def layers(state_folder: Path, size: str) -> Layers:
    """Return what our engine takes without HTTP: in one process, and in forks of that."""
    from tgkg.engine.embedded import EmbeddedEngine  # noqa: PLC0415 - layers may move
    from tgkg.engine.port import QueryRequest  # noqa: PLC0415
    from tgkg.formats import SPARQL_JSON, TURTLE  # noqa: PLC0415
    from tgkg.release import State  # noqa: PLC0415

    what = WORKLOADS["group"]
    engine, numbers = EmbeddedEngine(State(state_folder).current()), iter(range(1, 1000))

    def seconds() -> float:
        query = filled(what.query, next(numbers), what.items(size))
        begun = time.perf_counter()
        engine.query(QueryRequest(query, results=SPARQL_JSON, rdf=TURTLE))
        return time.perf_counter() - begun

    seconds()
    here = median(seconds() for _ in range(_TIMES))
    first, again = _in_fork(seconds)
    return [
        ("our engine in one process that stays", here),
        ("in a process just forked: it copies each page of the store that it counts on", first),
        ("the second time in that process", again),
    ]


def _in_fork(seconds: object) -> tuple[float, float]:
    """Return the times of the first and the second query in a child of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, f"{seconds()} {seconds()}".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        first, again = map(float, said.read().split())
    os.waitpid(child, 0)
    return first, again


if __name__ == "__main__":
    printed(layers, __doc__)
