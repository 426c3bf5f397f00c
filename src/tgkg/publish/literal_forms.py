"""Looks for literals that engines may read differently, while statements pass by."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from tgkg.iris import RDF, XSD
from tgkg.publish.statements import Statement

_DATE: Final = r"[12]\d{3}-[01]\d-[0-3]\d"
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    XSD + name: re.compile(form, re.ASCII)
    for name, form in {
        "integer": r"[+-]?\d{1,18}",
        "decimal": r"[+-]?\d{1,12}(\.\d{1,12})?",
        "double": r"[+-]?\d{1,12}(\.\d{1,12})?([eE][+-]?\d\d?)?",
        "boolean": "true|false",
        "date": _DATE,
        "dateTime": _DATE + r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z",
        "gYear": r"[12]\d{3}",
        "duration": r"P(\d{1,4}[YMD]){1,3}(?<!D\d[YMD])(?<!M\d[YM])(?<!Y\dY)",
        "anyURI": r"[!-~]*",
    }.items()
}
"""The forms on which engines agree, be they in order or not."""

STRING: Final = XSD + "string"
LANG_STRING: Final = RDF + "langString"


class LiteralForms:
    """What is known of the literals that were seen."""

    def __init__(self, compared: Collection[str]) -> None:
        """Take the predicates, in N-Triples form, whose objects are compared by their order."""
        self.odd: set[str] = set()
        """Datatypes with literals on whose form engines do not agree, by IRI."""
        self._compared = frozenset(compared)
        self._datatypes: dict[str, set[tuple[str, str]]] = {}
        """The predicates and datatypes of what is compared, by subject."""

    def watching(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """Yield the statements, and look at their literals meanwhile."""
        for statement in statements:
            subject, predicate, object_ = statement
            datatype = self._look(object_) if object_[0] == '"' else ""
            if predicate in self._compared:
                self._datatypes.setdefault(subject, set()).add((predicate, datatype))
            yield statement

    def side_by_side(self, one: str, other: str) -> Iterator[set[str]]:
        """Yield, of each subject that has both predicates, the datatypes of their objects.

        The datatype of what is no literal is empty.
        """
        for seen in self._datatypes.values():
            if {one, other} <= {predicate for predicate, _ in seen}:
                yield {datatype for predicate, datatype in seen if predicate in (one, other)}

    def _look(self, literal: str) -> str:
        """Return the datatype of a literal, which is odd if the literal is."""
        value, mark, datatype = literal.rpartition('"^^<')
        if mark and datatype[-1] == ">":
            datatype = datatype[:-1]
            form = _FORMS.get(datatype)
            if form is None or not form.fullmatch(value, 1):
                self.odd.add(datatype)
            return datatype
        datatype = STRING if literal[-1] == '"' else LANG_STRING
        if '\\n"' in literal:  # where a line ends at the end of a text, `$` means two things
            self.odd.add(STRING)
        return datatype


def are_agreed(datatype: str) -> bool:
    """Tell whether engines know which forms of a datatype are in order, and agree."""
    return datatype in _FORMS or datatype in (STRING, LANG_STRING)
