"""Checks of one focus node against one shape: what each found, and what that depended on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tgkg.publish.noted_graph import NotedGraph, Pattern, Triple, generalised
from tgkg.publish.pyshacl_engine import PyShacl, libraries_left_alone
from tgkg.publish.rdflib_terms import triple_of
from tgkg.publish.shacl_engine import Finding, Node, ShapeNode
from tgkg.publish.sources import Source

_Check = tuple[ShapeNode, Node | None]
"""A shape and one of its focus nodes; with None, the question which nodes these are."""


class Checks:
    """Every check of some data, made again only where something has changed that it looked at.

    What it looks at is noted while it runs. So nothing need be known of what shapes can say:
    classes and their subclasses, nested shapes, paths of any length and queries are all answered
    by the one store.
    """

    def __init__(self, shapes: Sequence[Source], checked: Sequence[Source]) -> None:
        """Begin without data; of what is to be checked, only the prefixes are taken."""
        self._shapes = [(source.quads, source.prefixes) for source in shapes]
        self._prefixes = [source.prefixes for source in checked]
        self._data = NotedGraph()
        self._engine = PyShacl((replace(each, quads=()) for each in checked), shapes, self._data)
        self._sources: dict[str, Source] = {}
        self._stated: Counter[Triple] = Counter()
        self._focus_nodes: dict[ShapeNode, frozenset[Node]] = {}
        self._found: dict[_Check, Sequence[Finding]] = {}
        self._looked_at: dict[_Check, frozenset[Pattern]] = {}
        self._depending: defaultdict[Pattern, set[_Check]] = defaultdict(set)

    def hold(self, shapes: Sequence[Source], checked: Sequence[Source]) -> bool:
        """Tell whether these are still the shapes, and their queries mean the same."""
        return [(each.quads, each.prefixes) for each in shapes] == self._shapes and (
            not self._data.lends_prefixes
            or [source.prefixes for source in checked] == self._prefixes
        )

    def after(self, sources: Iterable[Source]) -> list[Finding]:
        """Return what breaks the shapes in these sources, in no order.

        Raises:
            ShapesError: the shapes are not in order; nothing here can be used afterwards.
        """
        with libraries_left_alone():
            changed = set(self._replace({source.file.name: source for source in sources}))
        affected = {
            check
            for triple in changed
            for pattern in generalised(triple)
            for check in self._depending.get(pattern, ())
        }
        for shape in self._engine.shape_nodes():
            if shape not in self._focus_nodes or (shape, None) in affected:
                affected |= self._aim(shape)
        for shape, focus in affected:
            if focus is not None and focus in self._focus_nodes[shape]:
                self._run(shape, focus)
        return [finding for found in self._found.values() for finding in found]

    def _replace(self, sources: dict[str, Source]) -> Iterator[Triple]:
        """Put new sources in the place of the old ones, and yield each triple that came or went."""
        difference: Counter[Triple] = Counter()
        for name in self._sources.keys() | sources.keys():
            before, after = self._sources.get(name), sources.get(name)
            if before is not after:
                difference.subtract(_triples(before))
                difference.update(_triples(after))
        self._sources = sources
        for triple, more in difference.items():
            was = self._stated[triple]
            now = self._stated[triple] = was + more
            if now and not was:
                self._data.add(triple)
                yield triple
            if was and not now:
                self._data.remove(triple)
                yield triple
            if not now:
                del self._stated[triple]

    def _aim(self, shape: ShapeNode) -> set[_Check]:
        """Ask a shape again which its focus nodes are, and return the checks of the new ones."""
        before = self._focus_nodes.get(shape, frozenset())
        self._data.noted()
        now = self._focus_nodes[shape] = self._engine.focus_nodes_of(shape)
        self._note(shape, None)
        for node in before - now:
            self._forget((shape, node))
        return {(shape, node) for node in now - before}

    def _run(self, shape: ShapeNode, focus: Node) -> None:
        self._data.noted()
        self._found[shape, focus] = self._engine.results_on(shape, [focus])
        self._note(shape, focus)

    def _note(self, shape: ShapeNode, focus: Node | None) -> None:
        """Remember what a check just looked at."""
        check, noted = (shape, focus), self._data.noted()
        before = self._looked_at.get(check, frozenset())
        self._free(check, before - noted)
        for pattern in noted - before:
            self._depending[pattern].add(check)
        self._looked_at[check] = noted

    def _forget(self, check: _Check) -> None:
        del self._found[check]
        self._free(check, self._looked_at.pop(check))

    def _free(self, check: _Check, patterns: Iterable[Pattern]) -> None:
        """Let a check depend on some patterns no longer."""
        for pattern in patterns:
            self._depending[pattern].remove(check)
            if not self._depending[pattern]:
                del self._depending[pattern]


def _triples(source: Source | None) -> Iterator[Triple]:
    """Yield what a source states, each triple once however many graphs of it have it."""
    quads = source.quads if source else ()
    yield from {triple for quad in quads if (triple := triple_of(quad)) is not None}
