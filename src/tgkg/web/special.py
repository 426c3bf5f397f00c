"""The pages that a project brings along, and what the site says of itself at `/about`."""

from typing import Final

from flask import Blueprint, Response, abort

from tgkg.formats import CSV
from tgkg.special_pages import ABOUT, HOME
from tgkg.web.about import about as gathered_about
from tgkg.web.current import published
from tgkg.web.declared import pages_of, spoken
from tgkg.web.query_page import iris_in
from tgkg.web.question_answers import answered
from tgkg.web.question_data import csv_of
from tgkg.web.responses import representation
from tgkg.web.site import page as shown
from tgkg.web.site import reader, shower_for
from tgkg.web.special_page import special

blueprint: Final = Blueprint("special", __name__)

_NOT_FOUND: Final = 404


@blueprint.get("/about")
def about() -> Response:
    """Say who publishes this, what may be done with it, what the site keeps, how it is made."""
    here = published()
    own = pages_of(here.release).get(ABOUT)
    return shown("about.html", special=special(here, own) if own else None, about=gathered_about())


@blueprint.get("/<slug>")
def page(slug: str) -> Response:
    """Show a page of the project's own."""
    here = published()
    found = pages_of(here.release).get(slug)
    if found is None or slug == HOME:
        abort(_NOT_FOUND)
    return shown("special.html", special=special(here, found), slug=slug)


@blueprint.get("/<slug>/<name>.csv")
def data(slug: str, name: str) -> Response:
    """Give what the query of a section finds."""
    here = published()
    found = pages_of(here.release).get(slug)
    sections = {section.id: section for section in found.sections} if found else {}
    query = sections[name].query if name in sections else None
    if query is None:
        abort(_NOT_FOUND)
    language = reader().language
    base = here.release.config.base
    table = answered(here.engine, spoken(query.read_text("utf-8"), language), "", base)
    body = csv_of(table, shower_for(iris_in(table.rows)))
    response = representation(body, CSV, language=language, vary=("Accept-Language",))
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{name}.csv"'
    return response
