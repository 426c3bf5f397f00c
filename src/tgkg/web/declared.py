"""The special pages of a release, and what their queries find."""

from collections.abc import Mapping
from functools import lru_cache
from logging import getLogger
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal

from tgkg.errors import UnreadableError
from tgkg.release import Release
from tgkg.special_pages import SpecialPage, read_page
from tgkg.web.question_parameters import READERS_LANGUAGE, bound

_MOST: Final = 32
"""Releases whose pages are kept."""


def pages_of(release: Release) -> Mapping[str, SpecialPage]:
    """Return the special pages of a release by their names."""
    return _read(release.folder)


@lru_cache(_MOST)
def _read(folder: Path) -> Mapping[str, SpecialPage]:
    pages, queries = folder / "pages", folder / "queries"
    files = sorted(pages.glob("*.toml"))
    found: dict[str, SpecialPage] = {}
    for file in files:
        try:
            found[file.stem] = read_page(file, file.name, pages, queries)
        except UnreadableError:  # a release that another version of this software made
            getLogger(__name__).exception("the page %s is left out", file)
    return MappingProxyType(found)


def spoken(query: str, language: str) -> str:
    """Return a query that asks for texts in a language: what `VALUES ?language` says is replaced.

    `language` is a language tag.
    """
    return bound(query, {READERS_LANGUAGE: Literal(language)})
