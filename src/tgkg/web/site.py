"""What every page has around it: who reads it, the site's name, its parts, its languages."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from flask import Response, g, render_template, request, url_for
from pyoxigraph import NamedNode

from tgkg.config import Config
from tgkg.errors import NoReleaseError
from tgkg.formats import HTML, Format
from tgkg.release import Release
from tgkg.web import news
from tgkg.web.addresses import public_address
from tgkg.web.current import pending, published, visit
from tgkg.web.declared import pages_of
from tgkg.web.frame import Part, Past, Site, Tongue
from tgkg.web.labels import Labels, labels_of
from tgkg.web.languages import Reader, reader_for
from tgkg.web.links import Link, Links
from tgkg.web.memento import RELEASES
from tgkg.web.past import release_path, site_path
from tgkg.web.query_page import EXAMPLES, compact, iris_in
from tgkg.web.release_link import cited
from tgkg.web.responses import representation
from tgkg.web.showing import Shower, Shown
from tgkg.web.themes import look
from tgkg.web.wording import INTERFACE, wording

PARTS: Final = (
    ("nav.home", "pages.home"),
    ("nav.browse", "browsing.classes"),
    ("nav.ontology", "pages.ontology"),
    ("nav.sources", "graphs.graphs"),
    ("nav.questions", "questions.questions"),
    ("nav.query", "sparql.sparql"),
    ("nav.downloads", "dumps.dumps"),
    ("nav.releases", "releases.releases"),
)
"""The parts of the site: the key of each one's name, and its endpoint."""

SPECIAL: Final = "special.page"
"""The endpoint of the project's own pages."""

VARY: Final = ("Accept", "Accept-Language")


def reader() -> Reader:
    """Return for whom this request's page is written."""
    if "reader" not in g:
        try:
            languages = published().release.config.languages
        except NoReleaseError:
            languages = INTERFACE
        header = request.headers.get("Accept-Language")
        g.reader = reader_for(request.args.get("lang"), header, languages)
    return cast("Reader", g.reader)


def shower(labels: Labels | None = None) -> Shower:
    """Return what shows terms on this request's page."""
    release, who = published().release, reader()
    found = labels or Labels()
    lang = who.language if who.chosen else None
    return Shower(who, Links(release.config.names, found.described, lang), found)


def shower_for(iris: Iterable[str]) -> Shower:
    """Return what shows terms, with the names of these things looked up."""
    here = published()
    counts = here.release.manifest.counts
    known = {*counts.graphs, *counts.classes, *counts.properties}
    return shower(labels_of(here.engine, iris, known))


def page(
    template: str, alternates: Mapping[Format, str] | None = None, **values: object
) -> Response:
    """Return a page; `alternates` are the addresses of its data."""
    body = render_template(template, alternates=alternates or {}, **values)
    language = reader().t.language
    return representation(body, HTML, alternates=alternates or {}, language=language, vary=VARY)


def context() -> dict[str, Any]:
    """Return what every template may use."""
    who = reader()
    try:
        site = _site(published().release.config, who)
    except NoReleaseError:
        site = Site(who.t, Shown(who.t("site.untitled")))
    return {
        "site": site,
        "t": who.t,
        "address": address,
        "in_tongue": who.keeping,
        "cited": cited,
        "release_path": release_path,
        "site_path": site_path,
        "lang": who.language if who.chosen else None,
        "shower_for": shower_for,
        "iris_in": iris_in,
        "compact": _compact,
        "examples": EXAMPLES,
        "public_address": public_address,
        "shown": news.shown() if news.is_asked_for() else None,
    }


def _compact(iri: str) -> str:
    return compact(iri, published().release.manifest.prefixes)


def address(endpoint: str, **values: str) -> str:
    """Return the address of a part of the site, in the language that the reader chose."""
    who = reader()
    if who.chosen:
        values["lang"] = who.language
    return url_for(endpoint, **values)  # type: ignore[arg-type]


def in_language(response: Response) -> Response:
    """Say of every page which language it is in, and that it depends on the reader's."""
    if response.mimetype == HTML.media_type and "Content-Language" not in response.headers:
        response.content_language.add(reader().t.language)
        response.vary.add("Accept-Language")
    return response


def _site(config: Config, who: Reader) -> Site:
    release, show = published().release, shower()
    return Site(
        t=who.t,
        title=show.text(config.title) or Shown(config.name, lang=""),
        parts=tuple(_parts(show)),
        topics=tuple(_topics(show)),
        theme=look(),
        tongues=tuple(_tongue(tag, who) for tag in config.languages),
        pending=pending(),
        strays=published().engines.strays(),
        release=release.id,
        created=release.manifest.created,
        licence=show.term(NamedNode(config.licence)) if config.licence else None,
        publisher=_publisher(config, show),
        validated=release.report().validated,
        allowed=release.manifest.allowed,
        outlined=release.manifest.outline is not None,
        past=_past(release, who),
    )


def _past(release: Release, who: Reader) -> Past | None:
    asked = visit()
    if asked is None:
        return None
    lang = f"?lang={who.language}" if who.chosen else ""
    return Past(
        version=release.manifest.version or release.id[:12],
        now=asked.root + asked.path,
        canonical=(asked.now.release.config.public_url or asked.root) + asked.path,
        releases=asked.root + RELEASES + lang,
        is_current=asked.now.release.id == release.id,
    )


def _parts(show: Shower) -> list[Part]:
    return [
        Part(show.reader.t(key), show.links.url(endpoint), request.endpoint == endpoint)
        for key, endpoint in PARTS
    ]


def _topics(show: Shower) -> Iterable[Part]:
    """Yield the project's own pages that have a place in the menu."""
    listed = [page for page in pages_of(published().release).values() if page.menu is not None]
    here = (request.view_args or {}).get("slug") if request.endpoint == SPECIAL else None
    for page in sorted(listed, key=lambda page: (page.menu or 0, page.slug)):
        name = show.text(page.name) or Shown(page.slug)
        yield Part(name.text, show.links.url(SPECIAL, slug=page.slug), here == page.slug)


def _tongue(tag: str, who: Reader) -> Tongue:
    """Keep the address but for its language; a POST has no address of its own."""
    name = wording(tag)("language") if tag in INTERFACE else tag
    args = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    is_address = request.endpoint is not None and request.method in ("GET", "HEAD")
    path = request.script_root + quote(request.path) if is_address else url_for("pages.home")
    query = urlencode([*(args if is_address else []), ("lang", tag)])
    return Tongue(tag, name, f"{path}?{query}", tag == who.language)


def _publisher(config: Config, show: Shower) -> Shown | None:
    publisher = config.publisher
    if publisher is None:
        return None
    named = show.text(publisher.name) or Shown(publisher.url or "", lang="")
    address = publisher.url or publisher.iri
    link = show.links.to(address) if address else Link(None)
    return Shown(named.text, named.lang, link.href, link.external)
