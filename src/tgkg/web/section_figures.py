"""Figures on a special page: how much, of what, as of when, from whom, how surely."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from pyoxigraph import Literal

from tgkg.special_pages import HOW_MUCH
from tgkg.web.asking import Row
from tgkg.web.charts import Mark
from tgkg.web.showing import Shower, Shown

GROUNDS: Final = ("sample", "period", "source", "reading", "reason")
"""The columns that say why to believe a figure."""


_LOOSE: Final = frozenset({"moreThan", "about"})
"""What a chart draws like a bound or a value, so that words must tell it apart."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a figure rests on: which column says it, and what."""

    column: str
    values: tuple[Shown, ...]
    how: tuple[Shown, ...] = ()
    """How surely that is known, where it is said apart."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts."""

    name: Shown
    """Leads to its page."""
    amount: str
    """As words: a bound says that it is one."""
    unit: Shown | None
    population: tuple[Shown, ...]
    grounds: tuple[Ground, ...]


def figures(rows: Iterable[Row], show: Shower) -> tuple[Figure, ...]:
    """Return the figures of some rows; those that are about the same are one."""
    return tuple(
        Figure(
            name=show.term(same[0]["figure"]),
            amount=amount(same[0], show),
            unit=next(iter(column(same, "unit", show)), None),
            population=column(same, "population", show),
            grounds=grounds(same, show),
        )
        for same in together(rows, "figure")
    )


def together(rows: Iterable[Row], name: str) -> list[list[Row]]:
    """Return the rows that have the same term in a column together, in the order given."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if name in row:
            found.setdefault(str(row[name]), []).append(row)
    return list(found.values())


def column(rows: Iterable[Row], name: str, show: Shower) -> tuple[Shown, ...]:
    """Return what rows say in a column, each once; of texts, those that suit the reader."""
    terms = dict.fromkeys(row[name] for row in rows if name in row)
    tagged = [term for term in terms if isinstance(term, Literal) and term.language]
    best = show.reader.pick(tagged)
    spoken = best.language if best else None
    return tuple(
        show.term(term)
        for term in terms
        if not isinstance(term, Literal) or term.language in (None, spoken)
    )


def grounds(rows: Iterable[Row], show: Shower) -> tuple[Ground, ...]:
    """Return why to believe what some rows say."""
    listed = list(rows)
    found = (
        Ground(name, column(listed, name, show), column(listed, f"{name}Reading", show))
        for name in GROUNDS
    )
    return tuple(ground for ground in found if ground.values)


def numbers(row: Row) -> Mapping[str, Decimal]:
    """Return how much a row says a figure is, by the column that says so."""
    found: dict[str, Decimal] = {}
    for name in HOW_MUCH:
        term = row.get(name)
        try:
            number = Decimal(term.value) if isinstance(term, Literal) else None
        except InvalidOperation:
            number = None
        if number is not None and number.is_finite():
            found[name] = number
    return found


def mark_of(row: Row, label: str, href: str | None, note: str, show: Shower) -> Mark:
    """Return a row's figure as a chart draws it.

    Raises:
        ValueError: it says two things at once.
    """
    said = numbers(row)
    value = said.get("value", said.get("about"))
    lower = said.get("moreThan", said.get("atLeast"))
    words = amount(row, show) if _LOOSE & said.keys() else ""
    return Mark(label, value, lower, said.get("atMost"), href, note, words)


def amount(row: Row, show: Shower) -> str:
    """Return in words how much a row says a figure is."""
    t, said = show.reader.t, numbers(row)
    if {"atLeast", "atMost"} <= said.keys():
        low, high = t.quantity(said["atLeast"]), t.quantity(said["atMost"])
        return t("chart.between", low=low, high=high)
    for name, number in said.items():
        return t(f"special.much.{name}", number=t.quantity(number))
    return t("chart.unknown")
