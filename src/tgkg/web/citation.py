"""How a release, or a page of one, is cited: as text, BibTeX and CSL-JSON."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
"""BibTeX counts braces, escaped ones too, so those are written by their names."""

_SPACES: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NOT_IN_KEYS: Final = re.compile(r"[^A-Za-z0-9-]+")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited, and where it says the same for good."""

    name: str
    """Of the dataset, in ASCII."""
    title: str
    page: str | None
    """What the page is about; None where the whole is cited."""
    publisher: str | None
    version: str
    release: str
    """The id of the release."""
    day: date
    licence: str | None
    url: str

    @property
    def key(self) -> str:
        """A key that no other release has, and no other page of it."""
        name = _NOT_IN_KEYS.sub("-", self.name).strip("-") or "graph"
        page = f"-{sha256(self.url.encode()).hexdigest()[:6]}" if self.page else ""
        return f"{name}-{self.release[:12]}{page}"

    def text(self) -> str:
        """Return it as a line of text, in the manner of APA's seventh edition."""
        who = f"{_plain(self.publisher).rstrip('.')}. " if self.publisher else ""
        day = f"({self.day.year}, {_MONTHS[self.day.month - 1]} {self.day.day}). "
        title = _plain(self.title).rstrip(".")
        kind = f"{title} (Version {_plain(self.version)}) [Data set]"
        whole = f"{_plain(self.page).rstrip('.')}. In {kind}" if self.page else kind
        opening = f"{who}{day}{whole}" if who else f"{whole} {day.rstrip('. ')}"
        licence = f" Licence: {self.licence}." if self.licence else ""
        return f"{opening}.{licence} {self.url}\n"

    def bibtex(self) -> str:
        """Return it as an entry of BibTeX in UTF-8, for old styles and for biblatex."""
        fields = {
            "author": self.publisher and f"{{{_latex(self.publisher)}}}",
            "title": f"{{{_latex(self._whole)}}}",
            "year": str(self.day.year),
            "month": str(self.day.month),
            "date": self.day.isoformat(),
            "publisher": self.publisher and _latex(self.publisher),
            "version": _latex(self.version),
            "note": _latex(self._note),
            "url": self.url,
        }
        lines = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items() if text)
        return f"@misc{{{self.key},\n{lines}}}\n"

    def csl(self) -> str:
        """Return it as CSL-JSON, which reference managers and Pandoc read."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "dataset",
            "title": _plain(self._whole),
            "author": self.publisher and [{"literal": _plain(self.publisher)}],
            "publisher": self.publisher and _plain(self.publisher),
            "version": _plain(self.version),
            "issued": {"date-parts": [[self.day.year, self.day.month, self.day.day]]},
            "note": self._note,
            "URL": self.url,
        }
        told = {name: value for name, value in item.items() if value}
        return json.dumps([told], ensure_ascii=False, indent=2) + "\n"

    @property
    def _whole(self) -> str:
        return f"{self.page}. In: {self.title}" if self.page else self.title

    @property
    def _note(self) -> str:
        licence = (f"Licence: {self.licence}",) if self.licence else ()
        return _sentences((f"Release {self.release}", *licence))


def _sentences(parts: Iterable[str]) -> str:
    return ". ".join(parts)


def _plain(text: str) -> str:
    """Return a text on one line, without characters that print nothing."""
    return _SPACES.sub(" ", text).strip()


def _latex(text: str) -> str:
    return _plain(text).translate(_LATEX)
