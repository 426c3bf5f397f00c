"""Names that the graph no longer describes: what replaced them, or which release had them last."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from flask import Response, redirect, request, url_for
from pyoxigraph import NamedNode, Quad

from tgkg.chronicle import Entry
from tgkg.errors import GoneError, LastRelease
from tgkg.formats import Format
from tgkg.history import short
from tgkg.iris import DCTERMS, DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, OWL, RDF, is_web_address
from tgkg.lookup import statements_about
from tgkg.web.asking import quad, rows
from tgkg.web.current import published
from tgkg.web.existence import existing
from tgkg.web.links import candidates
from tgkg.web.past import Past, past, release_path

REPLACED_BY: Final = DCTERMS + "isReplacedBy"

_OF_A_SIGN: Final = frozenset(
    {REPLACED_BY, RDF + "type", OWL + "deprecated", *LABEL_PROPERTIES, *DESCRIPTION_PROPERTIES}
)
_FARTHEST: Final = 10
"""How many replacements of replacements are followed."""
_MOVED: Final = 301
_STATED: Final = "SELECT ?this ?g ?p ?o { GRAPH ?g { ?this ?p ?o } } LIMIT 100"


def successor(statements: Iterable[Quad]) -> str | None:
    """Return what replaced a thing of which the graph says nothing else any more.

    Such a thing is a sign that somebody left at an old name: what it was called, what it was, and
    `dcterms:isReplacedBy`. One of which more is said keeps its page: a law that another replaced
    is still a law. So does one that several things replaced.
    """
    said = tuple(statements)
    if not all(each.predicate.value in _OF_A_SIGN for each in said):
        return None
    found = {each.object for each in said if each.predicate.value == REPLACED_BY}
    only = found.pop() if len(found) == 1 else None
    return only.value if isinstance(only, NamedNode) else None


def moved(iri: str, statements: Iterable[Quad], fmt: Format | None) -> Response | None:
    """Return the redirect to what replaced a thing; None where nothing did.

    A replacement that was replaced in turn leads on, to the last; a circle leads nowhere.
    """
    seen, at = [iri], successor(statements)
    while at is not None and at not in seen and len(seen) <= _FARTHEST:
        seen.append(at)
        at = successor(_stated(at))
    if at is not None or len(seen) == 1:
        return None
    address = _address(seen[-1], fmt)
    return redirect(address, _MOVED, Response=Response) if address else None  # type: ignore[return-value]


def gone(iris: Iterable[str], fmt: Format | None) -> Response | None:
    """Return the redirect to what replaced the first of these names that a release described.

    None where no release did, as far as is known.

    Raises:
        GoneError: one did, and nothing replaced it.
    """
    held = past()
    for iri in iris:
        last = last_with(held, iri)
        if last is None:
            continue
        release = held.opened(last.id)
        said = statements_about(release, [f"<{iri}>"]) if release else ()
        if response := moved(iri, said, fmt):
            return response
        raise _gone(last, is_kept=release is not None)
    return None


def last_with(held: Past, iri: str) -> Entry | None:
    """Return the last release that had a name which this one has not; None where none had it.

    For the current release that is any other: whoever goes back to an older release takes away
    what came since. For an older one, only those before it count.
    """
    chronicle, here = held.chronicle, published().release.id
    own = chronicle.entry(here)
    if own is None:
        return None
    others = (
        chronicle.entries
        if here == held.current
        else {each.number: each for each in chronicle.lineage(own)}
    )
    described = {number for number, has in chronicle.holding(iri).items() if has}
    for found in (described, chronicle.mentioning(iri)):
        if numbers := (found & others.keys()) - {own.number}:
            return others[max(numbers)]
    return None


def _gone(last: Entry, *, is_kept: bool) -> GoneError:
    named = f"release {last.version} ({short(last.id)}, {last.created[:10]})"
    known = LastRelease(last.id, last.version, last.created, _there(last) if is_kept else None)
    where = "where it still can be read" if is_kept else "which is no longer kept here"
    return GoneError(f"The graph says nothing about this any more. The last to do so was {named}, "
                     f"{where}.", known)  # fmt: skip


def _there(last: Entry) -> str:
    """Return where the same address is in that release."""
    path = url_for(
        request.endpoint or "pages.home", **{**(request.view_args or {}), **request.args}
    )
    return release_path(last.id, path.removeprefix(request.script_root))


def _stated(iri: str) -> tuple[Quad, ...]:
    found = rows(published().engine, _STATED, this=NamedNode(iri))
    return tuple(quad(row, "this") for row in found)


def _address(iri: str, fmt: Format | None) -> str | None:
    """Return where a replacement is, in the format that the address asked for; None if nowhere."""
    here = published()
    if iri not in existing(here, [iri]) and last_with(past(), iri) is None:
        is_ours = iri.startswith(here.release.config.base)
        return iri if is_web_address(iri) and not is_ours else None
    names, query = here.release.config.names, request.args.to_dict()
    query.pop("iri", None)
    path = names.thing_path(iri)
    if path is not None and candidates(names, unquote(path))[:1] == (iri,):
        suffix = f".{fmt.extension}" if fmt else ""
        return url_for("resources.doc", path=unquote(path) + suffix, **query)  # type: ignore[arg-type]
    if fmt:
        query["format"] = fmt.extension
    return url_for("resources.resource", iri=iri, **query)  # type: ignore[arg-type]
