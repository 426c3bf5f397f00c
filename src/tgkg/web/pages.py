"""The pages of the site as a whole: home, the ontology, validation."""

import json
from typing import Any, Final

from flask import Blueprint, Response, url_for

from tgkg.formats import HTML, JSON, RDF_FORMATS
from tgkg.serialization import serialize
from tgkg.special_pages import HOME
from tgkg.web.current import pending, published
from tgkg.web.declared import pages_of
from tgkg.web.findings import findings
from tgkg.web.home import home as gathered_home
from tgkg.web.ontology import ontology as gathered_ontology
from tgkg.web.ontology import ontology_quads
from tgkg.web.responses import representation, wanted
from tgkg.web.site import context, in_language, page
from tgkg.web.special_page import special

blueprint: Final = Blueprint("pages", __name__)
blueprint.app_context_processor(context)
blueprint.after_app_request(in_language)


@blueprint.get("/")
def home() -> Response:
    """Show what this graph is, what is in it, where it comes from and how to use it."""
    here = published()
    own = pages_of(here.release).get(HOME)
    gathered = special(here, own) if own else None
    return page("home.html", page=gathered_home(here), special=gathered)


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
    """Show what validation found in this release, and in sources that wait for mending."""
    offered = (HTML, JSON)
    fmt = wanted(offered)
    here, waiting = published(), pending()
    report = here.release.report()
    alternates = {each: url_for(".validation", format=each.extension) for each in offered}
    if fmt is HTML:
        shown = findings(report), findings(waiting) if waiting else None
        return page("validation.html", alternates, published=shown[0], waiting=shown[1])
    values: dict[str, Any] = {
        "release": here.release.id,
        "report": report.as_json(),
        "pending": waiting.as_json() if waiting else None,
    }
    return representation(json.dumps(values, ensure_ascii=False, indent=2), JSON)
