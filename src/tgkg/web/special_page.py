"""What a special page shows: each of its sections with what its query finds in this release."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import request
from pyoxigraph import NamedNode

from tgkg.special_pages import Section, SpecialPage
from tgkg.web.asking import Row, rows
from tgkg.web.current import Published, published
from tgkg.web.declared import spoken
from tgkg.web.prose import Prose, prose
from tgkg.web.questions import Question, questions_of
from tgkg.web.section_charts import ShownChart, charts
from tgkg.web.section_figures import Figure, figures
from tgkg.web.section_tables import Entry, Table, entries, table
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import shower_for

Body = tuple[ShownChart, ...] | tuple[Figure, ...] | tuple[Entry, ...] | tuple[Shown, ...] | Table


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is shown; `body` is what its kind shows, None where that is only a text."""

    kind: str
    id: str
    title: Shown | None
    text: Prose | None
    note: Prose | None
    body: Body | None
    data: str | None = None
    """The address of what its query finds, as CSV."""
    query: str | None = None
    """The address of the query form with its query."""


@dataclass(frozen=True, slots=True)
class Special:
    """A special page."""

    title: Shown | None
    lede: Shown | None
    parts: tuple[Part, ...]
    generic: bool


def special(here: Published, page: SpecialPage) -> Special:
    """Gather a page: a query for each section that has one, and two for the names of things."""
    language = shower_for(()).reader.language
    found: dict[str, list[Row]] = {
        section.id: rows(here.engine, spoken(section.query.read_text("utf-8"), language))
        for section in page.sections
        if section.query
    }
    show = shower_for(_things(found))
    return Special(
        show.text(page.title),
        show.text(page.lede),
        tuple(_part(page, section, found.get(section.id, []), show) for section in page.sections),
        page.generic,
    )


def _things(found: Mapping[str, Iterable[Row]]) -> Iterable[str]:
    for some in found.values():
        for row in some:
            yield from (term.value for term in row.values() if isinstance(term, NamedNode))


def _part(page: SpecialPage, section: Section, found: list[Row], show: Shower) -> Part:
    title = show.text(section.title)
    root = request.script_root
    part = Part(
        section.kind,
        section.id,
        title,
        prose(section.text, show, root),
        prose(section.note, show, root),
        _body(section, found, title.text if title else "", show),
    )
    if section.query is None:
        return part
    query = spoken(section.query.read_text("utf-8"), show.reader.language)
    data = show.links.url("special.data", slug=page.slug, name=section.id)
    return replace(part, data=data, query=show.links.query(query))


def _body(section: Section, found: list[Row], title: str, show: Shower) -> Body | None:
    body: Body | None = None
    match section.kind:
        case "figures":
            body = figures(found, show)
        case "chart":
            body = charts(found, title, section.marks, show)
        case "table" | "comparison":
            body = table(found, section.columns, show)
        case "cards":
            body = entries(found, "thing", section.columns, show)
        case "route":
            body = entries(found, "step", section.columns, show)
        case "questions":
            known = {each.slug: each for each in questions_of(published().release)}
            wanted = (known[slug] for slug in section.questions if slug in known)
            body = tuple(_question(each, show) for each in wanted)
    return body


def _question(question: Question, show: Shower) -> Shown:
    title = show.text(question.titles) or Shown(question.slug, lang="")
    return replace(title, href=show.links.url("questions.question", slug=question.slug))
