"""What the page about a resource shows, ready for its template."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Quad

from tgkg.formats import HTML, Format
from tgkg.iris import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, RDF
from tgkg.web.blocks import blocks
from tgkg.web.description import Description
from tgkg.web.evidence import REIFICATION
from tgkg.web.facts import Block, Value
from tgkg.web.incoming import Incoming
from tgkg.web.layout import Layout
from tgkg.web.showing import Shower, Shown


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """The links to a resource through one property."""

    name: Shown
    count: int
    href: str
    values: tuple[Value, ...] = ()
    current: bool = False
    """Whether this is the property whose page the reader is on."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the pages before and after are."""

    page: int
    pages: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """Everything on the page about one resource."""

    iri: str
    title: Shown
    kinds: tuple[Shown, ...]
    lede: Shown | None
    sources: tuple[Shown, ...]
    """The graphs that state the title, the kinds and the lede."""
    translations: tuple[Value, ...]
    """The title and the lede in other languages."""
    blocks: tuple[Block, ...]
    total: int
    """How many links there are in the groups."""
    groups: tuple[LinkGroup, ...]
    folded: tuple[LinkGroup, ...]
    """The links of reification, whose evidence stands beside the values."""
    pager: Pager | None
    query: str
    """The address of the query form with a query for this."""
    formats: tuple[tuple[str, str], ...]
    graph_size: int
    graph_href: str | None
    uses: int
    is_term: bool


def resource_page(
    it: Description, layout: Layout, show: Shower, alternates: Mapping[Format, str]
) -> ResourcePage:
    """Return what the page shows, in the reader's language."""
    title = _opening(it, show, LABEL_PROPERTIES)
    lede = _opening(it, show, DESCRIPTION_PROPERTIES)
    opening = (*title, *_typing(it), *lede)
    shown = blocks(it, layout, show, opening)
    groups = tuple(_groups(it, layout, show))
    node = NamedNode(it.iri)
    return ResourcePage(
        iri=it.iri,
        title=show.heading(it.iri),
        kinds=tuple(show.thing(type_) for type_ in it.direct_types),
        lede=show.term(lede[0].object) if lede else None,
        sources=_sources(opening, show),
        translations=tuple(_translations(shown)),
        blocks=tuple(_without_translations(shown)),
        total=sum(group.count for iri, group in groups if iri not in REIFICATION),
        groups=tuple(group for iri, group in groups if iri not in REIFICATION),
        folded=tuple(group for iri, group in groups if iri in REIFICATION),
        pager=_pager(it, show),
        query=show.links.query(f"SELECT ?property ?value WHERE {{\n  {node} ?property ?value\n}}"),
        formats=tuple((fmt.label, href) for fmt, href in alternates.items() if fmt is not HTML),
        graph_size=it.graph_size,
        graph_href=show.links.url("graphs.graphs", graph=it.iri) if it.graph_size else None,
        uses=it.uses,
        is_term=show.links.names.is_term(it.iri),
    )


def _opening(it: Description, show: Shower, properties: Iterable[str]) -> tuple[Quad, ...]:
    """Return the statements of a text that the page opens with, unless evidence belongs to it."""
    stated = [
        each
        for property_ in properties
        for each in it.outgoing
        if each.predicate.value == property_ and isinstance(each.object, Literal)
    ]
    best = show.reader.pick(each.object for each in stated if isinstance(each.object, Literal))
    chosen = tuple(each for each in stated if each.object == best)
    proven = any(item.states(each.predicate, best) for item in it.evidence for each in chosen)
    return () if proven else chosen


def _translations(shown: Iterable[Block]) -> Iterator[Value]:
    """Yield the texts of facts of which the page's opening says the reader's own."""
    for block in shown:
        for fact in block.facts:
            if not fact.values:
                yield from fact.elsewhere


def _without_translations(shown: Iterable[Block]) -> Iterator[Block]:
    for block in shown:
        kept = tuple(fact for fact in block.facts if fact.values or not fact.elsewhere)
        if kept:
            yield replace(block, facts=kept)


def _typing(it: Description) -> Iterator[Quad]:
    """Yield the statements of its classes that nothing is told about: they head the page."""
    for each in it.outgoing:
        is_type = each.predicate.value == RDF + "type" and isinstance(each.object, NamedNode)
        if is_type and not any(e.states(each.predicate, each.object) for e in it.evidence):
            yield each


def _groups(it: Description, layout: Layout, show: Shower) -> Iterator[tuple[str, LinkGroup]]:
    """Yield the links by property, but those that stand whole among the facts."""
    incoming = it.incoming
    among_facts = layout.inverse_paths(it.types)
    for iri, count in incoming.counts.items():
        if iri in among_facts and incoming.is_whole(iri):
            continue
        values = tuple(_linking(incoming, iri, show))
        href = show.links.page_with(it.iri, "incoming", incoming=iri)
        current = iri == incoming.predicate
        yield iri, LinkGroup(show.thing(iri), count, href, values, current)


def _linking(incoming: Incoming, iri: str, show: Shower) -> Iterator[Value]:
    """Yield the things that link; those without a name are only counted, for each source."""
    named: dict[NamedNode, list[Quad]] = {}
    unnamed: dict[object, list[Quad]] = {}
    for each in incoming.quads:
        if each.predicate.value != iri:
            continue
        if isinstance(each.subject, NamedNode):
            named.setdefault(each.subject, []).append(each)
        else:
            unnamed.setdefault(each.graph_name, []).append(each)
    for subject, quads in named.items():
        yield Value(show.term(subject), _sources(quads, show))
    for quads in unnamed.values():
        count = show.reader.t("value.unnamed", count=len(quads))
        yield Value(Shown(count), _sources(quads, show))


def _sources(quads: Iterable[Quad], show: Shower) -> tuple[Shown, ...]:
    graphs = dict.fromkeys(each.graph_name for each in quads)
    return tuple(show.term(graph) for graph in graphs if isinstance(graph, NamedNode))


def _pager(it: Description, show: Shower) -> Pager | None:
    incoming = it.incoming
    if incoming.predicate is None or incoming.pages == 1:
        return None

    def address(page: int) -> str | None:
        if not 1 <= page <= incoming.pages:
            return None
        return show.links.page_with(it.iri, "incoming", incoming=incoming.predicate, page=page)

    here = incoming.page
    return Pager(here, incoming.pages, address(here - 1), address(here + 1))
