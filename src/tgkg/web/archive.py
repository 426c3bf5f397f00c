"""The old releases as the web serves them: each found by its id, opened once, told of in time."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final, cast

from flask import Flask, current_app

from tgkg.engine.lazily import LazyEngines
from tgkg.errors import NoReleaseError, NotFoundError
from tgkg.history import Switch, short, switches
from tgkg.release import Release, State
from tgkg.timeline import Timeline
from tgkg.web.current import Current, Published
from tgkg.web.shapes import layout_of

_KEY: Final = "tgkg.archive"
_NAME: Final = re.compile(r"[0-9a-f]+")
_MOST: Final = 32
"""Manifests and layouts that are kept; the data are the engines' matter."""

_Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A timeline, and what the files looked like that it was read from."""

    stamp: _Stamp
    timeline: Timeline


class Archive:
    """Gives any release of a state folder to the requests that ask for it by name."""

    def __init__(self, state: State, current: Current, engines: LazyEngines) -> None:
        self._state = state
        self._current = current
        self.engines = engines
        self._lock = Lock()
        self._published: OrderedDict[str, Published] = OrderedDict()
        self._whole: set[str] = set()
        self._read: _Read | None = None

    def find(self, name: str) -> str:
        """Return the id of the release whose id begins like this.

        Raises:
            NotFoundError: there is none, or there are several.
        """
        found = sorted(each for each in self._names() if each.startswith(name))
        if not found:
            raise NotFoundError(f"There is no release {short(name)}: it never was, or was removed.")
        if len(found) > 1:
            several = ", ".join(map(short, found))
            raise NotFoundError(f"Several releases begin with {name}: {several}. Write more of it.")
        return found[0]

    def published(self, name: str) -> Published:
        """Return a release by its id; its engines open when they are asked.

        Raises:
            NotFoundError: it is not there, or cannot be asked here.
        """
        current = self._current.get()
        if current.release.id == name:
            return current
        with self._lock:
            held = self._published.get(name)
            if held and held.release.folder.is_dir():
                self._published.move_to_end(name)
                return held
            made = self._published[name] = self._made(name)
            if len(self._published) > _MOST:
                self._published.popitem(last=False)
            return made

    def timeline(self) -> Timeline:
        """Return when which release was current; read again when there is more to tell."""
        stamp = self._stamp()
        read = self._read
        if read is None or read.stamp != stamp:
            current = self._current.get().release
            noted = switches(self._state) or (Switch(current.manifest.created, current.id),)
            names = self._names()
            timeline = Timeline.of(
                noted,
                lambda name: name == current.id or (name in names and self._is_whole(name)),
            )
            read = self._read = _Read(stamp, timeline)
        return read.timeline

    def _made(self, name: str) -> Published:
        try:
            release = Release.open(self._state.releases / name)
        except NoReleaseError as error:
            raise NotFoundError(
                f"Release {short(name)} cannot be opened: it is damaged, or another version of "
                "tgkg wrote it."
            ) from error
        if release.manifest.outline is not None:
            raise NotFoundError(
                f"The data of release {short(name)} were only in a store elsewhere, which holds "
                "another release now."
            )
        return Published(release, self.engines.engines(release), layout_of(release))

    def _is_whole(self, name: str) -> bool:
        """Tell whether a release can be asked; of one that can this is remembered."""
        if name not in self._whole:
            try:
                manifest = Release.open(self._state.releases / name).manifest
            except NoReleaseError:
                return False
            if manifest.outline is None:
                self._whole.add(name)
        return name in self._whole

    def _names(self) -> frozenset[str]:
        try:
            names = (folder.name for folder in self._state.releases.iterdir())
            return frozenset(filter(_NAME.fullmatch, names))
        except OSError:
            return frozenset()

    def _stamp(self) -> _Stamp:
        found = []
        for path in (self._state.history_file, self._state.releases):
            try:
                seen = path.stat()
            except OSError:
                continue
            found += [seen.st_mtime_ns, seen.st_size]
        return tuple(found)


def attach_archive(app: Flask, archive: Archive) -> None:
    """Make the application serve old releases too."""
    app.extensions[_KEY] = archive


def archive() -> Archive:
    """Return the old releases of this application."""
    return cast("Archive", current_app.extensions[_KEY])
