"""What a release says of itself: `manifest.json`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from tgkg.catalog.linkset import Linkset
from tgkg.config import Config

LAYOUT: Final = 3
"""The layout of a release folder; a release in another layout is built again."""

MANIFEST: Final = "manifest.json"


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
    linksets: tuple[Linkset, ...] = ()
    """Where it leads to; none where the settings do not say which names are its own."""
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
            "linksets": [asdict(linkset) for linkset in self.linksets],
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
                "linksets": tuple(Linkset(**each) for each in values.get("linksets", ())),
            }
        )
