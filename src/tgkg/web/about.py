"""What the site says of itself: whom to ask, what may be done with it, how it is made."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from tgkg.config import Config
from tgkg.iris import is_web_address
from tgkg.web.current import operation, published
from tgkg.web.showing import Shower, Shown
from tgkg.web.site import shower


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: a name that may lead to a page, and an address for mail."""

    name: Shown
    mail: str | None


@dataclass(frozen=True, slots=True)
class About:
    """What the generic parts of the page are made of."""

    contact: Contact | None
    logs_text: bool
    """Whether the text of queries is kept in the log."""
    sources: int
    statements: int
    version: str
    """What people call the release."""
    software: str


def about() -> About:
    """Gather the page; it asks no query."""
    release = published().release
    manifest = release.manifest
    return About(
        contact=_contact(release.config, shower()),
        logs_text=operation().log_queries == "text",
        sources=len(manifest.counts.graphs),
        statements=manifest.counts.triples,
        version=manifest.version,
        software=f"tgkg {version('tgkg')}",
    )


def _contact(config: Config, show: Shower) -> Contact | None:
    """Return whom the settings name to ask, else the publisher."""
    said: Any = getattr(getattr(config, "catalogue", None), "contact", None)
    whom = said or config.publisher
    if whom is None:
        return None
    name = show.text(whom.name) or Shown(whom.url or "", lang="")
    address = whom.url if whom.url and is_web_address(whom.url) else None
    named = Shown(name.text, name.lang, address, external=address is not None)
    return Contact(named, getattr(whom, "email", None))
