"""A release: one frozen, finished state of a graph on disk. Only `publish.build` makes them."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tgkg.config import Config
from tgkg.errors import NoReleaseError
from tgkg.manifest import LAYOUT, MANIFEST, Manifest
from tgkg.report import Report

STORE: Final = "store"

_CURRENT: Final = "current"


@dataclass(frozen=True, slots=True)
class Release:
    """A finished release folder. A request takes one and uses it to its end."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> "Release":
        """Open a release folder.

        Raises:
            NoReleaseError: the folder is not a finished release in this layout.
        """
        try:
            values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if values["layout"] != LAYOUT:
                raise NoReleaseError(f"{folder} has another layout; `tgkg build` makes one anew.")
            return cls(folder, Manifest.from_json(values))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoReleaseError(f"{folder} is not a finished release: {error}.") from error

    @property
    def id(self) -> str:
        """The release's name."""
        return self.manifest.id

    @property
    def config(self) -> Config:
        """The settings it was built with."""
        return self.manifest.config

    @property
    def data(self) -> Path:
        """The canonical N-Quads: sorted, unique lines."""
        return self.dump(f"{self.config.name}.nq")

    @property
    def shapes(self) -> Path:
        """The shapes that the data was checked with, as N-Quads; empty where there were none."""
        return self.folder / "shapes.nq"

    @property
    def store(self) -> Path:
        """The engine's store on disk; it is only read."""
        return self.folder / STORE

    @property
    def theme(self) -> Path:
        """The project's theme; empty, or not there, where it has none."""
        return self.folder / "theme"

    def dump(self, file: str) -> Path:
        """Return the path of a dump by its file name."""
        return self.folder / "dumps" / file

    def report(self) -> Report:
        """Read what validation found when the release was made."""
        return Report.from_json(json.loads((self.folder / "report.json").read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class State:
    """The state folder of one project: its releases, which is current, what waits for mending."""

    folder: Path

    @property
    def releases(self) -> Path:
        """The folder of all releases, each in a folder named by its id."""
        return self.folder / "releases"

    @property
    def current_link(self) -> Path:
        """The symbolic link to the current release."""
        return self.folder / _CURRENT

    @property
    def history_file(self) -> Path:
        """Which release became current when: a line of JSON for each time."""
        return self.folder / "history.jsonl"

    @property
    def fingerprint_file(self) -> Path:
        """Which sources need no build: those of the current release, or seen when going back."""
        return self.folder / "sources.sha256"

    @property
    def pending_file(self) -> Path:
        """The report on changed sources that could not become a release."""
        return self.folder / "pending.json"

    def current_id(self) -> str | None:
        """Return the id of the current release, or None."""
        try:
            # Every request asks this: pathlib takes four microseconds more than the system call.
            return os.readlink(f"{self.folder}/{_CURRENT}").rpartition(os.sep)[2]  # noqa: PTH115
        except OSError:
            return None

    def current(self) -> Release:
        """Open the current release.

        Raises:
            NoReleaseError: nothing has been built yet.
        """
        release = self.current_id()
        if release is None:
            raise NoReleaseError(f"Nothing has been built in {self.folder}: run `tgkg build`.")
        return Release.open(self.releases / release)

    def pending(self) -> Report | None:
        """Return the report on sources changed since, when they cannot be published."""
        try:
            return Report.from_json(json.loads(self.pending_file.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None
