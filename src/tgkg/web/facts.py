"""Facts: properties with their values, each value with its sources and its evidence."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, Quad

from tgkg.web.layout import Field
from tgkg.web.showing import Shower, Shown


@dataclass(frozen=True, slots=True)
class Reason:
    """What one reified statement tells: itself, where it has a name, and what is said of it."""

    claim: Shown | None
    facts: tuple["Fact", ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value with the graphs that state it and the reasons to believe it."""

    shown: Shown
    sources: tuple[Shown, ...] = ()
    evidence: tuple[Reason, ...] = ()
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


def facts_about(
    quads: Iterable[Quad], shower: Shower, fields: Iterable[Field] = ()
) -> tuple[Fact, ...]:
    """Return statements as facts without their sources, fields first and in their order."""
    by_property: dict[str, list[Quad]] = {}
    for each in sorted(quads, key=str):
        by_property.setdefault(each.predicate.value, []).append(each)
    known = {field.path.iri: field for field in fields}
    places = {iri: place for place, iri in enumerate(known)}
    made = {}
    for iri, stated in by_property.items():
        terms = dict.fromkeys(each.object for each in stated)
        values = tuple(Value(shower.term(term)) for term in terms)
        own, _ = by_language(values, best_language(values, shower))
        made[iri] = Fact(shower.thing(iri, known[iri].names if iri in known else ()), own)
    ordered = sorted(made, key=lambda iri: (places.get(iri, len(places)), made[iri].name.text))
    return tuple(made[iri] for iri in ordered)


def best_language(values: Iterable[Value], shower: Shower) -> str | None:
    """Return the language that suits the reader best among those of the texts, if any has one."""
    tags = (each.shown.language for each in values)
    best = shower.reader.pick(Literal("", language=tag) for tag in tags if tag)
    return best.language if best else None


def by_language(
    values: Iterable[Value], best: str | None
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Part the texts in the reader's language from the same in others."""
    made = tuple(values)
    other = tuple(v for v in made if v.shown.language not in (None, best))
    return tuple(v for v in made if v not in other), other
