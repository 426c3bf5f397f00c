"""Links for machines that come to a page: what to cite, what describes it, what belongs to it.

Follows the FAIR Signposting Profile (https://signposting.org/FAIR/) and RFC 8288; the same as a
document follows RFC 9264.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, request, url_for
from werkzeug.urls import iri_to_uri

from tgkg.catalog.dumps import media_type_of, path_of
from tgkg.config import Config
from tgkg.formats import HTML, JSON_LD, LINKSET, TURTLE, Format
from tgkg.iris import SCHEMA, UNNAMED_BASE
from tgkg.manifest import Dump, Manifest
from tgkg.web.addresses import public_address
from tgkg.web.current import published
from tgkg.web.responses import representation, wanted

blueprint: Final = Blueprint("signposting", __name__)


@dataclass(frozen=True, slots=True)
class Signpost:
    """A link to what stands in a relation to a page."""

    relation: str
    address: str
    """Path-absolute within the site, absolute elsewhere."""
    media_type: str | None = None

    def header(self) -> str:
        """Return it as the Link header has it (RFC 8288, section 3)."""
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{iri_to_uri(self.address)}>; rel="{self.relation}"{kind}'


@blueprint.get("/linkset")
def linkset() -> Response:
    """Return the links of home page, dumps and descriptions in one document (RFC 9264)."""
    fmt = wanted((LINKSET,))
    manifest = published().release.manifest
    items = tuple(map(_item, manifest.dumps))
    contexts = [_context(url_for("pages.home"), (*_of_whole(manifest.config), *items))]
    contexts += [_context(each.address, of_item(manifest.config)) for each in items]
    contexts += [_context(each.address, (describes_home(),)) for each in _descriptions()]
    return representation(json.dumps({"linkset": contexts}, indent=1), fmt)


def signposted(response: Response, *signposts: Signpost) -> Response:
    """Return the response with links in its header."""
    for each in signposts:
        response.headers.add("Link", each.header())
    return response


def of_home(manifest: Manifest) -> tuple[Signpost, ...]:
    """Return where the home page leads; compressed dumps and parts stand in the linkset alone."""
    plain = (dump for dump in manifest.dumps if dump.compression is None and dump.graph is None)
    all_links = Signpost("linkset", url_for("signposting.linkset"), LINKSET.media_type)
    return (*_of_whole(manifest.config), *map(_item, plain), all_links)


def of_item(config: Config) -> tuple[Signpost, ...]:
    """Return where a dump leads: to what it is part of, and its licence."""
    return (Signpost("collection", url_for("pages.home"), HTML.media_type), *_rights(config))


def of_resource(config: Config, iri: str, data: Iterable[tuple[Format, str]]) -> Iterator[Signpost]:
    """Yield where the page about a thing leads: to its name and its data."""
    if config.base != UNNAMED_BASE and iri.startswith(config.base):
        yield Signpost("cite-as", iri)
    yield Signpost("type", SCHEMA + "AboutPage")
    yield from of_item(config)
    for fmt, address in data:
        if fmt in (TURTLE, JSON_LD):
            yield Signpost("describedby", address, fmt.media_type)


def describes_home() -> Signpost:
    """Return what a description of the whole graph is about."""
    return Signpost("describes", url_for("pages.home"), HTML.media_type)


def _of_whole(config: Config) -> tuple[Signpost, ...]:
    return (
        *([Signpost("cite-as", config.base)] if config.base != UNNAMED_BASE else []),
        Signpost("type", SCHEMA + "AboutPage"),
        Signpost("type", SCHEMA + "Dataset"),
        *_rights(config),
        *_descriptions(),
    )


def _rights(config: Config) -> Iterator[Signpost]:
    creator = config.creator or config.publisher
    if config.licence:
        yield Signpost("license", config.licence)
    if creator and (address := creator.iri or creator.url):
        yield Signpost("author", address)


def _descriptions() -> Iterator[Signpost]:
    for endpoint in ("catalog.catalog", "void.void"):
        for fmt in (TURTLE, JSON_LD):
            address = url_for(endpoint, format=fmt.extension)
            yield Signpost("describedby", address, fmt.media_type)


def _item(dump: Dump) -> Signpost:
    return Signpost("item", f"{request.script_root}/{path_of(dump)}", media_type_of(dump))


def _context(anchor: str, signposts: Iterable[Signpost]) -> dict[str, Any]:
    """Return a link context object, with absolute addresses (RFC 9264, section 4.2)."""
    relations: dict[str, list[dict[str, str]]] = defaultdict(list)
    for each in signposts:
        kind = {"type": each.media_type} if each.media_type else {}
        relations[each.relation].append({"href": _absolute(each.address), **kind})
    return {"anchor": _absolute(anchor), **relations}


def _absolute(address: str) -> str:
    return public_address(address) if address.startswith("/") else iri_to_uri(address)
