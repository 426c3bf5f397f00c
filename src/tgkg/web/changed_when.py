"""The history of a resource: which releases changed it, and since when it is there."""

from dataclasses import dataclass
from typing import Final

from tgkg.chronicle import Entry, Touch
from tgkg.web.current import published
from tgkg.web.past import Past, comparison_path, past, release_path, site_path

SHOWN: Final = 5
"""How many changes a resource's page shows, the newest."""


@dataclass(frozen=True, slots=True)
class ShownTouch:
    """A release that changed the resource."""

    touch: Touch
    href: str | None
    """Where the release is; None where it is no longer kept."""
    comparison: str
    """What it changed about the resource."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a resource's past, as of the release that is shown."""

    touches: tuple[ShownTouch, ...]
    total: int
    since: Entry | None
    """The first release that has it, as far as is known."""
    since_href: str | None
    is_first: bool
    """Whether nothing is known of before that release."""
    untold: int
    """How many releases changed too much to tell of it."""
    all: str
    """Where all of it is."""


def history_of(iri: str) -> History | None:
    """Return the history of a resource that this release describes; None where none is kept."""
    held = past()
    own = held.chronicle.entry(published().release.id)
    if own is None:
        return None
    lineage = held.chronicle.lineage(own)
    numbers = {entry.number for entry in lineage}
    touches = [each for each in held.chronicle.touches(iri) if each.entry.number in numbers]
    since = _since(held, iri, lineage)
    return History(
        touches=tuple(_shown(held, each, iri) for each in touches[:SHOWN]),
        total=len(touches),
        since=since,
        since_href=_href(held, since) if since else None,
        is_first=since is lineage[-1],
        untold=sum(not entry.told for entry in lineage),
        all=site_path("releases.releases", iri=iri),
    )


def _since(held: Past, iri: str, lineage: tuple[Entry, ...]) -> Entry | None:
    """Return the first of these that has it; all have it where none changed it."""
    known = held.chronicle.holding(iri)
    if not known:
        return lineage[-1]
    return next((entry for entry in reversed(lineage) if known.get(entry.number)), None)


def _shown(held: Past, touch: Touch, iri: str) -> ShownTouch:
    parent = held.chronicle.parent(touch.entry)
    before = parent or touch.entry
    path = comparison_path(before.id, touch.entry.id, iri=iri)
    return ShownTouch(touch, _href(held, touch.entry), path)


def _href(held: Past, entry: Entry) -> str | None:
    return release_path(entry.id) if entry.id in held.at_hand else None
