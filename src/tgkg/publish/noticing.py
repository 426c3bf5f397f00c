"""Notices when sources change, whoever changes them and however an editor saves.

Files are looked at, not subscribed to: that works on every file system, for links and in
containers, needs no limit raised, and takes a millisecond for a few hundred files.
"""

import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import filterfalse
from pathlib import Path
from typing import Final

from tgkg.errors import UnreadableError
from tgkg.publish.project import places
from tgkg.publish.walking import is_passed_over

_SHORTEST: Final = 0.05
_LONGEST: Final = 2.0
"""Seconds between two looks."""

_LOOKING: Final = 0.02
"""The part of its time that it looks."""

_SETTLING: Final = 0.02
"""Seconds for which nothing may change before it counts: a save is often several steps."""

_Stamp = tuple[int, int, int]
"""When a file was last written, how large it is, and which file it is."""
_Found = tuple[str, _Stamp]


class Watch:
    """The files of a project as they were when they were last looked at."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Look at the files below some paths as they are now."""
        self._paths = tuple(paths)
        self._places: tuple[Path, ...] = ()
        self._seen = self._look()

    def changes(self, seconds: float) -> tuple[str, ...]:
        """Wait for files to change and lie still, and return which; none when the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            started = time.monotonic()
            if self._look() != self._seen:
                return self._settled()
            now = time.monotonic()
            if now > deadline:
                return ()
            time.sleep(min(_LONGEST, max(_SHORTEST, (now - started) / _LOOKING)))

    def is_behind(self) -> bool:
        """Tell whether files have changed since it last returned any."""
        return self._look() != self._seen

    def _settled(self) -> tuple[str, ...]:
        before, now = self._seen, self._look()
        while True:
            time.sleep(_SETTLING)
            last, now = now, self._look()
            if now == last:
                break
        self._seen = now
        changed = {name for name, _ in before.items() ^ now.items()}
        return tuple(sorted(map(self._shown, changed)))

    def _look(self) -> Mapping[str, _Stamp]:
        """Return the stamp of each file."""
        with suppress(UnreadableError):  # a build says what is wrong with the settings
            self._places = places(self._paths)
        return dict(found for place in self._places for found in _stamps(str(place)))

    def _shown(self, name: str) -> str:
        """Return a name below the path that was given."""
        for path in map(Path.absolute, self._paths):
            if path != Path(name) and Path(name).is_relative_to(path):
                return Path(name).relative_to(path).as_posix()
        return Path(name).name


def _stamps(path: str, above: frozenset[tuple[int, int]] = frozenset()) -> Iterator[_Found]:
    """Yield the stamp of a file, or of each file below a folder that a build would look at."""
    with suppress(OSError):  # gone, or not to be read: a build says so
        about = os.stat(path)  # noqa: PTH116 - pathlib takes three times as long
        here = (about.st_dev, about.st_ino)
        if not stat.S_ISDIR(about.st_mode):
            yield path, (about.st_mtime_ns, about.st_size, about.st_ino)
        elif here not in above:  # else a link leads in a circle
            for name in filterfalse(is_passed_over, os.listdir(path)):  # noqa: PTH208 - as above
                yield from _stamps(f"{path}/{name}", above | {here})
