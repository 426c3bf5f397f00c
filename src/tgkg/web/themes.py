"""The look of a project's own: its style, its pictures, and templates in place of the site's."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from logging import getLogger
from pathlib import Path, PurePosixPath
from typing import Any, Final

from flask import Blueprint, Flask, Response, has_request_context, request
from flask.templating import Environment
from jinja2 import ChoiceLoader, FileSystemLoader, Template
from jinja2.sandbox import SandboxedEnvironment
from werkzeug.exceptions import NotFound

from tgkg.errors import TgkgError
from tgkg.theme import LOGOS, SERVED, STYLE, TEMPLATES
from tgkg.web.current import published

blueprint: Final = Blueprint("themes", __name__)

_MOST: Final = 16
"""Releases whose templates are kept compiled."""


class Themed(Environment):
    """The site's templates; those of the release's theme come first where it has any."""

    def __init__(self, app: Flask, **options: object) -> None:
        """Make the site's own templates ready."""
        super().__init__(app, **options)
        self._options = {key: value for key, value in options.items() if key != "loader"}
        self._of = lru_cache(_MOST)(self._theme)

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's own name
    ) -> Template:
        """Return the template of this request's release, or the site's own.

        What one of the site's own builds upon (`parent`) is the site's own too.
        """
        asked = parent is None and has_request_context()
        theme = self._of(_folder()) if asked else None
        if theme is None:
            return super().get_template(name, parent, globals)
        return theme.get_template(name, parent, globals)

    def plain(self, name: str) -> Template:
        """Return the site's own template of a name."""
        return super().get_template(name)

    def _theme(self, folder: Path | None) -> "_Sandbox | None":
        if folder is None or not folder.is_dir():
            return None
        loader = ChoiceLoader([FileSystemLoader(folder), self.loader or FileSystemLoader([])])
        theme = _Sandbox(self.app, loader=loader, **self._options)
        theme.globals = {**self.globals, **theme.globals}  # the sandbox has a range with an end
        theme.filters, theme.tests = self.filters, self.tests
        return theme


def _folder() -> Path | None:
    """Return where the templates of this request's release may be, if it has one."""
    try:
        return published().release.theme / TEMPLATES
    except TgkgError:
        return None


class _Template(Template):
    """A template that may be a project's: where it fails, the site's own stands in for it."""

    def render(self, *values: object, **named: object) -> str:
        try:
            return super().render(*values, **named)
        except Exception:
            site = self.environment.app.jinja_env  # type: ignore[attr-defined]
            getLogger(__name__).exception("the theme's template %s fails", self.name)
            return str(site.plain(self.name).render(*values, **named))


class _Sandbox(SandboxedEnvironment, Environment):
    """Templates of a project may look at what a page is made of, and at nothing behind it."""

    template_class = _Template


@dataclass(frozen=True, slots=True)
class Look:
    """The files of a theme that every page names, each by its name."""

    style: str | None = None
    logo: str | None = None


NO_THEME: Final = Look()


def look() -> Look:
    """Return what every page names of this release's theme."""
    folder = published().release.theme
    style = STYLE if (folder / STYLE).is_file() else None
    return Look(style, next((name for name in LOGOS if (folder / name).is_file()), None))


@blueprint.get("/theme/<path:name>")
def file(name: str) -> Response:
    """Give a file of the theme; never a template, never anything outside it."""
    release = published().release
    kind = SERVED.get(PurePosixPath(name).suffix.lower())
    path = (release.theme / name).resolve()
    inside = path.is_relative_to(release.theme.resolve()) and path.is_file()
    if kind is None or not inside or PurePosixPath(name).parts[0] == TEMPLATES:
        raise NotFound
    response = Response(path.read_bytes(), content_type=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]
