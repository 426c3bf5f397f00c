"""Tables, cards and routes on a special page: what a query says of each thing, gathered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from tgkg.iris import XSD
from tgkg.settings import Text
from tgkg.web.asking import Row
from tgkg.web.section_figures import column, together
from tgkg.web.showing import Shower, Shown

_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is shown: its title, and whether it holds numbers."""

    name: str
    title: Shown
    numeric: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one thing: the values in each column, in their order."""

    cells: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Things and what is said of them; the first column names the things."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a thing besides, under one title."""

    title: Shown
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A card, or a step of a route."""

    name: Shown
    text: tuple[Shown, ...]
    facts: tuple[Facts, ...]
    date: Shown | None = None
    until: Shown | None = None


def table(rows: Iterable[Row], columns: Mapping[str, Text], show: Shower) -> Table:
    """Return rows as a table; those with the same first column are one line."""
    listed = list(rows)
    shown = tuple(
        Column(name, _title(name, text, show), _is_numeric(listed, name))
        for name, text in columns.items()
    )
    lines = tuple(
        Line(tuple(column(same, each.name, show) for each in shown))
        for same in together(listed, shown[0].name)
    )
    return Table(shown, lines)


def entries(
    rows: Iterable[Row], about: str, columns: Mapping[str, Text], show: Shower
) -> tuple[Entry, ...]:
    """Return what rows say of the things in the column `about`, in the order given."""
    return tuple(_entry(same, about, columns, show) for same in together(rows, about))


def _entry(rows: list[Row], about: str, columns: Mapping[str, Text], show: Shower) -> Entry:
    facts = (
        Facts(_title(name, text, show), column(rows, name, show)) for name, text in columns.items()
    )
    return Entry(
        name=show.term(rows[0][about]),
        text=column(rows, "text", show),
        facts=tuple(each for each in facts if each.values),
        date=next(iter(column(rows, "date", show)), None),
        until=next(iter(column(rows, "until", show)), None),
    )


def _title(name: str, text: Text, show: Shower) -> Shown:
    return show.text(text) or Shown(name, lang="")


def _is_numeric(rows: Iterable[Row], name: str) -> bool:
    terms = [row[name] for row in rows if name in row]
    return bool(terms) and all(
        isinstance(term, Literal) and term.datatype.value in _NUMBERS for term in terms
    )
