"""Asks a question as any client would, and gives the answer as a table of terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from tgkg.engine.port import Answer, Engine, QueryRequest, Term
from tgkg.errors import BadRequestError, QueryLimitError
from tgkg.formats import N_TRIPLES, SPARQL_JSON
from tgkg.iris import XSD
from tgkg.operation import MEBIBYTE
from tgkg.web.asking import inline
from tgkg.web.outcome import Cell
from tgkg.web.question_parameters import READERS_LANGUAGE, Parameter, bound, term_of
from tgkg.web.questions import Question

LARGEST_MB: Final = 8
"""MiB of an answer that a page or a table of ours is made of; the endpoint gives larger ones."""

MOST_CHOICES: Final = 200
"""Longer lists are no help: then the value is typed."""

_ALIKE: Final = """SELECT DISTINCT ?choice WHERE {
  %s a ?class . ?choice a ?class .
} LIMIT %d"""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer of any form of query as a table; ASK has one cell, triples have three columns."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with the values that its parameters have now."""

    question: Question
    values: Mapping[str, str]

    @property
    def query(self) -> str:
        """The query with these values in it.

        Raises:
            BadRequestError: one of them does not fit.
        """
        changed = [p for p in self.question.parameters if self.values[p.name] != p.default]
        terms = {each.name: term_of(each, self.values[each.name]) for each in changed}
        return bound(self.question.query, terms)


def asking(question: Question, given: Mapping[str, str], language: str) -> Asking:
    """Return the question as a reader asks it: what is not given has its default.

    A parameter called `language` has the reader's.
    """
    usual = {READERS_LANGUAGE: language}
    values = {
        each.name: given.get(each.name, "").strip() or usual.get(each.name) or each.default
        for each in question.parameters
    }
    return Asking(question, values)


def refuse_unknown(question: Question, given: Mapping[str, str]) -> None:
    """Refuse a parameter that the question does not have, so that a slip is not silently nothing.

    Raises:
        BadRequestError: there is one.
    """
    names = [each.name for each in question.parameters]
    for name in given:
        if name not in names:
            offered = ", ".join(names) or "none"
            raise BadRequestError(f"{name[:100]!r} is no parameter of this question: {offered}.")


def answered(engine: Engine, query: str, client: str, base: str | None) -> Answered:
    """Return the answer of a query under the public's limits.

    Raises:
        TgkgError: as the engine's port says.
        QueryLimitError: the answer is larger than a page or a table can be.
    """
    answer = engine.query(QueryRequest(query, SPARQL_JSON, N_TRIPLES, client=client, base=base))
    if answer.length > LARGEST_MB * MEBIBYTE:
        raise QueryLimitError(
            f"The answer is larger than {LARGEST_MB} MiB: ask the SPARQL endpoint for it.",
            limit="size",
            allowed=LARGEST_MB * MEBIBYTE,
            spent=0,
        )
    return _read(answer)


def choices_of(
    engine: Engine, question: Question, parameter: Parameter, client: str
) -> tuple[Term, ...]:
    """Return the values a parameter can have: as the question says, or things like its default.

    One query, under the public's limits; nothing where there are none, or too many for a list.

    Raises:
        TgkgError: as the engine's port says.
    """
    if parameter.choices:
        name = parameter.name
        pattern = f"SELECT DISTINCT ?{name} WHERE {{ {parameter.choices} }} LIMIT"
        query = f"{question.prologue}{pattern} {MOST_CHOICES + 1}"
    elif parameter.is_thing:
        query = _ALIKE % (inline([parameter.default]), MOST_CHOICES + 1)
    else:
        return ()
    rows = answered(engine, query, client, None).rows
    found = tuple(cell for (cell,) in rows if isinstance(cell, NamedNode | Literal))
    return found if len(found) <= MOST_CHOICES else ()


def _read(answer: Answer) -> Answered:
    if answer.format is N_TRIPLES:
        triples = ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)
        rows = tuple((each.subject, each.predicate, each.object) for each in triples)
        return Answered(("subject", "predicate", "object"), rows)
    results = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        verdict = Literal(str(bool(results)).lower(), datatype=NamedNode(XSD + "boolean"))
        return Answered(("answer",), ((verdict,),))
    variables = results.variables
    names = tuple(variable.value for variable in variables)
    return Answered(names, tuple(tuple(row[each] for each in variables) for row in results))
