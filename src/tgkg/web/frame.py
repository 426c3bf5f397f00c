"""The frame of a page, as templates show it: menu, languages, banners, footer."""

from dataclasses import dataclass

from tgkg.report import Report
from tgkg.web.showing import Shown
from tgkg.web.themes import NO_THEME, Look
from tgkg.web.wording import Wording


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the site in its menu."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Tongue:
    """This page in one of the project's languages."""

    tag: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Past:
    """That this page is of a release by its name."""

    version: str
    now: str
    """The address of the same page of the current release."""
    canonical: str
    """The same, absolute where the site knows its public address."""
    releases: str
    """The address of the list of releases."""
    is_current: bool


@dataclass(frozen=True, slots=True)
class Site:
    """The frame of a page; without a release there is hardly any."""

    t: Wording
    title: Shown
    parts: tuple[Part, ...] = ()
    topics: tuple[Part, ...] = ()
    """The project's own pages."""
    tongues: tuple[Tongue, ...] = ()
    pending: Report | None = None
    strays: bool = False
    """Whether queries are answered from another release than this one."""
    release: str | None = None
    created: str | None = None
    licence: Shown | None = None
    publisher: Shown | None = None
    validated: bool = True
    allowed: str | None = None
    """Why the release is published although it breaks its shapes."""
    theme: Look = NO_THEME
    outlined: bool = False
    """Whether the graph lies only in a store elsewhere."""
    past: "Past | None" = None
    """What to say where a release is asked by its name."""
