"""Checks what a project says of its own site: its pages, their queries, its theme."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import pyoxigraph as ox
from jinja2 import Environment, TemplateSyntaxError

from tgkg.errors import Place, Problem, UnreadableError
from tgkg.publish.project import Project, Role, SourceFile
from tgkg.publish.sound_queries import ask, read_query
from tgkg.special_pages import HOW_MUCH, KINDS, Section, read_page
from tgkg.theme import SERVED, TEMPLATES

_CHOICES: Final = ", ".join(sorted(SERVED))


def check_site(project: Project) -> None:
    """Return when every page and template of a project is in order.

    Raises:
        UnreadableError: with everything in them that is not, with file and line.
    """
    problems: list[Problem] = []
    for file in project.files_for(Role.PAGE):
        problems += _said(lambda file=file: _check_page(project, file))  # type: ignore[misc]
    for file in project.files_for(Role.THEME):
        problems += _said(lambda file=file: _check_theme(project, file))  # type: ignore[misc]
    if problems:
        raise UnreadableError(*problems)


def _said(check: Callable[[], None]) -> Iterator[Problem]:
    try:
        check()
    except UnreadableError as error:
        yield from error.problems


def _check_page(project: Project, file: SourceFile) -> None:
    """Read a page, or a query beside the pages."""
    folders = project.config.folders
    pages, queries = project.root / folders.pages, project.root / folders.queries
    if file.path.suffix == ".rq":
        read_query(file.path, file.name, file.base)
    elif file.path.suffix != ".toml":
        raise UnreadableError.at(file.name, "a page is a .toml file, and its queries .rq files.")
    elif file.path.parent != pages:
        raise UnreadableError.at(file.name, f"put the page into {folders.pages}/ itself.")
    else:
        for section in read_page(file.path, file.name, pages, queries).sections:
            _check_section(project, section)


def _check_section(project: Project, section: Section) -> None:
    """Refuse a section whose query does not give what it shows."""
    if section.query is None or section.settings is None:
        return
    name = section.query.relative_to(project.root).as_posix()
    given = _columns_of(section.query, name, project.config.names.base)
    fail = section.settings.fail
    kind = KINDS[section.kind]
    for column in (*kind.needed, *section.columns):
        if column not in given:
            where = column if column in section.columns else "query"
            fail(where, f"{name} gives no ?{column}; it gives: {', '.join(given) or 'nothing'}.")
    if HOW_MUCH[0] in kind.known and not set(HOW_MUCH) & set(given):
        fail("query", f"{name} says of no figure how much it is: ?{', ?'.join(HOW_MUCH)}.")


def _columns_of(path: Path, name: str, base: str) -> tuple[str, ...]:
    found = ask(ox.Store(), read_query(path, name, base), name, base)
    if not isinstance(found, ox.QuerySolutions):
        raise UnreadableError.at(name, "is not a SELECT query; only that gives columns.")
    return tuple(variable.value for variable in found.variables)


def _check_theme(project: Project, file: SourceFile) -> None:
    """Refuse a file that the site would not serve, and a template that is not one."""
    inside = PurePosixPath(file.path.relative_to(project.root / project.config.folders.theme))
    if inside.parts[0] != TEMPLATES:
        if inside.suffix.lower() not in SERVED:
            raise UnreadableError.at(file.name, f"a theme has files of these kinds: {_CHOICES}.")
        return
    try:
        Environment(autoescape=True).parse(file.path.read_text("utf-8"))
    except TemplateSyntaxError as error:
        place = Place(file.name, error.lineno)
        raise UnreadableError(Problem(place, f"not a template: {error.message}")) from error
    except (OSError, ValueError) as error:
        raise UnreadableError.at(file.name, "cannot be read as a UTF-8 text.") from error
