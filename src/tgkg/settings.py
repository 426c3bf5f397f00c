"""Reads a TOML file of settings, and knows the line of each key for its errors."""

import re
import sys
import tomllib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from copy import copy
from pathlib import Path
from typing import Any, Final, NoReturn

from tgkg.errors import UnreadableError
from tgkg.iris import is_iri

Text = Mapping[str, str]
"""A text by language tag; the empty tag where the language is not said."""

_TAG: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def is_tag(value: object) -> bool:
    """Tell whether a value has the form of a language tag (BCP 47)."""
    return isinstance(value, str) and bool(_TAG.fullmatch(value))


class Settings:
    """The settings in one file; every mistake is an `UnreadableError` with its line."""

    def __init__(self, file: Path, name: str | None = None) -> None:
        """Read the file; `name` is what messages call it, where that is not its own name.

        Raises:
            UnreadableError: it cannot be read or is not TOML.
        """
        self._name = name or file.name
        self.lines = 0, sys.maxsize
        try:
            self._text = file.read_text(encoding="utf-8-sig")
            self.values: Mapping[str, Any] = tomllib.loads(self._text)
        except UnicodeDecodeError as error:
            raise UnreadableError.at(self._name, "not UTF-8; save the file as UTF-8.") from error
        except (ValueError, RecursionError) as error:
            message, _, place = str(error).partition(" (at ")
            last = len(self._text.splitlines()) if place.startswith("end") else None
            line = re.match(r"line (\d+)", place)
            number = int(line[1]) if line else last
            raise UnreadableError.at(self._name, f"not TOML: {message}.", number) from error
        except OSError as error:
            raise UnreadableError.at(self._name, f"cannot be read: {error.strerror}.") from error

    def parts(self, key: str) -> "list[Settings]":
        """Return each table of an array of tables (`[[key]]`), as settings with lines of its own.

        Raises:
            UnreadableError: it is no array of tables.
        """
        values = self.values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
            self.fail(key, f"{key} is written as [[{key}]], once for each.")
        header = re.compile(rf"\s*\[\[\s*{re.escape(key)}\s*\]\]")
        lines = enumerate(self._text.splitlines(), 1)
        starts = [number for number, line in lines if header.match(line)]
        starts += [0] * (len(values) - len(starts)) + [sys.maxsize]
        parts = []
        for number, table in enumerate(values):
            part = copy(self)
            part.values = table
            part.lines = starts[number], starts[number + 1]
            parts.append(part)
        return parts

    def table(self, key: str) -> dict[str, Any]:
        """Return a table; empty where the file has none."""
        return self.table_in(self.values, key)

    def table_in(self, values: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Return a table within another; empty where there is none."""
        inner = values.get(key, {})
        if not isinstance(inner, dict):
            self.fail(key, f"{key} is a table: write it as [{key}].")
        return dict(inner)

    def string(self, values: Mapping[str, Any], key: str) -> str | None:
        """Return a string, or None where there is none."""
        value = values.get(key)
        if value is None or isinstance(value, str):
            return value
        return self.fail(key, f"{key} is a text in quotation marks.")

    def strings(self, values: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Return a list of strings; empty where there is none."""
        value = values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fail(key, f'{key} is a list of texts, as in ["...", "..."].')
        return tuple(value)

    def iri(self, values: Mapping[str, Any], key: str) -> str | None:
        """Return an absolute IRI, or None where there is none."""
        value = self.string(values, key)
        if value is not None and not is_iri(value):
            self.fail(key, f"{key} is an absolute IRI, as in https://example.org/.")
        return value

    def text(self, values: Mapping[str, Any], key: str) -> Text:
        """Return a text: a string, or a table of strings by language."""
        value = values.get(key, {})
        if isinstance(value, str):
            return {"": value}
        if not isinstance(value, dict) or not all(
            is_tag(tag) and isinstance(text, str) for tag, text in value.items()
        ):
            self.fail(key, f'{key} is a text, or one by language: {{ en = "...", nl = "..." }}.')
        return {tag.lower(): text for tag, text in value.items()}

    def refuse_unknown(
        self, values: Mapping[str, Any], known: AbstractSet[str], where: str = ""
    ) -> None:
        """Refuse a key that means nothing."""
        for key in values:
            if key not in known:
                choices = ", ".join(sorted(known))
                self.fail(key, f"{where}{key} is not a setting; there are: {choices}.")

    def within(self, key: str) -> "Settings":
        """Return the same settings for reading a table: a key is looked for from there on."""
        inner = copy(self)
        inner.lines = self._line_of(key) or self.lines[0], self.lines[1]
        return inner

    def fail(self, key: str, message: str) -> NoReturn:
        """Raise the error for a key, at its line; where it has none, at where its table starts."""
        raise UnreadableError.at(self._name, message, self._line_of(key) or self.lines[0] or None)

    def _line_of(self, key: str) -> int | None:
        """Return the first line that states a key: in a table's name, alone, or in braces."""
        stated = re.compile(rf"(?:^|^[^#]*[\[{{,.])\s*[\"']?{re.escape(key)}[\"']?\s*[\].=]")
        first, end = self.lines
        lines = enumerate(self._text.splitlines(), 1)
        return next((at for at, line in lines if first <= at < end and stated.search(line)), None)
