"""The catalogue: the graph, its releases, its files and its endpoint, in DCAT and as a page."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, url_for

from tgkg.catalog.dcat import Catalogue, catalog_quads
from tgkg.catalog.sources import sources_of
from tgkg.catalog.terms import PREFIXES
from tgkg.formats import HTML, RDF_FORMATS, Format
from tgkg.history import Edition
from tgkg.release import Release
from tgkg.serialization import serialize
from tgkg.web.addresses import site_address
from tgkg.web.catalog_page import catalog_page
from tgkg.web.current import known_editions, published
from tgkg.web.responses import representation, wanted
from tgkg.web.signposting import describes_home, signposted
from tgkg.web.site import page

blueprint: Final = Blueprint("catalog", __name__)


@blueprint.get("/catalog")
def catalog() -> Response:
    """Return the catalogue (DCAT 3; DCAT-AP-NL 3.0 where the settings allow)."""
    offered = (HTML, *RDF_FORMATS)
    fmt = wanted(offered)
    alternates = {each: url_for(".catalog", format=each.extension) for each in offered}
    release = published().release
    if fmt is HTML:
        shown = catalog_page(release.manifest, known_editions())
        response = page("catalog.html", alternates, page=shown, formats=alternates)
    else:
        body = _written(release.folder, known_editions(), site_address(""), fmt)
        response = representation(body, fmt, alternates=alternates)
    return signposted(response, describes_home())


@lru_cache(maxsize=16)  # a release never changes, and the others come and go seldom
def _written(folder: Path, editions: tuple[Edition, ...], home: str, fmt: Format) -> bytes:
    """Return the catalogue of a release among others, at an address, in a format."""
    release = Release.open(folder)
    it = Catalogue(release.manifest, editions, sources_of(release), lambda path: home + path)
    return serialize(catalog_quads(it), fmt, PREFIXES)
