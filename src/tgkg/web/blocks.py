"""The blocks of a page: a description in the order of a layout, each value with its sources."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tgkg.iris import LABEL_PROPERTIES
from tgkg.web.description import Description
from tgkg.web.evidence import Evidence
from tgkg.web.facts import Block, Fact, Reason, Value, best_language, by_language, facts_about
from tgkg.web.layout import Field, Layout, Path, Section
from tgkg.web.showing import Shower, Shown
from tgkg.web.unnamed import Unnamed

OPEN: Final = 10
"""How many values of a property stand open; the others unfold."""

MOST: Final = 200
"""How many values of a property a page holds; a query gives all."""


def blocks(
    description: Description, layout: Layout, shower: Shower, hidden: Iterable[Quad] = ()
) -> tuple[Block, ...]:
    """Return the blocks of a page, without the statements that it shows elsewhere."""
    return _Blocks(description, layout, shower, frozenset(hidden)).blocks()


class _Blocks:
    """Makes the blocks of one description."""

    def __init__(
        self, description: Description, layout: Layout, shower: Shower, hidden: frozenset[Quad]
    ) -> None:
        self._it = description
        self._layout = layout
        self._shower = shower
        self._hidden = hidden
        self._unnamed = Unnamed(description.nested, shower)
        self._by_path: dict[Path, list[Quad]] = {}
        for each in description.outgoing:
            if each not in hidden:
                self._by_path.setdefault(Path(each.predicate.value), []).append(each)
        for each in description.incoming.quads:
            path = Path(each.predicate.value, inverse=True)
            self._by_path.setdefault(path, []).append(each)
        for iri in description.incoming.counts:
            self._by_path.setdefault(Path(iri, inverse=True), [])

    def blocks(self) -> tuple[Block, ...]:
        sections = self._layout.sections(self._it.types, self._by_path)
        return tuple(
            Block(self._heading(section), tuple(map(self._fact, section.fields)), section.shaped)
            for section in sections
        )

    def _heading(self, section: Section) -> Shown | None:
        group = section.group
        return self._shower.heading(group.iri, group.labels) if group else None

    def _fact(self, field: Field) -> Fact:
        iri, stated = field.path.iri, self._by_path[field.path]
        by_term: dict[object, list[Quad]] = {}
        for each in stated:
            by_term.setdefault(each.subject if field.path.inverse else each.object, []).append(each)
        made = [
            (term, self._value(term, quads, inverse=field.path.inverse))
            for term, quads in list(by_term.items())[:MOST]
        ]
        ordered = [value for _, value in sorted(made, key=_place)]
        own, other = by_language(ordered, self._best_language(field.path, ordered))
        fact = Fact(
            name=self._shower.thing(iri, field.names),
            values=own[:OPEN],
            more=own[OPEN:],
            elsewhere=other,
            description=self._shower.picked(field.descriptions),
        )
        return self._with_rest(fact, field.path, len(by_term))

    def _best_language(self, path: Path, values: Iterable[Value]) -> str | None:
        """Count what the page shows elsewhere too: a text in another language adds little to it."""
        hidden = (
            Value(self._shower.term(each.object))
            for each in self._hidden
            if each.predicate.value == path.iri and not path.inverse
        )
        return best_language((*values, *hidden), self._shower)

    def _with_rest(self, fact: Fact, path: Path, here: int) -> Fact:
        """Say where the others are when not all are here."""
        incoming, links = self._it.incoming, self._shower.links
        if path.inverse and not incoming.is_whole(path.iri):
            href = links.page_with(self._it.iri, "incoming", incoming=path.iri)
            return replace(fact, total=incoming.counts[path.iri], href=href)
        if here > MOST:
            query = f"SELECT ?value {{ <{self._it.iri}> <{path.iri}> ?value }}"
            return replace(fact, total=here, href=links.query(query))
        return fact

    def _value(self, term: object, quads: Iterable[Quad], *, inverse: bool) -> Value:
        graphs = dict.fromkeys(
            each.graph_name.value for each in quads if isinstance(each.graph_name, NamedNode)
        )
        sources = tuple(self._shower.thing(graph) for graph in graphs)
        evidence = () if inverse else self._evidence(quads)
        if isinstance(term, BlankNode) and not inverse:
            return replace(self._unnamed.value(term), sources=sources, evidence=evidence)
        return Value(self._shower.term(term), sources, evidence)

    def _evidence(self, quads: Iterable[Quad]) -> tuple[Reason, ...]:
        stated = tuple(quads)
        found = (each for each in self._it.evidence if _states_any(each, stated))
        return tuple(map(self._reason, found))

    def _reason(self, evidence: Evidence) -> Reason:
        """Tell it in the order of the shapes of its own class, its name as its heading."""
        is_named = isinstance(evidence.node, NamedNode)
        told = [
            each
            for each in evidence.told
            if not (is_named and each.predicate.value in LABEL_PROPERTIES)
        ]
        paths = (Path(each.predicate.value) for each in told)
        sections = self._layout.sections(evidence.types, paths)
        fields = (field for section in sections if section.shaped for field in section.fields)
        claim = self._shower.term(evidence.node) if is_named else None
        return Reason(claim, facts_about(told, self._shower, fields))


def _states_any(evidence: Evidence, quads: Iterable[Quad]) -> bool:
    return any(evidence.states(each.predicate, each.object) for each in quads)


def _place(made: tuple[object, Value]) -> tuple[bool, float, str]:
    """Order values: numbers by size, other literals as the data writes them, things by name."""
    term, value = made
    if not isinstance(term, Literal):
        return (True, 0, value.shown.text.casefold())
    try:
        return (False, float(term.value), "")
    except ValueError:
        return (True, 0, term.value.casefold())
