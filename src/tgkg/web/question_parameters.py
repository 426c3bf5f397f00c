"""What a reader may change in a question: parameters, checked and put in the place of defaults.

A parameter's place is a `VALUES ?name { ... }` of its query. What replaces the terms in it is
written by the engine's own library as one RDF term, whatever the reader typed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode

from tgkg.engine.guard import TOKEN
from tgkg.engine.port import Term
from tgkg.errors import BadRequestError
from tgkg.iris import XSD, is_iri

READERS_LANGUAGE: Final = "language"
"""The parameter that is the reader's language, unless the address says another."""

LONGEST: Final = 1000
"""Characters of a value."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,100}", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?([0-9]{1,100}(\.[0-9]{0,100})?|\.[0-9]{1,100})", re.ASCII)
_YEAR: Final = re.compile(r"-?([1-9][0-9]{3,8}|0[0-9]{3})", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a reader may change: its name, its datatype, the value it has without them."""

    name: str
    datatype: str
    default: str
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: str = ""
    """A graph pattern that says which values there are; may be empty."""

    @property
    def is_thing(self) -> bool:
        """Whether its values are IRIs."""
        return self.datatype == XSD + "anyURI"


@dataclass(frozen=True, slots=True)
class Kind:
    """Values of a datatype: the field of a form they are typed in, and whether a text is one."""

    field: str
    fits: Callable[[str], object]
    expects: str
    """The key of the message that says what is expected."""


def _is_date(value: str) -> bool:
    return len(value) == len("2020-01-31") and bool(date.fromisoformat(value))


_TEXT: Final = Kind("text", lambda _: True, "question.expects.text")
_KINDS: Final[Mapping[str, Kind]] = {
    XSD + "anyURI": Kind("url", is_iri, "question.expects.iri"),
    XSD + "gYear": Kind("number", _YEAR.fullmatch, "question.expects.year"),
    XSD + "date": Kind("date", _is_date, "question.expects.date"),
    XSD + "dateTime": Kind("text", datetime.fromisoformat, "question.expects.moment"),
    XSD + "boolean": Kind("boolean", {"true", "false"}.__contains__, "question.expects.boolean"),
    **dict.fromkeys(
        (XSD + name for name in ("decimal", "double", "float")),
        Kind("decimal", _DECIMAL.fullmatch, "question.expects.number"),
    ),
    **dict.fromkeys(
        (XSD + name for name in ("integer", "int", "long", "short")),
        Kind("number", _WHOLE.fullmatch, "question.expects.whole"),
    ),
    XSD + "nonNegativeInteger": Kind(
        "number", lambda v: _WHOLE.fullmatch(v) and Decimal(v) >= 0, "question.expects.whole"
    ),
    XSD + "positiveInteger": Kind(
        "number", lambda v: _WHOLE.fullmatch(v) and Decimal(v) > 0, "question.expects.whole"
    ),
}


def kind_of(parameter: Parameter) -> Kind:
    """Return what values of the parameter's datatype look like; anything for an unknown one."""
    return _KINDS.get(parameter.datatype, _TEXT)


def is_possible(parameter: Parameter, value: str) -> bool:
    """Tell whether a text is a value of the parameter."""
    # A store that decodes \u before it reads strings (SPARQL 1.1 Query, section 19.2) would see
    # an escape where there is none.
    if len(value) > LONGEST or _CONTROL.search(value) or re.search(r"\\u", value, re.IGNORECASE):
        return False
    try:
        return bool(kind_of(parameter).fits(value))
    except ValueError:
        return False


def term_of(parameter: Parameter, value: str) -> Term:
    """Return a value of the parameter as a term.

    Raises:
        BadRequestError: it is none.
    """
    if not is_possible(parameter, value):
        kind = parameter.datatype.rpartition("#")[2]
        raise BadRequestError(f"{value[:100]!r} is no {kind}, as {parameter.name} has to be.")
    if parameter.is_thing:
        return NamedNode(value)
    if parameter.datatype == XSD + "string":
        return Literal(value)
    return Literal(value, datatype=NamedNode(parameter.datatype))


def bound(query: str, terms: Mapping[str, Term]) -> str:
    """Return the query with these terms in the VALUES of these variables."""
    places = [(block, str(terms[name])) for name in terms for block in blocks_of(name, query)]
    for (start, end), term in sorted(places, reverse=True):
        query = f"{query[:start]}{{ {term} }}{query[end:]}"
    return query


def blocks_of(name: str, query: str) -> tuple[tuple[int, int], ...]:
    """Return where the braces after each `VALUES ?name` begin and end."""
    marks = list(_marks(query))
    found = []
    for at in range(len(marks) - 3):
        word, variable, brace = (match.group() for match in marks[at : at + 3])
        if word.upper() == "VALUES" and variable in (f"?{name}", f"${name}") and brace == "{":
            end = next((m.end() for m in marks[at + 3 :] if m.group() == "}"), None)
            found.extend([] if end is None else [(marks[at + 2].start(), end)])
    return tuple(found)


def _marks(query: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a query but for space and comments."""
    return (m for m in TOKEN.finditer(query) if m.group()[0] not in " \t\r\n#")
