"""What a catalogue says alike of catalogue, datasets and services."""

from collections.abc import Iterator

from pyoxigraph import Quad

from tgkg.catalog.agents import contact_name, creator_name, publisher_name
from tgkg.catalog.codes import THEMES, code, language
from tgkg.catalog.settings import CatalogueSettings
from tgkg.catalog.terms import kept, linked, texts, told
from tgkg.config import Config
from tgkg.iris import DCAT, DCTERMS, SKOS
from tgkg.manifest import Manifest
from tgkg.settings import Text

_RDF_CONCEPTS = "https://www.w3.org/TR/rdf11-concepts/"
_DATE_TYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}
"""The datatype of a date by its length."""


def described(
    this: str,
    config: Config,
    catalogue: str,
    title: Text | None = None,
    description: Text | None = None,
) -> Iterator[Quad]:
    """Yield title, description, people, licence and subject; by itself those of the whole."""
    yield from texts(this, DCTERMS + "title", title or config.title)
    yield from texts(this, DCTERMS + "description", description or config.description)
    for predicate, name in (
        (DCTERMS + "publisher", publisher_name(config, catalogue)),
        (DCTERMS + "creator", creator_name(config, catalogue)),
        (DCAT + "contactPoint", contact_name(config, catalogue)),
    ):
        if name:
            yield linked(this, predicate, name)
    yield from licensed(this, config)
    yield from _subject(this, config.catalogue, catalogue)


def licensed(this: str, config: Config) -> Iterator[Quad]:
    """Yield the terms of use."""
    if config.licence:
        yield from kept(this, DCTERMS + "license", config.licence, DCTERMS + "LicenseDocument")


def languages(this: str, config: Config) -> Iterator[Quad]:
    """Yield the languages of a thing's texts, as far as there are codes for them."""
    for tag in config.languages:
        if found := language(tag):
            yield from kept(this, DCTERMS + "language", found, DCTERMS + "LinguisticSystem")


def standard(this: str, manifest: Manifest) -> Iterator[Quad]:
    """Yield what the data conform to: the ontology where there is one, else RDF alone."""
    ontology = manifest.config.names.ontology_graph
    is_there = ontology in manifest.counts.graphs and ontology != this
    name = ontology if is_there else _RDF_CONCEPTS
    yield from kept(this, DCTERMS + "conformsTo", name, DCTERMS + "Standard")
    if not is_there:
        yield from texts(name, DCTERMS + "title", {"en": "RDF 1.1 Concepts and Abstract Syntax"})


def _subject(this: str, settings: CatalogueSettings, catalogue: str) -> Iterator[Quad]:
    """Yield what it is about, where and when, who may see it, and how often it changes."""
    for each in settings.themes:
        theme = code("data-theme", each)
        yield from kept(this, DCAT + "theme", theme, SKOS + "Concept")
        yield from texts(theme, SKOS + "prefLabel", THEMES[each])
    for tag, words in settings.keywords.items():
        for word in words:
            yield from texts(this, DCAT + "keyword", {tag: word})
    if settings.access_rights:
        rights = code("access-right", settings.access_rights)
        yield from kept(this, DCTERMS + "accessRights", rights, DCTERMS + "RightsStatement")
    if settings.frequency:
        often = code("frequency", settings.frequency)
        yield from kept(this, DCTERMS + "accrualPeriodicity", often, DCTERMS + "Frequency")
    for place in settings.places:
        yield from kept(this, DCTERMS + "spatial", place, DCTERMS + "Location")
    yield from _period(this, settings, f"{catalogue}#period")


def _period(this: str, settings: CatalogueSettings, name: str) -> Iterator[Quad]:
    if settings.period:
        yield from kept(this, DCTERMS + "temporal", name, DCTERMS + "PeriodOfTime")
        for predicate, bound in (
            ("startDate", settings.period.start),
            ("endDate", settings.period.end),
        ):
            if bound:
                yield told(name, DCAT + predicate, bound, _DATE_TYPES[len(bound)])
