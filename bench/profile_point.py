"""Shows where the time of a point query goes: each layer of ours alone, one query at a time.

By hand, over a state folder that `tgkg build --state FOLDER` made of a file of data.py:

    python bench/profile_point.py FOLDER 10k

`make bench` runs it, and shows it in RESULTS.md where a goal about point queries is missed.
"""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import quote

import load
from field import Field
from layers import Layers, alone, noted, printed
from workloads import WORKLOADS, filled

_TIMES: Final = 2000
_WARM: Final = 200
_FIRST: Final = 900_000_000
_SECONDS: Final = 2.0


def profiled(here: Field) -> None:
    """Find where the time goes."""
    ours, what = here.ours, WORKLOADS["point"]
    if ours is None:
        return

    def measured() -> Layers:
        over_http = [
            (words, load.closed_loop(who.port, request, 1, _SECONDS).p50)
            for words, who in (("over HTTP, all of it", ours), ("HTTP: a bare reply", here.bare))
            if who is not None
            for request in [load.requests(who, what, what.items(here.size), _FIRST)]
        ]
        queries = (filled(what.query, _FIRST + n, what.items(here.size)) for n in range(_TIMES))
        engine = median(here.engine.ask(query)[0] for query in queries)
        return [
            *over_http,
            *alone(here, __file__),
            ("the engine by itself: parsing, evaluating and writing", engine),
        ]

    noted(here, "point", measured)


def layers(state_folder: Path, size: str) -> Layers:
    """Return the layers without HTTP, and the seconds that each takes with all those below it."""
    from tgkg.engine.embedded import EmbeddedEngine  # noqa: PLC0415
    from tgkg.engine.keeper import EngineKeeper  # noqa: PLC0415
    from tgkg.engine.opening import ByProcesses  # noqa: PLC0415
    from tgkg.operation import DEFAULT_OPERATION  # noqa: PLC0415
    from tgkg.release import State  # noqa: PLC0415
    from tgkg.web.app import create_app  # noqa: PLC0415
    from tgkg.web.protocol import query_request  # noqa: PLC0415

    what, state = WORKLOADS["point"], State(state_folder)
    items, accept = what.items(size), what.accept

    def address(number: int) -> str:
        return "query=" + quote(filled(what.query, _FIRST * 2 + number, items), safe="")

    def asked(number: int) -> object:
        return query_request("GET", address(number).encode(), None, accept, b"")

    with EngineKeeper(state, DEFAULT_OPERATION) as keeper:
        opener = ByProcesses(keeper.folder, DEFAULT_OPERATION)
        usual = _environ(accept)
        app, engines = create_app(state, opener), opener(state.current())

        def environ(number: int) -> dict[str, object]:
            return {**usual, "QUERY_STRING": address(number), "wsgi.input": BytesIO()}

        def whole(number: int) -> bytes:
            return b"".join(app(environ(number), lambda *_: None))

        application = _median(whole) - _median(environ)
        reading = _median(asked) - _median(address)
        there = _median(lambda number: engines.public.query(asked(number))) - _median(asked)
        engines.close()
    engine = EmbeddedEngine(state.current())
    inside = _median(lambda number: engine.query(asked(number))) - _median(asked)
    return [
        ("the application without HTTP", application),
        ("of that, reading the request", reading),
        ("of that, to a query process and back", there),
        ("of that, precautions and evaluation in that process", inside),
    ]


def _environ(accept: str) -> dict[str, object]:
    from werkzeug.test import EnvironBuilder  # noqa: PLC0415 - comes with tgkg

    return EnvironBuilder("/sparql", headers={"Accept": accept}).get_environ()


def _median(act: Callable[[int], object]) -> float:
    """Return the median time of an act, which gets another number each time."""
    times = []
    for _ in range(_WARM + _TIMES):
        _median.number += 1
        begun = time.perf_counter()
        act(_median.number)
        times.append(time.perf_counter() - begun)
    return median(times[_WARM:])


_median.number = 0

if __name__ == "__main__":
    printed(layers, __doc__)
