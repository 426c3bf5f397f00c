"""Browsing: all things of a class, narrowed by what their shapes say of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, request, url_for
from pyoxigraph import NamedNode

from tgkg.errors import BadRequestError, NotFoundError, QueryLimitError
from tgkg.formats import HTML, JSON
from tgkg.web.current import Published, published
from tgkg.web.facets import (
    PAGE,
    Facet,
    Value,
    View,
    facets_of,
    query_of,
    shown_values,
    things_of,
    total_of,
)
from tgkg.web.responses import representation, wanted
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import VARY, page, reader, shower_for
from tgkg.web.view_address import address_of, address_of_view, expanded, view_of

blueprint: Final = Blueprint("browsing", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a view may be narrowed to, or is."""

    shown: Shown
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """A facet as the page has it."""

    name: Shown
    choices: tuple[Choice, ...]
    lacking: Choice | None


@blueprint.get("/browse/")
def classes() -> Response:
    """List the classes, or show the one that `?class=` names by its IRI."""
    named = request.args.get("class")
    if named is not None:
        return _browsed(named)
    counts = published().release.manifest.counts.classes
    show = shower_for(counts)
    ordered = sorted(counts, key=lambda iri: show.thing(iri).text.casefold())
    listed = [(show.heading(iri), counts[iri], address_of(show.links, iri)) for iri in ordered]
    return page("classes.html", classes=listed)


@blueprint.get("/browse/<path:name>")
def kind(name: str) -> Response:
    """Show the things of a class that is named as in Turtle, by a prefix of this graph."""
    return _browsed(expanded(name, published().release.manifest.prefixes))


def _browsed(kind: str) -> Response:
    here, offered = published(), (HTML, JSON)
    fmt = wanted(offered)
    if kind not in here.release.manifest.counts.classes:
        raise NotFoundError(f"Nothing here is a {kind}; {url_for('.classes')} lists the classes.")
    view, number = view_of(kind, here.release.manifest.prefixes), _page()
    total = total_of(here.engine, view)
    things = things_of(here.engine, view, total, number, reader().language)
    facets = _facets(here, view, total)
    terms = (value.value for facet in facets for value in facet.counts if _is_named(value))
    chosen = (value.value for _, value in view.values if _is_named(value))
    show = shower_for((kind, *things, *(facet.name for facet in facets), *terms, *chosen))
    alternates = {
        each: address_of_view(show.links, view, format=each.extension) for each in offered
    }
    if fmt is JSON:
        listed = [{"iri": each, "label": show.thing(each).text} for each in things]
        values: dict[str, Any] = {"class": kind, "total": total, "page": number, "things": listed}
        body = json.dumps({**values, "query": query_of(view)}, ensure_ascii=False)
        return representation(body, JSON, alternates=alternates, vary=VARY)
    return page(
        "browse.html",
        alternates,
        kind=show.heading(kind),
        about=show.thing(kind),
        things=[show.thing(each) for each in things],
        total=total,
        query=show.links.query(query_of(view)),
        facets=[_shown(facet, view, show, here) for facet in facets],
        pager=_pager(view, total, number, show),
        whole=address_of(show.links, kind) if view.values or view.without else None,
    )


def _facets(here: Published, view: View, total: int) -> tuple[Facet, ...]:
    """Return the facets in the order of the shapes; none where counting them takes too long."""
    fields = here.layout.fields.get(view.kind, ())
    properties = [each.path.iri for each in fields if not each.path.inverse]
    known = here.release.manifest.counts.properties
    try:
        return facets_of(here.engine, view, [each for each in properties if each in known], total)
    except QueryLimitError:
        return ()


def _shown(facet: Facet, view: View, show: Shower, here: Published) -> ShownFacet:
    fields = here.layout.fields.get(view.kind, ())
    names = next((each.names for each in fields if each.path.iri == facet.name), ())
    choices = (
        Choice(
            show.term(value),
            count,
            address_of_view(show.links, view.toggled(facet.name, value)),
            (facet.name, value) in view.values,
        )
        for value, count in shown_values(facet, reader().languages)
    )
    href = address_of_view(show.links, view.toggled_without(facet.name))
    is_without = facet.name in view.without
    lacking = Choice(Shown(reader().t("browse.without")), facet.lacking, href, is_without)
    return ShownFacet(
        show.heading(facet.name, names), tuple(choices), lacking if facet.lacking else None
    )


def _pager(view: View, total: int, number: int, show: Shower) -> Mapping[str, object] | None:
    pages = -(-total // PAGE)
    if pages <= 1:
        return None
    links = show.links
    return {
        "page": number,
        "pages": pages,
        "before": address_of_view(links, view, page=str(number - 1)) if number > 1 else None,
        "after": address_of_view(links, view, page=str(number + 1)) if number < pages else None,
    }


def _page() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 10**7):
        raise BadRequestError("page is a number from 1.")
    return int(text)


def _is_named(value: Value) -> bool:
    return isinstance(value, NamedNode)
