"""How to cite a page or an answer: its release by name, and a link that says the same for good."""

from datetime import date
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from flask import Blueprint, Response, request, url_for

from tgkg.errors import BadRequestError
from tgkg.formats import BIBTEX, CSL_JSON, HTML, TEXT
from tgkg.iris import is_iri
from tgkg.web.addresses import public_address
from tgkg.web.citation import Citation
from tgkg.web.current import published
from tgkg.web.declared import pages_of
from tgkg.web.labels import labels_of
from tgkg.web.links import candidates
from tgkg.web.past import release_path
from tgkg.web.responses import representation, wanted
from tgkg.web.site import page, reader, shower

blueprint: Final = Blueprint("cite", __name__)

_OFFERED: Final = (HTML, BIBTEX, CSL_JSON, TEXT)
_SAFE: Final = "/:@!$&'()*+,;=-._~%?"
_LONGEST: Final = 20_000


@blueprint.get("/cite")
def cite() -> Response:
    """Tell how to cite the page at `path=`, or the whole release."""
    path = request.args.get("path", "")
    if path and (not path.startswith("/") or path.startswith("//") or len(path) > _LONGEST):
        raise BadRequestError("Say which page by its path on this site, as in /cite?path=/def.")
    fmt = wanted(_OFFERED)
    alternates = {each: url_for(".cite", path=path or None, format=each.name) for each in _OFFERED}
    it = _citation(path)
    if fmt is HTML:
        return page("cite.html", alternates, it=it, path=path)
    body = {BIBTEX: it.bibtex, CSL_JSON: it.csl, TEXT: it.text}[fmt]()
    language = reader().t.language
    return representation(
        body, fmt, alternates=alternates, language=language, vary=("Accept", "Accept-Language")
    )


def _citation(path: str) -> Citation:
    release = published().release
    config, manifest, show = release.config, release.manifest, shower()
    title = show.text(config.title)
    publisher = config.publisher and show.text(config.publisher.name)
    return Citation(
        name=config.name,
        title=title.text if title else config.name,
        page=_page_title(path),
        publisher=publisher.text if publisher else None,
        version=manifest.version or release.id[:12],
        release=release.id,
        day=date.fromisoformat(manifest.created[:10]),
        licence=config.licence,
        url=public_address(release_path(release.id, quote(path, safe=_SAFE))),
    )


def _page_title(path: str) -> str | None:
    """Return what a page is about: the name of its resource, or what part of the site it is."""
    parts = urlsplit(path)
    if not path or path == "/":
        return None
    query = dict(parse_qsl(parts.query))
    names = published().release.config.names
    if parts.path.startswith("/doc/"):
        iris = candidates(names, unquote(parts.path.removeprefix("/doc/")))
    else:
        iris = tuple(iri for iri in [query.get("iri", "")] if is_iri(iri))
    if iris:
        labels = labels_of(published().engine, iris)
        named = next((iri for iri in iris if iri in labels.described), iris[0])
        return shower(labels).heading(named).text
    if parts.path == "/sparql" and "query" in query:
        return reader().t("cite.query")
    own = pages_of(published().release).get(parts.path.removeprefix("/"))
    title = shower().text(own.title) if own else None
    return title.text if title else unquote(parts.path)
