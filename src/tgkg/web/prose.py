"""Texts that a project writes for its pages: a small Markdown, made into safe HTML."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from tgkg.settings import Text
from tgkg.web.showing import Shower

_RULES: Final = (
    "paragraph", "list", "blockquote", "emphasis", "link", "autolink", "backticks", "escape",
    "entity", "newline",
)  # fmt: skip
"""Paragraphs, lists, emphasis and links; no HTML, no pictures, no headings of their own."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A text as HTML."""

    html: Markup
    lang: str | None


def prose(text: Text, show: Shower, root: str) -> Prose | None:
    """Return a text in the reader's language; `root` is the path below which the site is served.

    A link to `/something` is one to this site, and one to a name of the graph leads to its page.
    """
    shown = show.text(text)
    if shown is None or not shown.text.strip():
        return None
    markdown = MarkdownIt("zero", {"html": False}).enable(_RULES)
    tokens = markdown.parse(shown.text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                _lead(child, show, root)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Prose(Markup(html), shown.lang)  # noqa: S704 - the renderer escapes; html is off


def _lead(link: Token, show: Shower, root: str) -> None:
    """Make a link lead where it should, and say of one to another site that it does."""
    href = str(link.attrs.get("href", ""))
    links = show.links
    if href.startswith("/") and not href.startswith("//"):
        path, hash_, anchor = href.partition("#")
        language = f"{'&' if '?' in path else '?'}lang={links.lang}" if links.lang else ""
        link.attrs["href"] = f"{root}{path}{language}{hash_}{anchor}"
    elif links.names.thing_path(href) or links.names.is_term(href):
        link.attrs["href"] = links.page(href)
    elif urlsplit(href).scheme in ("http", "https"):
        link.attrs.update({"class": "external", "rel": "noopener external"})
