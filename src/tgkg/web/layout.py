"""The order of a page: sections of fields, named and sorted as shapes say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal

from tgkg.iris import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, RDF

LAST: Final = float("inf")
"""The order of what has none."""

Texts = tuple[Literal, ...]
"""The same text in several languages."""


@dataclass(frozen=True, slots=True)
class Path:
    """A property, or the same property followed backwards."""

    iri: str
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a page: what it is called there, and its place."""

    path: Path
    names: Texts = ()
    descriptions: Texts = ()
    order: float = LAST
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over some of a page's fields."""

    iri: str
    labels: Texts = ()
    order: float = LAST


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading: a group's, or none."""

    group: Group | None
    fields: tuple[Field, ...]
    shaped: bool = True
    """False for the fields that no shape names."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of each class, and the groups they stand in."""

    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    """By class IRI, each path once."""
    groups: Mapping[str, Group] = field(default_factory=dict)
    orders: Mapping[str, float] = field(default_factory=dict)
    """`sh:order` of the shapes of classes, for lists of classes."""

    def inverse_paths(self, types: Iterable[str]) -> frozenset[str]:
        """Return the properties that pages of these types show backwards."""
        fields = (each for type_ in types for each in self.fields.get(type_, ()))
        return frozenset(each.path.iri for each in fields if each.path.inverse)

    def sections(self, types: Iterable[str], paths: Iterable[Path]) -> tuple[Section, ...]:
        """Return the sections of a page whose resource has these types and these paths.

        `types` come most specific first: where two shapes name the same path, the first stands.
        Every path is in exactly one section, in the last one when no shape names it; a path
        followed backwards is left out then, as links to a resource have their own place.
        """
        known: dict[Path, Field] = {}
        for each in (each for type_ in types for each in self.fields.get(type_, ())):
            known.setdefault(each.path, each)
        wanted = tuple(dict.fromkeys(paths))
        shaped = [known[path] for path in wanted if path in known]
        loose = [Field(path) for path in wanted if path not in known and not path.inverse]
        last = Section(None, tuple(sorted(loose, key=_sensibly)), shaped=False)
        return (*self._grouped(shaped), *([last] if loose else []))

    def _grouped(self, fields: Iterable[Field]) -> Iterator[Section]:
        by_group: dict[str | None, list[Field]] = {}
        for each in fields:
            by_group.setdefault(each.group, []).append(each)
        for iri in sorted(by_group, key=self._place):
            ordered = tuple(sorted(by_group[iri], key=lambda each: (each.order, each.path.iri)))
            group = self.groups.get(iri, Group(iri)) if iri else None
            yield Section(group, ordered)

    def _place(self, iri: str | None) -> tuple[bool, float, str]:
        group = self.groups.get(iri) if iri else None
        return (iri is None, group.order if group else LAST, iri or "")


def _sensibly(loose: Field) -> tuple[int, str]:
    """Order what no shape names: what names a thing, then its type, then what describes it."""
    first = (*LABEL_PROPERTIES, RDF + "type", *DESCRIPTION_PROPERTIES)
    iri = loose.path.iri
    return (first.index(iri) if iri in first else len(first), iri)
