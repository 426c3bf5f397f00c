"""What an engine gives that validates data against SHACL shapes, whichever engine it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

ShapeNode = ox.NamedNode | ox.BlankNode
Node = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """A validation result (SHACL, section 3.6.2) before its place in the sources is known.

    Blank nodes are those of the data and of the shapes that the engine was given.
    """

    focus: Node
    component: str
    """IRI of the constraint component."""
    shape: ShapeNode
    severity: str
    """IRI of the severity."""
    path: str | None = None
    """The property path as SPARQL writes it."""
    value: Node | None = None
    constraint: ShapeNode | None = None
    """The constraint, where it is a node of its own in the shapes."""
    messages: Mapping[str, str] = field(default_factory=dict)


def by_language(messages: Iterable[object]) -> dict[str, str]:
    """Return messages by language tag; those in one language are joined."""
    texts: dict[str, list[str]] = {}
    for message in messages:
        if isinstance(message, ox.Literal):
            texts.setdefault(message.language or "", []).append(message.value)
    return {language: " ".join(sorted(said)) for language, said in sorted(texts.items())}


class ShapesError(Exception):
    """Shapes that an engine cannot use; the text says why, on one line."""
