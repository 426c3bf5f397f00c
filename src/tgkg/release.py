"""A release: one frozen, finished state of a graph on disk. Only `publish.build` makes them."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tgkg.config import Config
from tgkg.errors import NoReleaseError
from tgkg.report import Report

LAYOUT: Final = 3
"""The layout of a release folder; a release in another layout is built again.

Since 2 there is a file of checksums in it (`integrity.SUMS`). Since 3 the manifest names ontology
and shapes, and there is a dump for each source.
"""

MANIFEST: Final = "manifest.json"

_CURRENT: Final = "current"


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of `dumps/`: the whole graph or one source in one format, plain or compressed."""

    file: str
    format: str
    """Name of the format in the one table."""
    compression: str | None
    """`gzip`, `zstd` or None."""
    size: int
    """In bytes."""
    sha256: str
    graph: str | None = None
    """The named graph of the source that it holds; None for the whole."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a release holds; triples are counted once however many graphs hold them."""

    triples: int
    quads: int
    subjects: int
    graphs: Mapping[str, int]
    """Quads by graph IRI."""
    classes: Mapping[str, int]
    """Instances by class IRI."""
    properties: Mapping[str, int]
    """Triples by property IRI."""


@dataclass(frozen=True, slots=True)
class CheckedWith:
    """What the data were checked with: the SHA-256 of canonical N-Quads."""

    ontology: str
    shapes: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a release whose data lie only in a store elsewhere."""

    marked: bool
    """Whether the store says the release's id; False where nobody pushed."""
    own_default: bool
    """Whether the store's own default graph is what queries are about."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says of itself, in `manifest.json`."""

    id: str
    """SHA-256 of data, ontology, shapes, queries and configuration; never of dates or software."""
    data_hash: str
    """SHA-256 of the canonical N-Quads."""
    created: str
    """When it was built, as xsd:dateTime in UTC."""
    software: str
    config: Config
    prefixes: Mapping[str, str]
    counts: Counts
    dumps: tuple[Dump, ...]
    refused: Mapping[str, str]
    """Why a format's dump is absent, by format name."""
    version: str = ""
    """What people call it: as the settings say, or its day and the beginning of its id."""
    checked_with: CheckedWith | None = None
    """None where nothing was."""
    allowed: str | None = None
    """Why it was published although it breaks its shapes; None where it does not."""
    outline: Outline | None = None
    """None where the data lie here."""
    layout: int = LAYOUT

    def as_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values; `from_json` reads them back."""
        return {
            **{key: getattr(self, key) for key in ("layout", "id", "data_hash", "created")},
            "software": self.software,
            "config": self.config.as_json(),
            "prefixes": dict(self.prefixes),
            "counts": asdict(self.counts),
            "dumps": [asdict(dump) for dump in self.dumps],
            "refused": dict(self.refused),
            "version": self.version,
            "checked_with": self.checked_with and asdict(self.checked_with),
            "allowed": self.allowed,
            "outline": self.outline and asdict(self.outline),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Manifest":
        """Return the manifest that `as_json` wrote."""
        outline, checked = values.get("outline"), values.get("checked_with")
        return cls(
            **{
                **values,
                "outline": Outline(**outline) if outline else None,
                "checked_with": CheckedWith(**checked) if checked else None,
                "config": Config.from_json(values["config"]),
                "counts": Counts(**values["counts"]),
                "dumps": tuple(Dump(**dump) for dump in values["dumps"]),
            }
        )


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
    def stores(self) -> Path:
        """The folder of stores on disk, each named as its release; any can be made again."""
        return self.folder / "stores"

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
