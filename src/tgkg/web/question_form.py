"""The parameters of a question as a form."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tgkg.engine.port import Engine, Term
from tgkg.errors import TgkgError
from tgkg.web.question_answers import Asking, choices_of
from tgkg.web.question_parameters import (
    LONGEST,
    READERS_LANGUAGE,
    Parameter,
    is_possible,
    kind_of,
)  # fmt: skip
from tgkg.web.question_words import readable
from tgkg.web.showing import Shower

_NUMBERS: Final = re.compile(r"([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to choose, as it is sent and as it is shown."""

    value: str
    text: str
    lang: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in the form."""

    name: str
    label: str
    lang: str | None
    kind: str
    """The `field` of `question_parameters.Kind`."""
    value: str
    choices: tuple[Choice, ...] = ()
    problem: str = ""
    """What is wrong with the value; nothing where it is right."""
    most: int = LONGEST


Choices = Mapping[str, tuple[Term, ...]]


def typed(asked: Asking) -> Choices:
    """Return no choices: each parameter is typed; the language has its place elsewhere."""
    return {p.name: () for p in asked.question.parameters if p.name != READERS_LANGUAGE}


def choices_for(asked: Asking, engine: Engine, client: str) -> Choices:
    """Return which values each parameter can have; where that is not to be known, none."""
    found = dict(typed(asked))
    for parameter in asked.question.parameters:
        if parameter.name in found:
            with suppress(TgkgError):
                found[parameter.name] = choices_of(engine, asked.question, parameter, client)
    return found


def fields_of(asked: Asking, choices: Choices, show: Shower) -> tuple[Field, ...]:
    """Return the form of a question; the language has its place elsewhere on the page."""
    return tuple(
        _field(parameter, asked.values[parameter.name], choices[parameter.name], show)
        for parameter in asked.question.parameters
        if parameter.name in choices
    )


def _field(parameter: Parameter, value: str, terms: tuple[Term, ...], show: Shower) -> Field:
    kind = kind_of(parameter)
    label = show.text(parameter.labels)
    problem = "" if is_possible(parameter, value) else show.reader.t(kind.expects)
    return Field(
        parameter.name,
        label.text if label else readable(parameter.name),
        label.lang if label else "",
        kind.field,
        value,
        _choices(terms, value, show),
        problem,
    )


def _choices(terms: tuple[Term, ...], value: str, show: Shower) -> tuple[Choice, ...]:
    """Return the choices by their names; the value that is chosen is always one of them."""
    if not terms:
        return ()
    shown = {term.value: show.term(term) for term in terms}
    found = [Choice(v, s.text, s.lang, v == value) for v, s in shown.items()]
    if value not in shown:
        found.append(Choice(value, value, "", chosen=True))
    return tuple(sorted(found, key=_counted))


def _counted(choice: Choice) -> list[tuple[int, str]]:
    """Order as people do: 9 before 10, and 13 before 13a."""
    parts = _NUMBERS.split(choice.text.casefold())
    return [(int(each) if each.isdecimal() else 0, each) for each in parts]
