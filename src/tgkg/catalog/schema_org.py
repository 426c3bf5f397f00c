"""The graph in schema.org's words, as search engines for data sets read them."""

from collections.abc import Sequence
from typing import Any, Final

from tgkg.catalog.codes import THEMES
from tgkg.catalog.dumps import media_type_of, path_of
from tgkg.catalog.settings import CatalogueSettings
from tgkg.catalog.terms import Address, dataset_name
from tgkg.config import Publisher
from tgkg.iris import UNNAMED_BASE
from tgkg.manifest import Dump, Manifest
from tgkg.settings import Text

_LONGEST: Final = 5000
"""Characters of a description that Google takes."""


def dataset_json(manifest: Manifest, address: Address, language: str) -> dict[str, Any]:
    """Return the JSON-LD of the data set in one language; what is not known is left out."""
    config, settings = manifest.config, manifest.config.catalogue
    values = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": dataset_name(address),
        "url": address(""),
        "name": _text(config.title, language),
        "description": (_text(config.description, language) or "")[:_LONGEST],
        "identifier": None if config.base == UNNAMED_BASE else config.base,
        "version": manifest.version,
        "license": config.licence,
        "publisher": _agent(config.publisher, language),
        "creator": _agent(config.creator or config.publisher, language),
        "inLanguage": list(config.languages),
        "keywords": _keywords(settings, language),
        "isAccessibleForFree": settings.access_rights == "PUBLIC" or None,
        "dateModified": manifest.created,
        "spatialCoverage": list(settings.places),
        "temporalCoverage": _period(settings),
        "distribution": [_download(dump, address) for dump in _whole(manifest)],
        "includedInDataCatalog": {"@type": "DataCatalog", "url": address("catalog")},
    }
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _whole(manifest: Manifest) -> Sequence[Dump]:
    return [dump for dump in manifest.dumps if dump.graph is None]


def _text(text: Text, language: str) -> str | None:
    """Return the text in one language, or in the first there is."""
    return text.get(language) or next(iter(text.values()), None)


def _agent(agent: Publisher | None, language: str) -> dict[str, Any] | None:
    if agent is None:
        return None
    values = {
        "@type": "Organization",
        "@id": agent.iri,
        "name": _text(agent.name, language),
        "url": agent.url,
    }
    return {key: value for key, value in values.items() if value}


def _keywords(settings: CatalogueSettings, language: str) -> list[str]:
    themes = (THEMES[theme].get(language) for theme in settings.themes)
    return [*settings.keywords.get(language, settings.keywords.get("", ())), *filter(None, themes)]


def _period(settings: CatalogueSettings) -> str | None:
    """Return an interval as ISO 8601 writes it; `..` is no bound."""
    period = settings.period
    return f"{period.start or '..'}/{period.end or '..'}" if period else None


def _download(dump: Dump, address: Address) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": dump.file,
        "contentUrl": address(path_of(dump)),
        "encodingFormat": media_type_of(dump),
        "contentSize": f"{dump.size} B",
        "sha256": dump.sha256,
    }
