"""The facts of a page: a description in the order of a layout, each value with its sources."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tgkg.iris import RDF
from tgkg.web.description import Description
from tgkg.web.evidence import Evidence
from tgkg.web.layout import Field, Layout, Path, Section
from tgkg.web.showing import Shower, Shown

OPEN: Final = 10
"""How many values of a property stand open; the others unfold."""

MOST: Final = 200
"""How many values of a property a page holds; a query gives all."""

_FIRST: Final = NamedNode(RDF + "first")
_REST: Final = NamedNode(RDF + "rest")


@dataclass(frozen=True, slots=True)
class Value:
    """A value with the graphs that state it and the reasons to believe it."""

    shown: Shown
    sources: tuple[Shown, ...] = ()
    evidence: tuple[tuple["Fact", ...], ...] = ()
    facts: tuple["Fact", ...] = ()
    """What is said about a value that has no name."""
    items: tuple["Value", ...] = ()
    """The members of a list, in order."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A property with its values: open ones, more to unfold, and those in other languages."""

    name: Shown
    values: tuple[Value, ...]
    more: tuple[Value, ...] = ()
    elsewhere: tuple[Value, ...] = ()
    description: Shown | None = None
    total: int = 0
    """How many values there are, where a page does not hold all."""
    href: str | None = None
    """Where all of them are."""


@dataclass(frozen=True, slots=True)
class Block:
    """Facts under a heading."""

    heading: Shown | None
    facts: tuple[Fact, ...]
    shaped: bool = True


def blocks(
    description: Description, layout: Layout, shower: Shower, hidden: Iterable[Quad] = ()
) -> tuple[Block, ...]:
    """Return the blocks of a page, without the statements that it shows elsewhere."""
    return _Facts(description, shower, frozenset(hidden)).blocks(layout)


def facts_about(quads: Iterable[Quad], shower: Shower) -> tuple[Fact, ...]:
    """Return statements as facts, without their sources: what evidence tells."""
    by_property: dict[str, list[Quad]] = {}
    for each in sorted(quads, key=str):
        by_property.setdefault(each.predicate.value, []).append(each)
    facts = []
    for iri, stated in by_property.items():
        values = (Value(shower.term(each)) for each in dict.fromkeys(q.object for q in stated))
        shown = tuple(values)
        own, _ = _by_language(shown, best_language(shown, shower))
        facts.append(Fact(shower.thing(iri), own))
    return tuple(sorted(facts, key=lambda fact: fact.name.text.casefold()))


class _Facts:
    """Makes the facts of one description."""

    def __init__(self, description: Description, shower: Shower, hidden: frozenset[Quad]) -> None:
        self._it = description
        self._shower = shower
        self._hidden = hidden
        self._below_node: dict[BlankNode, list[Quad]] = {}
        for each in description.nested:
            if isinstance(each.subject, BlankNode):
                self._below_node.setdefault(each.subject, []).append(each)
        self._by_path: dict[Path, list[Quad]] = {}
        for each in description.outgoing:
            if each not in hidden:
                self._by_path.setdefault(Path(each.predicate.value), []).append(each)
        for each in description.incoming.quads:
            path = Path(each.predicate.value, inverse=True)
            self._by_path.setdefault(path, []).append(each)
        for iri in description.incoming.counts:
            self._by_path.setdefault(Path(iri, inverse=True), [])

    def blocks(self, layout: Layout) -> tuple[Block, ...]:
        sections = layout.sections(self._it.types, self._by_path)
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
        own, other = _by_language(ordered, self._best_language(field.path, ordered))
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
            return replace(self._unnamed(term, ()), sources=sources, evidence=evidence)
        return Value(self._shower.term(term), sources, evidence)

    def _evidence(self, quads: Iterable[Quad]) -> tuple[tuple[Fact, ...], ...]:
        stated = tuple(quads)
        found = (each for each in self._it.evidence if _states_any(each, stated))
        return tuple(facts_about(each.told, self._shower) for each in found)

    def _unnamed(self, node: BlankNode, above: tuple[BlankNode, ...]) -> Value:
        """Show a blank node by what is said about it; a list by its members."""
        shown, quads = self._shower.term(node), self._below_node.get(node, [])
        if node in above:
            return Value(shown)
        if any(each.predicate == _FIRST for each in quads):
            members = self._members(node)
            return Value(shown, items=tuple(self._below(m, (*above, node)) for m in members))
        by_property: dict[str, list[object]] = {}
        for each in quads:
            by_property.setdefault(each.predicate.value, []).append(each.object)
        facts = (
            Fact(
                self._shower.thing(iri),
                tuple(self._below(each, (*above, node)) for each in dict.fromkeys(objects)),
            )
            for iri, objects in by_property.items()
        )
        return Value(shown, facts=tuple(facts))

    def _below(self, term: object, above: tuple[BlankNode, ...]) -> Value:
        if isinstance(term, BlankNode):
            return self._unnamed(term, above)
        return Value(self._shower.term(term))

    def _members(self, head: BlankNode) -> Iterator[object]:
        """Yield the members of a list, even of one that is not well formed."""
        seen: set[BlankNode] = set()
        node: object = head
        while isinstance(node, BlankNode) and node not in seen and len(seen) < MOST:
            seen.add(node)
            quads = self._below_node.get(node, [])
            yield from dict.fromkeys(each.object for each in quads if each.predicate == _FIRST)
            node = next((each.object for each in quads if each.predicate == _REST), None)


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


def best_language(values: Iterable[Value], shower: Shower) -> str | None:
    """Return the language that suits the reader best among those of the texts, if any has one."""
    tags = (each.shown.language for each in values)
    best = shower.reader.pick(Literal("", language=tag) for tag in tags if tag)
    return best.language if best else None


def _by_language(
    values: Iterable[Value], best: str | None
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Part the texts in the reader's language from the same in others."""
    made = tuple(values)
    other = tuple(v for v in made if v.shown.language not in (None, best))
    return tuple(v for v in made if v not in other), other
