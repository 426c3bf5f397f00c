"""What the page of a question shows: the answer in words, as a chart, as a table, and its use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from tgkg.web.chart_drawing import Drawing, drawn
from tgkg.web.charts import Chart
from tgkg.web.outcome import MOST_ROWS, Cell
from tgkg.web.query_page import iris_in
from tgkg.web.question_answers import Answered, Asking
from tgkg.web.question_charts import charts_of
from tgkg.web.question_data import is_number
from tgkg.web.question_form import Choices, Field, fields_of
from tgkg.web.question_words import headings_of, sentence_of
from tgkg.web.showing import Shower, Shown

_MOST_IN_PICTURE: Final = 1
"""Cells of an answer that is a figure or a word: it stands by itself, large."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of the table."""

    shown: Shown | None
    number: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything on the page but its addresses."""

    title: Shown
    description: Shown | None
    fields: tuple[Field, ...]
    query: str
    sources: tuple[Shown, ...] = ()
    sentence: Shown | None = None
    charts: tuple[Drawing, ...] = ()
    headings: tuple[Shown, ...] = ()
    rows: tuple[tuple[Box, ...], ...] = ()
    total: int = 0
    figure: Shown | None = None
    """The one cell of an answer that has no more."""

    @property
    def is_cut(self) -> bool:
        """Whether the answer has more rows than the page."""
        return self.total > len(self.rows)


def gathered(
    asked: Asking, query: str, table: Answered | None, choices: Choices, show: Shower
) -> QuestionPage:
    """Return the page of a question as one reader sees it; without a table it has no answer."""
    question, t = asked.question, show.reader.t
    title = show.text(question.titles) or Shown(question.slug, "")
    description = show.text(question.descriptions)
    fields = fields_of(asked, choices, show)
    if table is None:
        return QuestionPage(title, description, fields, query)
    headings = headings_of(question, table, show)
    is_single = len(table.rows) * len(table.variables) == _MOST_IN_PICTURE
    single = table.rows[0][0] if is_single else None
    return QuestionPage(
        title,
        description,
        fields,
        query,
        tuple(map(show.thing, asked.question.sources)),
        sentence_of(question, table, show),
        tuple(drawn(chart, t) for chart in _charts(asked, table, headings, show)),
        headings,
        tuple(tuple(_box(cell, show) for cell in row) for row in table.rows[:MOST_ROWS]),
        len(table.rows),
        None if single is None else show.term(single),
    )


def iris_on(asked: Asking, table: Answered | None, choices: Choices) -> Iterator[str]:
    """Yield the things that a page shows, to look up their names."""
    yield from asked.question.sources
    yield from (t.value for terms in choices.values() for t in terms if isinstance(t, NamedNode))
    yield from iris_in(table.rows[:MOST_ROWS]) if table else ()


def _charts(
    asked: Asking, table: Answered, headings: tuple[Shown, ...], show: Shower
) -> tuple[Chart, ...]:
    """Return the charts that the question asks for, called after the columns in them."""
    question = asked.question
    if question.show is None:
        return ()
    names = {name: each.text for name, each in zip(table.variables, headings, strict=True)}
    variables = question.show.variables
    figures = next(variables[key] for key in ("value", "lower", "upper") if key in variables)
    if not {*figures, *variables["label"]} <= names.keys():
        return ()
    value, label = names[figures[0]], names[variables["label"][0]]
    called = show.text(question.charts)
    title = called.text if called else show.reader.t("question.chart", value=value, label=label)
    unit = show.text(question.units)
    return charts_of(table, question.show, title, unit.text if unit else "", show)


def _box(cell: Cell, show: Shower) -> Box:
    return Box(None if cell is None else show.term(cell), is_number(cell))
