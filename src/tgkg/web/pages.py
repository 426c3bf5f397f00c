"""The pages of the site as a whole: home, the ontology, validation."""

import json
from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from tgkg.catalog.schema_org import dataset_json
from tgkg.formats import HTML, JSON, RDF_FORMATS
from tgkg.iris import COMMON_PREFIXES
from tgkg.report_rdf import report_quads
from tgkg.serialization import serialize
from tgkg.special_pages import HOME
from tgkg.web.current import pending, published
from tgkg.web.declared import pages_of
from tgkg.web.findings import MOST_OPEN, findings
from tgkg.web.home import home as gathered_home
from tgkg.web.ontology import ontology as gathered_ontology
from tgkg.web.ontology import ontology_quads
from tgkg.web.responses import representation, wanted
from tgkg.web.signposting import of_home, signposted
from tgkg.web.site import context, in_language, page, reader
from tgkg.web.special_page import special

blueprint: Final = Blueprint("pages", __name__)
blueprint.app_context_processor(context)
blueprint.after_app_request(in_language)


@blueprint.get("/")
def home() -> Response:
    """Show what this graph is, what is in it, where it comes from and how to use it."""
    here = published()
    manifest = here.release.manifest
    about = dataset_json(manifest, _address_in_page, reader().language)
    own = pages_of(here.release).get(HOME)
    gathered = special(here, own) if own else None
    response = page("home.html", page=gathered_home(here), special=gathered, dataset=about)
    return signposted(response, *of_home(manifest))


def _address_in_page(path: str) -> str:
    """Return an address for data within a page: relative to it where nobody said what it is."""
    home_address = published().release.config.public_url or request.script_root
    return f"{home_address}/{path}"


@blueprint.get("/def")
def ontology() -> Response:
    """Show the terms of the ontology, or give them as RDF."""
    here = published()
    offered = (HTML, *RDF_FORMATS) if ontology_quads(here) else (HTML,)
    fmt = wanted(offered)
    alternates = {each: url_for(".ontology", format=each.extension) for each in offered}
    if fmt is HTML:
        return page("ontology.html", alternates, page=gathered_ontology(here), formats=alternates)
    body = serialize(ontology_quads(here), fmt, here.release.manifest.prefixes)
    return representation(body, fmt, alternates=alternates)


@blueprint.get("/validation")
def validation() -> Response:
    """Show what validation found in this release, and in sources that wait for mending.

    As RDF it is the release's report alone (SHACL, section 3.6).
    """
    offered = (HTML, JSON, *RDF_FORMATS)
    fmt = wanted(offered)
    here, waiting = published(), pending()
    report = here.release.report()
    alternates = {each: url_for(".validation", format=each.extension) for each in offered}
    if fmt is HTML:
        return page(
            "validation.html",
            alternates,
            published=findings(report),
            waiting=findings(waiting) if waiting else None,
            most_open=MOST_OPEN,
            formats=alternates,
        )
    if fmt is JSON:
        values: dict[str, Any] = {
            "release": here.release.id,
            "report": report.as_json(),
            "pending": waiting.as_json() if waiting else None,
        }
        text = json.dumps(values, ensure_ascii=False, indent=2)
        return representation(text, JSON, alternates=alternates)
    prefixes = {**COMMON_PREFIXES, **here.release.manifest.prefixes}
    body = serialize(report_quads(report), fmt, prefixes)
    return representation(body, fmt, alternates=alternates)
