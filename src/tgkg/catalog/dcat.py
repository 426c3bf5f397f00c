"""The catalogue of a graph: DCAT 3, as DCAT-AP-NL 3.0 wants it where the settings allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pyoxigraph import Quad

from tgkg.catalog.agents import agents
from tgkg.catalog.distributions import distributions, sparql_distribution
from tgkg.catalog.resources import described, languages, standard
from tgkg.catalog.sources import Source
from tgkg.catalog.terms import (
    CATALOG_PATH,
    Address,
    dataset_name,
    kept,
    linked,
    of_type,
    texts,
    told,
)
from tgkg.history import Edition
from tgkg.iris import DCAT, DCTERMS, FOAF, PROV, RDFS, UNNAMED_BASE
from tgkg.manifest import Manifest

SPARQL_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a catalogue is made of."""

    manifest: Manifest
    """The release that is current in it."""
    editions: Sequence[Edition]
    """Every release that it names, the newest first."""
    sources: Sequence[Source]
    address: Address

    @property
    def name(self) -> str:
        """The address of the catalogue, which is its name too."""
        return self.address(CATALOG_PATH)

    @property
    def dataset(self) -> str:
        """The name of the graph as a whole."""
        return dataset_name(self.address)

    @property
    def identifier(self) -> str:
        """What names the graph wherever it is served: its base, else what its dumps are called."""
        config = self.manifest.config
        return config.name if config.base == UNNAMED_BASE else config.base

    @property
    def service(self) -> str:
        """The name of the endpoint as a service."""
        return f"{self.name}#sparql"


def edition_name(address: Address, edition: Edition) -> str:
    """Return the name of one release: its address."""
    return address(f"releases/{edition.id}")


def catalog_quads(it: Catalogue) -> Iterator[Quad]:
    """Yield the catalogue with its dataset, the versions and files of that, and its service."""
    yield from _catalog(it)
    yield from agents(it.manifest.config, it.name)
    yield from _dataset(it)
    for at, edition in enumerate(it.editions):
        older = it.editions[at + 1] if at + 1 < len(it.editions) else None
        yield from _edition(it, edition, older)
    for source in it.sources:
        yield from _source(it, source)
    yield from _service(it)


def _catalog(it: Catalogue) -> Iterator[Quad]:
    config, this = it.manifest.config, it.name
    yield from of_type(this, DCAT + "Catalog")
    yield from described(this, config, it.name)
    yield from languages(this, config)
    yield from kept(this, FOAF + "homepage", it.address(""), FOAF + "Document")
    yield told(this, DCTERMS + "modified", it.manifest.created, "dateTime")
    for dataset in (it.dataset, *(source.iri for source in it.sources)):
        yield linked(this, DCAT + "dataset", dataset)
    yield linked(this, DCAT + "service", it.service)


def _dataset(it: Catalogue) -> Iterator[Quad]:
    """Yield the graph itself (DCAT 3, section 6.6) and its versions (section 11.1)."""
    manifest, this = it.manifest, it.dataset
    config = manifest.config
    yield from of_type(this, DCAT + "Dataset")
    yield from _common(it, this)
    yield told(this, DCTERMS + "identifier", it.identifier)
    yield from kept(this, DCAT + "landingPage", it.address(""), FOAF + "Document")
    yield told(this, DCTERMS + "modified", manifest.created, "dateTime")
    if it.editions:
        yield told(this, DCTERMS + "issued", it.editions[-1].created, "dateTime")
    yield told(this, DCAT + "version", manifest.version)
    for edition in it.editions:
        name = edition_name(it.address, edition)
        yield linked(this, DCAT + "hasVersion", name)
        if edition.id == manifest.id:
            yield linked(this, DCAT + "hasCurrentVersion", name)
    whole = [dump for dump in manifest.dumps if dump.graph is None]
    yield from distributions(this, config.title, whole, manifest, it.address)
    yield from sparql_distribution(this, it.service, manifest, it.address)
    for source in it.sources:
        yield linked(this, DCTERMS + "hasPart", source.iri)


def _edition(it: Catalogue, edition: Edition, older: Edition | None) -> Iterator[Quad]:
    """Yield one release as a version of the dataset."""
    this = edition_name(it.address, edition)
    yield from of_type(this, DCAT + "Dataset")
    yield from _common(it, this)
    yield told(this, DCTERMS + "identifier", edition.id)
    yield told(this, DCAT + "version", edition.version or edition.id)
    yield told(this, DCTERMS + "issued", edition.created, "dateTime")
    yield linked(this, DCAT + "isVersionOf", it.dataset)
    yield from kept(this, DCAT + "landingPage", this, FOAF + "Document")
    if older:
        yield linked(this, DCAT + "previousVersion", edition_name(it.address, older))


def _source(it: Catalogue, source: Source) -> Iterator[Quad]:
    """Yield one named graph as a dataset of its own, in the words that the graph has for it."""
    manifest, this = it.manifest, source.iri
    yield from of_type(this, DCAT + "Dataset")
    yield from described(
        this,
        manifest.config,
        it.name,
        source.title,
        source.description or manifest.config.description,
    )
    yield from languages(this, manifest.config)
    yield from _conforms(it, this)
    page = it.address(f"resource?iri={quote(this, safe='')}")
    yield from kept(this, DCAT + "landingPage", page, FOAF + "Document")
    yield told(this, DCTERMS + "identifier", this)
    yield linked(this, DCTERMS + "isPartOf", it.dataset)
    yield told(this, DCTERMS + "modified", manifest.created, "dateTime")
    for origin in source.origins:
        yield linked(this, PROV + "wasDerivedFrom", origin)
    own = [dump for dump in manifest.dumps if dump.graph == this]
    yield from distributions(this, source.title, own, manifest, it.address)


def _common(it: Catalogue, this: str) -> Iterator[Quad]:
    """Yield what holds of the graph in each of its versions."""
    config = it.manifest.config
    yield from described(this, config, it.name)
    yield from languages(this, config)
    yield from _conforms(it, this)


def _conforms(it: Catalogue, this: str) -> Iterator[Quad]:
    """Yield what the data are written in, and the page that explains it."""
    yield from standard(this, it.manifest)
    yield from kept(this, FOAF + "page", it.address("def"), FOAF + "Document")


def _service(it: Catalogue) -> Iterator[Quad]:
    """Yield the SPARQL endpoint (DCAT 3, section 6.10)."""
    config, this = it.manifest.config, it.service
    endpoint = it.address("sparql")
    yield from of_type(this, DCAT + "DataService")
    title = {tag: f"SPARQL: {text}" for tag, text in config.title.items()}
    yield from described(this, config, it.name, title, config.description)
    yield from languages(this, config)
    yield told(this, DCTERMS + "identifier", f"{it.identifier}#sparql")
    yield told(this, DCTERMS + "modified", it.manifest.created, "dateTime")
    yield from kept(this, DCAT + "endpointURL", endpoint, RDFS + "Resource")
    yield from kept(this, DCAT + "endpointDescription", endpoint, RDFS + "Resource")
    yield from kept(this, DCAT + "landingPage", endpoint, FOAF + "Document")
    yield from kept(this, DCTERMS + "conformsTo", SPARQL_PROTOCOL, DCTERMS + "Standard")
    yield from texts(SPARQL_PROTOCOL, DCTERMS + "title", {"en": "SPARQL 1.1 Protocol"})
    for dataset in (it.dataset, *(source.iri for source in it.sources)):
        yield linked(this, DCAT + "servesDataset", dataset)
