"""What crawlers are told: which pages there are, and what to keep off."""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request, url_for

from tgkg.catalog.subjects import parts_of, subjects_in
from tgkg.errors import NotFoundError
from tgkg.formats import SITEMAP, TEXT
from tgkg.release import Release
from tgkg.web.addresses import public_address
from tgkg.web.current import published
from tgkg.web.links import Links
from tgkg.web.responses import representation
from tgkg.web.site import PARTS

blueprint: Final = Blueprint("sitemap", __name__)

_MORE_PAGES: Final = ("catalog.catalog", "pages.validation", "conformance.conformance")
_KEEP_OFF: Final = (
    "/sparql?query=", "/graphs?graph=", "/graphs?default", "/dumps/", "/timemap", "/releases/*/",
    "/releases/*...",
)  # fmt: skip
"""What costs much and shows nothing new: queries, copies of what was, whole graphs as files."""
_GRAPHS: Final = 1000
"""How many graphs have their pages in the list although nothing is said about them."""
_BUT: Final = ("/dumps/$",)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML: Final = "http://www.w3.org/1999/xhtml"


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what to leave alone, and where the list of pages is (RFC 9309)."""
    root = request.script_root
    lines = ["User-agent: *"]
    lines += [f"Allow: {root}{path}" for path in _BUT]
    lines += [f"Disallow: {root}{path}" for path in _KEEP_OFF]
    lines += ["", f"Sitemap: {public_address(url_for('.sitemap'))}", ""]
    return representation("\n".join(lines), TEXT, vary=())


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Return the list of pages, or of its parts where it is long (https://www.sitemaps.org)."""
    release = published().release
    parts = _parts(release)
    if len(parts) > 1:
        addresses = [url_for(".part", number=number) for number in range(1, len(parts) + 1)]
        return _sent(_index(addresses, release.manifest.created))
    return _sent(_urls(_pages(release, 1), release))


@blueprint.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """Return a part of a long list."""
    release = published().release
    if not 1 <= number <= len(_parts(release)):
        raise NotFoundError(f"There is no such part; {url_for('.sitemap')} lists those there are.")
    return _sent(_urls(_pages(release, number), release))


def _sent(lines: Iterable[str]) -> Response:
    return representation(_HEAD + "".join(lines), SITEMAP, vary=())


def _parts(release: Release) -> range:
    """Return the parts of the data that each have a sitemap: one at least."""
    return parts_of(release.data)


def _pages(release: Release, number: int) -> Iterator[str]:
    """Yield the path of each page in a part; in the first also those that every site has."""
    links = Links(release.config.names)
    graphs = sorted(release.manifest.counts.graphs)[:_GRAPHS]
    if number == 1:
        yield from map(url_for, (*(endpoint for _, endpoint in PARTS), *_MORE_PAGES))
        yield from (links.page(iri) for iri in graphs if not links.names.is_term(iri))
    listed = set(graphs)
    for iri in subjects_in(release.data, _parts(release)[number - 1]):
        if iri not in listed and not links.names.is_term(iri):  # all terms are on one page
            yield links.page(iri)


def _index(addresses: Iterable[str], created: str) -> Iterator[str]:
    yield f'<sitemapindex xmlns="{_SITEMAPS}">\n'
    for address in addresses:
        where = escape(public_address(address))
        yield f"<sitemap><loc>{where}</loc><lastmod>{created}</lastmod></sitemap>\n"
    yield "</sitemapindex>\n"


def _urls(pages: Iterable[str], release: Release) -> Iterator[str]:
    languages, created = release.config.languages, release.manifest.created
    yield f'<urlset xmlns="{_SITEMAPS}" xmlns:xhtml="{_XHTML}">\n'
    for path in pages:
        address = public_address(path)
        yield f"<url><loc>{escape(address)}</loc><lastmod>{created}</lastmod>"
        if len(languages) > 1:
            yield from _alternates(address, languages)
        yield "</url>\n"
    yield "</urlset>\n"


def _alternates(address: str, languages: Iterable[str]) -> Iterator[str]:
    """Yield the page as each reader gets it by default, and in each language."""
    joint = "&" if "?" in address else "?"
    versions = [(tag, f"{address}{joint}lang={tag}") for tag in languages]
    for tag, version in (("x-default", address), *versions):
        yield f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(version)}/>'
