"""What a web worker does when nobody asks it anything."""

import gc
import time
from contextlib import suppress
from typing import Final

from flask import Flask

from tgkg.errors import EngineError, NoReleaseError
from tgkg.web.archive import archive
from tgkg.web.current import Current, current_of

_BETWEEN: Final = 0.5


def keep_up(app: Flask) -> None:
    """Take up new releases, and close old ones that nobody asks, for ever.

    So the first request after a while finds the current release open, and its engine running.
    """
    with app.app_context():
        current, old = current_of(app), archive()
    held = _taken_up(current)
    while True:
        time.sleep(_BETWEEN)
        old.engines.close_idle()
        now = _taken_up(current)
        if now != held:
            held = now
            gc.collect()  # a request that failed holds on to its release until then


def _taken_up(current: Current) -> str | None:
    with suppress(NoReleaseError, EngineError):  # each request says so
        return current.get().release.id
    return None
