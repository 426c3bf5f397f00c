"""Which releases a state folder holds, which was current when, and how a person names one."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from tgkg.errors import NoReleaseError
from tgkg.release import Release, State

CURRENT: Final = "current"
PREVIOUS: Final = "previous"

_NAME: Final = re.compile(f"{CURRENT}|{PREVIOUS}|[0-9a-f]+")
_SHORT: Final = 12


@dataclass(frozen=True, slots=True)
class Switch:
    """That a release became the current one; one line of the history."""

    time: str
    """As xsd:dateTime in UTC."""
    id: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A release as a list of them shows it, whether it opens or not."""

    id: str
    is_current: bool
    is_previous: bool
    size: int
    """In bytes, with its store on disk."""
    created: str | None = None
    triples: int | None = None
    problem: str | None = None
    """Why it does not open, where it does not."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A release as a catalogue names it."""

    id: str
    version: str
    created: str


def short(name: str) -> str:
    """Return the part of an id that people see."""
    return name[:_SHORT]


def is_name(text: str) -> bool:
    """Tell whether a text can name a release: `current`, `previous`, the beginning of an id."""
    return bool(_NAME.fullmatch(text))


def switches(state: State) -> tuple[Switch, ...]:
    """Return which release became current when, the oldest first.

    A line that a crash cut short is passed over.
    """
    try:
        lines = state.history_file.read_bytes().splitlines()
    except OSError:
        return ()
    return tuple(switch for switch in map(_read, lines) if switch)


def previous_id(state: State) -> str | None:
    """Return the release that was current before this one and is still there, or None."""
    there, current = _ids(state), state.current_id()
    past = (switch.id for switch in reversed(switches(state)))
    return next((each for each in past if each in there and each != current), None)


def find(state: State, name: str) -> Path:
    """Return the folder of the release that a person means, whether it opens or not.

    Raises:
        NoReleaseError: there is none of that name, or there are several.
    """
    if name == CURRENT:
        found = [held] if (held := state.current_id()) else []
        missing = f"Nothing has been built in {state.folder}: run `tgkg build`."
    elif name == PREVIOUS:
        found = [past] if (past := previous_id(state)) else []
        missing = f"No earlier release was current in {state.folder}; see `tgkg releases`."
    else:
        found = sorted(each for each in _ids(state) if name and each.startswith(name))
        missing = f"No release in {state.folder} begins with {name!r}; see `tgkg releases`."
    if not found:
        raise NoReleaseError(missing)
    if len(found) > 1:
        several = ", ".join(map(short, found))
        raise NoReleaseError(f"{several} all begin with {name!r}: write more of it.")
    return state.releases / found[0]


def releases(state: State) -> tuple[Listed, ...]:
    """Return every release of a state folder, the newest first; also what does not open."""
    current, previous = state.current_id(), previous_id(state)
    names = _ids(state) | ({current} if current else set())
    found = [_listed(state, name, current, previous) for name in names]
    return tuple(sorted(found, key=lambda each: (_age(state, each), each.id), reverse=True))


def editions(state: State) -> tuple[Edition, ...]:
    """Return every release of a state folder that opens, the newest first."""
    found = []
    for name in _ids(state):
        with suppress(NoReleaseError):
            found.append(_edition(state.releases / name))
    return tuple(sorted(found, key=lambda each: (each.created, each.id), reverse=True))


@lru_cache(maxsize=1024)  # a release never changes
def _edition(folder: Path) -> Edition:
    manifest = Release.open(folder).manifest
    return Edition(manifest.id, manifest.version, manifest.created)


def _listed(state: State, name: str, current: str | None, previous: str | None) -> Listed:
    folder = state.releases / name
    size = _size(folder)
    try:
        manifest = Release.open(folder).manifest
    except NoReleaseError as error:
        problem = str(error).removeprefix(f"{folder} ")
        return Listed(name, name == current, name == previous, size, problem=problem)
    triples = manifest.counts.triples
    return Listed(name, name == current, name == previous, size, manifest.created, triples)


def _age(state: State, listed: Listed) -> str:
    """Return when a release was made, by its folder where it does not say."""
    if listed.created:
        return listed.created
    try:
        made = (state.releases / listed.id).stat().st_mtime
    except OSError:
        return ""
    return datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ids(state: State) -> set[str]:
    try:
        return {
            folder.name for folder in state.releases.iterdir() if not folder.name.startswith(".")
        }
    except OSError:
        return set()


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _read(line: bytes) -> Switch | None:
    try:
        values = json.loads(line)
        return Switch(str(values["time"]), str(values["id"]))
    except (ValueError, KeyError, TypeError):
        return None
