"""The words of a question: its answer as a sentence, the names of its columns."""

import re
from typing import Final

from tgkg.web.question_answers import Answered
from tgkg.web.questions import Question
from tgkg.web.showing import Shower, Shown

_PLACE: Final = re.compile(r"\{(\w+)\}")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
COUNT: Final = "count"
"""What stands for the number of rows in a sentence."""


def readable(name: str) -> str:
    """Return the name of a variable as words: `whatIsNotKnown` is `what is not known`."""
    words = [word for word in _HUMP.split(name) if word]
    return (
        " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)
        or name
    )


def sentence_of(question: Question, table: Answered, show: Shower) -> Shown | None:
    """Return the answer in words; nothing where a value that it needs is not there."""
    written = show.text(question.sentences)
    if written is None or not table.rows:
        return None
    first = dict(zip(table.variables, table.rows[0], strict=True))
    values = {name: show.term(cell).text for name, cell in first.items() if cell is not None}
    values.setdefault(COUNT, show.reader.t.number(len(table.rows)))
    if not values.keys() >= set(_PLACE.findall(written.text)):
        return None
    return Shown(_PLACE.sub(lambda place: values[place[1]], written.text), written.lang)


def headings_of(question: Question, table: Answered, show: Shower) -> tuple[Shown, ...]:
    """Return the names of the columns: the question's own, else the variables as words."""
    written = show.text(question.columns)
    names = [name.strip() for name in written.text.split(",")] if written else []
    if written and len(names) == len(table.variables):
        return tuple(Shown(name, written.lang) for name in names)
    return tuple(Shown(readable(name), "") for name in table.variables)
