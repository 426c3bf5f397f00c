"""A figure in words: a bound says that it is one."""

from decimal import Decimal

from tgkg.web.charts import Mark
from tgkg.web.wording import Wording


def said(mark: Mark | None, t: Wording) -> str:
    """Return a figure in words: a bound says that it is one."""
    match mark:
        case Mark(value=Decimal() as value):
            return t.quantity(value)
        case Mark(lower=Decimal() as lower, upper=Decimal() as upper):
            return t("chart.between", low=t.quantity(lower), high=t.quantity(upper))
        case Mark(lower=Decimal() as lower):
            return t("chart.atleast", number=t.quantity(lower))
        case Mark(upper=Decimal() as upper):
            return t("chart.atmost", number=t.quantity(upper))
        case Mark():
            return t("chart.unknown")
        case _:
            return ""


def short(mark: Mark, t: Wording) -> str:
    """Return a figure in as few characters as tell a bound from a value."""
    low, high = ("" if n is None else t.quantity(n) for n in (mark.lower, mark.upper))
    if mark.value is not None:
        return t.quantity(mark.value)
    return f"{low}-{high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
