"""What a picture of a chart is made of: shapes and an axis, for any width of the page.

Widths are per cents of the page's width and heights multiples of the size of its letters, so
nothing has to be scaled, and text on a phone is as large as the text around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Final

from tgkg.web.charts import Chart, Mark

PHONE: Final = 44
"""Characters that stand beside each other on a phone."""

LINE: Final = Decimal("1.35")
"""The height of a line of text."""

_TICKS: Final = 5
_ROUND: Final = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Rect:
    """A bar or a part of one; `x` and `width` in per cents, `y` and `height` in letters."""

    x: str
    y: str
    width: str
    height: str
    css: str
    hatch: int | None = None
    """The series whose hatching fills it: it is possible, not certain."""
    fades: str = ""
    """Towards which side it is open: `right` or `up`; nothing where it ends."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the axis, the end of a range, or one between two points."""

    x1: str
    y1: str
    x2: str
    y2: str
    css: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a line; `css` tells whether it is a value or only a bound."""

    x: str
    y: str
    css: str


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of text, the first one at `y`."""

    x: str
    y: str
    lines: tuple[str, ...]
    css: str
    anchor: str = "start"


Shape = Rect | Line | Dot | Text


@dataclass(frozen=True, slots=True)
class Axis:
    """From zero, or from below it where there are figures below, to a round number."""

    low: Decimal
    high: Decimal
    step: Decimal

    def at(self, number: Decimal) -> Decimal:
        """Return how far along the axis a number is, from 0 to 1."""
        return (number - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> tuple[Decimal, ...]:
        """The round numbers on it."""
        count = int((self.high - self.low) / self.step)
        return tuple(self.low + self.step * n for n in range(count + 1))


def axis_of(chart: Chart) -> Axis:
    """Return an axis that has zero and every figure on it; past an open bound there is room."""
    open_ends = (mark.lower for s in chart.series for mark in s.marks if mark.upper is None)
    room = [bound * Decimal("1.15") for bound in open_ends if bound is not None]
    high = max(Decimal(0), *chart.numbers, *room)
    low = min(Decimal(0), *chart.numbers)
    span = (high - low) or Decimal(1)
    size = Decimal(10) ** ((span / _TICKS).adjusted())
    step = next(size * each for each in _ROUND if size * each * _TICKS >= span)
    if all(number == number.to_integral_value() for number in chart.numbers):
        step = max(step, Decimal(1))  # nobody is counted in parts
    return Axis(floor(low / step) * step, ceil(max(high, low + span) / step) * step, step)


def parts(mark: Mark, axis: Axis) -> Iterator[tuple[Decimal, Decimal, bool, bool]]:
    """Yield the parts of a bar along the axis: start, end, whether certain, whether open."""
    zero = axis.at(Decimal(0))
    if mark.value is not None:
        end = axis.at(mark.value)
        yield min(zero, end), max(zero, end), True, False
    if mark.lower is not None and mark.lower > 0:
        yield zero, axis.at(mark.lower), True, False
    if mark.is_bounded:
        start = zero if mark.lower is None else axis.at(mark.lower)
        end = Decimal(1) if mark.upper is None else axis.at(mark.upper)
        yield min(start, end), max(start, end), False, mark.upper is None


def em(number: Decimal) -> str:
    """Write a length in heights of a letter."""
    return f"{number:.2f}em"


def percent(number: Decimal) -> str:
    """Write a length in hundredths of the width."""
    return f"{number:.2f}%"
