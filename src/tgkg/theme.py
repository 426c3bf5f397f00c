"""A project's theme: a folder of its own style, pictures and templates for its site."""

from collections.abc import Mapping
from typing import Final

TEMPLATES: Final = "templates"
"""The folder of a theme with templates that stand for those of the same name."""

STYLE: Final = "site.css"
"""The style sheet of a theme; it comes after the site's own."""

LOGOS: Final = ("logo.svg", "logo.png", "logo.webp")
"""What stands for the mark beside the site's name; the first there is."""

SERVED: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""The media type of each kind of file that a theme serves; scripts are none of them."""
