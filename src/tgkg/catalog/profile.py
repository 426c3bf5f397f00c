"""What DCAT-AP-NL 3.0 needs that only the settings of a project can say."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tgkg.config import Config

PROFILE: Final = "https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/"

_NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "description": "dcterms:description",
        "licence": "dcterms:license",
        "publisher": "dcterms:publisher",
        "catalogue.contact": "dcat:contactPoint",
        "catalogue.themes": "dcat:theme",
        "catalogue.access_rights": "dcterms:accessRights",
    }
)


def missing_settings(config: Config) -> Mapping[str, str]:
    """Return the settings that are absent, each with the property that it would give."""
    catalogue = config.catalogue
    given = {
        "description": config.description,
        "licence": config.licence,
        "publisher": config.publisher,
        "catalogue.contact": catalogue.contact,
        "catalogue.themes": catalogue.themes,
        "catalogue.access_rights": catalogue.access_rights,
    }
    return {setting: each for setting, each in _NEEDED.items() if not given[setting]}
