"""What a catalogue says of a graph that its data do not: the table `[catalogue]`."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from tgkg.catalog.codes import ACCESS_RIGHTS, FREQUENCIES, THEMES
from tgkg.settings import Settings, Text, is_tag

TABLE: Final = "catalogue"

_DATE: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)
_EMAIL: Final = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about the graph."""

    name: Text
    url: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The time that the graph is about: years, months or days; None where it has no bound."""

    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueSettings:
    """What DCAT-AP asks of a dataset besides what every project says of itself."""

    contact: Contact | None = None
    themes: tuple[str, ...] = ()
    """Codes of the EU's data themes."""
    access_rights: str | None = None
    """Code of the EU's access rights."""
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language."""
    frequency: str | None = None
    """Code of how often the graph changes."""
    places: tuple[str, ...] = ()
    """IRIs of the places that the graph is about."""
    period: Coverage | None = None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "CatalogueSettings":
        """Return the settings that `dataclasses.asdict` took apart."""
        contact, period = values.get("contact"), values.get("period")
        keywords = values.get("keywords", {})
        return cls(
            **{
                **values,
                "contact": Contact(**contact) if contact else None,
                "themes": tuple(values.get("themes", ())),
                "keywords": {tag: tuple(words) for tag, words in keywords.items()},
                "places": tuple(values.get("places", ())),
                "period": Coverage(**period) if period else None,
            }
        )


NOTHING_SAID: Final = CatalogueSettings()
"""The settings of a project without the table."""


def read_catalogue_settings(settings: Settings) -> CatalogueSettings:
    """Read the table `[catalogue]`; nothing in it is needed.

    Raises:
        UnreadableError: a key or a value means nothing; with its line.
    """
    values, settings = settings.table(TABLE), settings.within(TABLE)
    settings.refuse_unknown(values, {each.name for each in fields(CatalogueSettings)}, f"{TABLE}.")
    return CatalogueSettings(
        contact=_contact(settings, values),
        themes=_themes(settings, values),
        access_rights=_code(settings, values, "access_rights", ACCESS_RIGHTS),
        keywords=_keywords(settings, values),
        frequency=_code(settings, values, "frequency", FREQUENCIES),
        places=_places(settings, values),
        period=_period(settings, values),
    )


def _contact(settings: Settings, values: Mapping[str, Any]) -> Contact | None:
    inner, inside = settings.table_in(values, "contact"), settings.within("contact")
    if not inner:
        return None
    inside.refuse_unknown(inner, {"name", "url", "email"}, f"{TABLE}.contact.")
    name, url = inside.text(inner, "name"), inside.iri(inner, "url")
    email = inside.string(inner, "email")
    if email is not None and not _EMAIL.fullmatch(email):
        inside.fail("email", "email is an address, as in data@example.org.")
    if not name or not (url or email):
        settings.fail("contact", "contact needs a name, and a url or an email to be reached at.")
    return Contact(name, url, email)


def _themes(settings: Settings, values: Mapping[str, Any]) -> tuple[str, ...]:
    themes = settings.strings(values, "themes")
    for theme in themes:
        _check_code(settings, "themes", theme, THEMES)
    return themes


def _code(
    settings: Settings, values: Mapping[str, Any], key: str, codes: Collection[str]
) -> str | None:
    chosen = settings.string(values, key)
    if chosen is not None:
        _check_code(settings, key, chosen, codes)
    return chosen


def _check_code(settings: Settings, key: str, chosen: str, codes: Collection[str]) -> None:
    if chosen not in codes:
        settings.fail(key, f"{chosen!r} is not a code of {key}; there are: {', '.join(codes)}.")


def _keywords(settings: Settings, values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    inner = values.get("keywords", {})
    by_language = {"": inner} if isinstance(inner, list) else inner
    if not isinstance(by_language, dict) or not all(
        isinstance(words, list) and all(isinstance(word, str) and word for word in words)
        for words in by_language.values()
    ):
        settings.fail("keywords", 'keywords are lists by language: { en = ["..."], nl = ["..."] }.')
    for tag in by_language:
        if tag and not is_tag(tag):
            settings.fail(tag, f"{tag!r} is not a language tag, as en or nl are.")
    return {tag.lower(): tuple(words) for tag, words in by_language.items()}


def _places(settings: Settings, values: Mapping[str, Any]) -> tuple[str, ...]:
    places = settings.strings(values, "places")
    for place in places:
        settings.iri({"places": place}, "places")
    return places


def _period(settings: Settings, values: Mapping[str, Any]) -> Coverage | None:
    inner = settings.table_in(values, "period")
    if not inner:
        return None
    settings.refuse_unknown(inner, {"start", "end"}, f"{TABLE}.period.")
    bounds = {key: str(value) for key, value in inner.items()}  # TOML has dates of its own
    for bound in bounds.values():
        if not _DATE.fullmatch(bound):
            settings.fail("period", "period has a start, an end or both, as in 2003 or 2003-09-01.")
    return Coverage(**bounds)
