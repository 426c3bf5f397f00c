"""Pages and data about one resource: /id, /doc and /resource."""

from collections.abc import Mapping
from typing import Final, cast

from flask import Blueprint, Response, redirect, request, url_for
from pyoxigraph import Quad

from tgkg.errors import BadRequestError, NotFoundError
from tgkg.formats import HTML, JSON_LD, RDF_FORMATS, Format
from tgkg.iris import is_iri
from tgkg.serialization import serialize
from tgkg.web.changed_when import history_of
from tgkg.web.current import published
from tgkg.web.description import Description, describe
from tgkg.web.existence import existing
from tgkg.web.incoming import Asked
from tgkg.web.links import candidates
from tgkg.web.resource_page import resource_page
from tgkg.web.responses import representation, wanted
from tgkg.web.retired import gone, moved
from tgkg.web.signposting import Signpost, of_resource, signposted
from tgkg.web.site import page, shower

OFFERED: Final = (HTML, *RDF_FORMATS)
"""The page first: it is what a client gets that accepts anything."""

blueprint = Blueprint("resources", __name__)


@blueprint.get("/id/<path:path>")
def thing(path: str) -> Response:
    """Send on from the thing to what is written about it (Cool URIs, section 4.3)."""
    query = request.query_string.decode("ascii", "replace")
    address = url_for(".doc", path=path) + (f"?{query}" if query else "")
    response = cast("Response", redirect(address, code=303, Response=Response))
    response.vary.add("Accept")
    return response


@blueprint.get("/doc/<path:path>")
def doc(path: str) -> Response:
    """Describe the thing whose name ends in the path, in the format of its extension if any."""
    stem, fmt = _parted(path)
    names = published().release.config.names
    whole, parted = candidates(names, path), candidates(names, stem) if fmt else ()
    there = existing(published(), (*whole, *parted))
    if found := next((iri for iri in whole if iri in there), None):
        return _described(found, _offers(path), None)
    if found := next((iri for iri in parted if iri in there), None):
        return _described(found, _offers(stem), fmt)
    if response := gone(whole, None) or gone(parted, fmt):
        return response
    raise NotFoundError("The graph says nothing about this name.")


@blueprint.get("/resource")
def resource() -> Response:
    """Describe any IRI that the graph mentions, wherever its name lives."""
    iri = request.args.get("iri", "").strip()
    if not iri:
        raise BadRequestError("Say which resource: /resource?iri=https://example.org/thing.")
    if not is_iri(iri):
        raise BadRequestError(f"This is not an absolute IRI: {iri[:200]}")
    alternates = {fmt: url_for(".resource", iri=iri, format=fmt.extension) for fmt in OFFERED}
    return _described(iri, alternates, None)


def _described(iri: str, alternates: Mapping[Format, str], fmt: Format | None) -> Response:
    """Answer with the description in the format of the address, or the one that is wanted."""
    named, fmt = fmt, fmt or wanted(OFFERED)
    here = published()
    found = describe(here.engine, iri, here.release.manifest.counts, _asked())
    if found.is_empty:
        if response := gone([iri], named):
            return response
        raise NotFoundError(f"The graph says nothing about {iri}.")
    if response := moved(iri, found.outgoing, named):
        return response
    history = history_of(iri) if found.outgoing else None
    if fmt is not HTML:
        about = Signpost("describes", alternates[HTML], HTML.media_type)
        response = signposted(_data(found, fmt, alternates), about)
    else:
        values = resource_page(found, here.layout, shower(found.labels), alternates)
        response = page("resource.html", alternates, page=values, history=history)
        signposted(response, *of_resource(here.release.config, iri, alternates.items()))
    if history:
        response.headers.add("Link", f'<{history.all}>; rel="version-history"')
    return response


def _data(found: Description, fmt: Format, alternates: Mapping[Format, str]) -> Response:
    quads = found.quads()
    if fmt is JSON_LD:
        # A reader of JSON-LD looks for the thing, not for graphs that name it.
        quads = tuple(Quad(q.subject, q.predicate, q.object) for q in quads)
    body = serialize(quads, fmt, published().release.manifest.prefixes)
    return representation(body, fmt, alternates=alternates)


def _asked() -> Asked:
    page_number = request.args.get("page", "1")
    number = int(page_number) if page_number.isdecimal() and len(page_number) < 10 else 1  # noqa: PLR2004
    return Asked(request.args.get("incoming"), number)


def _parted(path: str) -> tuple[str, Format | None]:
    stem, dot, extension = path.rpartition(".")
    fmt = next((fmt for fmt in OFFERED if dot and fmt.extension == extension.lower()), None)
    return (stem, fmt) if stem else (path, None)


def _offers(path: str) -> dict[Format, str]:
    return {fmt: url_for(".doc", path=f"{path}.{fmt.extension}") for fmt in OFFERED}
