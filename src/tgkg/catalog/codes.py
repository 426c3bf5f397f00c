"""The code lists of the EU's Publications Office, as far as DCAT-AP names them.

Names: https://op.europa.eu/en/web/eu-vocabularies.
"""

from collections.abc import Mapping
from typing import Final

from tgkg.settings import Text

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"

ACCESS_RIGHTS: Final[Mapping[str, Text]] = {
    "PUBLIC": {"en": "public", "nl": "openbaar"},
    "RESTRICTED": {"en": "restricted", "nl": "beperkt"},
    "NON_PUBLIC": {"en": "not public", "nl": "niet openbaar"},
}

FREQUENCIES: Final[Mapping[str, Text]] = {
    "ANNUAL": {"en": "annual", "nl": "jaarlijks"},
    "ANNUAL_2": {"en": "twice a year", "nl": "tweemaal per jaar"},
    "ANNUAL_3": {"en": "three times a year", "nl": "driemaal per jaar"},
    "AS_NEEDED": {"en": "as needed", "nl": "zo nodig"},
    "BIENNIAL": {"en": "every two years", "nl": "om de twee jaar"},
    "BIMONTHLY": {"en": "every two months", "nl": "om de twee maanden"},
    "BIWEEKLY": {"en": "every two weeks", "nl": "om de twee weken"},
    "CONT": {"en": "continuous", "nl": "doorlopend"},
    "DAILY": {"en": "daily", "nl": "dagelijks"},
    "DAILY_2": {"en": "twice a day", "nl": "tweemaal per dag"},
    "DECENNIAL": {"en": "every ten years", "nl": "om de tien jaar"},
    "HOURLY": {"en": "hourly", "nl": "elk uur"},
    "IRREG": {"en": "irregular", "nl": "onregelmatig"},
    "MONTHLY": {"en": "monthly", "nl": "maandelijks"},
    "MONTHLY_2": {"en": "twice a month", "nl": "tweemaal per maand"},
    "MONTHLY_3": {"en": "three times a month", "nl": "driemaal per maand"},
    "NEVER": {"en": "never", "nl": "nooit"},
    "NOT_PLANNED": {"en": "not planned", "nl": "niet gepland"},
    "OTHER": {"en": "other", "nl": "anders"},
    "QUARTERLY": {"en": "quarterly", "nl": "elk kwartaal"},
    "TRIENNIAL": {"en": "every three years", "nl": "om de drie jaar"},
    "UNKNOWN": {"en": "unknown", "nl": "onbekend"},
    "UPDATE_CONT": {"en": "continuously updated", "nl": "doorlopend bijgewerkt"},
    "WEEKLY": {"en": "weekly", "nl": "wekelijks"},
    "WEEKLY_2": {"en": "twice a week", "nl": "tweemaal per week"},
    "WEEKLY_3": {"en": "three times a week", "nl": "driemaal per week"},
}

THEMES: Final[Mapping[str, Text]] = {
    "AGRI": {
        "en": "Agriculture, fisheries, forestry and food",
        "nl": "Landbouw, visserij, bosbouw en voeding",
    },
    "ECON": {"en": "Economy and finance", "nl": "Economie en financiën"},
    "EDUC": {"en": "Education, culture and sport", "nl": "Onderwijs, cultuur en sport"},
    "ENER": {"en": "Energy", "nl": "Energie"},
    "ENVI": {"en": "Environment", "nl": "Milieu"},
    "GOVE": {"en": "Government and public sector", "nl": "Overheid en publieke sector"},
    "HEAL": {"en": "Health", "nl": "Gezondheid"},
    "INTR": {"en": "International issues", "nl": "Internationale vraagstukken"},
    "JUST": {
        "en": "Justice, legal system and public safety",
        "nl": "Justitie, rechtsstelsel en openbare veiligheid",
    },
    "REGI": {"en": "Regions and cities", "nl": "Regio's en steden"},
    "SOCI": {"en": "Population and society", "nl": "Bevolking en samenleving"},
    "TECH": {"en": "Science and technology", "nl": "Wetenschap en technologie"},
    "TRAN": {"en": "Transport", "nl": "Vervoer"},
}
"""The data themes, by their codes."""

_LANGUAGES: Final[Mapping[str, str]] = {
    "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA",
    "et": "EST", "fi": "FIN", "fr": "FRA", "fy": "FRY", "ga": "GLE", "hr": "HRV", "hu": "HUN",
    "it": "ITA", "lt": "LIT", "lv": "LAV", "mt": "MLT", "nl": "NLD", "pl": "POL", "pt": "POR",
    "ro": "RON", "sk": "SLK", "sl": "SLV", "sv": "SWE",
}  # fmt: skip
_TWO_LETTERS: Final = 2


def code(table: str, name: str) -> str:
    """Return the IRI of a code in one of the authority tables."""
    return f"{AUTHORITY}{table}/{name}"


def language(tag: str) -> str | None:
    """Return the IRI of a language, by the EU's table or else by ISO 639-1 (DCAT 3, 6.4.17)."""
    primary = tag.lower().partition("-")[0]
    if primary in _LANGUAGES:
        return code("language", _LANGUAGES[primary])
    is_short = len(primary) == _TWO_LETTERS
    return f"http://id.loc.gov/vocabulary/iso639-1/{primary}" if is_short else None
