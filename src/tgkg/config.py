"""What a project says of itself: `tgkg.toml`, or what can be told from its files."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from tgkg.catalog.settings import NOTHING_SAID, CatalogueSettings, read_catalogue_settings
from tgkg.dump_kinds import Kinds, kinds_as_json, kinds_from_json, kinds_of
from tgkg.errors import BadRequestError
from tgkg.iris import UNNAMED_BASE, Names, is_iri, is_prefix, is_web_address
from tgkg.settings import Settings, Text, is_tag

CONFIG_FILE: Final = "tgkg.toml"

SETTINGS: Final = frozenset({
    "name", "title", "description", "base", "languages", "licence", "publisher",
    "creator", "version", "public_url", "prefix", "folders", "prefixes", "catalogue", "dumps",
})  # fmt: skip
"""What a `tgkg.toml` may say of the graph itself, and so of each of its releases."""

OPERATION_SETTINGS: Final = frozenset(
    {"engine", "limits", "services", "log_queries", "old_releases"}
)
"""What it may say of how a server runs, whatever it serves; see `operation`."""

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the graph, or made it."""

    name: Text
    url: str | None = None
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the parts of a project are, relative to its root."""

    ontology: str = "ontology"
    data: str = "data"
    shapes: str = "shapes"
    queries: str = "queries"
    pages: str = "pages"
    theme: str = "theme"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a project, each with a sensible default.

    `base` ends in `/`; `prefix` is the path below which the site is served, "" or `/path`;
    `public_url` is the address that the public uses, without a trailing slash.
    """

    name: str
    title: Text
    description: Text = field(default_factory=dict)
    base: str = UNNAMED_BASE
    languages: tuple[str, ...] = ("en", "nl")
    licence: str | None = None
    publisher: Publisher | None = None
    version: str | None = None
    public_url: str | None = None
    prefix: str = ""
    folders: Folders = Folders()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    creator: Publisher | None = None
    """Who made the graph; None where that is the publisher."""
    catalogue: CatalogueSettings = NOTHING_SAID
    dumps: Kinds | None = None
    """Which dumps there are beside the plain N-Quads; None for all."""

    @property
    def names(self) -> Names:
        """The mapping of the graph's names to paths."""
        return Names(self.base)

    def as_json(self) -> dict[str, Any]:
        """Return the settings as JSON values, for the manifest of a release."""
        return {
            "name": self.name,
            "title": dict(self.title),
            "description": dict(self.description),
            "base": self.base,
            "languages": list(self.languages),
            "licence": self.licence,
            "publisher": self.publisher and asdict(self.publisher),
            "creator": self.creator and asdict(self.creator),
            "version": self.version,
            "public_url": self.public_url,
            "prefix": self.prefix,
            "prefixes": dict(self.prefixes),
            "catalogue": asdict(self.catalogue),
            # What is not set is not said: a release keeps its name when a setting is invented.
            **({} if self.dumps is None else {"dumps": kinds_as_json(self.dumps)}),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Config":
        """Return the settings that `as_json` wrote."""
        publisher, creator = values["publisher"], values.get("creator")
        dumps = values.get("dumps")
        return cls(
            **{
                **values,
                "languages": tuple(values["languages"]),
                "publisher": Publisher(**publisher) if publisher else None,
                "creator": Publisher(**creator) if creator else None,
                "catalogue": CatalogueSettings.from_json(values.get("catalogue", {})),
                "dumps": None if dumps is None else kinds_from_json(dumps),
            }
        )


def read_config(file: Path) -> Config:
    """Read a `tgkg.toml`.

    Raises:
        UnreadableError: the file cannot be read, is not TOML, or holds a key or a value that
            means nothing; with its line.
    """
    return _Reader(file).config()


class _Reader:
    """Reads the settings that say what a graph is."""

    def __init__(self, file: Path) -> None:
        self._settings = Settings(file)
        self._values = self._settings.values
        self._fail = self._settings.fail

    def config(self) -> Config:
        self._settings.refuse_unknown(self._values, SETTINGS | OPERATION_SETTINGS)
        name = self._settings.string(self._values, "name") or ""
        if not name or not all((c.isalnum() and c.isascii()) or c in "-_" for c in name):
            self._fail("name", "name is letters, digits, - and _: it becomes the name of dumps.")
        return Config(
            name=name,
            title=self._settings.text(self._values, "title") or {"": name},
            description=self._settings.text(self._values, "description"),
            base=self._base(),
            languages=self._languages(),
            licence=self._settings.iri(self._values, "licence"),
            publisher=self._publisher("publisher"),
            creator=self._publisher("creator"),
            version=self._settings.string(self._values, "version"),
            public_url=self._public_url(),
            prefix=self._prefix(),
            folders=self._folders(),
            prefixes=self._prefixes(),
            catalogue=read_catalogue_settings(self._settings),
            dumps=self._dumps(),
        )

    def _base(self) -> str:
        base = self._settings.iri(self._values, "base") or UNNAMED_BASE
        if not base.endswith("/"):
            self._fail("base", "base ends in a slash, as in https://example.org/graph/.")
        return base

    def _languages(self) -> tuple[str, ...]:
        languages = self._values.get("languages", ["en", "nl"])
        if not isinstance(languages, list) or not languages or not all(map(is_tag, languages)):
            self._fail("languages", 'languages is a list of language tags, as in ["en", "nl"].')
        return tuple(tag.lower() for tag in languages)

    def _public_url(self) -> str | None:
        url = self._settings.string(self._values, "public_url")
        if url is not None and not (is_iri(url) and is_web_address(url)):
            self._fail("public_url", "public_url starts with https:// or http://.")
        return url.rstrip("/") if url else None

    def _prefix(self) -> str:
        prefix = (self._settings.string(self._values, "prefix") or "").rstrip("/")
        if not _PATH.fullmatch(prefix):
            self._fail("prefix", "prefix is a plain path that starts with a slash, as in /graph.")
        return prefix

    def _publisher(self, key: str) -> Publisher | None:
        values, inside = self._settings.table(key), self._settings.within(key)
        if not values:
            return None
        inside.refuse_unknown(values, {"name", "url", "iri"}, f"{key}.")
        name = inside.text(values, "name")
        if not name:
            self._fail(key, f"{key} needs a name.")
        return Publisher(name, inside.iri(values, "url"), inside.iri(values, "iri"))

    def _folders(self) -> Folders:
        values = self._settings.table("folders")
        self._settings.refuse_unknown(values, set(Folders.__slots__), "folders.")
        chosen = {key: self._settings.string(values, key) or "" for key in values}
        for key, folder in chosen.items():
            if not folder or folder.startswith("/") or ".." in Path(folder).parts:
                self._fail(key, f"folders.{key} is a folder inside the project.")
        return Folders(**chosen)

    def _dumps(self) -> Kinds | None:
        if "dumps" not in self._values:
            return None
        try:
            return kinds_of(self._settings.strings(self._values, "dumps"))
        except BadRequestError as error:
            self._fail("dumps", str(error))

    def _prefixes(self) -> Text:
        values = self._settings.table("prefixes")
        for prefix in values:
            if not is_prefix(prefix):
                self._fail(prefix, f"{prefix!r} is not a prefix: letters, digits, - and _.")
        return {prefix: self._settings.iri(values, prefix) or "" for prefix in values}
