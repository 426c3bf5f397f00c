"""The words of the interface, and how each language writes numbers and dates."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Final

from pyoxigraph import Literal

from tgkg.iris import XSD

INTERFACE: Final = ("en", "nl")
"""The languages that the interface speaks; the first stands in for all others."""

_GROUPING: Final = {"en": ",", "nl": "."}
_DURATION: Final = re.compile(
    r"P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
"""XML Schema 1.1 part 2, section 3.3.6."""

_DURATION_UNITS: Final = (
    "duration.years", "duration.months", "duration.days",
    "duration.hours", "duration.minutes", "duration.seconds",
)  # fmt: skip
_THOUSAND: Final = 1000
_TEN: Final = 10
_DECIMAL_MARK: Final = {"en": ".", "nl": ","}


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the interface in one language."""

    language: str
    messages: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the message with its values filled in.

        A message that depends on a number is written twice, as `key.one` and `key.other`, and
        chosen by the value `count`.
        """
        if key not in self.messages and "count" in values:
            key = f"{key}.one" if values["count"] == 1 else f"{key}.other"
        filled = {name: self._shown(value) for name, value in values.items()}
        return self.messages[key].format(**filled)

    def number(self, value: int) -> str:
        """Write a count with its thousands apart."""
        return f"{value:,}".replace(",", _GROUPING[self.language])

    def quantity(self, value: Decimal) -> str:
        """Write a measured number: thousands apart, and as many decimals as it has."""
        marks = str.maketrans(",.", _GROUPING[self.language] + _DECIMAL_MARK[self.language])
        return f"{value.normalize():,f}".translate(marks)

    def day(self, moment: str) -> str:
        """Write the day of an xsd:dateTime."""
        return _date(self, moment[:10])

    def size(self, size: int) -> str:
        """Write a number of bytes as people do: three digits and a unit."""
        amount, unit = float(size), "B"
        for larger in ("kB", "MB", "GB", "TB"):
            if amount < _THOUSAND:
                break
            amount, unit = amount / _THOUSAND, larger
        digits = 1 if amount < _TEN and unit != "B" else 0
        return f"{amount:.{digits}f} {unit}".replace(".", _DECIMAL_MARK[self.language])

    def literal(self, literal: Literal) -> str:
        """Write a value of the data as this language does, where that cannot mislead.

        Whole numbers stay as they are: nothing tells a year or a code from a quantity.
        """
        write = _WRITERS.get(literal.datatype.value)
        if write is None:
            return literal.value
        try:
            return write(self, literal.value)
        except (ValueError, InvalidOperation):
            return literal.value

    def _shown(self, value: object) -> object:
        return self.number(value) if isinstance(value, int) else value


@cache  # the files are part of the program and never change while it runs
def wording(language: str) -> Wording:
    """Return the words of the interface in the language, or in the one that stands in for it."""
    spoken = next((tag for tag in INTERFACE if matches(language, tag)), INTERFACE[0])
    file = resources.files("tgkg.web") / "messages" / f"{spoken}.toml"
    return Wording(spoken, dict(_flat(tomllib.loads(file.read_text(encoding="utf-8")))))


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


def matches(tag: str, wanted: str) -> bool:
    """Tell whether a tag is in a language range: `nl-BE` is in `nl` (RFC 4647, section 3.3.1)."""
    lowered = tag.lower()
    return lowered == wanted or lowered.startswith(wanted + "-")


def _decimal(wording: Wording, value: str) -> str:
    if not Decimal(value).is_finite() or "e" in value.lower():
        return value
    return value.replace(".", _DECIMAL_MARK[wording.language])


def _date(wording: Wording, value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {_month(wording, day.month)} {day.year}"


def _year_month(wording: Wording, value: str) -> str:
    first = date.fromisoformat(f"{value}-01")
    return f"{_month(wording, first.month)} {first.year}"


def _month(wording: Wording, number: int) -> str:
    return wording("months").split()[number - 1]


def _boolean(wording: Wording, value: str) -> str:
    keys = {"true": "value.true", "1": "value.true", "false": "value.false", "0": "value.false"}
    return wording(keys[value]) if value in keys else value


def _duration(wording: Wording, value: str) -> str:
    """Write a whole, positive duration in words; any other stays as it is."""
    match = _DURATION.fullmatch(value)
    parts = (
        []
        if match is None
        else [
            wording(key, count=int(amount))
            for key, amount in zip(_DURATION_UNITS, match.groups(), strict=True)
            if amount
        ]
    )
    return ", ".join(parts) or value


def _collapsed(_wording: Wording, value: str) -> str:
    return value.strip()


_WRITERS: Final[Mapping[str, Callable[[Wording, str], str]]] = {
    XSD + "decimal": _decimal,
    XSD + "double": _decimal,
    XSD + "float": _decimal,
    XSD + "date": _date,
    XSD + "gYearMonth": _year_month,
    XSD + "boolean": _boolean,
    XSD + "integer": _collapsed,
    XSD + "duration": _duration,
    XSD + "yearMonthDuration": _duration,
    XSD + "dayTimeDuration": _duration,
}
