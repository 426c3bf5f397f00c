"""What the page of the catalogue shows: whose the graph is, its releases and its files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import request, url_for

from tgkg.catalog.codes import ACCESS_RIGHTS, FREQUENCIES, THEMES
from tgkg.catalog.dumps import format_of, path_of
from tgkg.catalog.profile import PROFILE, missing_settings
from tgkg.catalog.settings import Contact
from tgkg.config import Config, Publisher
from tgkg.history import Edition
from tgkg.iris import node
from tgkg.manifest import Dump, Manifest
from tgkg.settings import Text
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import shower
from tgkg.web.wording import INTERFACE, wording


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file in the list."""

    dump: Dump
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class EditionRow:
    """A release in the list."""

    edition: Edition
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """Everything on the page."""

    facts: Mapping[str, tuple[Shown, ...]]
    """By the key of each one's name."""
    editions: tuple[EditionRow, ...]
    files: tuple[FileRow, ...]
    endpoint: str
    missing: Mapping[str, str]
    """Settings that the Dutch profile needs, with the property that each would give."""
    profile: str = PROFILE


def catalog_page(manifest: Manifest, editions: Iterable[Edition]) -> CatalogPage:
    """Gather the page."""
    return CatalogPage(
        facts={key: found for key, found in _facts(manifest.config, shower()) if found},
        editions=tuple(
            EditionRow(each, f"{request.script_root}/releases/{each.id}", each.id == manifest.id)
            for each in editions
        ),
        files=tuple(_file(dump) for dump in manifest.dumps if dump.graph is None),
        endpoint=url_for("sparql.sparql"),
        missing=missing_settings(manifest.config),
    )


def _facts(config: Config, show: Shower) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    settings = config.catalogue
    yield "publisher", _agent(config.publisher, show)
    yield "creator", _agent(config.creator, show)
    yield "contact", _contact(settings.contact, show)
    yield "licence", (show.term(node(config.licence)),) if config.licence else ()
    yield "access", _named(show, ACCESS_RIGHTS, settings.access_rights)
    yield "themes", _named(show, THEMES, *settings.themes)
    yield "keywords", tuple(_words(settings.keywords, show))
    yield (
        "languages",
        tuple(
            Shown(wording(tag)("language") if tag in INTERFACE else tag, lang=tag)
            for tag in config.languages
        ),
    )
    yield "frequency", _named(show, FREQUENCIES, settings.frequency)
    yield "places", tuple(show.term(node(place)) for place in settings.places)
    if settings.period:
        yield "period", (Shown(f"{settings.period.start or ''} – {settings.period.end or ''}"),)


def _agent(agent: Publisher | None, show: Shower) -> tuple[Shown, ...]:
    return _linked(agent.name, agent.url or agent.iri, show) if agent else ()


def _contact(contact: Contact | None, show: Shower) -> tuple[Shown, ...]:
    if contact is None:
        return ()
    email = (Shown(contact.email, href=f"mailto:{contact.email}"),) if contact.email else ()
    return (*_linked(contact.name, contact.url, show), *email)


def _linked(name: Text, address: str | None, show: Shower) -> tuple[Shown, ...]:
    shown = show.text(name)
    if shown is None:
        return ()
    link = show.links.to(address) if address else None
    return (Shown(shown.text, shown.lang, link.href, link.external) if link else shown,)


def _named(show: Shower, names: Mapping[str, Text], *codes: str | None) -> tuple[Shown, ...]:
    """Show codes by their names in the reader's language."""
    found = (show.text(names[each]) for each in codes if each)
    return tuple(each for each in found if each)


def _words(keywords: Mapping[str, tuple[str, ...]], show: Shower) -> Iterator[Shown]:
    """Yield the keywords in the reader's language, else in all."""
    tag = show.reader.language
    chosen = {tag: keywords[tag]} if tag in keywords else keywords
    for language, words in chosen.items():
        for word in words:
            if shown := show.text({language: word}):
                yield shown


def _file(dump: Dump) -> FileRow:
    return FileRow(dump, format_of(dump).label, f"{request.script_root}/{path_of(dump)}")
