"""The pages that a project brings along, and what the site says of itself at `/about`."""

from typing import Final

from flask import Blueprint, Response, abort, redirect, request
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.wrappers import Response as Redirection

from tgkg.errors import MethodNotAllowedError, TgkgError
from tgkg.formats import CSV
from tgkg.special_pages import ABOUT, HOME, RESERVED
from tgkg.web.about import about as gathered_about
from tgkg.web.current import published
from tgkg.web.declared import pages_of, spoken
from tgkg.web.query_page import iris_in
from tgkg.web.question_answers import answered
from tgkg.web.question_data import csv_of
from tgkg.web.responses import representation
from tgkg.web.site import address, reader, shower_for
from tgkg.web.site import page as shown
from tgkg.web.special_page import special

blueprint: Final = Blueprint("special", __name__)

_FOUND: Final = 302
_NOT_FOUND: Final = 404


class _Slug(BaseConverter):
    """Matches the names of this release's own pages, so that no other address is one of ours."""

    regex = rf"(?!(?:{'|'.join(sorted(RESERVED))})(?![^/]))[^/]+"

    def to_python(self, value: str) -> str:
        try:
            pages = pages_of(published().release)
        except TgkgError as error:
            raise ValidationError from error
        if value not in pages:
            raise ValidationError
        return value


_READ: Final = ("GET", "HEAD", "OPTIONS")
_METHODS: Final = (*_READ, "POST", "PUT", "PATCH", "DELETE")
"""Routes take them all, so that what is not a page's address is not found by any of them."""


@blueprint.record_once
def _know_slugs(setup: BlueprintSetupState) -> None:
    setup.app.url_map.converters["own_page"] = _Slug


@blueprint.before_request
def _only_read() -> Response | None:
    """Say which methods there are, to those who ask and to those who use another."""
    if request.method not in _READ:
        raise MethodNotAllowedError("This page is only to be read.", _READ)
    if request.method != "OPTIONS":
        return None
    response = Response()
    response.allow.update(_READ)
    return response


@blueprint.get("/about")
def about() -> Response:
    """Say who publishes this, what may be done with it, what the site keeps, how it is made."""
    here = published()
    own = pages_of(here.release).get(ABOUT)
    return shown("about.html", special=special(here, own) if own else None, about=gathered_about())


@blueprint.route("/<own_page:slug>", methods=_METHODS)
def page(slug: str) -> Response | Redirection:
    """Show a page of the project's own."""
    here = published()
    if slug == HOME:
        return redirect(address("pages.home"), _FOUND)
    return shown("special.html", special=special(here, pages_of(here.release)[slug]))


@blueprint.route("/<own_page:slug>/<name>.csv", methods=_METHODS)
def data(slug: str, name: str) -> Response:
    """Give what the query of a section finds."""
    here = published()
    sections = {section.id: section for section in pages_of(here.release)[slug].sections}
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
