"""What a chart says: marks in series, of one unit and one population, and nothing uncertain lost.

A chart is a value; `chart_drawing` gives it a shape, `templates/_charts.html` writes both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import groupby
from typing import Final

MOST_SERIES: Final = 5
"""More than these cannot be told apart by colour, also not by those who see fewer colours."""

MOST_MARKS: Final = 200
"""More than these are no picture: a table says more."""


class Kind(Enum):
    """How the marks of a chart are drawn."""

    BARS = "bars"
    """Lying bars, for categories and for shares, also those that overlap."""
    COLUMNS = "columns"
    """Standing bars, for counts through the years."""
    LINES = "lines"
    """Points joined in their order, for what changes between them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure: a value, or only bounds of it, or neither where nobody knows.

    With `lower` alone the figure is at least that, with `upper` alone at most, with both between
    them.
    """

    label: str
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    href: str | None = None
    note: str = ""
    words: str = ""
    """The figure in words, where its value or bound alone would say too much or too little."""

    def __post_init__(self) -> None:
        """Refuse a figure that says two things at once, or none that can be drawn.

        Raises:
            ValueError: both a value and a bound, bounds the wrong way round, or no finite number.
        """
        bounds = [bound for bound in (self.lower, self.upper) if bound is not None]
        if self.value is not None and bounds:
            raise ValueError(f"{self.label!r} has a value and a bound: give one of the two.")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"{self.label!r} is at least {self.lower} and at most {self.upper}.")
        if not all(number.is_finite() for number in self.numbers):
            raise ValueError(f"{self.label!r} has a number without an end.")

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """The numbers that it has a place for on the axis."""
        return tuple(n for n in (self.value, self.lower, self.upper) if n is not None)

    @property
    def is_bounded(self) -> bool:
        """Whether only bounds are known."""
        return self.lower is not None or self.upper is not None


@dataclass(frozen=True, slots=True)
class Series:
    """Marks that are measured alike: in one unit, of one population.

    `of` says of whom or what the marks are counted or are a share, such as `169 respondents`.
    """

    name: str
    marks: tuple[Mark, ...]
    unit: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Series that share an axis, because unit and population are the same.

    `lang` is the language of title and labels, where it is not the page's.
    """

    title: str
    series: tuple[Series, ...]
    kind: Kind = Kind.BARS
    notes: tuple[str, ...] = ()
    lang: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would mislead on one axis.

        Raises:
            ValueError: there is nothing to draw or too much, the series differ in unit or
                population, or one has two marks of the same label.
        """
        if not any(mark.numbers for series in self.series for mark in series.marks):
            raise ValueError(f"{self.title!r} has no figure to draw.")
        if len({(series.unit, series.of) for series in self.series}) > 1:
            raise ValueError(f"{self.title!r} mixes units or populations: draw a chart for each.")
        if len(self.series) > MOST_SERIES:
            raise ValueError(f"{self.title!r} has more than {MOST_SERIES} series.")
        if sum(len(series.marks) for series in self.series) > MOST_MARKS:
            raise ValueError(f"{self.title!r} has more than {MOST_MARKS} marks.")
        for series in self.series:
            labels = [mark.label for mark in series.marks]
            if len(set(labels)) < len(labels):
                raise ValueError(f"{self.title!r} has two marks of the same name.")

    @property
    def unit(self) -> str:
        """In what the axis is measured."""
        return self.series[0].unit

    @property
    def of(self) -> str:
        """Of whom or what."""
        return self.series[0].of

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all series, each once; what only a later series has keeps its place."""
        merged: list[str] = []
        for series in self.series:
            place = 0
            for mark in series.marks:
                if mark.label not in merged:
                    merged.insert(place, mark.label)
                place = merged.index(mark.label) + 1
        return tuple(merged)

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """Every number on the axis."""
        return tuple(n for series in self.series for mark in series.marks for n in mark.numbers)

    @property
    def is_bounded(self) -> bool:
        """Whether any of its figures is only a bound."""
        return any(mark.is_bounded for series in self.series for mark in series.marks)

    def mark(self, series: Series, label: str) -> Mark | None:
        """Return the mark of a series with this label, if it has one."""
        return next((mark for mark in series.marks if mark.label == label), None)


def apart(title: str, series: Iterable[Series], kind: Kind = Kind.BARS) -> tuple[Chart, ...]:
    """Return a chart for each unit and population, so that no two share an axis.

    Raises:
        ValueError: one of them cannot be drawn.
    """
    measured = sorted(series, key=_measure)
    return tuple(Chart(title, tuple(same), kind) for _, same in groupby(measured, _measure))


def _measure(series: Series) -> tuple[str, str]:
    return series.unit, series.of
