"""The ways to get a dataset: each of its files, and the endpoint (DCAT 3, section 6.8)."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from pyoxigraph import Quad

from tgkg.catalog.codes import code
from tgkg.catalog.dumps import COMPRESSED, format_of, path_of
from tgkg.catalog.resources import languages, licensed, standard
from tgkg.catalog.terms import (
    CATALOG_PATH,
    MEDIA_TYPES,
    Address,
    kept,
    linked,
    of_type,
    texts,
    told,
)
from tgkg.iris import DCAT, DCTERMS, RDFS, SPDX
from tgkg.manifest import Dump, Manifest
from tgkg.settings import Text


def distributions(
    dataset: str, title: Text, dumps: Iterable[Dump], manifest: Manifest, address: Address
) -> Iterator[Quad]:
    """Yield the dumps of a dataset."""
    for dump in dumps:
        this = f"{address(CATALOG_PATH)}#{quote(dump.file)}"
        yield linked(dataset, DCAT + "distribution", this)
        yield from _common(this, manifest)
        yield from _titled(this, title, dump)
        yield from _file(this, dump, address(path_of(dump)))


def sparql_distribution(
    dataset: str, service: str, manifest: Manifest, address: Address
) -> Iterator[Quad]:
    """Yield that the dataset can also be asked."""
    this = f"{address(CATALOG_PATH)}#by-query"
    yield linked(dataset, DCAT + "distribution", this)
    yield from _common(this, manifest)
    title = {tag: f"{text} (SPARQL)" for tag, text in manifest.config.title.items()}
    yield from texts(this, DCTERMS + "title", title)
    yield from kept(this, DCAT + "accessURL", address("sparql"), RDFS + "Resource")
    yield linked(this, DCAT + "accessService", service)


def _common(this: str, manifest: Manifest) -> Iterator[Quad]:
    yield from of_type(this, DCAT + "Distribution")
    yield from licensed(this, manifest.config)
    yield from languages(this, manifest.config)
    yield from standard(this, manifest)
    yield told(this, DCTERMS + "issued", manifest.created, "dateTime")
    yield told(this, DCTERMS + "modified", manifest.created, "dateTime")


def _titled(this: str, title: Text, dump: Dump) -> Iterator[Quad]:
    form = format_of(dump).label
    how = f"{form}, {dump.compression}" if dump.compression else form
    said = {tag: f"{text} ({how})" for tag, text in title.items()}
    yield from texts(this, DCTERMS + "title", said)


def _file(this: str, dump: Dump, at: str) -> Iterator[Quad]:
    """Yield where a file is and what: its format, size and checksum."""
    yield from kept(this, DCAT + "accessURL", at, RDFS + "Resource")
    yield linked(this, DCAT + "downloadURL", at)
    fmt = format_of(dump)
    yield from kept(this, DCAT + "mediaType", MEDIA_TYPES + fmt.media_type, DCTERMS + "MediaType")
    if fmt.file_type:
        form = code("file-type", fmt.file_type)
        yield from kept(this, DCTERMS + "format", form, DCTERMS + "MediaTypeOrExtent")
    if dump.compression:
        packed = MEDIA_TYPES + COMPRESSED[dump.compression]
        yield from kept(this, DCAT + "compressFormat", packed, DCTERMS + "MediaType")
    yield told(this, DCAT + "byteSize", str(dump.size), "nonNegativeInteger")
    checksum = f"{this}-sha256"
    yield from kept(this, SPDX + "checksum", checksum, SPDX + "Checksum")
    sha256 = SPDX + "checksumAlgorithm_sha256"
    yield from kept(checksum, SPDX + "algorithm", sha256, SPDX + "ChecksumAlgorithm")
    yield told(checksum, SPDX + "checksumValue", dump.sha256, "hexBinary")
