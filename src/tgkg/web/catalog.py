"""The catalogue: the graph, its releases, its files and its endpoint, in DCAT and as a page."""

from typing import Final

from flask import Blueprint, Response, url_for

from tgkg.catalog.dcat import Catalogue, catalog_quads
from tgkg.catalog.sources import sources_of
from tgkg.catalog.terms import PREFIXES
from tgkg.formats import HTML, RDF_FORMATS
from tgkg.serialization import serialize
from tgkg.web.catalog_page import catalog_page
from tgkg.web.current import known_editions, published, site_address
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
        found = sources_of(release)
        quads = catalog_quads(Catalogue(release.manifest, known_editions(), found, site_address))
        response = representation(serialize(quads, fmt, PREFIXES), fmt, alternates=alternates)
    return signposted(response, describes_home())
