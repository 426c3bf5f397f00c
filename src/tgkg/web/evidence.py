"""Why a statement is believed: what RDF reification says of it (RDF Schema 1.1, section 5.3)."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from tgkg.engine.port import Engine, Term
from tgkg.iris import RDF
from tgkg.web.asking import quad, rows

SUBJECT: Final = RDF + "subject"
PREDICATE: Final = RDF + "predicate"
OBJECT: Final = RDF + "object"
REIFICATION: Final = (SUBJECT, PREDICATE, OBJECT)
"""The properties that say which statement is meant."""

_EVIDENCE: Final = f"""
SELECT DISTINCT ?this ?g ?s ?p ?o {{
  ?s <{SUBJECT}> ?this .
  GRAPH ?g {{ ?s ?p ?o }}
}}
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one reified statement says besides which statement it is."""

    node: Term
    quads: tuple[Quad, ...]

    def states(self, predicate: NamedNode, value: object) -> bool:
        """Tell whether it is about this property and value."""
        return predicate in self._objects(PREDICATE) and value in self._objects(OBJECT)

    @property
    def told(self) -> tuple[Quad, ...]:
        """What it tells: all but which statement it is, and that it is one."""
        known = (*REIFICATION, RDF + "type")
        return tuple(each for each in self.quads if each.predicate.value not in known)

    @property
    def types(self) -> tuple[str, ...]:
        """The classes it says it has."""
        found = self._objects(RDF + "type")
        return tuple(sorted(each.value for each in found if isinstance(each, NamedNode)))

    def _objects(self, property_: str) -> set[object]:
        return {each.object for each in self.quads if each.predicate.value == property_}


def evidence_about(engine: Engine, this: NamedNode) -> tuple[Evidence, ...]:
    """Return what is reified about the statements of which this is the subject, in one query."""
    by_node: dict[Term, list[Quad]] = {}
    for row in rows(engine, _EVIDENCE, this=this):
        by_node.setdefault(row["s"], []).append(quad(row))
    return tuple(Evidence(node, tuple(by_node[node])) for node in sorted(by_node, key=str))
