"""What the page of a comparison shows: how much changed, and some resources at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Final

import pyoxigraph as ox

from tgkg.changes import Edit, Tally, understood
from tgkg.chronicle import Changed, Entry
from tgkg.iris import LABEL_PROPERTIES
from tgkg.lookup import statements_about
from tgkg.release import Release
from tgkg.web.comparing import Comparison, Totals
from tgkg.web.current import Published
from tgkg.web.labels import Labels, grouped
from tgkg.web.past import comparison_path, release_path
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import shower

PAGE: Final = 50
"""How many resources a page shows."""

MOST: Final = 40
"""How many statements it shows of each of them; of a single one, `MOST_OF_ONE`."""

MOST_OF_ONE: Final = 1000

_NAMED: Final = 1000
"""For how many things names are looked up."""

_LONGEST: Final = 400
"""Characters of a value."""


@dataclass(frozen=True, slots=True)
class ShownEdit:
    """A statement that came or went."""

    is_added: bool
    predicate: Shown
    object: Shown


@dataclass(frozen=True, slots=True)
class ShownResource:
    """What changed about one resource, by source."""

    name: Shown
    iri: str | None
    href: str | None
    """Where all that changed about it is, alone."""
    sources: tuple[tuple[Shown, tuple[ShownEdit, ...]], ...]
    rest: int
    """How many statements more there are."""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A release, and where it is told what that is."""

    entry: Entry
    href: str | None
    """None where it is no longer kept."""


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Everything on the page."""

    before: ShownEntry
    after: ShownEntry
    about: Shown | None
    """The resource that the page is limited to."""
    is_told: bool
    """False where too much changed to tell one by one."""
    totals: Totals | None
    graphs: tuple[tuple[Shown, Tally], ...]
    steps: tuple[tuple[ShownEntry, str], ...]
    """Where the whole is too much to count: the releases between, each with what it changed."""
    resources: tuple[ShownResource, ...]
    next: str | None
    is_first: bool
    whole: str
    """The address of the whole comparison."""
    back: str
    """The address of the same the other way round."""


def comparison_page(it: Comparison, here: Published, iri: str | None, after: str) -> ComparisonPage:
    """Gather a page: that of one resource, or those whose names come after a text."""
    ids = it.before.id, it.after.id
    totals = None if iri else it.totals()
    found, more = _window(it, iri, after)
    told = [(each.subject, understood(each.changes)) for each in found]
    graphs = totals.graphs if totals else ()
    show = _shower(it, here, _mentioned(iri, told, graphs))
    most = MOST_OF_ONE if iri else MOST
    return ComparisonPage(
        before=_shown(it, it.before),
        after=_shown(it, it.after),
        about=show.thing(iri) if iri else None,
        is_told=it.way is not None,
        totals=totals,
        graphs=tuple((_graph(show, each.graph), each) for each in graphs),
        steps=_steps(it) if totals is None and not iri else (),
        resources=tuple(_resource(it, show, subject, edits, most) for subject, edits in told),
        next=comparison_path(*ids, beyond=found[-1].subject) if more else None,
        is_first=not after,
        whole=comparison_path(*ids),
        back=comparison_path(*reversed(ids), iri=iri),
    )


def _shown(it: Comparison, entry: Entry) -> ShownEntry:
    return ShownEntry(entry, release_path(entry.id) if entry.id in it.past.at_hand else None)


def _window(it: Comparison, iri: str | None, after: str) -> tuple[list[Changed], bool]:
    if it.way is None:
        return [], False
    if iri:
        one = it.changed_of(f"<{iri}>")
        return ([one] if one.changes else []), False
    found = list(islice(it.changed(after), PAGE + 1))
    return found[:PAGE], len(found) > PAGE


def _steps(it: Comparison) -> tuple[tuple[ShownEntry, str], ...]:
    found = []
    for step in it.way or ():
        parent = it.past.chronicle.parent(step.entry)
        if parent:
            ids = parent.id, step.entry.id
            path = comparison_path(*(reversed(ids) if step.is_back else ids))
            found.append((_shown(it, step.entry), path))
    return tuple(found)


def _mentioned(
    iri: str | None, told: Iterable[tuple[str, tuple[Edit, ...]]], graphs: Iterable[Tally]
) -> Iterator[str]:
    """Yield what needs a name, as N-Quads writes it."""
    if iri:
        yield f"<{iri}>"
    yield from (each.graph for each in graphs)
    for subject, edits in told:
        yield subject
        for edit in edits:
            yield str(edit.quad.predicate)
            yield edit.graph
            if isinstance(edit.quad.object, ox.NamedNode):
                yield str(edit.quad.object)


def _shower(it: Comparison, here: Published, terms: Iterable[str]) -> Shower:
    """Return what shows terms by the names that they had in these releases."""
    wanted = tuple(dict.fromkeys(each for each in terms if each.startswith("<")))[:_NAMED]
    found: dict[str, list[ox.Quad]] = {}
    for release in (it.past.opened(it.after.id), it.past.opened(it.before.id), here.release):
        missing = [each for each in wanted if each not in found]
        for quad in _about(release, missing):
            found.setdefault(str(quad.subject), []).append(quad)
    named = [q for quads in found.values() for q in quads if _is_name(q)]
    texts = grouped(named, LABEL_PROPERTIES)
    return shower(Labels(texts, frozenset(each[1:-1] for each in found)))


def _about(release: Release | None, terms: list[str]) -> Iterator[ox.Quad]:
    return statements_about(release, terms) if release else iter(())


def _is_name(quad: ox.Quad) -> bool:
    return quad.predicate.value in LABEL_PROPERTIES and isinstance(quad.object, ox.Literal)


def _resource(
    it: Comparison, show: Shower, subject: str, edits: tuple[Edit, ...], most: int
) -> ShownResource:
    shown = edits[:most]
    iri = subject[1:-1] if subject.startswith("<") else None
    return ShownResource(
        name=show.thing(iri) if iri else show.term(ox.BlankNode()),
        iri=iri,
        href=comparison_path(it.before.id, it.after.id, iri=iri) if iri else None,
        sources=tuple(
            (_graph(show, graph), tuple(_edit(show, each) for each in of_one))
            for graph, of_one in groupby(shown, key=lambda edit: edit.graph)
        ),
        rest=len(edits) - len(shown),
    )


def _edit(show: Shower, edit: Edit) -> ShownEdit:
    quad = edit.quad
    return ShownEdit(edit.is_added, show.thing(quad.predicate.value), _cut(show.term(quad.object)))


def _cut(shown: Shown) -> Shown:
    text = shown.text + shown.rest
    if len(text) <= _LONGEST:
        return replace(shown, text=text, rest="")
    return replace(shown, text=text[: _LONGEST - 1] + "…", rest="")


def _graph(show: Shower, graph: str) -> Shown:
    if graph.startswith("<"):
        return show.thing(graph[1:-1])
    return Shown(show.reader.t("changes.unnamed"))
