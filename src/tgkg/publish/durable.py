"""Changes to a state folder that a crash leaves either whole or undone."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tgkg.errors import UnwritableError
from tgkg.history import Switch, switches
from tgkg.integrity import SUMS, sums_of
from tgkg.release import Release, State

_UNFINISHED: Final = ".building-"


@contextmanager
def alone(state: State) -> Iterator[None]:
    """Let one build at a time use the state folder, and clear what a killed one left.

    Raises:
        UnwritableError: the folder cannot be written; what was there is unchanged.
    """
    try:
        state.folder.mkdir(parents=True, exist_ok=True)
        with (state.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for leftover in state.releases.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
    except OSError as error:
        at = error.filename or state.folder
        raise UnwritableError(f"{at}: cannot be written: {error.strerror or error}.") from error


@contextmanager
def room(state: State) -> Iterator[Path]:
    """Lend an empty folder beside the releases, on the same file system."""
    state.releases.mkdir(parents=True, exist_ok=True)
    folder = _beside(state)
    try:
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_release(state: State, name: str, fill: Callable[[Path], object]) -> Release:
    """Have a release folder filled beside the others, then move it to its name.

    The checksums of all its files go with it.
    """
    state.releases.mkdir(parents=True, exist_ok=True)
    temporary, replaced = _beside(state), _beside(state)
    try:
        temporary.mkdir()  # in here, so that Ctrl-C finds no moment at which it would stay
        fill(temporary)
        (temporary / SUMS).write_bytes(sums_of(temporary))
        _sync(temporary)
        final = state.releases / name
        if final.is_dir():  # one in another layout, or damaged
            final.rename(replaced)
        temporary.rename(final)
        _sync_folder(state.releases)
    finally:
        for leftover in (temporary, replaced):
            shutil.rmtree(leftover, ignore_errors=True)
    return Release.open(final)


def remove_release(state: State, name: str) -> None:
    """Have a release gone from its name in one step."""
    folder, aside = state.releases / name, _beside(state)  # `alone` clears what a crash leaves
    if folder.is_dir():
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def switch(state: State, release: Release) -> None:
    """Make the release the current one, in one step, and note when."""
    held = state.current_id()
    if held is not None:
        _note(state, held)  # a crash, or a version without history, may have left it out
    temporary = state.folder / "current.new"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(release.folder.relative_to(state.folder))
    temporary.replace(state.current_link)
    _sync_folder(state.folder)
    _note(state, release.folder.name)


def write_json(file: Path, values: object) -> None:
    """Write values as JSON, in one step."""
    write_text(file, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def write_text(file: Path, text: str) -> None:
    """Write a text as UTF-8, in one step."""
    temporary = file.with_name(f"{file.name}.new")
    try:
        temporary.write_text(text, "utf-8")
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _beside(state: State) -> Path:
    """Return a name for a folder that `alone` clears when a crash leaves it."""
    return state.releases / f"{_UNFINISHED}{secrets.token_hex(4)}"


def _note(state: State, name: str) -> None:
    """Add to the history that a release is the current one, unless that is its last word."""
    known = switches(state)
    if known and known[-1].id == name:
        return
    noted = Switch(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), name)
    with state.history_file.open("ab+") as file:
        file.seek(max(0, file.tell() - 1))
        is_torn = file.read(1) not in (b"", b"\n")  # by a crash; what follows is a line of its own
        file.write(b"\n" * is_torn + json.dumps(asdict(noted)).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(state.folder)


def _sync(folder: Path) -> None:
    """Have everything below the folder on disk before its name is."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
