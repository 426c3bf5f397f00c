"""The search of the site: what people type, and the things that they may mean."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from tgkg.errors import BadRequestError, NotFoundError
from tgkg.formats import HTML, JSON
from tgkg.search import Hit, search
from tgkg.search_index import SEARCH_INDEX
from tgkg.web.current import published
from tgkg.web.responses import representation, wanted
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import VARY, address, page, reader, shower_for

blueprint: Final = Blueprint("searching", __name__)

MOST: Final = 100
"""How many things one search finds."""
_USUAL: Final = 50
_LONGEST: Final = 200
"""Characters of a text to search for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was found, as a page shows it."""

    name: Shown
    iri: str
    matched: str
    """The text that was found, where it is not the name."""
    kind: Shown | None
    is_guess: bool
    """Whether a typo was forgiven."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    kind: Shown | None
    found: tuple[Found, ...]


@blueprint.get("/search")
def results() -> Response:
    """Return what `?q=` finds: a page, or JSON for programs and for suggestions.

    `limit=` is how many things at most.
    """
    offered = (HTML, JSON)
    fmt, text = wanted(offered), request.args.get("q", "").strip()[:_LONGEST]
    has_index = (published().release.folder / SEARCH_INDEX).is_file()
    if fmt is JSON and not has_index:
        raise NotFoundError("This site has no index to search in: its graph lies elsewhere.")
    hits = _hits(text, _limit()) if has_index else []
    show = shower_for([each for hit in hits for each in (hit.iri, hit.kind) if each])
    found = [_found(hit, show) for hit in hits]
    alternates = {each: address(".results", q=text, format=each.extension) for each in offered}
    if fmt is JSON:
        values = {"query": text, "results": [_as_json(each) for each in found]}
        body = json.dumps(values, ensure_ascii=False)
        return representation(body, JSON, alternates=alternates, vary=VARY)
    return page(
        "search.html",
        alternates,
        text=text,
        groups=_groups(found),
        has_index=has_index,
        is_cut=len(hits) == _limit(),
        is_guess=bool(found) and all(each.is_guess for each in found),
    )


def _limit() -> int:
    asked = request.args.get("limit")
    if asked is None:
        return _USUAL
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked) <= MOST):
        raise BadRequestError(f"limit is a number from 1 to {MOST}.")
    return int(asked)


def _hits(text: str, limit: int) -> list[Hit]:
    file = published().release.folder / SEARCH_INDEX
    return search(file, text, reader().languages, limit)


def _found(hit: Hit, show: Shower) -> Found:
    return Found(
        name=show.thing(hit.iri),
        iri=hit.iri,
        matched=hit.matched,
        kind=show.thing(hit.kind) if hit.kind else None,
        is_guess=hit.is_guess,
    )


def _groups(found: Iterable[Found]) -> tuple[Group, ...]:
    """Put together what is of one kind; the kind of the best comes first."""
    by_kind: dict[str | None, list[Found]] = {}
    for each in found:
        by_kind.setdefault(each.kind.iri if each.kind else None, []).append(each)
    return tuple(Group(group[0].kind, tuple(group)) for group in by_kind.values())


def _as_json(found: Found) -> dict[str, object]:
    return {
        "iri": found.iri,
        "label": found.name.text,
        "href": found.name.href,
        "kind": found.kind and {"iri": found.kind.iri, "label": found.kind.text},
        "matched": found.matched or None,
        "guess": found.is_guess,
    }
