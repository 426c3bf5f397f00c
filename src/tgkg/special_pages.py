"""The pages that a project brings along: what `pages/*.toml` says, in a project or a release."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tgkg.settings import Settings, Text

HOME: Final = "home"
"""The page that stands for the upper part of the home page."""

ABOUT: Final = "about"
"""The page that stands before what the site says of itself, or for it."""

RESERVED: Final = frozenset({
    "browse", "capabilities", "catalog", "cite", "conformance", "data", "def", "doc", "dumps",
    "feed", "graph", "graphs", "healthz", "id", "linkset", "metrics", "news", "pages", "queries",
    "query", "questions", "releases", "resource", "robots", "search", "shapes", "sitemap",
    "sparql", "static", "theme", "timegate", "timemap", "validation",
})  # fmt: skip
"""First parts of the site's own addresses: no page may take them."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PAGE_KEYS: Final = frozenset({"title", "name", "lede", "menu", "generic", "section"})
_SHARED_KEYS: Final = frozenset({"kind", "id", "title", "text", "note"})
_MARKS: Final = ("bars", "columns", "lines")

HOW_MUCH: Final = ("value", "moreThan", "atLeast", "atMost", "about")
"""The columns of a query that say how much a figure is: exactly, or only so far."""

OF_A_FIGURE: Final = (
    "unit", "population", "sample", "sampleReading", "period", "periodReading", "source", "reading",
    "reason",
)  # fmt: skip
"""The columns that say what a figure is about, and why to believe it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of section: the keys that it has besides, and the columns that it shows."""

    keys: frozenset[str] = frozenset()
    needed: tuple[str, ...] = ()
    """Columns that its query must give."""
    known: tuple[str, ...] = ()
    """Columns that it shows in ways of its own."""

    @property
    def asks(self) -> bool:
        """Whether it shows what a query finds."""
        return "query" in self.keys


KINDS: Final[Mapping[str, Kind]] = {
    "text": Kind(),
    "figures": Kind(frozenset({"query"}), ("figure",), (*HOW_MUCH, *OF_A_FIGURE)),
    "chart": Kind(
        frozenset({"query", "marks"}),
        ("label", "unit", "population"),
        ("figure", "series", *HOW_MUCH, *OF_A_FIGURE),
    ),
    "table": Kind(frozenset({"query", "columns"})),
    "comparison": Kind(frozenset({"query", "columns"})),
    "cards": Kind(frozenset({"query", "columns"}), ("thing",), ("text",)),
    "route": Kind(frozenset({"query", "columns"}), ("step",), ("date", "until", "text")),
    "questions": Kind(frozenset({"questions"})),
}
"""Every kind of section."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page."""

    kind: str
    id: str
    title: Text = field(default_factory=dict)
    text: Text = field(default_factory=dict)
    """Markdown that stands first."""
    note: Text = field(default_factory=dict)
    """Markdown that stands last."""
    query: Path | None = None
    columns: Mapping[str, Text] = field(default_factory=dict)
    """The columns of the query that are shown under a title, in this order."""
    marks: str = _MARKS[0]
    """How a chart draws its figures."""
    questions: tuple[str, ...] = ()
    """The names of questions: those of their files, without the extension."""
    settings: Settings | None = field(default=None, compare=False)
    """Where it was read, for errors about it."""


@dataclass(frozen=True, slots=True)
class SpecialPage:
    """A page of a project's own, at the address of its name."""

    slug: str
    title: Text
    name: Text
    """What the menu calls it."""
    lede: Text
    menu: int | None
    """Its place in the menu; None where it has none."""
    generic: bool
    """Whether what the site itself says at this address follows."""
    sections: tuple[Section, ...]


def read_page(file: Path, name: str, pages: Path, queries: Path) -> SpecialPage:
    """Read a page whose queries lie in one of the two folders.

    Raises:
        UnreadableError: it cannot be read, or says what means nothing; with its line.
    """
    return _Reader(Settings(file, name), pages, queries).page(file.stem)


class _Reader:
    """Reads one page."""

    def __init__(self, settings: Settings, pages: Path, queries: Path) -> None:
        self._settings = settings
        self._pages = pages
        self._queries = queries

    def page(self, slug: str) -> SpecialPage:
        settings, values = self._settings, self._settings.values
        if not _SLUG.fullmatch(slug):
            settings.fail("title", "a page's file name is small letters, digits and hyphens.")
        if slug in RESERVED:
            settings.fail("title", f"/{slug} is an address of the site itself; rename the file.")
        settings.refuse_unknown(values, _PAGE_KEYS)
        title = settings.text(values, "title")
        if not title and slug not in (HOME, ABOUT):
            settings.fail("title", "a page needs a title.")
        return SpecialPage(
            slug,
            title,
            settings.text(values, "name") or title,
            settings.text(values, "lede"),
            self._menu(),
            self._generic(slug),
            self._sections(),
        )

    def _menu(self) -> int | None:
        menu = self._settings.values.get("menu")
        if menu is not None and (not isinstance(menu, int) or isinstance(menu, bool)):
            self._settings.fail("menu", "menu is a whole number: the page's place in the menu.")
        return menu

    def _generic(self, slug: str) -> bool:
        generic = self._settings.values.get("generic", True)
        if slug not in (HOME, ABOUT) and "generic" in self._settings.values:
            self._settings.fail("generic", f"generic is for {HOME}.toml and {ABOUT}.toml.")
        if not isinstance(generic, bool):
            self._settings.fail("generic", "generic is true or false.")
        return generic

    def _sections(self) -> tuple[Section, ...]:
        found: dict[str, Section] = {}
        for number, settings in enumerate(self._settings.parts("section"), 1):
            section = self._section(settings, number)
            if section.id in found:
                settings.fail("query", f"two sections are called {section.id}; give this an id.")
            found[section.id] = section
        return tuple(found.values())

    def _section(self, settings: Settings, number: int) -> Section:
        values = settings.values
        kind = settings.string(values, "kind") or "text"
        if kind not in KINDS:
            settings.fail("kind", f"{kind} is no kind of section; there are: {', '.join(KINDS)}.")
        settings.refuse_unknown(values, KINDS[kind].keys | _SHARED_KEYS, f"in {kind}, ")
        query = self._query(settings) if KINDS[kind].asks else None
        given = settings.string(values, "id")
        if given is not None and not _SLUG.fullmatch(given):
            settings.fail("id", "id is small letters, digits and hyphens.")
        if kind == "text" and not settings.text(values, "text"):
            settings.fail("text", "a section of the kind text needs a text.")
        return Section(
            kind,
            given or (query.stem if query else f"part-{number}"),
            settings.text(values, "title"),
            settings.text(values, "text"),
            settings.text(values, "note"),
            query,
            self._columns(settings, kind),
            self._marks(settings),
            self._questions(settings) if kind == "questions" else (),
            settings,
        )

    def _query(self, settings: Settings) -> Path:
        name = settings.string(settings.values, "query")
        if not name:
            settings.fail("query", "a section of this kind needs a query: the name of its file.")
        file = self._file(name, self._pages, self._queries)
        return file or settings.fail("query", f"there is no query {name} here or in the queries.")

    def _questions(self, settings: Settings) -> tuple[str, ...]:
        named = settings.strings(settings.values, "questions")
        for name in named:
            if self._file(f"{name}.rq", self._queries) is None:
                settings.fail("questions", f"there is no question {name}.")
        return named or settings.fail("questions", "name the questions, one or more.")

    def _file(self, name: str, *folders: Path) -> Path | None:
        """Return a query by its name, never one outside the folders."""
        if Path(name).is_absolute() or ".." in Path(name).parts or not name.endswith(".rq"):
            return None
        return next((folder / name for folder in folders if (folder / name).is_file()), None)

    def _columns(self, settings: Settings, kind: str) -> Mapping[str, Text]:
        columns = settings.values.get("columns", {})
        if not isinstance(columns, dict):
            settings.fail("columns", "columns is a table: a title for each column of the query.")
        if kind in ("table", "comparison") and not columns:
            settings.fail("columns", f"a {kind} needs columns: a title for each one it shows.")
        return {column: settings.text(columns, column) for column in columns}

    def _marks(self, settings: Settings) -> str:
        marks: Any = settings.values.get("marks", _MARKS[0])
        if marks not in _MARKS:
            settings.fail("marks", f"marks are one of: {', '.join(_MARKS)}.")
        return str(marks)
