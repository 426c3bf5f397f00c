"""Finds the place of a focus node: the file, and the line where its block starts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Generic, TypeVar

import pyoxigraph as ox

from tgkg.errors import Place
from tgkg.formats import JSON_LD, RDF_XML, TRIG, TURTLE
from tgkg.iris import RDF
from tgkg.publish.named_nodes import first_line, json_nodes, xml_nodes
from tgkg.publish.sources import Source
from tgkg.publish.turtle_layout import Layout

_RDF_TYPE: Final = RDF + "type"

T = TypeVar("T")


class Locator:
    """Tells where in the sources a node is described."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Take the sources that were read; their text is looked at only when asked."""
        self._sources = tuple(sources)
        self._layouts = Remembered[Layout](lambda source: Layout(source.text))
        self._nodes = Remembered[Sequence[tuple[str, int]]](
            lambda source: tuple((xml_nodes if source.format is RDF_XML else json_nodes)(source))
        )
        self._quads = Remembered[Mapping[str, Sequence[ox.Quad]]](_quads_by_subject)

    def place(
        self, focus: ox.NamedNode | ox.BlankNode, path: str | None = None, value: object = None
    ) -> Place | None:
        """Return where the focus node's block starts.

        Where several files describe the node, it is the one that states the offending value,
        or else one that uses the property, or else the one that gives the node its type.
        A node that no file describes is looked for where it is linked to.
        """
        subject = str(focus)
        describing = [source for source in self._sources if subject in source.first_lines]
        if describing:
            best = max(
                describing,
                key=lambda source: _fitness(self._quads.of(source)[subject], path, value),
            )
            return Place(best.file.name, self._block_start(best, subject))
        return self._place_of_link(subject)

    def _place_of_link(self, node: str) -> Place | None:
        for source in self._sources:
            for quad in source.quads:
                if str(quad.object) == node:
                    return Place(source.file.name, self._block_start(source, str(quad.subject)))
        return None

    def _block_start(self, source: Source, subject: str) -> int:
        ended = source.first_lines[subject]
        if source.format in (RDF_XML, JSON_LD):
            return first_line(self._nodes.of(source), subject) or ended
        if source.format in (TURTLE, TRIG):
            return self._layouts.of(source).block_start(subject, ended)
        return ended


class Remembered(Generic[T]):
    """What is made from a source when it is first asked for."""

    def __init__(self, make: Callable[[Source], T]) -> None:
        """Take the function that makes it."""
        self._make = make
        self._made: dict[str, T] = {}

    def of(self, source: Source) -> T:
        """Return what was made from the source."""
        name = source.file.name
        if name not in self._made:
            self._made[name] = self._make(source)
        return self._made[name]


def _quads_by_subject(source: Source) -> Mapping[str, Sequence[ox.Quad]]:
    quads: dict[str, list[ox.Quad]] = {}
    for quad in source.quads:
        quads.setdefault(str(quad.subject), []).append(quad)
    return quads


def _fitness(about: Iterable[ox.Quad], path: str | None, value: object) -> tuple[bool, ...]:
    """Tell how well statements explain a result: compared as a whole, more is better."""
    about = tuple(about)
    on_path = [quad for quad in about if path is not None and str(quad.predicate) == path]
    return (
        value is not None and any(str(quad.object) == str(value) for quad in on_path),
        bool(on_path),
        any(quad.predicate.value == _RDF_TYPE for quad in about),
    )
