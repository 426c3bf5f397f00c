"""Tells whether two answers are the same but for the names of their blank nodes."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox
from conformance.answers import XSD, Answer, Term

NAME = "urn:tgkg:conformance:"
NUMBERS = {
    XSD + "integer": Decimal,
    XSD + "decimal": Decimal,
    XSD + "float": float,
    XSD + "double": float,
}


def same(
    expected: Answer, found: Answer, written: Container[Term], *, ordered: bool, lax: bool
) -> bool:
    """Tell whether an answer is the expected one, in any order unless `ordered`.

    `written` are the literals that come back to the letter, as the data holds them. Any other
    number was computed, and no specification says which of its forms is written
    (https://github.com/w3c/rdf-tests/issues/58). `lax` says that duplicates may have been left
    out, which REDUCED allows (SPARQL 1.1, section 15.4).
    """
    if expected.columns != found.columns or (lax and len(found.rows) > len(expected.rows)):
        return False
    as_expected = _forming(expected, written)
    one, other = (
        _canonical(_rows(answer, form, ordered=ordered, lax=lax))
        for answer, form in ((expected, lambda term: term), (found, as_expected))
    )
    return one == other


def _forming(expected: Answer, written: Container[Term]) -> Callable[[Term], Term]:
    """Return what gives a computed number the form in which it is expected."""
    literals = set(_literals(term for row in expected.rows for term in row.values()))
    forms = {_value(each): each for each in literals if each not in written and _value(each)}

    def formed(term: Term) -> Term:
        if isinstance(term, ox.Triple):
            return ox.Triple(formed(term.subject), term.predicate, formed(term.object))
        if not isinstance(term, ox.Literal) or term in literals:
            return term
        return forms.get(_value(term), term)

    return formed


def _literals(terms: Iterable[Term]) -> Iterator[ox.Literal]:
    for term in terms:
        if isinstance(term, ox.Triple):
            yield from _literals((term.subject, term.object))
        elif isinstance(term, ox.Literal):
            yield term


def _value(literal: ox.Literal) -> tuple[str, Decimal | float] | None:
    read = NUMBERS.get(literal.datatype.value)
    try:
        return (literal.datatype.value, read(literal.value)) if read else None
    except (ValueError, InvalidOperation):
        return None


def _canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _rows(
    answer: Answer, form: Callable[[Term], Term], *, ordered: bool, lax: bool
) -> Iterator[ox.Quad]:
    """Write rows as a graph: each a blank node with its values and its count or place."""
    rows = [frozenset((name, form(term)) for name, term in row.items()) for row in answer.rows]
    numbered = [*enumerate(rows)] if ordered else [(n, row) for row, n in Counter(rows).items()]
    for number, row in numbered:
        node = ox.BlankNode()
        counted = ox.Literal(1 if lax and not ordered else number)
        yield ox.Quad(node, ox.NamedNode(NAME + "number"), counted)
        for name, term in row:
            yield ox.Quad(node, ox.NamedNode(f"{NAME}value:{name.strip()}"), term)
