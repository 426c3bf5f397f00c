"""A chart keeps what is uncertain visible, and refuses what would mislead."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.web.chart_drawing import drawn
from tgkg.web.chart_shapes import Line, Rect, Text, axis_of
from tgkg.web.charts import MOST_SERIES, Chart, Kind, Mark, Series, apart
from tgkg.web.wording import wording

EN, NL = wording("en"), wording("nl")
AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2)


def chart_of(*marks: Mark, kind: Kind = Kind.BARS) -> Chart:
    """Give a chart of one series."""
    return Chart("People", (Series("all", marks, "people"),), kind)


def share(rect: Rect) -> tuple[float, float]:
    """Give where a bar begins and ends, in per cents of the width."""
    start = float(rect.x.rstrip("%"))
    return start, start + float(rect.width.rstrip("%"))


def mark(label: str, value: str) -> Mark:
    """Give an exact figure."""
    return Mark(label, Decimal(value))


@pytest.mark.parametrize(
    ("figure", "english", "dutch", "parts"),
    [
        (Mark("a", Decimal(1000)), "1,000", "1.000", (True, False, False)),
        (Mark("a", Decimal("0.5")), "0.5", "0,5", (True, False, False)),
        (Mark("a", lower=Decimal(565)), "at least 565", "ten minste 565", (True, True, True)),
        (Mark("a", upper=Decimal(42)), "at most 42", "ten hoogste 42", (False, True, False)),
        (
            Mark("a", lower=Decimal(2), upper=Decimal(42)),
            "2 to 42",
            "2 tot 42",
            (True, True, False),
        ),
        (Mark("a"), "not known", "niet bekend", (False, False, False)),
    ],
    ids=["value", "part", "lower", "upper", "between", "unknown"],
)
def test_a_bound_is_drawn_and_said_as_one(figure, english, dutch, parts):
    """What is certain is solid, what is possible hatched, and what has no end is open."""
    certain, possible, open_end = parts
    chart = chart_of(figure, mark("other", "50"))
    drawing = drawn(chart, EN)
    first = [s for s in drawing.shapes if isinstance(s, Rect)][:-1]
    assert [rect.hatch is None for rect in first] == [True] * certain + [False] * possible
    assert bool([rect for rect in first if rect.fades]) == open_end
    assert drawing.rows[0].cells[0].text == english
    assert drawn(chart, NL).rows[0].cells[0].text == dutch
    assert (english,) in [shape.lines for shape in drawing.shapes if isinstance(shape, Text)]


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.sampled_from(Kind))
def test_the_axis_begins_at_zero_and_holds_every_figure(numbers, kind):
    """From zero (or below it, for figures below it) to a round number; no bar leaves it."""
    marks = tuple(Mark(str(at), number) for at, number in enumerate(numbers))
    chart = chart_of(*marks, kind=kind)
    axis = axis_of(chart)
    assert Decimal(0) in axis.ticks
    assert all(0 <= axis.at(number) <= 1 for number in numbers)
    assert 2 <= len(axis.ticks) <= 8
    for shape in drawn(chart, EN).shapes:
        if isinstance(shape, Rect):
            start, end = share(shape)
            assert -0.01 <= start <= end <= 100.02


@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_bars_are_as_long_as_their_figures(numbers):
    """Twice the figure is twice the bar."""
    marks = tuple(Mark(str(at), number) for at, number in enumerate(numbers))
    axis = axis_of(chart_of(*marks))
    rects = [s for s in drawn(chart_of(*marks), EN).shapes if isinstance(s, Rect)]
    for number, rect in zip(numbers, rects, strict=True):
        start, end = share(rect)
        length = float(abs(number) / (axis.high - axis.low) * 100)
        assert end - start == pytest.approx(length, abs=0.02)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (chart_of, "no figure"),
        (lambda: chart_of(Mark("nobody knows")), "no figure"),
        (lambda: chart_of(mark("a", "1"), mark("a", "2")), "same name"),
        (lambda: Mark("a", Decimal(1), lower=Decimal(1)), "a value and a bound"),
        (lambda: Mark("a", lower=Decimal(2), upper=Decimal(1)), "at least 2 and at most 1"),
        (lambda: Mark("a", Decimal("NaN")), "without an end"),
        (lambda: Mark("a", Decimal("Infinity")), "without an end"),
        (
            lambda: Chart("a", tuple(Series("s", (mark("a", "1"),), unit) for unit in "ab")),
            "units or populations",
        ),
        (
            lambda: Chart("a", tuple(Series("s", (mark("a", "1"),), "", of) for of in "ab")),
            "units or populations",
        ),
        (
            lambda: Chart("a", (Series("s", (mark("a", "1"),)),) * (MOST_SERIES + 1)),
            f"more than {MOST_SERIES} series",
        ),
        (lambda: chart_of(*(mark(str(n), "1") for n in range(500))), "marks"),
    ],
)  # fmt: skip
def test_what_would_mislead_is_no_chart(make, said):
    """Units and populations never share an axis; a figure says one thing."""
    with pytest.raises(ValueError, match=said):
        make()


def test_series_of_different_populations_come_apart():
    """Each unit and population gets an axis of its own."""
    members, others = "of the members", "of the others"
    series = [Series(name, (mark("a", "1"),), "%", of) for name, of in
              (("x", members), ("y", others), ("z", members))]  # fmt: skip
    assert [[s.name for s in chart.series] for chart in apart("t", series)] == [["x", "z"], ["y"]]


@pytest.mark.parametrize("kind", Kind)
def test_a_missing_figure_is_no_zero(kind):
    """Where a series has no figure nothing is drawn, and a line is broken there."""
    chart = Chart("t", (
        Series("a", (mark("2018", "1"), mark("2020", "3"))),
        Series("b", (mark("2018", "1"), mark("2019", "2"), mark("2020", "3"))),
    ), kind)  # fmt: skip
    drawing = drawn(chart, EN)
    assert [row.label for row in drawing.rows] == ["2018", "2019", "2020"]
    assert drawing.rows[1].cells[0].text == ""
    joins = [s for s in drawing.shapes if isinstance(s, Line) and s.css.startswith("join")]
    rects = [s for s in drawing.shapes if isinstance(s, Rect)]
    assert len(joins) == (2 if kind is Kind.LINES else 0)
    assert len(rects) == (0 if kind is Kind.LINES else 5)


@given(st.text(min_size=1), st.sampled_from(Kind))
def test_any_label_has_a_place(label, kind):
    """Whatever a thing is called, the chart can be drawn."""
    drawing = drawn(chart_of(mark(label, "3"), kind=kind), EN)
    assert drawing.rows[0].label == label
