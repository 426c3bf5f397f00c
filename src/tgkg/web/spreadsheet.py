"""Writes tables that a spreadsheet opens as what they are: RFC 4180, UTF-8, and no formulas."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

SIGNATURE: Final = "\ufeff"
"""Without it Excel reads UTF-8 as the code page of its machine; LibreOffice, pandas and R take it
for what it is, and others by the name `utf-8-sig`."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_BEGINS_FORMULA: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def as_csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as CSV, each text of it safe to open in a spreadsheet."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(map(safe, header))
    writer.writerows(map(safe, row) for row in rows)
    return SIGNATURE + written.getvalue()


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays the number it is.

    An apostrophe before a text says in spreadsheets that it is one (OWASP, CSV injection).
    """
    begins = text.lstrip(" ").startswith(_BEGINS_FORMULA)
    return f"'{text}" if begins and not _NUMBER.fullmatch(text) else text
