"""A figure in words: a bound says that it is one."""

from decimal import Decimal

from tgkg.web.charts import Chart, Mark
from tgkg.web.wording import Wording


def said(mark: Mark | None, t: Wording) -> str:
    """Return a figure in words: a bound says that it is one."""
    if mark is None or mark.words:
        return mark.words if mark else ""
    match mark:
        case Mark(value=Decimal() as value):
            return t.quantity(value)
        case Mark(lower=Decimal() as lower, upper=Decimal() as upper):
            return t("chart.between", low=t.quantity(lower), high=t.quantity(upper))
        case Mark(lower=Decimal() as lower):
            return t("chart.atleast", number=t.quantity(lower))
        case Mark(upper=Decimal() as upper):
            return t("chart.atmost", number=t.quantity(upper))
        case _:
            return t("chart.unknown")


def short(mark: Mark, t: Wording) -> str:
    """Return a figure in as few characters as tell a bound from a value."""
    if mark.words:
        return mark.words
    low, high = ("" if n is None else t.quantity(n) for n in (mark.lower, mark.upper))
    if mark.value is not None:
        return t.quantity(mark.value)
    return f"{low}-{high}" if low and high else f"≥ {low}" if low else f"≤ {high}"


def summary(chart: Chart, t: Wording) -> str:
    """Say what the picture is; a bound is no end of a range of values."""
    marks = [mark for series in chart.series for mark in series.marks]
    if chart.is_bounded or any(mark.words for mark in marks):
        return t("chart.loose", count=len(marks))
    low, high = t.quantity(min(chart.numbers)), t.quantity(max(chart.numbers))
    return t("chart.summary", count=len(marks), low=low, high=high)
