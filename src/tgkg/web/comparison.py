"""What changed from one release to another: as page, JSON, RDF, and as a patch."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from hashlib import sha256
from typing import Any, Final

from flask import Blueprint, Response, redirect, request

from tgkg.changes import lines_of, understood
from tgkg.chronicle import Changed
from tgkg.errors import BadRequestError, NotAcceptableError
from tgkg.formats import HTML, JSON, JSON_LD, N_QUADS, RDF_PATCH, TRIG, Format
from tgkg.iris import is_iri
from tgkg.serialization import serialize
from tgkg.web.comparing import Comparison
from tgkg.web.comparison_page import comparison_page
from tgkg.web.comparison_rdf import PREFIXES, comparison_quads
from tgkg.web.current import published
from tgkg.web.past import comparison_path, past
from tgkg.web.responses import header_links, representation, wanted
from tgkg.web.site import page

blueprint: Final = Blueprint("comparison", __name__)

MOST_AS_RDF: Final = 100_000
"""Statements that are put in order in memory; more come as a patch or as JSON, line by line."""

_IN_GRAPHS: Final = (TRIG, N_QUADS, JSON_LD)
_OFFERED: Final = (HTML, JSON, *_IN_GRAPHS, RDF_PATCH)
_FOUND: Final = 302
_A_DAY: Final = "public, max-age=86400"
"""Two releases never change, nor does what lies between them."""


@blueprint.get("/releases/<before>...<after>")
def comparison(before: str, after: str) -> Response:
    """Tell what makes one release of another; with `iri=`, about one resource."""
    held = past()
    full = held.named(before), held.named(after)
    if full != (before, after):
        address = comparison_path(*full, **request.args.to_dict())
        return redirect(address, _FOUND, Response=Response)  # type: ignore[return-value]
    iri = request.args.get("iri", "").strip() or None
    if iri and not is_iri(iri):
        raise BadRequestError(f"This is not an absolute IRI: {iri[:200]}")
    fmt = wanted(_OFFERED)
    it = Comparison.of(held, *full)
    alternates = {each: comparison_path(*full, iri=iri, format=each.name) for each in _OFFERED}
    if fmt is HTML:
        shown = comparison_page(it, published(), iri, request.args.get("beyond", ""))
        return page("comparison.html", alternates, page=shown, iri=iri)
    found = [it.changed_of(f"<{iri}>")] if iri else None
    if fmt in _IN_GRAPHS:
        changed = found if found is not None else _few(it)
        response = representation(
            serialize(comparison_quads(it, changed), fmt, PREFIXES), fmt, alternates=alternates
        )
    else:
        changes = found if found is not None else it.changed()
        lines = _as_json(it, changes) if fmt is JSON else _as_patch(changes)
        response = _streamed(lines, fmt, header_links(fmt, alternates), (*full, iri or ""))
    response.headers["Cache-Control"] = _A_DAY
    if fmt is RDF_PATCH:
        name = f"{full[0][:12]}-{full[1][:12]}.{fmt.extension}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _few(it: Comparison) -> list[Changed]:
    """Return what changed where that fits in memory.

    Raises:
        NotAcceptableError: there is more.
    """
    found, count = [], 0
    for each in it.changed():
        found.append(each)
        count += len(each.changes)
        if count > MOST_AS_RDF:
            raise NotAcceptableError(
                f"More than {MOST_AS_RDF:,} statements changed: ask for the patch, or for JSON.",
                (RDF_PATCH.media_type, JSON.media_type),
            )
    return found


def _as_patch(changed: Iterable[Changed]) -> Iterator[bytes]:
    for each in changed:
        yield b"".join(lines_of(each.changes))


def _as_json(it: Comparison, changed: Iterable[Changed]) -> Iterator[bytes]:
    """Write the changes one resource after the other, never all of them at once."""
    head: dict[str, Any] = {
        name: {"id": each.id, "version": each.version, "created": each.created}
        for name, each in (("before", it.before), ("after", it.after))
    }
    totals = it.totals()
    head["totals"] = totals and asdict(totals)
    yield json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}").encode()
    yield b',\n  "resources": ['
    joint = "\n"
    for each in changed:
        yield f"{joint}    {json.dumps(_resource(each), ensure_ascii=False)}".encode()
        joint = ",\n"
    yield b"\n  ]\n}\n"


def _resource(changed: Changed) -> dict[str, Any]:
    """Return the changes of a resource as JSON values; statements are lines of N-Quads."""
    told = understood(changed.changes)
    return {
        "resource": changed.subject,
        "removed": [f"{edit.quad} ." for edit in told if not edit.is_added],
        "added": [f"{edit.quad} ." for edit in told if edit.is_added],
    }


def _streamed(
    body: Iterator[bytes], fmt: Format, links: Iterable[str], identity: tuple[str, ...]
) -> Response:
    """Send a body as it is made; what it stands for never changes, so its tag needs no reading."""
    response = Response(body)
    response.headers["Content-Type"] = fmt.content_type
    response.vary.add("Accept")
    for link in links:
        response.headers.add("Link", link)
    told = "\n".join((fmt.name, published().release.manifest.software, *identity))
    response.set_etag(sha256(told.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response
