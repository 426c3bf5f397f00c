"""The releases of the site: the list of them, and each of them in short."""

import json
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, request

from tgkg.chronicle import Entry
from tgkg.errors import BadRequestError
from tgkg.formats import HTML, JSON, RDF_FORMATS
from tgkg.iris import is_iri
from tgkg.manifest import Manifest
from tgkg.serialization import serialize
from tgkg.web.feed import feed
from tgkg.web.past import Past, comparison_path, past, release_path, site_path
from tgkg.web.release_page import in_words, release_json, release_page
from tgkg.web.release_rdf import PREFIXES, release_quads
from tgkg.web.resource_page import Pager
from tgkg.web.responses import representation, wanted
from tgkg.web.site import page, shower_for

blueprint: Final = Blueprint("releases", __name__)

PAGE: Final = 25
"""How many releases a page lists."""

_OFFERED: Final = (HTML, JSON, *RDF_FORMATS)
_FOUND: Final = 302


@dataclass(frozen=True, slots=True)
class Line:
    """A release in a list of them."""

    entry: Entry
    href: str
    is_current: bool
    manifest: Manifest | None
    """None where it is no longer kept."""
    added: int
    removed: int
    before: str | None
    """The id of the release that it changed; None where none was before it."""
    changes: str | None
    """Where that is told one by one."""

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        manifest, entry = self.manifest, self.entry
        return {
            "id": entry.id,
            "version": entry.version,
            "created": entry.created,
            "href": self.href,
            "current": self.is_current,
            "kept": manifest is not None,
            "triples": manifest and manifest.counts.triples,
            "quads": manifest and manifest.counts.quads,
            "allowed": manifest and manifest.allowed,
            "before": self.before,
            "added": self.added,
            "removed": self.removed,
            "changes": self.changes,
        }


@blueprint.get("/releases/")
def releases() -> Response:
    """List the releases, the newest first; with `iri=`, those that changed a resource."""
    held, iri = past(), request.args.get("iri", "").strip() or None
    if iri and not is_iri(iri):
        raise BadRequestError(f"This is not an absolute IRI: {iri[:200]}")
    found = _changing(held, iri) if iri else [(e, e.added, e.removed) for e in held.entries]
    last = max(1, -(-len(found) // PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    lines = [_line(held, *each, iri) for each in found[(number - 1) * PAGE : number * PAGE]]
    fmt = wanted(_OFFERED)
    here = number if number > 1 else None
    alternates = {each: _path(iri, here, each.extension) for each in _OFFERED}
    links = {name: _path(iri, number + way) for name, way in (("prev", -1), ("next", 1))
             if 1 <= number + way <= last}  # fmt: skip
    if fmt is HTML:
        pager = Pager(number, last, links.get("prev"), links.get("next")) if last > 1 else None
        about = shower_for([iri]).thing(iri) if iri else None
        return page("releases.html", alternates, lines=lines, pager=pager, about=about)
    if fmt is JSON:
        listed = {"iri": iri, "page": number, "pages": last, "next": links.get("next"),
                  "releases": [line.as_json() for line in lines]}  # fmt: skip
        body: str | bytes = json.dumps(listed, ensure_ascii=False, indent=2)
    else:
        body = serialize(release_quads(held, [line.entry for line in lines]), fmt, PREFIXES)
    return representation(body, fmt, alternates=alternates, links=links)


@blueprint.get("/releases/feed.atom")
def atom() -> Response:
    """Return the releases as an Atom feed."""
    return feed(past())


@blueprint.get("/releases/<name>")
def one(name: str) -> Response:
    """Show what a release is; a name other than its full id leads to that."""
    held = past()
    full = held.named(name)
    if full != name:
        query = request.query_string.decode("ascii", "replace")
        address = release_path(full) + (f"?{query}" if query else "")
        return redirect(address, _FOUND, Response=Response)  # type: ignore[return-value]
    release, entry = held.kept(full), held.entry(full)
    fmt = wanted(_OFFERED)
    alternates = {each: site_path(".one", name=full, format=each.extension) for each in _OFFERED}
    shown = release_page(held, entry, release)
    if fmt is HTML:
        graphs = [each.graph.strip("<>") for each in shown.tallies]
        said = in_words(held, entry, shower_for(graphs))
        return page("release.html", alternates, page=shown, said=said)
    if fmt is JSON:
        body: str | bytes = json.dumps(release_json(shown), ensure_ascii=False, indent=2)
    else:
        body = serialize(release_quads(held, [entry]), fmt, PREFIXES)
    links = {"collection": site_path(".releases")}
    return representation(body, fmt, alternates=alternates, links=links)


def _changing(held: Past, iri: str) -> list[tuple[Entry, int, int]]:
    return [(each.entry, each.added, each.removed) for each in held.chronicle.touches(iri)]


def _line(held: Past, entry: Entry, added: int, removed: int, iri: str | None) -> Line:
    release, parent = held.opened(entry.id), held.chronicle.parent(entry)
    return Line(
        entry=entry,
        href=release_path(entry.id),
        is_current=entry.id == held.current,
        manifest=release.manifest if release else None,
        added=added,
        removed=removed,
        before=parent.id if parent else None,
        changes=comparison_path(parent.id, entry.id, iri=iri) if parent else None,
    )


def _path(iri: str | None, number: int | None, form: str | None = None) -> str:
    return site_path(".releases", iri=iri, page=number, format=form)
